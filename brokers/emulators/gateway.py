"""The way of a request: remembered, maybe spoilt, processed, its answer maybe spoilt."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import msgspec
from aiohttp import web

from brokers.emulators.core.orders import VenueOrder
from brokers.emulators.faults import AFTER, BEFORE, Rule
from brokers.emulators.lines import strip
from brokers.emulators.venue import Seen, Venue

HOUR = 3600.0
"""How long nothing is answered where a rule does not say."""
SECRET = frozenset({"signature", "apiKey", "sign", "api_key", "listenKey"})


class Call:
    """A request on its way.

    Attributes:
        operation: what it is for, as fault rules name it. params: as they came, as text.
        account: whose key came with it, before it is proven. address, host: of the client.
        order: the order it turned out to be about.
    """

    def __init__(self, operation: str, params: Mapping[str, Any], account: str) -> None:
        self.operation, self.params, self.account = operation, params, account
        self.address = self.host = ""
        self.order: VenueOrder | None = None


class Reply(NamedTuple):
    """An answer: HTTP status, JSON, headers."""

    status: int
    body: Any
    headers: Mapping[str, str]


class Words(NamedTuple):
    """How a protocol says what a fault rule wants said.

    Attributes:
        error: from status, code and text. limited: from 429 or 418 and seconds.
        unknown: the time-out that leaves open what happened. maintenance: that it is closed.
    """

    error: Callable[[int, int, str], Reply]
    limited: Callable[[int, int], Reply]
    unknown: Callable[[], Reply]
    maintenance: Callable[[], Reply]


class Outcome(NamedTuple):
    """What becomes of a request: an answer, and how it is spoilt.

    Attributes:
        reply: ``None`` where the connection is cut instead. rule: spoils the answer.
    """

    reply: Reply | None
    rule: Rule | None = None


class Gateway:
    """Lets requests through.

    Args:
        words: of the protocol. locate: finds the order a request is about, ``None`` where none.
    """

    def __init__(
        self, venue: Venue, words: Words, locate: Callable[[Call], VenueOrder | None]
    ) -> None:
        self._venue, self._words, self._locate = venue, words, locate

    async def process(self, call: Call, handle: Callable[[Call], Reply]) -> Outcome:
        """Remember a request, carry out what faults want, and process it."""
        venue = self._venue
        params = {key: str(value) for key, value in call.params.items() if key not in SECRET}
        at = venue.clock.elapsed()
        venue.seen.append(Seen(at, call.host, call.operation, call.account, params))
        before = self._rule(call, BEFORE)
        if before is not None:
            outcome = await self._before(call, before)
            if outcome is not None:
                return outcome
        if venue.maintenance_until > venue.clock.elapsed():
            return Outcome(self._words.maintenance())
        after = self._rule(call, AFTER)
        reply = handle(call)
        return await self._after(call, reply, after) if after else Outcome(reply)

    def _rule(self, call: Call, what: frozenset[str]) -> Rule | None:
        if not self._venue.faults.rules:
            return None
        symbol = str(call.params.get("symbol", ""))
        elapsed = self._venue.clock.elapsed()
        return self._venue.faults.take(
            call.operation, elapsed, account=call.account, symbol=symbol, what=what
        )

    async def _before(self, call: Call, rule: Rule) -> Outcome | None:
        """Carry out a fault before processing; ``None`` where processing goes on."""
        match rule.do:
            case "refuse":
                return Outcome(None)
            case "hang_before":
                await asyncio.sleep(rule.seconds or HOUR)
                return Outcome(None)
            case "delay":
                await asyncio.sleep(rule.seconds)
            case "error":
                return Outcome(self._words.error(rule.status, rule.code, rule.message))
            case "status":
                return Outcome(Reply(rule.status or 503, rule.message or _HTML, {}))
            case "ban":
                return Outcome(self._words.limited(rule.status or 429, rule.retry_after or 60))
            case "maintenance":
                until = self._venue.clock.elapsed() + (rule.seconds or 60)
                self._venue.maintenance_until = until
            case "fill":
                self._fill(call, rule.part)
        return None

    async def _after(self, call: Call, reply: Reply, rule: Rule) -> Outcome:
        """Spoil the answer of a request that was processed."""
        match rule.do:
            case "hang":
                await asyncio.sleep(rule.seconds or HOUR)
                return Outcome(None)
            case "cut":
                return Outcome(None)
            case "late":
                await asyncio.sleep(rule.seconds)
            case "strip":
                reply = reply._replace(body=strip(reply.body, frozenset(rule.fields)))
            case "empty":
                reply = reply._replace(body="")
            case "error_after":
                reply = self._words.error(rule.status, rule.code, rule.message)
            case "status_after":
                reply = Reply(rule.status or 503, rule.message or _HTML, {})
            case "unknown":
                reply = self._words.unknown()
            case "hide" if call.order is not None:
                self._venue.hidden[call.order.number] = self._venue.clock.elapsed() + rule.seconds
        return Outcome(reply, rule)

    def _fill(self, call: Call, part: float) -> None:
        order = self._locate(call)
        if order is not None:
            fill_part(self._venue, order, part)


def fill_part(venue: Venue, order: VenueOrder, part: float) -> None:
    """Let a part of what a resting order has left trade at once."""
    if order.number in venue.exchange.books[order.market.key]:
        lots = max(1, round(order.market.lots(order.left) * part))
        venue.exchange.fill_resting(order, lots)


def encode(body: Any) -> bytes:  # noqa: ANN401 - JSON
    """Return a body as bytes; text goes as it is."""
    return body.encode() if isinstance(body, str) else msgspec.json.encode(body)


async def answer_http(request: web.Request, outcome: Outcome) -> web.StreamResponse:
    """Write an answer, or what a fault leaves of it."""
    transport = request.transport
    if outcome.reply is None:
        if transport is not None:
            transport.abort()
        return web.Response(status=500)
    reply, rule = outcome.reply, outcome.rule
    body, headers = encode(reply.body), dict(reply.headers)
    if rule is not None and rule.do == "garble":
        body = body[: len(body) // 2]
    kind = "text/html" if body.startswith(b"<") else "application/json"
    headers["Content-Type"] = f"{kind};charset=UTF-8"
    if rule is None or rule.do != "truncate":
        return web.Response(status=reply.status, body=body, headers=headers)
    response = web.StreamResponse(status=reply.status, headers=headers)
    response.content_length = len(body)
    await response.prepare(request)
    await response.write(body[: len(body) // 2])
    if transport is not None:
        transport.close()
    return response


_HTML = "<html><body><h1>503 Service Temporarily Unavailable</h1></body></html>"
