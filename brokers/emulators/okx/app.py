"""OKX on the wire: its paths and its websockets."""

from typing import Any
from urllib.parse import parse_qsl

import msgspec
from aiohttp import web

from brokers.emulators.gateway import Gateway, Outcome, answer_http
from brokers.emulators.lines import Line
from brokers.emulators.okx.errors import OkxError
from brokers.emulators.okx.idle import Idle
from brokers.emulators.okx.operations import REST, SOCKET
from brokers.emulators.okx.private import CHANNELS, KINDS, PrivateStreams, connection
from brokers.emulators.okx.protocol import DEMO, Proof, Protocol
from brokers.emulators.okx.streams import MarketStreams, topic_of
from brokers.emulators.sockets import Sockets
from brokers.emulators.venue import Venue

DEMO_HOST = "wspap."
TIERS = {"books-l2-tbt": (60029, "VIP5"), "books50-l2-tbt": (60030, "VIP4")}
Json = dict[str, Any]


class OkxApp:
    """Routes of one emulated OKX.

    Args:
        venue: what is behind it. sockets: the websockets of the venue.
    """

    hosts = (
        "www.okx.com", "aws.okx.com", "openapi.okx.com", "ws.okx.com", "wsaws.okx.com",
        "wspap.okx.com",
    )  # fmt: skip

    def __init__(self, venue: Venue, sockets: Sockets) -> None:
        self.venue, self._sockets = venue, sockets
        self.protocol, self.idle = Protocol(venue), Idle(venue)
        self.market = MarketStreams(venue, self.idle)
        self.private = PrivateStreams(venue, self.idle)
        self._gateway = Gateway(venue, self.protocol.words, self.protocol.locate)

    def routes(self) -> list[web.RouteDef]:
        """Return the routes; REST last, for it takes what is left."""
        return [
            web.get("/ws/v5/{kind:public|private|business}", self._open),
            web.route("*", "/{path:.*}", self._rest),
        ]

    # ----------------------------------------------------------------------------------- REST

    async def _rest(self, request: web.Request) -> web.StreamResponse:
        operation = REST.get((request.method, request.path))
        if operation is None:
            return await answer_http(request, self._no_path(request))
        text, query = await request.text(), request.rel_url.raw_query_string
        post = request.method == "POST"
        sent = _json(text) if post else dict(parse_qsl(query))
        if post and not isinstance(sent, dict | list):
            wrong = OkxError(50002, "JSON syntax error", 400)
            return await answer_http(request, Outcome(self.protocol.failure(wrong)))
        account = self.protocol.account_of(request.headers.get("OK-ACCESS-KEY", ""))
        call = Proof(operation, sent, account, request.headers)
        call.payload = f"{request.method}{request.rel_url.raw_path_qs}{text if post else ''}"
        call.address, call.host = request.remote or "", request.host
        return await answer_http(request, await self._gateway.process(call, self.protocol.handle))

    def _no_path(self, request: web.Request) -> Outcome:
        known = any(path == request.path for _, path in REST)
        wrong = OkxError(50115, "Invalid request method.", 405) if known else None
        return Outcome(self.protocol.failure(wrong or OkxError(404, "Not Found", 404)))

    # ------------------------------------------------------------------------------- sockets

    async def _open(self, request: web.Request) -> web.StreamResponse:
        kind = request.match_info["kind"]
        simulated = request.headers.get("x-simulated-trading") == DEMO
        demo = simulated or request.host.startswith(DEMO_HOST)

        def begin(line: Line) -> None:
            line.kind = kind
            self.idle.note(line)

        def on_text(line: Line, text: str) -> None:
            self.idle.note(line)
            self._on_text(line, text, demo=demo)

        return await self._sockets.serve(request, begin, on_text)

    def _on_text(self, line: Line, text: str, *, demo: bool) -> None:
        if text == "ping":
            if self.venue.clock.elapsed() >= line.muted_until:
                line.send(b"pong")
            return
        message = _json(text)
        op = message.get("op") if isinstance(message, dict) else None
        if not isinstance(message, dict) or not isinstance(op, str):
            self._error(line, OkxError(60012, f"Illegal request: {text}"), {})
        elif op == "login":
            self._login(line, message, demo=demo)
        elif op in {"subscribe", "unsubscribe"}:
            self._subscriptions(line, op, message)
        elif op in SOCKET and line.kind == "private":
            self._sockets.start(f"request {line.number}", self._command(line, op, message))
        else:
            self._error(line, OkxError(60012, f"Illegal request: {text}"), message)

    def _login(self, line: Line, message: Json, *, demo: bool) -> None:
        sent = next(iter(_list(message.get("args"))), None)
        if line.kind == "public":
            self._error(line, OkxError(60008, "Login is not supported for public channels."), {})
            return
        try:
            line.account = self.protocol.check_login(sent or {}, demo=demo)
        except OkxError as error:
            self._error(line, error, message)
            return
        self._answer(line, message, {"event": "login", "code": "0", "msg": ""})

    def _subscriptions(self, line: Line, op: str, message: Json) -> None:
        for arg in _list(message.get("args")):
            error = self._unfit(line, arg)
            if error is not None:
                self._error(line, error, message)
                continue
            self._answer(line, message, {"event": op, "arg": arg})
            if op == "unsubscribe":
                self._forget(line, arg)
            elif arg["channel"] in CHANNELS:
                self.private.begin(line, arg)
            else:
                self.market.begin(line, arg)

    def _unfit(self, line: Line, arg: Json) -> OkxError | None:
        """Return why a channel cannot be had here."""
        channel = arg.get("channel")
        if channel in TIERS:
            code, tier = TIERS[channel]
            return OkxError(code, f"Only users who are {tier} and above may subscribe.")
        if channel in CHANNELS and line.kind == "private":
            if not line.account:
                return OkxError(60011, "Please log in")
            if channel not in {"orders", "positions"} or arg.get("instType") in KINDS:
                return None
        elif (
            channel not in CHANNELS and line.kind != "private" and self.market.known(line.kind, arg)
        ):
            return None
        named = ",".join(f"{name}:{value}" for name, value in arg.items())
        return OkxError(60018, f"Wrong URL or {named} doesn't exist. Please use the correct URL, "
                        "channel and parameters referring to API document.")  # fmt: skip

    def _forget(self, line: Line, arg: Json) -> None:
        for topic, kept in list(line.topics.items()):
            if topic == topic_of(arg) or kept == arg:
                del line.topics[topic]

    async def _command(self, line: Line, op: str, message: Json) -> None:
        call = Proof(SOCKET[op], _list(message.get("args")), line.account, {})
        call.address, call.host, call.trusted = line.address, "private", bool(line.account)
        if not line.account:
            self._error(line, OkxError(60011, "Please log in"), message)
            return
        outcome = await self._gateway.process(call, self.protocol.handle)
        if outcome.reply is None:
            line.abort()
            return
        body = outcome.reply.body
        known = body if isinstance(body, dict) else {"code": "50026", "msg": "System error"}
        self._answer(line, message, {"op": op, "data": [], **known})

    def _error(self, line: Line, error: OkxError, message: Json) -> None:
        said = {"event": "error", "code": str(error.code), "msg": error.message}
        self._answer(line, message, said)

    def _answer(self, line: Line, message: Json, said: Json) -> None:
        named = {"id": message["id"]} if "id" in message else {}
        own = {} if "op" in said else {"connId": connection(line)}
        self.venue.lines.answer(line, {**named, **said, **own})


def _list(value: Any) -> list[Json]:  # noqa: ANN401 - JSON
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _json(text: str) -> Any:  # noqa: ANN401 - JSON
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        return None
