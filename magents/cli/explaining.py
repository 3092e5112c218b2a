"""One order's story: journal, settings and data of its run brought together."""

import asyncio
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path

import msgspec

from magents.cli.running import JOURNAL, open_feed
from magents.config import Loaded, load
from magents.journal.comparing import Candles, candles_of
from magents.journal.explaining import Explained, Market, explain
from magents.journal.reading import read, trace
from magents.model.bars import BarBlock
from magents.model.errors import UserError
from magents.model.money import ZERO
from magents.model.orders import Order
from magents.model.ports import Feed
from magents.model.records import Entry, Fill

_ROWS = 4096


def explained(folder: Path, name: str) -> Explained:
    """Return the story of an order, or of the order of a fill.

    Raises:
        UserError: no such order, or the run's folder is not whole.
    """
    chain = [entry for _, entry in trace(folder / JOURNAL, name)]
    order = next(entry for entry in chain if isinstance(entry, Order))
    loaded = load(folder / "config.json")
    cap = loaded.settings.exchange.costs.participation
    try:
        candles = _candles(loaded, order, _span(chain))
    except UserError as error:
        return explain(chain, Market(None, str(error), cap))
    missing = "" if candles is not None else f"the data of {order.instrument} are no bars"
    return explain(chain, Market(candles, missing, cap, _taken(folder, order.instrument)))


def _span(chain: Sequence[Entry]) -> tuple[int, int]:
    """Return from when to when the order met bars."""
    closes = [entry.bar_ts for entry in chain if isinstance(entry, Fill)]
    return min(entry.ts for entry in chain), max([entry.ts for entry in chain] + closes)


def _taken(folder: Path, instrument: str) -> dict[int, Decimal]:
    """Return the units that all pods filled in each bar."""
    taken: dict[int, Decimal] = {}
    for _, fill in read(folder / JOURNAL, instrument=instrument, kind="fill"):
        if isinstance(fill, Fill):
            taken[fill.bar_ts] = taken.get(fill.bar_ts, ZERO) + abs(fill.quantity)
    return taken


def _candles(loaded: Loaded, order: Order, span: tuple[int, int]) -> Candles | None:
    """Read the bars of an order's life again; ``None`` where the data are no bars.

    Raises:
        UserError: the data are not there any more.
    """
    data = msgspec.structs.replace(loaded.settings.data, instruments=(order.instrument,))
    settings = msgspec.structs.replace(loaded.settings, data=data)
    feed = open_feed(Loaded(settings, loaded.lines))
    return asyncio.run(_read(feed, order.instrument, span))


async def _read(feed: Feed, instrument: str, span: tuple[int, int]) -> Candles | None:
    (panel,) = [panel for panel in feed.panels if instrument in panel.instruments]
    if panel.level != "bars":
        return None
    kept: list[BarBlock] = []
    async for block in feed.blocks(panel, _ROWS):
        if block.first > span[1]:
            break
        kept += _within(block, span) if isinstance(block, BarBlock) else ()
    return candles_of(kept, instrument)


def _within(block: BarBlock, span: tuple[int, int]) -> Iterator[BarBlock]:
    """Yield the rows that open from the start of the span and close by its end."""
    start = int(block.open_ts.searchsorted(span[0]))
    stop = int(block.ts.searchsorted(span[1], "right"))
    if start < stop:
        yield block.rows(start, stop)
