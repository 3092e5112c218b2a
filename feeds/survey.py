"""A first look at each file: which instruments, from when to when, how far apart, in what order."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from feeds.barfile import BarFile
from feeds.barlength import SAMPLE
from feeds.csvfile import read_csv
from feeds.exact import ExactReader
from feeds.lines import Piece, tail
from feeds.parquetfile import read_parquet
from feeds.rows import RawRows
from magents.model.bars import Instants
from magents.model.time import DAY

PIECE = 1 << 20


@dataclass(slots=True)
class Survey:
    """What a file holds.

    Attributes:
        starts: instrument to its first stamps in the order of the file, at most 1,000.
        first, last: smallest and largest stamp. ordered: whether stamps never fall.
    """

    file: BarFile
    starts: dict[str, list[int]] = field(default_factory=dict)
    first: int = np.iinfo(np.int64).max
    last: int = np.iinfo(np.int64).min
    ordered: bool = True

    @property
    def instruments(self) -> list[str]:
        """Return the instruments, in the order in which they were met."""
        return list(self.starts)


@dataclass(frozen=True, slots=True)
class Spacing:
    """How an instrument's first stamps lie.

    Attributes:
        step: the smallest one. steps: how many there are. midnights: whether all are midnights.
    """

    step: int | None
    steps: int
    midnights: bool

    @property
    def dates(self) -> bool:
        """Whether the stamps are dates rather than times."""
        return self.midnights and (self.step is None or self.step >= DAY)


def spacing(stamps: list[int]) -> Spacing:
    """Measure an instrument's first stamps."""
    first = np.array(stamps, np.int64)
    steps = np.diff(first)
    steps = steps[steps > 0]
    step = int(steps.min()) if len(steps) else None
    return Spacing(step, len(steps), bool((first % DAY == 0).all()))


def read_file(
    file: BarFile, code_of: object, size: int, *, prices: bool = True
) -> Iterator[RawRows]:
    """Yield the rows of a file of either kind."""
    read = read_parquet if file.parquet else read_csv
    return read(file, code_of, size, prices=prices)  # type: ignore[arg-type]


def survey(file: BarFile) -> Survey:
    """Look through a file; of a CSV file with one instrument only head and tail are read."""
    surveyor = _Surveyor(file)
    if file.long or file.parquet:
        for raw in read_file(file, surveyor.code_of, PIECE, prices=False):
            surveyor.add(raw)
        return surveyor.found
    for raw in read_csv(file, surveyor.code_of, PIECE // 8, prices=False):
        surveyor.add(raw)
        if surveyor.sated:
            break
    end = "\n".join(tail(file.path)[-20:]).encode()
    exact = ExactReader(file, surveyor.code_of, prices=False)
    surveyor.widen(exact.read(Piece(1, end)).stamp)
    return surveyor.found


class _Surveyor:
    def __init__(self, file: BarFile) -> None:
        self.found = Survey(file)
        self.names: list[str] = []
        self.codes: dict[str, int] = {}
        self.counts = np.zeros(0, np.int64)

    @property
    def sated(self) -> bool:
        """Whether the bar length of every instrument met so far is settled."""
        return bool(len(self.counts)) and bool((self.counts >= SAMPLE).all())

    def code_of(self, name: str) -> int:
        code = self.codes.get(name)
        if code is None:
            code = self.codes[name] = len(self.names)
            self.names.append(name)
            self.counts = np.append(self.counts, 0)
        return code

    def widen(self, stamps: Instants) -> None:
        if len(stamps):
            self.found.first = min(self.found.first, int(stamps.min()))
            self.found.last = max(self.found.last, int(stamps.max()))

    def add(self, raw: RawRows) -> None:
        if not len(raw):
            return
        stamps = raw.stamp
        falls = bool((np.diff(stamps) < 0).any()) or int(stamps[0]) < self.found.last
        self.found.ordered = self.found.ordered and not falls
        self.widen(stamps)
        if not self.sated or self._has_new(raw):
            self._keep_starts(raw)

    def _has_new(self, raw: RawRows) -> bool:
        return bool((self.counts[raw.code] < SAMPLE).any())

    def _keep_starts(self, raw: RawRows) -> None:
        order = np.argsort(raw.code, kind="stable")
        code, stamps = raw.code[order], raw.stamp[order]
        starts = np.flatnonzero(np.diff(code, prepend=np.int32(-1)))
        for start, stop in zip(starts, [*starts[1:], len(code)], strict=True):
            number = int(code[start])
            kept = self.found.starts.setdefault(self.names[number], [])
            kept.extend(stamps[start : min(stop, start + SAMPLE - len(kept))].tolist())
            self.counts[number] = len(kept)
