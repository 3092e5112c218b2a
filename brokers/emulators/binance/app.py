"""Binance on the wire: its paths and its websockets."""

from typing import Any

import msgspec
from aiohttp import web

from brokers.emulators.binance import trade_api
from brokers.emulators.binance.errors import BinanceError, missing
from brokers.emulators.binance.operations import REST, SOCKET
from brokers.emulators.binance.private import PrivateStreams
from brokers.emulators.binance.protocol import (
    Protocol,
    check_subscription,
    failure,
    rest_call,
    socket_call,
)
from brokers.emulators.binance.streams import MarketStreams
from brokers.emulators.gateway import Gateway, Outcome, Reply, answer_http, encode
from brokers.emulators.lines import Line
from brokers.emulators.sockets import Sockets
from brokers.emulators.venue import Venue

LISTEN = "/api/v3/userDataStream"
MOST_TOPICS = 1024
PACE = 5
"""Messages a second a client may send on a market stream."""


class BinanceApp:
    """Routes of one emulated Binance.

    Args:
        venue: what is behind it. sockets: the websockets of the venue.
    """

    hosts: tuple[str, ...] = (
        "api.binance.com", "api1.binance.com", "api2.binance.com", "api3.binance.com",
        "api4.binance.com", "api-gcp.binance.com", "data-api.binance.vision", "www.binance.com",
        "stream.binance.com", "ws-api.binance.com", "data-stream.binance.vision",
        "testnet.binance.vision", "stream.testnet.binance.vision", "ws-api.testnet.binance.vision",
        "demo-api.binance.com", "demo-stream.binance.com", "demo-ws-api.binance.com",
    )  # fmt: skip

    rest, listen = REST, LISTEN
    make_market, make_private = MarketStreams, PrivateStreams

    def __init__(self, venue: Venue, sockets: Sockets) -> None:
        self.venue, self._sockets = venue, sockets
        self.protocol = self.make_protocol()
        self.market, self.private = self.make_market(venue), self.make_private(venue)
        self._gateway = Gateway(venue, self.protocol.words, self.protocol.locate)
        self._rates: dict[int, tuple[int, int]] = {}

    def make_protocol(self) -> Protocol:
        """Return what proves requests, and finds the orders they name."""
        return Protocol(self.venue, trade_api.located)

    def routes(self) -> list[web.RouteDef]:
        """Return the routes; REST last, for it takes what is left."""
        return [
            web.get("/ws-api/v3", self._open_api),
            web.get("/ws", self._open_raw),
            web.get("/ws/{streams:.+}", self._open_raw),
            web.get("/stream", self._open_combined),
            web.get("/stream/ws", self._open_raw),
            web.get("/stream/ws/{streams:.+}", self._open_raw),
            web.route("*", self.listen, self._listen_key),
            web.route("*", "/{path:.*}", self._rest),
        ]

    # ----------------------------------------------------------------------------------- REST

    async def _rest(self, request: web.Request) -> web.StreamResponse:
        operation = self.rest.get((request.method, request.path))
        if operation is None:
            return await answer_http(request, Outcome(_not_found(request)))
        body, query = await request.text(), request.rel_url.raw_query_string
        call = rest_call(operation, query, body, _key(request), self.protocol)
        call.address, call.host = request.remote or "", request.host
        outcome = await self._gateway.process(call, self.protocol.handle)
        return await answer_http(request, outcome)

    async def _listen_key(self, request: web.Request) -> web.StreamResponse:
        """Make, keep or end a listen key; real Binance took this away in 2026, old clients ask."""
        account = self.protocol.account_of(_key(request))
        if not account:
            error = BinanceError(-2015, "Invalid API-key, IP, or permissions for action.", 401)
            return await answer_http(request, Outcome(failure(error)))
        form = {**request.query, **(await request.post())}
        key = str(form.get("listenKey", "")) or self.private.key_of(account)
        try:
            body = self._key_action(request.method, account, key)
        except BinanceError as error:
            return await answer_http(request, Outcome(failure(error)))
        return await answer_http(request, Outcome(Reply(200, body, {})))

    def _key_action(self, method: str, account: str, key: str) -> dict[str, str]:
        if method == "POST":
            return {"listenKey": self.private.new_key(account)}
        if not key:
            raise missing("listenKey")
        if method == "PUT":
            self.private.keep(key)
        else:
            self.private.end_key(key)
        return {}

    # ------------------------------------------------------------------------- market streams

    async def _open_raw(self, request: web.Request) -> web.StreamResponse:
        names = request.match_info.get("streams", "").split("/")
        return await self._open_streams(request, names, wrapped=False)

    async def _open_combined(self, request: web.Request) -> web.StreamResponse:
        names = request.query.get("streams", "").split("/")
        return await self._open_streams(request, names, wrapped=True)

    async def _open_streams(
        self, request: web.Request, names: list[str], *, wrapped: bool
    ) -> web.StreamResponse:
        def begin(line: Line) -> None:
            line.kind = "combined" if wrapped else "raw"
            for name in names:
                self._add(line, name)

        return await self._sockets.serve(request, begin, self._on_stream_text)

    def _add(self, line: Line, name: str) -> None:
        wrapped = line.kind == "combined"
        if self.market.known(name):
            line.topics[name] = wrapped
        elif self.private.owner(name):
            line.topics[name], line.account = wrapped, self.private.owner(name)

    def _on_stream_text(self, line: Line, text: str) -> None:
        if self._too_fast(line):
            line.close(1008)
            return
        message = _parsed(text)
        identity, method = message.get("id"), message.get("method")
        sent = message.get("params")
        params = sent if isinstance(sent, list) else []
        result: Any = None
        if method == "SUBSCRIBE":
            for name in params:
                self._add(line, str(name))
        elif method == "UNSUBSCRIBE":
            for name in params:
                line.topics.pop(str(name), None)
        elif method == "LIST_SUBSCRIPTIONS":
            result = list(line.topics)
        else:
            error = {"code": 2, "msg": f"Invalid request: unknown variant `{method}`"}
            self.venue.lines.answer(line, {"error": error, "id": identity})
            return
        self.venue.lines.answer(line, {"result": result, "id": identity})

    def _too_fast(self, line: Line) -> bool:
        """Count a message; say whether there were more than the venue bears in this second."""
        if not self.venue.settings.limits:
            return False
        second = self.venue.clock.true() // 1000
        before, count = self._rates.get(line.number, (second, 0))
        count = count + 1 if before == second else 1
        self._rates[line.number] = (second, count)
        return count > PACE

    # -------------------------------------------------------------------------- websocket API

    async def _open_api(self, request: web.Request) -> web.StreamResponse:
        return await self._sockets.serve(request, _begin_api, self._on_api_text)

    def _on_api_text(self, line: Line, text: str) -> None:
        message = _parsed(text)
        method, sent = str(message.get("method")), message.get("params")
        params = sent if isinstance(sent, dict) else {}
        identity = message.get("id")
        if method.startswith(("userDataStream.", "session.")):
            self._answer(line, identity, self._subscription(line, method, params))
            return
        operation = SOCKET.get(method)
        if operation is None:
            error = BinanceError(-1020, f"Unsupported operation: {method}.")
            self._answer(line, identity, failure(error))
            return
        call = socket_call(operation, params, self.protocol)
        call.address, call.host = line.address, "ws-api"
        self._sockets.start(f"request {line.number}", self._process(line, identity, call))

    async def _process(self, line: Line, identity: Any, call: Any) -> None:  # noqa: ANN401
        outcome = await self._gateway.process(call, self.protocol.handle)
        if outcome.reply is None:
            line.abort()
        elif outcome.rule is not None and outcome.rule.do in {"garble", "truncate"}:
            whole = encode(_wrapped(identity, outcome.reply))
            line.send(whole[: len(whole) // 2])
        else:
            self._answer(line, identity, outcome.reply)

    def _subscription(self, line: Line, method: str, params: dict[str, Any]) -> Reply:
        try:
            if method == "userDataStream.subscribe.signature":
                account = check_subscription(self.protocol, params)
                number = self.private.subscribe(line, account)
                return Reply(200, {"subscriptionId": number}, {})
            if method == "userDataStream.unsubscribe":
                self.private.unsubscribe(line)
                return Reply(200, {}, {})
        except BinanceError as error:
            return failure(error)
        if method == "session.status":
            return Reply(200, {"apiKey": None, "authorizedSince": None}, {})
        words = "session.logon needs an Ed25519 key, and this venue makes HMAC keys."
        return failure(BinanceError(-4056, words))

    def _answer(self, line: Line, identity: Any, reply: Reply) -> None:  # noqa: ANN401
        self.venue.lines.answer(line, _wrapped(identity, reply))


def _wrapped(identity: Any, reply: Reply) -> dict[str, Any]:  # noqa: ANN401
    name = "result" if reply.status == 200 else "error"  # noqa: PLR2004 - HTTP OK
    return {"id": identity, "status": reply.status, name: reply.body, "rateLimits": []}


def _key(request: web.Request) -> str:
    return request.headers.get("X-MBX-APIKEY", "")


def _not_found(request: web.Request) -> Reply:
    return Reply(404, f"<html><body><h2>404 Not found</h2>{request.path}</body></html>", {})


def _parsed(text: str) -> dict[str, Any]:
    try:
        value = msgspec.json.decode(text)
    except msgspec.DecodeError:
        return {}
    return value if isinstance(value, dict) else {}


def _begin_api(line: Line) -> None:
    line.kind = "api"
