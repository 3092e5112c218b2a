"""Clean rows of one instrument become blocks; an instant is never cut in two."""

from collections.abc import Iterable, Iterator
from dataclasses import fields

import numpy as np

from feeds.ticks_columns import DEPTH, QUOTES, SNAPSHOT, TRADES
from feeds.ticks_file import Columns
from feeds.ticks_mid import Middle
from magents.model.bars import Instants, Panel
from magents.model.ticks import DepthBlock, QuoteBlock, TradeBlock

Ticks = TradeBlock | QuoteBlock | DepthBlock
_KINDS: dict[str, type[Ticks]] = {TRADES: TradeBlock, QUOTES: QuoteBlock, DEPTH: DepthBlock}


def tick_blocks(parts: Iterable[Columns], panel: Panel, rows: int) -> Iterator[Ticks]:
    """Yield blocks of at most ``rows`` rows; more only where one instant has more."""
    if panel.level == DEPTH:
        parts = _with_middle(_with_resets(parts))
    for columns in _cut(parts, rows):
        yield _block(panel, columns)


def edge(ts: Instants, rows: int) -> int:
    """Return where to cut: the last change of instant within ``rows`` rows, or the first after.

    The last instant may go on in rows that are not there yet, so the end is no place to cut: the
    answer is 0 where there is no other.
    """
    changes = np.flatnonzero(np.diff(ts)) + 1
    within = int(changes.searchsorted(rows, "right"))
    if within:
        return int(changes[within - 1])
    return int(changes[0]) if len(changes) else 0


def whole_instants(ts: Instants, rows: int) -> int:
    """Return how many of these rows, which are all there are, the next block takes."""
    if len(ts) <= rows:
        return len(ts)
    return _stop(ts, rows) or len(ts)


def _stop(ts: Instants, rows: int) -> int:
    return edge(ts[: rows + 1], rows) or edge(ts, rows)


def _cut(parts: Iterable[Columns], rows: int) -> Iterator[Columns]:
    held: Columns | None = None
    for part in parts:
        held = part if held is None else {n: np.concatenate([held[n], part[n]]) for n in held}
        start = 0
        while len(held["ts"]) - start > rows and (stop := _stop(held["ts"][start:], rows)):
            yield {name: values[start : start + stop] for name, values in held.items()}
            start += stop
        held = {name: values[start:] for name, values in held.items()}
    while held is not None and len(held["ts"]):
        stop = whole_instants(held["ts"], rows)
        yield {name: values[:stop] for name, values in held.items()}
        held = {name: values[stop:] for name, values in held.items()}


def _block(panel: Panel, columns: Columns) -> Ticks:
    kind = _KINDS[panel.level]
    own = {each.name: columns[each.name].copy() for each in fields(kind)[1:]}
    if panel.level == DEPTH:
        # Within a message the book is neither the one before nor the one after.
        own["mid"][:-1][np.diff(own["ts"]) == 0] = np.nan
    return kind(panel, *own.values())


def _with_resets(parts: Iterable[Columns]) -> Iterator[Columns]:
    """Mark the first row of each snapshot: of each instant, where kinds are not told."""
    last_ts, last_kind = -1, -1
    for part in parts:
        ts = part["ts"]
        kind = part.get("kind")
        kind = np.full(len(ts), SNAPSHOT, np.int8) if kind is None else kind
        new = np.diff(ts, prepend=last_ts) != 0
        new |= np.diff(kind, prepend=np.int8(last_kind)) != 0
        last_ts, last_kind = int(ts[-1]), int(kind[-1])
        yield {**part, "reset": ((kind == SNAPSHOT) & new).astype(np.int8)}


def _with_middle(parts: Iterable[Columns]) -> Iterator[Columns]:
    middle = Middle()
    for part in parts:
        yield {**part, "mid": middle.after(part)}
