"""The judge of one file's rows: bad rows out, good rows placed in time."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from feeds.badrows import BadRows
from feeds.calendars import Times
from feeds.coder import SKIPPED, Coder
from feeds.rows import Bars, Problem, RawRows
from feeds.schedule import Schedule
from feeds.values import CHECKS, explain, first_failed
from magents.model.bars import Instants
from magents.model.time import DAY, iso

REASONS = (*CHECKS, "not a session", "unknown instrument", "unordered", "duplicate")
NO_SESSION, NOT_LISTED, UNORDERED, DUPLICATE = range(len(CHECKS), len(REASONS))
_GOOD = -1

Faults = npt.NDArray[np.int8]


class Days(NamedTuple):
    """The sessions wanted, days since 1970, both included."""

    first: int
    last: int


class Judge:
    """Checks the rows of one file for one panel, in the order of the file."""

    def __init__(
        self,
        source: int,
        coder: Coder,
        schedule: Schedule,
        days: Days,
        bad: BadRows,
        *,
        orphans: bool = True,
    ) -> None:
        """Take the file's number, who knows the columns, the panel's schedule, the days wanted.

        ``orphans`` says whether rows of nobody are to be told of here: one panel does so.
        """
        self.source = source
        self.coder = coder
        self.orphans = orphans
        self.schedule = schedule
        self.days = days
        self.bad = bad
        self.past_end = False
        self._last = np.full(len(coder.names), np.iinfo(np.int64).min)
        self._newest = int(np.iinfo(np.int64).min)

    def clean(self, raw: RawRows) -> Bars:
        """Return the good rows of a piece.

        Raises:
            DataError: a row is bad and bad rows are not to be dropped.
        """
        rows = raw.take(raw.code != SKIPPED)
        times = self.schedule.times(rows.stamp)
        wanted = (times.day >= self.days.first) & (times.day <= self.days.last)
        faults = self._faults(rows, times, wanted)
        self.past_end = bool(len(rows)) and int(times.day.min()) > self.days.last
        self._report(rows, times, faults, wanted)
        keep = wanted & (faults == _GOOD)
        good = rows.take(keep)
        count = len(good)
        origin = np.full(count, self.source, np.int32)
        return Bars(origin, good.line, good.code, times.open_ts[keep], times.ts[keep], good.values)

    def _faults(self, rows: RawRows, times: Times, wanted: npt.NDArray[np.bool_]) -> Faults:
        faults = first_failed(rows.values)
        faults[~times.ok] = NO_SESSION
        faults[rows.code < SKIPPED] = NOT_LISTED
        self._check_order(rows.code, times.ts, (faults == _GOOD) & wanted, faults)
        return faults

    def _check_order(
        self, code: npt.NDArray[np.int32], ts: Instants, good: npt.NDArray[np.bool_], faults: Faults
    ) -> None:
        """Mark rows that do not come after the row before of their instrument."""
        at = np.flatnonzero(good)
        if not len(at) or self._plainly_ordered(code[at], ts[at]):
            return
        at = at[np.argsort(code[at], kind="stable")]
        code, ts = code[at], ts[at]
        starts = np.flatnonzero(np.diff(code, prepend=np.int32(-1)))
        for start, stop in zip(starts, [*starts[1:], len(at)], strict=True):
            column = int(code[start])
            run = ts[start:stop]
            before = np.maximum.accumulate(np.concatenate([[self._last[column]], run]))
            late = run <= before[:-1]
            again = run[late] == before[:-1][late]
            faults[at[start:stop][late]] = np.where(again, DUPLICATE, UNORDERED)
            self._last[column] = before[-1]
        self._newest = max(self._newest, int(ts.max()))

    def _plainly_ordered(self, code: npt.NDArray[np.int32], ts: Instants) -> bool:
        """Tell cheaply that all is well: time rises, and where it stands still the column does."""
        step, across = np.diff(ts), np.diff(code)
        if ts[0] <= self._newest or not ((step > 0) | ((step == 0) & (across > 0))).all():
            return False
        self._newest = int(ts[-1])
        np.maximum.at(self._last, code, ts)
        return True

    def _report(
        self, rows: RawRows, times: Times, faults: Faults, wanted: npt.NDArray[np.bool_]
    ) -> None:
        at = np.flatnonzero((faults != _GOOD) & wanted)
        if not len(at) and not rows.problems:
            return
        found = [self._problem(rows, int(row), REASONS[faults[row]]) for row in at]
        found += [problem for problem in rows.problems if self._is_wanted(problem, rows, times)]
        self.bad.add(found)

    def _is_wanted(self, problem: Problem, rows: RawRows, times: Times) -> bool:
        """Leave out unreadable rows outside the days wanted, as far as can be told."""
        if problem.orphan and not self.orphans:
            return False
        if problem.stamp is not None:
            return self.days.first <= problem.stamp // DAY <= self.days.last
        after = rows.line[times.day > self.days.last]
        return not len(after) or problem.line < int(after[0])

    def _problem(self, rows: RawRows, row: int, reason: str) -> Problem:
        stamp, code = int(rows.stamp[row]), int(rows.code[row])
        label = f"{self.coder.name(code)} {self._when(stamp)}"
        text, mend = self._words(reason, rows, row)
        return Problem(int(rows.line[row]), label, reason, text, stamp, mend)

    def _words(self, reason: str, rows: RawRows, row: int) -> tuple[str, str]:
        code = self.schedule.calendar.code
        if reason == "not a session":
            mend = "set data.calendar to 24/7 or to the right exchange code"
            return f"there is no session of {code} on that day", mend
        if reason == "unknown instrument":
            return "the instrument is not in instruments.csv", "add it there"
        if reason == "unordered":
            return "the row comes after a later one of the instrument", "sort the rows"
        if reason == "duplicate":
            return "the instrument has that bar already", "remove one of the two"
        return explain(reason, rows.values[:, row]), "mend the row"

    def _when(self, stamp: int) -> str:
        text = iso(stamp)
        return text[:10] if self.schedule.length >= DAY and stamp % DAY == 0 else text
