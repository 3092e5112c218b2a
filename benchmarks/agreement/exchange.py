"""Our side: one scripted pod in a whole fund sends the orders, as any pod would."""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

import numpy as np

from benchmarks.agreement.tickets import (
    CAPITAL,
    COMMISSION,
    Candle,
    Done,
    Ticket,
    by_instrument,
    by_session,
)
from feeds.history import HistoryFeed
from feeds.memory import MemoryFeed
from magents.cli.running import drive
from magents.config import Global, Risk, Settings
from magents.fund import Fund, Hire
from magents.journal.writing import MemoryJournal
from magents.model.bars import BarBlock
from magents.model.orders import Side
from magents.model.records import Fill
from magents.model.time import iso
from magents.runtime.clock import VirtualClock
from magents.runtime.loop import VirtualLoop
from pods.base import Pod
from pods.desk import Desk
from pods.ordering import How

INSTRUMENTS = ("AAPL", "BAC", "GE", "NVDA", "XOM")
SPAN = (date(2016, 2, 8), date(2018, 2, 7))
WIDE = 1e9
NAME = "script"


def market() -> MemoryFeed:
    """Return two years of daily bars of five shares of the sample, in whole cents.

    Not every price of the sample is one, and some simulators keep no more than two or three
    decimals.
    """
    sample = HistoryFeed(None, instruments=INSTRUMENTS, start=SPAN[0], end=SPAN[1])
    whole = asyncio.run(MemoryFeed.of(sample))
    blocks = [_in_cents(whole, panel.name) for panel in whole.panels]
    return MemoryFeed(whole.instruments, blocks)


def _in_cents(feed: MemoryFeed, panel: str) -> BarBlock:
    block = _block(feed, panel)
    prices = (block.open, block.high, block.low, block.close)
    rounded = [np.round(table, 2) for table in prices]
    return BarBlock(block.panel, block.open_ts, block.ts, *rounded, block.volume)


def _block(feed: MemoryFeed, name: str) -> BarBlock:
    """Return all bars of a panel."""

    async def read() -> BarBlock:
        panel = next(each for each in feed.panels if each.name == name)
        blocks = [block async for block in feed.blocks(panel, 1 << 30)]
        assert len(blocks) == 1
        assert isinstance(blocks[0], BarBlock)
        return blocks[0]

    return asyncio.run(read())


def candles(feed: MemoryFeed) -> list[Candle]:
    """Return the bars as everybody else gets them, by time, then by name."""
    return [candle for panel in feed.panels for candle in _rows(_block(feed, panel.name))]


def _rows(block: BarBlock) -> Iterator[Candle]:
    for row in range(len(block)):
        for column in range(len(block.panel.instruments)):
            bar = block.bar(row, column)
            if bar is not None:
                prices = (bar.open, bar.high, bar.low, bar.close)
                session = session_of(bar.ts)
                yield Candle(session, bar.instrument, bar.open_ts, bar.ts, *prices, int(bar.volume))


def session_of(ts: int) -> str:
    """Return the day on which a bar closes."""
    return iso(ts)[:10]


class Script(Pod):
    """Sends its orders once all bars of their session have closed."""

    def __init__(self, tickets: Sequence[Ticket], closes: Sequence[int]) -> None:
        """Keep orders and the instants at which sessions close."""
        super().__init__(NAME)
        self._tickets = by_session(tickets)
        self._closes = closes

    async def run(self, desk: Desk) -> None:
        """Send, session by session."""
        for close in self._closes:
            await desk.clock.until(close)
            for ticket in self._tickets.get(session_of(close), []):
                side = Side(ticket.side)
                await desk.order(ticket.instrument, side, str(ticket.quantity), **how(ticket))


def how(ticket: Ticket) -> How:
    """Return an order's prices and how long it works."""
    words = How(tif=ticket.tif)
    if ticket.limit:
        words["limit"] = str(ticket.limit)
    if ticket.stop:
        words["stop"] = str(ticket.stop)
    return words


def settings() -> Settings:
    """Return settings in which nothing refuses an order, with 10 basis points of commission."""
    return Settings(
        global_=Global(
            initial_capital=Decimal(CAPITAL), max_leverage=WIDE, transaction_cost=COMMISSION
        ),
        risk=Risk(max_single_name=WIDE, price_collar=WIDE, max_orders_per_minute=1_000_000),
    )


def trade(feed: MemoryFeed, tickets: Sequence[Ticket]) -> list[tuple[Done, str]]:
    """Return every fill, and the number of its rule in ``docs/fills.md``."""
    bars = by_instrument(candles(feed))
    closes = sorted({candle.ts for rows in bars.values() for candle in rows})
    loop = VirtualLoop()
    hires = [Hire(Script(tickets, closes))]
    fund = Fund(settings(), feed, hires, VirtualClock(loop), MemoryJournal())
    result = drive(loop, fund)
    assert not result.refusals, result.refusals[:3]
    assert not result.halts, result.halts
    return [(done(fill), fill.rule) for fill in result.fills]


def done(fill: Fill) -> Done:
    """Return a fill as everybody else tells it."""
    number = int(fill.order.removeprefix(f"{NAME}:"))
    units = abs(int(fill.quantity))
    session = session_of(fill.bar_ts)
    return Done(number, session, float(fill.price), units, float(fill.commission))
