"""Bybit on the wire: its paths and its websockets."""

from typing import Any
from urllib.parse import parse_qsl

import msgspec
from aiohttp import web

from brokers.emulators.bybit.errors import BybitError
from brokers.emulators.bybit.operations import REST, SOCKET
from brokers.emulators.bybit.private import TOPICS, PrivateStreams
from brokers.emulators.bybit.protocol import Proof, Protocol
from brokers.emulators.bybit.streams import MarketStreams
from brokers.emulators.gateway import Gateway, Outcome, Reply, answer_http
from brokers.emulators.lines import Line
from brokers.emulators.sockets import Sockets
from brokers.emulators.venue import Venue

Json = dict[str, Any]


class BybitApp:
    """Routes of one emulated Bybit.

    Args:
        venue: what is behind it. sockets: the websockets of the venue.
    """

    hosts = (
        "api.bybit.com", "api.bytick.com", "stream.bybit.com", "api-testnet.bybit.com",
        "stream-testnet.bybit.com", "api-demo.bybit.com", "stream-demo.bybit.com",
        "api-demo-testnet.bybit.com", "stream-demo-testnet.bybit.com",
    )  # fmt: skip

    def __init__(self, venue: Venue, sockets: Sockets) -> None:
        self.venue, self._sockets = venue, sockets
        self.protocol = Protocol(venue)
        self.market, self.private = MarketStreams(venue), PrivateStreams(venue)
        self._gateway = Gateway(venue, self.protocol.words, self.protocol.locate)

    def routes(self) -> list[web.RouteDef]:
        """Return the routes; REST last, for it takes what is left."""
        return [
            web.get("/v5/public/{kind}", self._open_public),
            web.get("/v5/private", self._open_private),
            web.get("/v5/trade", self._open_trade),
            web.route("*", "/{path:.*}", self._rest),
        ]

    # ----------------------------------------------------------------------------------- REST

    async def _rest(self, request: web.Request) -> web.StreamResponse:
        operation = REST.get((request.method, request.path))
        if operation is None:
            return await answer_http(request, Outcome(Reply(404, "<html>404</html>", {})))
        body, query = await request.text(), request.rel_url.raw_query_string
        post = request.method == "POST"
        params = _json(body) if post else dict(parse_qsl(query))
        account = self.protocol.account_of(request.headers.get("X-BAPI-API-KEY", ""))
        call = Proof(operation, params, account, request.headers)
        call.payload = body if post else query
        call.address, call.host = request.remote or "", request.host
        outcome = await self._gateway.process(call, self.protocol.handle)
        return await answer_http(request, outcome)

    # ------------------------------------------------------------------------------- sockets

    async def _open_public(self, request: web.Request) -> web.StreamResponse:
        kind = request.match_info["kind"]
        return await self._open(request, kind, self._on_public)

    async def _open_private(self, request: web.Request) -> web.StreamResponse:
        return await self._open(request, "private", self._on_private)

    async def _open_trade(self, request: web.Request) -> web.StreamResponse:
        return await self._open(request, "trade", self._on_trade)

    async def _open(
        self,
        request: web.Request,
        kind: str,
        on_message: Any,  # noqa: ANN401
    ) -> web.StreamResponse:
        def begin(line: Line) -> None:
            line.kind = kind

        def on_text(line: Line, text: str) -> None:
            on_message(line, _json(text))

        return await self._sockets.serve(request, begin, on_text)

    def _on_public(self, line: Line, message: Json) -> None:
        op = message.get("op")
        if op == "ping":
            said = {"success": True, "ret_msg": "pong", "conn_id": _connection(line), "op": "ping"}
            self._answer(line, message, said)
        elif op == "subscribe":
            self._subscribe(line, message)
        elif op == "unsubscribe":
            self._unsubscribe(line, message)

    def _subscribe(self, line: Line, message: Json) -> None:
        topics = [str(topic) for topic in message.get("args") or []]
        wrong = [topic for topic in topics if not self.market.known(line.kind, topic)]
        if wrong:
            text = f"Invalid symbol :[{wrong[0]}]"
            self._answer(line, message, _said(line, "subscribe", text, success=False))
            return
        self._answer(line, message, _said(line, "subscribe", "subscribe"))
        for topic in topics:
            self.market.begin(line, topic)

    def _unsubscribe(self, line: Line, message: Json) -> None:
        for topic in message.get("args") or []:
            line.topics.pop(str(topic), None)
        self._answer(line, message, _said(line, "unsubscribe", ""))

    def _on_private(self, line: Line, message: Json) -> None:
        op = message.get("op")
        if op == "ping":
            stamp = str(self.venue.clock.now())
            said = {"op": "pong", "args": [stamp], "conn_id": _connection(line)}
            self._answer(line, message, said)
        elif op == "auth":
            self._login(line, message)
        elif op == "subscribe":
            self._subscribe_private(line, message)
        elif op == "unsubscribe":
            self._unsubscribe(line, message)

    def _subscribe_private(self, line: Line, message: Json) -> None:
        topics = [str(topic) for topic in message.get("args") or []]
        if not line.account:
            self._answer(
                line, message, _said(line, "subscribe", "Request not authorized", success=False)
            )
            return
        unknown = [topic for topic in topics if topic not in TOPICS]
        if unknown:
            text = f"error:handler not found,topic:{unknown[0]}"
            self._answer(line, message, _said(line, "subscribe", text, success=False))
            return
        line.topics.update(dict.fromkeys(topics))
        self._answer(line, message, _said(line, "subscribe", ""))

    def _login(self, line: Line, message: Json) -> None:
        try:
            key, expires, signature = message.get("args") or []
            line.account = self.protocol.check_login(str(key), int(expires), str(signature))
        except BybitError as error:
            self._answer(line, message, _said(line, "auth", error.message, success=False))
            return
        except ValueError:
            self._answer(line, message, _said(line, "auth", "Params Error", success=False))
            return
        if line.kind == "trade":
            said = {"retCode": 0, "retMsg": "OK", "op": "auth", "connId": _connection(line)}
            self._answer(line, message, said)
        else:
            self._answer(line, message, _said(line, "auth", ""))

    def _on_trade(self, line: Line, message: Json) -> None:
        op = str(message.get("op"))
        if op == "ping":
            said = {"retCode": 0, "op": "pong", "data": [str(self.venue.clock.now())]}
            self._answer(line, message, {**said, "connId": _connection(line)})
        elif op == "auth":
            self._login(line, message)
        elif op in SOCKET:
            self._sockets.start(f"request {line.number}", self._command(line, op, message))

    async def _command(self, line: Line, op: str, message: Json) -> None:
        sent = message.get("args") or [{}]
        params = sent[0] if isinstance(sent, list) and isinstance(sent[0], dict) else {}
        call = Proof(SOCKET[op], params, line.account, {})
        call.address, call.host, call.trusted = line.address, "trade", bool(line.account)
        outcome = await self._gateway.process(call, self.protocol.handle)
        if outcome.reply is None:
            line.abort()
            return
        body = outcome.reply.body
        known = body if isinstance(body, dict) else {"retCode": 10016, "retMsg": "Server error"}
        self._answer(line, message, {
            "reqId": message.get("reqId", ""),
            "retCode": known["retCode"],
            "retMsg": known["retMsg"],
            "op": op,
            "data": known.get("result", {}),
            "header": {"Timenow": str(self.venue.clock.now()), **outcome.reply.headers},
            "connId": _connection(line),
        })  # fmt: skip

    def _answer(self, line: Line, message: Json, said: Json) -> None:
        if "req_id" in message:
            said["req_id"] = message["req_id"]
        self.venue.lines.answer(line, said)


def _said(line: Line, op: str, text: str, *, success: bool = True) -> Json:
    return {"success": success, "ret_msg": text, "conn_id": _connection(line), "op": op}


def _connection(line: Line) -> str:
    return f"conn-{line.number}"


def _json(text: str) -> Json:
    try:
        value = msgspec.json.decode(text)
    except msgspec.DecodeError:
        return {}
    return value if isinstance(value, dict) else {}
