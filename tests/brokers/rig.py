"""A simulated exchange with the bars of one panel, and orders sent to it on time."""

import asyncio
from decimal import Decimal
from typing import NamedTuple

from brokers.simulated.bars import BarMarket
from brokers.simulated.exchange import SimulatedExchange
from brokers.simulated.fees import PercentageFees
from brokers.simulated.latency import Delays, LatencyModel
from brokers.simulated.liquidity import Liquidity
from brokers.simulated.market import Moment, Working
from brokers.simulated.slippage import BasisPointSlippage
from brokers.simulated.till import Till
from magents.model.orders import OrderState
from magents.model.records import Amendment, Fill, OrderEvent
from magents.model.time import Phase
from tests.builders import instrument, run, virtual_clock

CAPITAL = Decimal(100_000)


class Venue:
    """Plays bars to an exchange in blocks of some size.

    Args:
        bars: of one panel. rows: in a block. fee, bps: what trading costs.
        traded: instruments, made from the panel's names where not given.
        cap: the part of a bar's volume that all orders together may have.
        delays: how long messages are on their way.
        market: what is assumed of the inside of bars.
    """

    def __init__(
        self, bars, rows=512, fee=0.0, bps=0.0, traded=(), cap=None, delays=None, **market
    ):
        self.bars = bars
        self.rows = rows
        self.cap = cap
        self.latency = LatencyModel(delays or Delays())
        self.market = market
        self.till = Till(PercentageFees(fee), BasisPointSlippage(bps))
        self.traded = traded or [instrument(name) for name in bars.panel.instruments]
        self.events = []

    @property
    def fills(self):
        return [event for event in self.events if isinstance(event, Fill)]

    def states(self, name="pod:1"):
        """Return what happened to an order, in order."""
        return [_word(event) for event in self.events if event.order == name]

    def notes(self, name="pod:1"):
        """Return what was said with the last event of an order."""
        return [e.note for e in self.events if isinstance(e, OrderEvent) and e.order == name][-1]

    def play(self, *errands):
        """Do errands (instant, phase, and an order, an amendment or an id to cancel)."""
        start = min([int(self.bars.open_ts[0]), *(errand[0] for errand in errands)])
        run(lambda: self._play(errands), start)
        return self

    async def _play(self, errands):
        clock = virtual_clock()
        self.exchange = SimulatedExchange(
            clock,
            self.traded,
            {self.bars.panel: BarMarket(self.bars.panel, **self.market)},
            self.till,
            Liquidity(self.cap),
            CAPITAL,
            self.events.append,
            self.latency,
        )
        self.exchange.on_block(self.bars.rows(0, min(self.rows, len(self.bars))))
        tasks = [asyncio.create_task(self._run(clock, *errand)) for errand in errands]
        for first in range(self.rows, len(self.bars), self.rows):
            await clock.until(int(self.bars.ts[first - 1]), Phase.LOAD)
            self.exchange.on_block(self.bars.rows(first, min(first + self.rows, len(self.bars))))
        await clock.until(int(self.bars.ts[-1]), Phase.END)
        for task in tasks:
            await task
        self.exchange.finish()

    async def _run(self, clock, when, phase, what):
        if (when, phase) > (clock.now(), clock.phase()):
            await clock.until(when, phase)
        if isinstance(what, str):
            await self.exchange.cancel(what)
        elif isinstance(what, Amendment):
            await self.exchange.amend(what)
        else:
            await self.exchange.submit(what)


class Meeting(NamedTuple):
    """The first bar that fills an order, as a market of bars sees it."""

    row: int
    price: float
    at_open: bool
    rule: str
    slips: bool


def meet(order, bars, start=0):
    """Return the meeting of an order that arrives just before a row opens, if there is one."""
    market = BarMarket(bars.panel)
    market.load(bars)
    opens = bars.open_ts
    arrived = int(opens[start]) if start < len(bars) else int(opens[-1]) + 1
    working = Working(order, 1, Moment(arrived, Phase.TIMER))
    market.arrive(working)
    step = market.next(working)
    if step is None:
        return None
    (execution,) = market.act(working).executions
    at_open = step.phase == Phase.OPEN
    row = (opens if at_open else bars.ts).tolist().index(step.ts)
    return Meeting(row, execution.price, at_open, execution.rule, execution.slips)


def _word(event):
    if isinstance(event, OrderEvent):
        return event.state.value
    return "fill" if isinstance(event, Fill) else "amended"


def ended(states):
    """Return whether an order is over."""
    return states[-1] == "fill" or OrderState(states[-1]) in {
        OrderState.CANCELLED,
        OrderState.EXPIRED,
        OrderState.REJECTED,
    }
