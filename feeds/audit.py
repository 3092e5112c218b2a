"""A feed with its future hidden or spoilt, to find out who looks ahead.

Whoever is causal decides the same up to an instant, whatever comes after it.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import numpy.typing as npt

from magents.model.bars import BarBlock, Floats, Instants, Panel
from magents.model.errors import ConfigError
from magents.model.events import Events
from magents.model.facts import FactTable
from magents.model.instruments import Instrument
from magents.model.ports import Feed
from magents.model.records import Notice

if TYPE_CHECKING:
    from magents.model.ticks import Block

AnyBlock = TypeVar("AnyBlock", bound="Block")

CUT = "cut"
NAN = "nan"
ABSURD = "absurd"
MODES = (CUT, NAN, ABSURD)
_HUGE = 1e9
_OPPOSITE = {"buy": "sell", "sell": "buy", "P": "S", "S": "P"}

Spoiler = Callable[[Floats], Floats]


class CutFeed:
    """Another feed, unchanged up to an instant and spoilt after it.

    A bar is after the instant if it closes after it, a fact if it becomes known after it.
    ``cut`` ends there; ``nan`` keeps the instants and empties the numbers; ``absurd`` turns prices
    upside down and makes them huge (a rise becomes a fall), and facts likewise.
    """

    def __init__(self, feed: Feed, instant: int, mode: str) -> None:
        """Take the feed, the last instant to leave alone, and one of :data:`MODES`.

        Raises:
            ConfigError: the mode is not known.
        """
        if mode not in MODES:
            raise ConfigError(f"audit mode {mode!r} is not known; it is one of {', '.join(MODES)}")
        self._feed = feed
        self._instant = instant
        self._mode = mode

    @property
    def instruments(self) -> Sequence[Instrument]:
        """Return the feed's instruments."""
        return self._feed.instruments

    @property
    def panels(self) -> Sequence[Panel]:
        """Return the feed's panels."""
        return self._feed.panels

    def facts(self) -> Mapping[str, FactTable]:
        """Return the feed's facts, spoilt after the instant."""
        return {kind: self._spoil_facts(table) for kind, table in self._feed.facts().items()}

    def events(self, currency: str) -> Events:
        """Return what happens without a trade: it touches nothing before its instant."""
        return self._feed.events(currency)

    def sessions(self) -> Mapping[str, tuple[Instants, Instants]]:
        """Return opens and closes of the sessions in the data, by calendar."""
        return self._feed.sessions()

    async def blocks(self, panel: Panel, rows: int) -> "AsyncIterator[Block]":
        """Yield the feed's blocks, spoilt after the instant."""
        async for block in self._feed.blocks(panel, rows):
            kept = int(np.searchsorted(block.ts, self._instant, side="right"))
            if kept == len(block):
                yield block
                continue
            if self._mode == CUT:
                if kept:
                    yield _head(block, kept)
                return
            if isinstance(block, BarBlock):
                yield _spoil_bars(block, kept, self._mode)
            else:
                yield _spoil_ticks(block, kept, self._mode)

    def notices(self) -> Sequence[Notice]:
        """Return the feed's notices."""
        return self._feed.notices()

    def _spoil_facts(self, table: FactTable) -> FactTable:
        known = int(np.searchsorted(table.known_at, self._instant, side="right"))
        if self._mode == CUT:
            return table.take(slice(0, known))
        spoiler = _empty if self._mode == NAN else _negate
        columns = {name: _spoil(values, known, spoiler) for name, values in table.columns.items()}
        return FactTable(table.kind, table.known_at, table.instrument, columns)


def _head(block: "AnyBlock", kept: int) -> "AnyBlock":
    """Return the first rows of a block of any level."""
    columns = {each.name: getattr(block, each.name) for each in fields(block)}
    del columns["panel"]
    return replace(block, **{name: values[:kept] for name, values in columns.items()})


def _spoil_ticks(block: "AnyBlock", kept: int, mode: str) -> "AnyBlock":
    """Spoil prices and sizes from row ``kept`` on; upside down, bid and ask swap."""
    change = _empty if mode == NAN else _invert
    swap = {"bid": "ask", "ask": "bid"} if mode == ABSURD else {}
    columns: dict[str, Any] = {}
    for each in fields(block):
        before = getattr(block, each.name)
        if each.name != "panel" and before.dtype == np.float64:
            after = getattr(block, swap.get(each.name, each.name))
            columns[each.name] = _after(before, after, kept, change)
    return replace(block, **columns)


def _spoil_bars(block: BarBlock, kept: int, mode: str) -> BarBlock:
    """Spoil the rows from ``kept`` on; where high and low swap, they stay in order."""
    absurd = mode == ABSURD
    change = _invert if absurd else _empty
    high, low = (block.low, block.high) if absurd else (block.high, block.low)
    return BarBlock(
        block.panel,
        block.open_ts,
        block.ts,
        _after(block.open, block.open, kept, change),
        _after(block.high, high, kept, change),
        _after(block.low, low, kept, change),
        _after(block.close, block.close, kept, change),
        _after(block.volume, block.volume, kept, _empty if mode == NAN else _invert_volume),
    )


def _after(before: Floats, after: Floats, kept: int, change: Spoiler) -> Floats:
    return np.concatenate([before[:kept], change(after[kept:])])


def _empty(values: Floats) -> Floats:
    return np.full_like(values, np.nan)


def _invert(values: Floats) -> Floats:
    with np.errstate(divide="ignore"):
        return np.asarray(_HUGE / values)


def _negate(values: Floats) -> Floats:
    return -1e6 * values - 1.0


def _invert_volume(values: Floats) -> Floats:
    """Turn volumes huge for small and small for huge; they stay positive."""
    return _HUGE / (values + 1.0)


def _spoil(
    values: npt.NDArray[np.generic], known: int, spoiler: Spoiler
) -> npt.NDArray[np.generic]:
    """Spoil a column of facts from row ``known`` on; instants (integers) stay as they are."""
    if values.dtype == np.float64:
        return np.concatenate([values[:known], spoiler(values[known:].astype(np.float64))])
    if values.dtype != object or spoiler is _empty:
        return values
    turned = [_OPPOSITE.get(str(value), value) for value in values[known:].tolist()]
    spoilt = values.copy()
    spoilt[known:] = turned
    return spoilt
