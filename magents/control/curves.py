"""Value over time of the fund and its pods, thinned to what a screen can draw."""

import numpy as np

from magents.model.bars import Floats
from magents.model.snapshots import Curve
from magents.model.time import DAY, Phase
from magents.staff import Parts

POINTS = 400
TREND = 16


class Curves:
    """Follows the recorder of value over time.

    Attributes:
        peaks: highest value so far, of the fund first, then of each pod by name.
        start: the first instant, 0 before it.
        day_start: values at the end of the day before, in the same order.
    """

    def __init__(self, parts: Parts) -> None:
        """Begin empty."""
        self._parts = parts
        self._pods = sorted(parts.staff)
        self._last = -1
        self.start = 0
        self._stride = 1
        self._skipped = 0
        self._ts: list[int] = []
        self._rows: list[Floats] = []
        self._newest: tuple[int, Floats] | None = None
        self.peaks: Floats = np.zeros(len(self._pods) + 1)
        self.day_start: Floats = np.zeros(len(self._pods) + 1)

    def follow(self) -> None:
        """Take in the closes since."""
        clock, equity = self._parts.clock, self._parts.equity
        now = clock.now()
        equity.settle(now if clock.phase() >= Phase.LOAD else now - 1)
        ts, table = equity.after(self._last)
        if not len(ts):
            return
        values = table[:, ::3]
        self.start = self.start or int(ts[0])
        self._keep_day(ts.tolist(), values)
        self.peaks = np.maximum(self.peaks, values.max(axis=0))
        self._last = int(ts[-1])
        for row, instant in enumerate(ts.tolist()):
            self._add(instant, values[row])

    def fund(self, now: int, value: float) -> Curve:
        """Return the fund's curve, with its value of now at the end."""
        return self._curve(0, now, value)

    def pod(self, name: str, now: int, value: float) -> Curve:
        """Return a pod's curve, with its value of now at the end."""
        return self._curve(self._pods.index(name) + 1, now, value)

    def trend(self, name: str) -> tuple[float, ...]:
        """Return a pod's value at a few instants, oldest first."""
        column = self._pods.index(name) + 1
        step = max(1, len(self._rows) // TREND)
        return tuple(float(row[column]) for row in self._rows[::-step][::-1])[-TREND:]

    def _curve(self, column: int, now: int, value: float) -> Curve:
        ts, values = list(self._ts), [float(row[column]) for row in self._rows]
        if self._newest is not None and (not ts or self._newest[0] > ts[-1]):
            ts.append(self._newest[0])
            values.append(float(self._newest[1][column]))
        if not ts or now > ts[-1]:
            ts.append(now)
            values.append(value)
        return Curve(tuple(ts), tuple(values))

    def _keep_day(self, ts: list[int], values: Floats) -> None:
        """Note what everything was worth when the day of the newest row began."""
        before = self._newest
        rows = values if before is None else np.vstack([before[1], values])
        days = [each // DAY for each in ([] if before is None else [before[0]]) + ts]
        older = [row for row, day in enumerate(days) if day < days[-1]]
        if older:
            self.day_start = rows[older[-1]].copy()
        elif before is None:
            self.day_start = rows[0].copy()
        self._newest = (ts[-1], values[-1].copy())

    def _add(self, ts: int, row: Floats) -> None:
        """Keep every so many rows; when there are too many, half of them."""
        self._skipped += 1
        if self._skipped < self._stride and self._rows:
            return
        self._skipped = 0
        self._ts.append(ts)
        self._rows.append(row.copy())
        if len(self._rows) > POINTS:
            self._ts, self._rows = self._ts[::2], self._rows[::2]
            self._stride *= 2
