"""The curve of equity of a live run, on the disk while it runs, so that a resume goes on with it.

One line of JSON a row: the instant, then value, gross and net exposure of the fund and of each pod
by name. A line that the death of its writer cut off is nobody's.
"""

from pathlib import Path

import msgspec
import numpy as np

from magents.model.bars import Floats, Instants
from magents.model.time import SECOND

CURVE = "curve.jsonl"
Curve = tuple[Instants, Floats]
"""Instants, and numbers of shape [N, 3 * (1 + pods)]."""


class CurveFile:
    """Adds rows to the curve of a run: the first of this process, then one a step at most.

    The step is that of the curve in memory, which grows with the run; so the file stays small.

    Args:
        folder: of the run. last: the instant of the last row that an earlier process wrote.

    Attributes:
        last: the instant of the last row, 0 before the first.
    """

    def __init__(self, folder: Path, last: int = 0) -> None:
        """Open the file; what a dead writer left of a line is taken off."""
        path = folder / CURVE
        self.last = last
        self._fresh = True
        if path.exists():
            body = path.read_bytes()
            path.write_bytes(body[: body.rfind(b"\n") + 1])
        self._file = path.open("ab", buffering=0)

    def add(self, ts: Instants, table: Floats, step: int = SECOND) -> None:
        """Add the last of some rows that came after the one that was added last."""
        if not len(ts):
            return
        if self._fresh:
            self._write(ts, table, 0)
            self._fresh = False
        if int(ts[-1]) >= self.last + step:
            self._write(ts, table, -1)

    def due(self, now: int, step: int = SECOND) -> bool:
        """Return whether there may be something to add."""
        return self._fresh or now >= self.last + step

    def _write(self, ts: Instants, table: Floats, row: int) -> None:
        self.last = int(ts[row])
        self._file.write(msgspec.json.encode([self.last, *table[row].tolist()]) + b"\n")

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def read_curve(folder: Path) -> Curve | None:
    """Return the curve of a run, a row a second at most; ``None`` where there is none."""
    path = folder / CURVE
    lines = path.read_bytes().split(b"\n")[:-1] if path.is_file() else []
    decode = msgspec.json.Decoder(list[float | int]).decode
    rows = list(map(decode, lines))
    if not rows:
        return None
    ts = np.array([int(row[0]) for row in rows], np.int64)
    return ts, np.array([row[1:] for row in rows], np.float64)
