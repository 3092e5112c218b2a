"""Kraken futures on the wire: its paths and its websocket."""

from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

import msgspec
from aiohttp import web

from brokers.emulators.gateway import Gateway, Outcome, Reply, answer_http
from brokers.emulators.krakenfutures.private import FEEDS, PrivateStreams
from brokers.emulators.krakenfutures.protocol import Proof, Protocol
from brokers.emulators.krakenfutures.streams import PUBLIC, MarketStreams
from brokers.emulators.lines import Line
from brokers.emulators.sockets import Sockets
from brokers.emulators.venue import Venue

Json = dict[str, Any]
BAD = "Bad websocket message"
UNTRUSTED = "Failed to subscribe to authenticated feed"


class KrakenFuturesApp:
    """Routes of one emulated Kraken futures.

    Args:
        venue: what is behind it. sockets: the websockets of the venue.
    """

    hosts = ("futures.kraken.com", "demo-futures.kraken.com")

    def __init__(self, venue: Venue, sockets: Sockets) -> None:
        self.venue, self._sockets = venue, sockets
        self.protocol = Protocol(venue)
        self.market, self.private = MarketStreams(venue), PrivateStreams(venue)
        self._gateway = Gateway(venue, self.protocol.words, self.protocol.locate)

    def routes(self) -> list[web.RouteDef]:
        """Return the routes; REST last, for it takes what is left."""
        return [web.get("/ws/v1", self._open), web.route("*", "/{path:.*}", self._rest)]

    # ----------------------------------------------------------------------------------- REST

    async def _rest(self, request: web.Request) -> web.StreamResponse:
        found = self.protocol.paths.find(request.method, request.path)
        if found is None:
            return await answer_http(request, Outcome(Reply(404, "<html>404</html>", {})))
        operation, named = found
        body, query = await request.text(), request.rel_url.raw_query_string
        params = {**_values(query), **_values(body), **named}
        account = self.protocol.account_of(request.headers.get("APIKey", ""))
        call = Proof(operation, params, account, request.headers)
        call.payload, call.path = body or query, request.path
        call.address, call.host = request.remote or "", request.host
        outcome = await self._gateway.process(call, self.protocol.handle)
        return await answer_http(request, outcome)

    # -------------------------------------------------------------------------------- sockets

    async def _open(self, request: web.Request) -> web.StreamResponse:
        def begin(line: Line) -> None:
            self.venue.lines.answer(line, {"event": "info", "version": 1})

        return await self._sockets.serve(request, begin, self._on_text)

    def _on_text(self, line: Line, text: str) -> None:
        message = _json(text)
        match message.get("event"):
            case "ping":
                self._answer(line, {"event": "pong"})
            case "challenge":
                self._challenge(line, message)
            case "subscribe" | "unsubscribe":
                self._subscribe(line, message)
            case _:
                self._alert(line, BAD)

    def _challenge(self, line: Line, message: Json) -> None:
        key = str(message.get("api_key", ""))
        if key not in self.venue.by_key:
            self._answer(line, {"event": "error", "message": "Invalid api key"})
            return
        text = str(UUID(int=line.number << 64 | int(key.encode().hex()[:16], 16)))
        line.kind = text
        self._answer(line, {"event": "challenge", "message": text})

    def _subscribe(self, line: Line, message: Json) -> None:
        feed, wanted = str(message.get("feed")), str(message["event"])
        if feed in FEEDS:
            self._subscribe_private(line, feed, wanted, message)
        elif feed == "heartbeat":
            self._answer(line, {"event": f"{wanted}d", "feed": feed})
            _set(line, feed, None, on=wanted == "subscribe")
        elif feed in PUBLIC:
            self._subscribe_public(line, feed, wanted, message)
        else:
            self._answer(line, {"event": "error", "message": "Invalid feed"})

    def _subscribe_public(self, line: Line, feed: str, wanted: str, message: Json) -> None:
        products = [str(each).upper() for each in message.get("product_ids") or []]
        if not products or not all(self.market.known(each) for each in products):
            self._answer(line, {"event": "error", "message": "Invalid product id"})
            return
        for product in products:
            topic = f"{feed}/{product}"
            if wanted == "subscribe" and topic in line.topics:
                self._alert(line, "Already subscribed to feed, re-requesting")
            self._answer(line, {"event": f"{wanted}d", "feed": feed, "product_ids": [product]})
            if wanted == "subscribe":
                self.market.begin(line, topic)
            else:
                line.topics.pop(topic, None)

    def _subscribe_private(self, line: Line, feed: str, wanted: str, message: Json) -> None:
        key, challenge = str(message.get("api_key", "")), str(message.get("original_challenge"))
        signed = str(message.get("signed_challenge", ""))
        if challenge != line.kind or not self.protocol.signed(key, challenge, signed):
            self._alert(line, UNTRUSTED)
            return
        line.account = self.protocol.account_of(key)
        names = ("api_key", "original_challenge", "signed_challenge")
        said = {"event": f"{wanted}d", "feed": feed, **{each: message[each] for each in names}}
        self._answer(line, said)
        _set(line, feed, None, on=wanted == "subscribe")
        if wanted == "subscribe":
            self.private.begin(line, feed)

    def _alert(self, line: Line, text: str) -> None:
        self._answer(line, {"event": "alert", "message": text})

    def _answer(self, line: Line, said: Json) -> None:
        self.venue.lines.answer(line, said)


def _set(line: Line, topic: str, value: object, *, on: bool) -> None:
    if on:
        line.topics[topic] = value
    else:
        line.topics.pop(topic, None)


def _values(text: str) -> Json:
    """Return arguments as they came; what came several times as a list."""
    found = parse_qs(text, keep_blank_values=True)
    return {name: each if len(each) > 1 else each[0] for name, each in found.items()}


def _json(text: str) -> Json:
    try:
        value = msgspec.json.decode(text)
    except msgspec.DecodeError:
        return {}
    return value if isinstance(value, dict) else {}
