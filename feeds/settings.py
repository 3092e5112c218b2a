"""The settings of a history feed, checked once."""

from dataclasses import dataclass
from datetime import date

from feeds.badrows import DROP, FAIL
from feeds.barlength import parse_length
from feeds.catalog import AUTO
from magents.model.errors import ConfigError


@dataclass(frozen=True, slots=True, kw_only=True)
class BarSettings:
    """How bars are to be read; see :class:`feeds.history.HistoryFeed`."""

    start: date | None = None
    end: date | None = None
    calendar: str = AUTO
    bar: str = AUTO
    timestamp: str = "open"
    on_bad_row: str = FAIL
    fractional: bool | None = None

    def __post_init__(self) -> None:
        """Check the settings.

        Raises:
            ConfigError: one is none of those allowed.
        """
        _one_of("timestamp", self.timestamp, ("open", "close"))
        _one_of("on_bad_row", self.on_bad_row, (FAIL, DROP))
        if self.bar != AUTO:
            parse_length(self.bar)
        if self.start is not None and self.end is not None and self.start > self.end:
            msg = f"the start {self.start} is after the end {self.end}; swap them"
            raise ConfigError(msg)

    @property
    def length(self) -> int | None:
        """Return the bar length in nanoseconds, ``None`` for ``auto``."""
        return None if self.bar == AUTO else parse_length(self.bar)


def _one_of(name: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        msg = f"{name} is {value!r}; it must be {' or '.join(allowed)}"
        raise ConfigError(msg)
