"""One instrument as a screen shows it: bars up to now, what the fund did in them, the book."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import islice

import numpy as np
from msgspec.structs import replace

from brokers.simulated.book import Level
from brokers.simulated.depth import DepthMarket
from brokers.simulated.exchange import SimulatedExchange
from brokers.simulated.tape import BUY, SELL
from magents.control.valuing import Worth
from magents.model.bars import BarBlock, Panel
from magents.model.records import Fill
from magents.model.snapshots import BarRow, Book, InstrumentRow, MarketView
from magents.model.ticks import Block, QuoteBlock
from magents.staff import Parts

BARS = 400
INSTRUMENTS = 500
LEVELS = 20


def market_view(
    parts: Parts, instrument: str, fills: Iterable[Fill], at: int, before: Sequence[Parts] = ()
) -> MarketView | None:
    """Return an instrument's bars up to an instant with the fills in them, ``None`` for nobody's.

    Data that are no bars are shown as bars of one price.

    Args:
        parts: of the fund. instrument: by its id. fills: of the run. at: the instant.
        before: of the processes that were taken up, oldest first.
    """
    panels = [panel for panel in parts.panels if instrument in panel.instruments]
    if not panels:
        return None
    drawn = next((panel for panel in panels if panel.level == "bars"), panels[0])
    rows: list[BarRow] = []
    for each in (parts, *reversed(before)):
        rows = _bars(each, drawn, instrument, (at, BARS - len(rows)), rows[:1]) + rows
    return MarketView(
        instrument=instrument,
        daily=drawn.bar.endswith(("d", "w")),
        bars=tuple(_traded(rows, [f for f in fills if f.instrument == instrument and f.ts <= at])),
        book=_book(parts, panels[-1], instrument, at),
    )


def _bars(
    parts: Parts, wanted: Panel, instrument: str, bounds: tuple[int, int], then: Sequence[BarRow]
) -> list[BarRow]:
    """Return bars up to an instant, so many at most, that come before what there is then."""
    same = (p for p in parts.panels if p.bar == wanted.bar and p.level == wanted.level)
    drawn = next((panel for panel in same if instrument in panel.instruments), None)
    if drawn is None:
        return []
    (at, count), column = bounds, drawn.instruments.index(instrument)
    at = min(at, then[0].ts - 1) if then else at
    rows: list[BarRow] = []
    for block in reversed(parts.data.history.rows(drawn)):
        if len(rows) >= count:
            break
        rows = _rows(block, column, at, count - len(rows)) + rows
    return rows


def instrument_rows(parts: Parts, worth: Worth) -> tuple[InstrumentRow, ...]:
    """Return all instruments with their last price, change and what the fund holds of them."""
    now, columns = parts.clock.now(), parts.exposure.columns
    held = parts.exposure.held.sum(axis=0)
    rows: dict[str, InstrumentRow] = {}
    for table in parts.marks.tables.values():
        row = int(table.ts.searchsorted(now, "right")) - 1
        before = table.closes[row - 1] if row > 0 else table.before
        ts = int(table.ts[row]) if row >= 0 else 0
        for column, name in enumerate(table.panel.instruments):
            last, prior = worth.prices[name], float(before[column])
            change = last / prior - 1 if last and prior > 0 else 0.0
            rows[name] = InstrumentRow(name, last, change, ts, float(held[columns[name]]))
    return tuple(rows.values())[:INSTRUMENTS]


def _rows(block: Block, column: int, now: int, count: int) -> list[BarRow]:
    """Return up to ``count`` of a block's last rows that are known now."""
    known = int(block.ts.searchsorted(now, "right"))
    marks = block.marks[:known, column]
    there = np.flatnonzero(~np.isnan(marks))[-count:]
    ts = block.ts[there].tolist()
    if not isinstance(block, BarBlock):
        return [BarRow(t, p, p, p, p, 0.0) for t, p in zip(ts, marks[there].tolist(), strict=True)]
    tables = (block.open, block.high, block.low, block.close, block.volume)
    picked = [table[there, column].tolist() for table in tables]
    return [BarRow(*row) for row in zip(ts, *picked, strict=True)]


def _traded(rows: list[BarRow], fills: Iterable[Fill]) -> list[BarRow]:
    """Add to each bar what was bought and sold in it."""
    closes = [row.ts for row in rows]
    bought, sold = [0.0] * len(rows), [0.0] * len(rows)
    for fill in fills:
        at = bisect_left(closes, fill.bar_ts or fill.ts)
        if at < len(rows) and (at or (fill.bar_ts or fill.ts) >= closes[0]):
            side = bought if fill.quantity > 0 else sold
            side[at] += abs(float(fill.quantity))
    return [
        row if not (b or s) else replace(row, bought=b, sold=s)
        for row, b, s in zip(rows, bought, sold, strict=True)
    ]


def _book(parts: Parts, finest: Panel, instrument: str, at: int) -> Book | None:
    """Return the order book, where the data have one: all of it, or the best bid and offer."""
    if isinstance(parts.venue, SimulatedExchange):
        market = parts.venue.market_of(instrument)
        if isinstance(market, DepthMarket) and at == parts.clock.now():
            book = market.shown(at)
            # What a buyer meets are the offers.
            asks, bids = (tuple(islice(book.levels(sign), LEVELS)) for sign in (BUY, SELL))
            return Book(at, _pairs(bids), _pairs(asks))
    for block in reversed(parts.data.history.rows(finest)):
        row = int(block.ts.searchsorted(at, "right")) - 1
        if isinstance(block, QuoteBlock) and row >= 0:
            sides = ((block.bid, block.bid_size), (block.ask, block.ask_size))
            best_bid, best_ask = (_level(price[row], size[row]) for price, size in sides)
            return Book(int(block.ts[row]), best_bid, best_ask)
    return None


def _pairs(levels: Iterable[Level]) -> tuple[tuple[float, float], ...]:
    return tuple((level.sign * level.key, level.size) for level in levels)


def _level(price: float, size: float) -> tuple[tuple[float, float], ...]:
    return () if np.isnan(price) else ((float(price), float(size)),)


def next_close(parts: Parts) -> int:
    """Return when the next bar of any panel closes, 0 where none is loaded."""
    now = parts.clock.now()
    found = []
    for table in parts.marks.tables.values():
        row = int(table.ts.searchsorted(now, "right"))
        if row < len(table.ts):
            found.append(int(table.ts[row]))
    return min(found, default=0)
