"""Asks the venue, through ccxt, and says what its answers mean. One method a question."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from brokers.ccxt_sandbox.credentials import Credentials
from brokers.ccxt_sandbox.kraken import cancel_named
from brokers.ccxt_sandbox.outcomes import Reply, judge
from brokers.ccxt_sandbox.perpetuals import lookups_of
from brokers.ccxt_sandbox.stops import KINDS, stop_params
from brokers.ccxt_sandbox.traits import Traits
from brokers.ccxt_sandbox.truth.messages import (
    Ask,
    Barred,
    Outcome,
    Refused,
    Request,
    Taken,
    Unclear,
)
from brokers.ccxt_sandbox.truth.rows import Intent
from brokers.ccxt_sandbox.wire import GATE, REPLY, BarredError
from magents.model.errors import BrokenPromiseError
from magents.model.money import plain
from magents.model.orders import TimeInForce

PATIENCE_S = 15.0
"""Seconds after which an answer is given up; ccxt gives up before."""


class Gateway(Protocol):
    """Whoever can ask the venue."""

    async def do(self, request: Request, gate: Callable[[], str]) -> Outcome:
        """Send a request and return what came of it; never raises for what the venue does.

        Args:
            gate: asked as late as possible; says why the request may not leave.
        """
        ...


class CcxtGateway:
    """The venue behind a ccxt exchange.

    Args:
        exchange: opened by :func:`brokers.ccxt_sandbox.opening.open_exchange`.
        symbols: what is traded, for audits. credentials: what must not be told.
    """

    def __init__(
        self,
        exchange: Any,  # noqa: ANN401 - ccxt has no types
        traits: Traits,
        symbols: Sequence[str],
        credentials: Credentials,
    ) -> None:
        """Ask in the name of one account."""
        self._exchange = exchange
        self._traits = traits
        self._redact = credentials.redact
        self._lookups = lookups_of(exchange, traits, symbols)

    async def do(self, request: Request, gate: Callable[[], str]) -> Outcome:
        """Send a request and return what came of it."""
        reply = Reply()
        REPLY.set(reply)
        GATE.set(gate)
        try:
            async with asyncio.timeout(PATIENCE_S):
                return await self._ask(request)
        except BarredError as error:
            return Barred(str(error))
        except BrokenPromiseError:
            raise  # a host that is not on the list: nothing was sent, and somebody must look
        except Exception as error:  # noqa: BLE001 - whatever ccxt raises, the answer is judged
            return self._judge(request, reply, error)

    def _judge(self, request: Request, reply: Reply, error: Exception) -> Outcome:
        text = self._redact(f"{type(error).__name__}: {error}")[:300]
        if request.ask in {Ask.LOOK, Ask.AUDIT}:
            return Unclear(text)
        verdict = judge(self._traits.id, reply, text)
        return type(verdict)(self._redact(verdict.text))

    async def _ask(self, request: Request) -> Outcome:
        match request.ask:
            case Ask.CREATE:
                return await self._create(request)
            case Ask.CANCEL:
                return await self._cancel(request)
            case Ask.AMEND:
                return await self._amend(request)
            case Ask.LOOK:
                return await self._lookups.look(request)
            case _:
                return await self._lookups.audit(request.since)

    async def _create(self, request: Request) -> Outcome:
        intent = _intent(request)
        params: dict[str, Any] = {self._traits.create_param: intent.client}
        if intent.post_only:
            params["postOnly"] = True
        if intent.reduce_only and self._traits.contract:
            params["reduceOnly"] = True
        if intent.tif in {TimeInForce.IOC, TimeInForce.FOK}:
            params["timeInForce"] = self._traits.time_words[intent.tif]
        if intent.stop is not None:
            params |= stop_params(self._traits.id, intent.side, intent.stop)
        price = None if intent.limit is None else plain(intent.limit)
        answer = await self._exchange.create_order(
            intent.symbol,
            KINDS.get(intent.type, intent.type.value),
            intent.side.value,
            plain(intent.quantity),
            price,
            params,
        )
        venue_id = answer.get("id") if isinstance(answer, dict) else None
        if not venue_id:
            # Some refusals come as an order without an id: the venue's own word decides.
            text = "the venue took the order and did not say under which id"
            return judge(self._traits.id, REPLY.get() or Reply(), text)
        return Taken(str(venue_id))

    async def _cancel(self, request: Request) -> Outcome:
        intent, traits = _intent(request), self._traits
        venue_id = request.venue_id
        if not venue_id and not traits.cancel_param:
            return Refused("it can be cancelled only by the venue's id, which is not known yet")
        if not venue_id and traits.id == "krakenfutures":
            await cancel_named(self._exchange, intent.client)
            return Taken()
        params = {} if venue_id else {traits.cancel_param: intent.client}
        await self._exchange.cancel_order(venue_id or None, intent.symbol, params)
        return Taken(venue_id)

    async def _amend(self, request: Request) -> Outcome:
        intent = _intent(request)
        if not self._traits.amends or not request.venue_id:
            return Refused(f"{self._traits.id} changes no orders in place; cancel it instead")
        if intent.stop is not None:
            return Refused("a stop is not changed in place here; cancel it instead")
        await self._exchange.edit_order(
            request.venue_id,
            intent.symbol,
            intent.type.value,
            intent.side.value,
            None if request.quantity is None else plain(request.quantity),
            None if request.limit is None else plain(request.limit),
            dict(self._traits.amend_params),
        )
        return Taken(request.venue_id)


def _intent(request: Request) -> Intent:
    if request.intent is None:
        raise BrokenPromiseError(f"a request to {request.ask.name} names no order")
    return request.intent
