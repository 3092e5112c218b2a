"""Alpaca on the wire: its hosts, paths and websockets."""

from typing import Any
from urllib.parse import parse_qsl

import msgspec
from aiohttp import web

from brokers.emulators.alpaca.errors import wrong
from brokers.emulators.alpaca.operations import found
from brokers.emulators.alpaca.protocol import Proof, Protocol
from brokers.emulators.alpaca.reading import named
from brokers.emulators.alpaca.streams import CHANNELS, UPDATES, Streams
from brokers.emulators.gateway import Gateway, Outcome, Reply, answer_http
from brokers.emulators.lines import Line
from brokers.emulators.sockets import Sockets
from brokers.emulators.venue import Venue

FAILED, SYNTAX, NOBODY = 402, 400, 401
Json = dict[str, Any]


class AlpacaApp:
    """Routes of one emulated Alpaca.

    Args:
        venue: what is behind it. sockets: the websockets of the venue.
    """

    hosts = (
        "paper-api.alpaca.markets", "api.alpaca.markets", "data.alpaca.markets",
        "stream.data.alpaca.markets",
    )  # fmt: skip

    def __init__(self, venue: Venue, sockets: Sockets) -> None:
        self.venue, self._sockets = venue, sockets
        self.protocol, self.streams = Protocol(venue), Streams(venue)
        self._gateway = Gateway(venue, self.protocol.words, self.protocol.locate)

    def routes(self) -> list[web.RouteDef]:
        """Return the routes; REST last, for it takes what is left.

        ccxt asks for data at the address that Alpaca had before ``v1beta3``; both are there.
        """
        return [
            web.get("/stream", self._open_updates),
            web.get("/v1beta2/crypto", self._open_data),
            web.get("/v1beta3/crypto/us", self._open_data),
            web.route("*", "/{path:.*}", self._rest),
        ]

    # ----------------------------------------------------------------------------------- REST

    async def _rest(self, request: web.Request) -> web.StreamResponse:
        known = found(request.method, request.path)
        if known is None:
            reply = Reply(404, {"message": "endpoint not found."}, {})
            return await answer_http(request, Outcome(reply))
        operation, parts = known
        text = await request.text()
        sent = _json(text) if text else {}
        if not isinstance(sent, dict):
            refusal = self.protocol.failure(wrong("request body format is invalid"))
            return await answer_http(request, Outcome(refusal))
        params = {**dict(parse_qsl(request.rel_url.raw_query_string)), **sent, **parts}
        account = self.protocol.account_of(request.headers.get("APCA-API-KEY-ID", ""))
        call = Proof(operation, params, account, request.headers)
        call.address, call.host = request.remote or "", request.host
        return await answer_http(request, await self._gateway.process(call, self.protocol.handle))

    # --------------------------------------------------------------------------------- orders

    async def _open_updates(self, request: web.Request) -> web.StreamResponse:
        host = request.host.partition(":")[0]

        def begin(line: Line) -> None:
            line.kind, line.binary = "updates", True

        def on_text(line: Line, text: str) -> None:
            message = _json(text)
            if isinstance(message, dict):
                self._on_update(line, message, host)

        return await self._sockets.serve(request, begin, on_text)

    def _on_update(self, line: Line, message: Json, host: str) -> None:
        action, data = message.get("action"), message.get("data")
        told = data if isinstance(data, dict) else {}
        if action in {"auth", "authenticate"}:
            key = message.get("key", told.get("key_id"))
            secret = message.get("secret", told.get("secret_key"))
            line.account = self.protocol.login(key, secret, host)
            status = "authorized" if line.account else "unauthorized"
            said = {"status": status, "action": "authenticate"}
            self.venue.lines.answer(line, {"stream": "authorization", "data": said})
        elif action == "listen" and line.account:
            streams = told.get("streams")
            wanted = UPDATES in streams if isinstance(streams, list) else False
            line.topics.clear()
            if wanted:
                line.topics[UPDATES] = None
            there = {"streams": [UPDATES] if wanted else []}
            self.venue.lines.answer(line, {"stream": "listening", "data": there})

    # ----------------------------------------------------------------------------------- data

    async def _open_data(self, request: web.Request) -> web.StreamResponse:
        def begin(line: Line) -> None:
            line.kind = "data"
            self._say(line, "success", msg="connected")

        def on_text(line: Line, text: str) -> None:
            message = _json(text)
            if isinstance(message, dict):
                self._on_data(line, message)
            else:
                self._say(line, "error", code=SYNTAX, msg="invalid syntax")

        return await self._sockets.serve(request, begin, on_text)

    def _on_data(self, line: Line, message: Json) -> None:
        action = message.get("action")
        if action == "auth":
            line.account = self.protocol.login(message.get("key"), message.get("secret"), "")
            if line.account:
                self._say(line, "success", msg="authenticated")
            else:
                self._say(line, "error", code=FAILED, msg="auth failed")
        elif not line.account:
            self._say(line, "error", code=NOBODY, msg="not authenticated")
        elif action in {"subscribe", "unsubscribe"}:
            self._subscribe(line, message, begins=action == "subscribe")
        else:
            self._say(line, "error", code=SYNTAX, msg="invalid syntax")

    def _subscribe(self, line: Line, message: Json, *, begins: bool) -> None:
        fresh = []
        for channel in CHANNELS:
            names = message.get(channel)
            for name in names if isinstance(names, list) else []:
                market = named(self.venue, str(name))
                topic = f"{channel}:{market.symbol}" if market else ""
                if market is not None and begins and topic not in line.topics:
                    fresh.append((channel, market))
                    line.topics[topic] = None
                elif not begins:
                    line.topics.pop(topic, None)
        there = [topic.partition(":") for topic in line.topics]
        told = {name: [symbol for c, _, symbol in there if c == name] for name in CHANNELS}
        self._say(line, "subscription", **told)
        for channel, market in fresh:
            self.streams.begin(line, channel, market)

    def _say(self, line: Line, kind: str, **more: Any) -> None:
        self.venue.lines.answer(line, [{"T": kind, **more}])


def _json(text: str) -> Any:  # noqa: ANN401 - JSON
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        return None
