"""Numbers, times and ages as people read them; one place, so that every screen agrees.

Signs: a gain has ``+``, a loss ``-``, nothing has neither.  Money has thousands; cents are shown
of fees and in small funds only.  Instants are written with their zone.
"""

import re
from datetime import UTC, datetime
from math import isfinite
from zoneinfo import ZoneInfo

SECOND = 1_000_000_000
SMALL = 100_000.0
"""Funds below this show cents."""
_INSTANT = re.compile(r"\b(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?Z")
NONE = "-"
"""What stands where there is no value."""


def money(value: float, decimals: int = 0) -> str:
    """Write an amount: ``1,234,567``."""
    return _unsigned_nil(f"{value:,.{decimals}f}") if isfinite(value) else NONE


def signed(value: float, decimals: int = 0) -> str:
    """Write a gain or loss with its sign: ``+1,234``; zero has none."""
    return _with_sign(f"{value:,.{decimals}f}", value) if isfinite(value) else NONE


def places(size: float) -> int:
    """Return how many decimals amounts have in a fund of a size: cents only in small ones."""
    return 0 if abs(size) >= SMALL else 2


def percent(share: float, decimals: int = 2) -> str:
    """Write a share as a percentage: ``4.25%``."""
    if not isfinite(share):
        return NONE
    return f"{share * 100:.{decimals}f}%"


def change(share: float, decimals: int = 2) -> str:
    """Write a change as a percentage with its sign: ``+4.25%``."""
    return _with_sign(percent(share, decimals), share) if isfinite(share) else NONE


def times(value: float) -> str:
    """Write a multiple of capital: ``1.35x``."""
    return f"{value:.2f}x" if isfinite(value) else NONE


def quantity(value: float) -> str:
    """Write units: whole ones with thousands, parts with as many decimals as matter."""
    if not isfinite(value):
        return NONE
    if value == round(value):
        return f"{value:,.0f}"
    return f"{value:,.8f}".rstrip("0") if abs(value) < 1 else f"{value:,.4f}".rstrip("0")


def price(value: float) -> str:
    """Write a price: two decimals, more below ten."""
    if not isfinite(value) or value == 0:
        return NONE
    size = abs(value)
    return f"{value:,.2f}" if size >= 10 else f"{value:,.4f}" if size >= 0.01 else f"{value:.8f}"  # noqa: PLR2004


def conviction(value: float) -> str:
    """Write how sure an agent is, from -1 to 1: ``+0.50``; zero has no sign."""
    return _with_sign(f"{value:.2f}", value)


def tone(value: float) -> str:
    """Return the style of a gain, a loss or nothing."""
    return "gain" if value > 0 else "loss" if value < 0 else ""


def _unsigned_nil(text: str) -> str:
    return text.removeprefix("-") if not text.strip("-0.,") else text


def _with_sign(text: str, value: float) -> str:
    """Put a plus before a gain; what rounds to nothing loses its minus."""
    bare = text.removeprefix("-")
    if not bare.strip("0.,%"):
        return bare
    return f"+{text}" if value > 0 else text


class Zone:
    """Writes instants (nanoseconds UTC) in one time zone.

    Args:
        name: as in the tz database, ``UTC`` or ``America/New_York``.
    """

    def __init__(self, name: str = "UTC") -> None:
        self.name = name
        self._zone = UTC if name == "UTC" else ZoneInfo(name)

    def moment(self, instant: int) -> str:
        """Write date, time and zone: ``2014-02-03 21:00:00 UTC``."""
        when = self._at(instant)
        return f"{when:%Y-%m-%d %H:%M:%S} {when.tzname()}" if instant else NONE

    def stamp(self, instant: int) -> str:
        """Write date and time for tables whose heading names the zone."""
        return f"{self._at(instant):%Y-%m-%d %H:%M:%S}" if instant else NONE

    def brief(self, instant: int) -> str:
        """Write month, day, hour and minute for narrow columns."""
        return f"{self._at(instant):%m-%d %H:%M}" if instant else NONE

    def day(self, instant: int) -> str:
        """Write the date."""
        return f"{self._at(instant):%Y-%m-%d}" if instant else NONE

    def clock(self, instant: int) -> str:
        """Write the time of the day: ``21:00:00``."""
        return f"{self._at(instant):%H:%M:%S}" if instant else NONE

    def told(self, text: str) -> str:
        """Write the instants in a text of the fund's in this zone, whole seconds."""
        return _INSTANT.sub(self._retold, text)

    def _retold(self, found: re.Match[str]) -> str:
        return self.moment(int(datetime.fromisoformat(found[1] + "Z").timestamp()) * SECOND)

    def axis(self, instant: int, daily: bool) -> str:  # noqa: FBT001 - reads well where it is called
        """Write an instant below a chart: a date where bars are days, else the time."""
        return f"{self._at(instant):%d %b %y}" if daily else f"{self._at(instant):%d %H:%M}"

    def _at(self, instant: int) -> datetime:
        return datetime.fromtimestamp(instant / SECOND, self._zone)


def age(nanos: int) -> str:
    """Write how long ago something was: ``0.3s``, ``12s``, ``4m``, ``3h12m``, ``2d``."""
    seconds = nanos / SECOND
    if seconds < 0:
        return NONE
    if seconds < 10:  # noqa: PLR2004
        return f"{seconds:.1f}s"
    if seconds < 120:  # noqa: PLR2004
        return f"{seconds:.0f}s"
    minutes, hours = int(seconds // 60), int(seconds // 3600)
    if hours < 1:
        return f"{minutes}m"
    return f"{hours}h{minutes % 60:02d}m" if hours < 48 else f"{hours // 24}d"  # noqa: PLR2004
