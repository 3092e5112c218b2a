"""How the stamps of one panel turn into the opens and closes of its bars."""

from dataclasses import dataclass

import numpy as np

from feeds.barlength import length_text
from feeds.calendars import ALWAYS, WEEKDAYS, Calendar, Times
from magents.model.bars import Instants
from magents.model.time import DAY


@dataclass(frozen=True, slots=True)
class Schedule:
    """Bars of one length on one calendar.

    Attributes:
        length: nanoseconds. closes: whether intraday stamps are closes of bars.
    """

    calendar: Calendar
    length: int
    closes: bool = False

    @property
    def name(self) -> str:
        """Return the panel's name, such as ``XNYS 1d``."""
        return f"{self.calendar.code} {length_text(self.length)}"

    @property
    def periods_per_year(self) -> float:
        """Return the number of bars in a year."""
        days = self.calendar.days_per_year
        if self.length == DAY:
            return days
        bars = self.calendar.minutes * 60e9 / self.length
        return days * bars

    def times(self, stamps: Instants) -> Times:
        """Place the bars stamped so, shape [N].

        Midnights of daily or longer bars are dates whatever ``closes`` says.
        """
        if self.length == DAY and self.calendar.code not in {ALWAYS, WEEKDAYS}:
            return self.calendar.daily(stamps)
        opens = self._opens(stamps)
        return self.calendar.within(opens, opens + self.length)

    def _opens(self, stamps: Instants) -> Instants:
        if not self.closes:
            return stamps
        if self.length < DAY:
            return stamps - self.length
        return np.where(stamps % DAY == 0, stamps, stamps - self.length)
