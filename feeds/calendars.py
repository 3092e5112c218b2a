"""Trading calendars: when a bar that a file stamps with a date or time really opens and closes.

``24/7`` and ``24/5`` are built in; every other code comes from ``exchange_calendars``, which is
imported only then.
"""

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from magents.model.bars import Instants
from magents.model.errors import DataError
from magents.model.time import DAY

if TYPE_CHECKING:
    import pandas as pd
    from exchange_calendars import ExchangeCalendar

ALWAYS = "24/7"
WEEKDAYS = "24/5"
EXCHANGE_DAYS = 252.0
_FRIDAY = 4
_EPOCH_WEEKDAY = 3  # 1970-01-01 was a Thursday


@dataclass(frozen=True, slots=True)
class Times:
    """Where bars lie, all of shape [N].

    Attributes:
        open_ts, ts: instants of open and close. day: session as days since 1970.
        ok: whether the calendar has a session there; where not, the instants mean nothing.
    """

    open_ts: Instants
    ts: Instants
    day: Instants
    ok: npt.NDArray[np.bool_]


class Calendar(Protocol):
    """One trading calendar.

    Attributes:
        code: as the user writes it. days_per_year: for annualising.
        minutes: length of a usual session.
    """

    code: str
    days_per_year: float
    minutes: float

    def daily(self, stamps: Instants) -> Times:
        """Place bars of one session, stamped with the session's date or an instant in it."""
        ...

    def within(self, opens: Instants, closes: Instants) -> Times:
        """Place bars whose open and close are known up to the calendar."""
        ...

    def sessions(self, first: int, last: int) -> Instants:
        """Return the sessions from day ``first`` to ``last``, as days since 1970."""
        ...


class RoundTheClock:
    """Every day (``24/7``) or every weekday (``24/5``), midnight to midnight UTC."""

    minutes = 1440.0

    def __init__(self, code: str) -> None:
        """Take one of the two codes."""
        self.code = code
        self.days_per_year = 365.0 if code == ALWAYS else 260.0

    def daily(self, stamps: Instants) -> Times:
        """See :class:`Calendar`; a day is 00:00 to 24:00 UTC."""
        return self.within(stamps, stamps + DAY)

    def within(self, opens: Instants, closes: Instants) -> Times:
        """See :class:`Calendar`."""
        day = opens // DAY
        return Times(opens, closes, day, self._open_on(day))

    def sessions(self, first: int, last: int) -> Instants:
        """See :class:`Calendar`."""
        days = np.arange(first, last + 1, dtype=np.int64)
        return days[self._open_on(days)]

    def _open_on(self, day: Instants) -> npt.NDArray[np.bool_]:
        if self.code == ALWAYS:
            return np.ones(len(day), np.bool_)
        return (day + _EPOCH_WEEKDAY) % 7 <= _FRIDAY


class Exchange:
    """The sessions of an exchange between two days, with holidays and half days."""

    days_per_year = EXCHANGE_DAYS

    def __init__(self, code: str, first: int, last: int) -> None:
        """Load the sessions from day ``first`` to ``last`` (days since 1970).

        Raises:
            DataError: ``exchange_calendars`` has no calendar of that code.
        """
        self.code = code
        schedule = _schedule(code, first, last)
        self._days, self._midnights = schedule.days, schedule.midnights
        self._opens, self._closes = schedule.opens, schedule.closes
        self.minutes = float(np.median(self._closes - self._opens)) / 60e9

    def daily(self, stamps: Instants) -> Times:
        """See :class:`Calendar`."""
        day = np.where(stamps % DAY == 0, stamps // DAY, self._local_day(stamps))
        index, ok = self._find(day)
        return Times(self._opens[index], self._closes[index], day, ok)

    def within(self, opens: Instants, closes: Instants) -> Times:
        """See :class:`Calendar`; a bar that would run past the close ends with the session."""
        day = self._local_day(opens)
        index, ok = self._find(day)
        bell = self._closes[index]
        closes = np.where(ok & (opens < bell) & (closes > bell), bell, closes)
        return Times(opens, closes, day, ok)

    def sessions(self, first: int, last: int) -> Instants:
        """See :class:`Calendar`."""
        inside: Instants = self._days[(self._days >= first) & (self._days <= last)]
        return inside

    def _local_day(self, stamps: Instants) -> Instants:
        """Return the date in the exchange's zone; right on session days, which is all we need."""
        index = np.searchsorted(self._midnights, stamps, side="right") - 1
        index = np.maximum(index, 0)
        day: Instants = self._days[index] + (stamps - self._midnights[index]) // DAY
        return day

    def _find(self, day: Instants) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.bool_]]:
        index = np.minimum(np.searchsorted(self._days, day), len(self._days) - 1)
        return index, self._days[index] == day


def open_calendar(code: str, first: int, last: int) -> Calendar:
    """Return the calendar of that code, good for days ``first`` to ``last`` since 1970.

    Raises:
        DataError: there is none.
    """
    if code in {ALWAYS, WEEKDAYS}:
        return RoundTheClock(code)
    return Exchange(code, first, last)


@dataclass(frozen=True, slots=True)
class _Schedule:
    """Sessions of an exchange, all shape [S]: days since 1970, and instants UTC."""

    days: Instants
    opens: Instants
    closes: Instants
    midnights: Instants


def _schedule(code: str, first: int, last: int) -> _Schedule:
    with warnings.catch_warnings():
        # The library uses what pandas 3.1 deprecates; nothing a user can do about it.
        warnings.simplefilter("ignore", DeprecationWarning)
        calendar = _sessions(code, first, last)
    days = calendar.sessions
    summer = np.ones(len(days), np.bool_)
    midnights = days.tz_localize(calendar.tz, ambiguous=summer, nonexistent="shift_forward")
    return _Schedule(
        _nanos(days) // DAY,
        _nanos(calendar.opens),
        _nanos(calendar.closes),
        _nanos(midnights.tz_convert("UTC")),
    )


def _sessions(code: str, first: int, last: int) -> "ExchangeCalendar":
    """Return the library's calendar, as far as it reaches."""
    import exchange_calendars
    import pandas as pd

    if code not in exchange_calendars.get_calendar_names(include_aliases=True):
        raise DataError(
            f"calendar {code!r} is not known; use 24/7, 24/5 or an exchange code such as XNYS"
        )
    start, end = pd.Timestamp(first, unit="D"), pd.Timestamp(last, unit="D")
    try:
        return exchange_calendars.get_calendar(code, start=start, end=end)
    except ValueError:
        usual = exchange_calendars.get_calendar(code)
    start = max(start, usual.bound_min() or start)
    end = min(end, usual.bound_max() or end)
    return exchange_calendars.get_calendar(code, start=start, end=end)


def _nanos(times: "pd.DatetimeIndex | pd.Series[pd.Timestamp]") -> Instants:
    return np.asarray(times.to_numpy(dtype="datetime64[ns]")).astype(np.int64)
