"""Long files that are grouped by instrument (or shuffled), turned into one sorted run each.

Clean rows are appended to one temporary file an instrument, so memory is bounded by a piece of the
file and by :data:`HELD` rows.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from feeds.rows import Bars

HELD = 1 << 17
"""Rows held in memory before they are written."""

RECORD = np.dtype(
    [
        ("source", "<i4"),
        ("code", "<i4"),
        ("line", "<i8"),
        ("open_ts", "<i8"),
        ("ts", "<i8"),
        ("values", "<f8", (5,)),
    ]
)


def spill(parts: Iterable[Bars], directory: Path) -> list[int]:
    """Write rows to one file an instrument, in the order they come; return the codes met."""
    held: list[Bars] = []
    met: set[int] = set()
    for part in parts:
        held.append(part)
        if sum(map(len, held)) >= HELD:
            met |= _write(held, directory)
            held = []
    met |= _write(held, directory)
    return sorted(met)


def read_back(directory: Path, code: int, rows: int) -> Iterator[Bars]:
    """Yield one instrument's rows, at most ``rows`` at a time."""
    with _path(directory, code).open("rb") as file:
        while data := file.read(rows * RECORD.itemsize):
            yield _bars(np.frombuffer(data, RECORD))


def _path(directory: Path, code: int) -> Path:
    return directory / f"{code}.rows"


def _write(held: list[Bars], directory: Path) -> set[int]:
    if not held:
        return set()
    records = np.concatenate([_records(part) for part in held])
    records = records[np.argsort(records["code"], kind="stable")]
    starts = np.flatnonzero(np.diff(records["code"], prepend=np.int32(-1)))
    for start, stop in zip(starts, [*starts[1:], len(records)], strict=True):
        with _path(directory, int(records["code"][start])).open("ab") as file:
            file.write(records[start:stop].tobytes())
    return {int(records["code"][start]) for start in starts}


def _records(bars: Bars) -> np.ndarray:
    records = np.empty(len(bars), RECORD)
    records["source"], records["code"], records["line"] = bars.source, bars.code, bars.line
    records["open_ts"], records["ts"] = bars.open_ts, bars.ts
    records["values"] = bars.values.T
    return records


def _bars(records: np.ndarray) -> Bars:
    return Bars(
        records["source"].copy(),
        records["line"].copy(),
        records["code"].copy(),
        records["open_ts"].copy(),
        records["ts"].copy(),
        records["values"].T.copy(),
    )
