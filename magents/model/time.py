"""Instants are integer nanoseconds, UTC, since 1970; phases order what happens at one instant."""

from datetime import UTC, datetime
from enum import IntEnum

SECOND = 1_000_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


class Phase(IntEnum):
    """The order in which things at one instant happen.

    A bar that closes at an instant is over before the next one opens at that same instant.
    """

    COMMAND = -1
    """Somebody told the fund to do something, see ``magents.commanding``."""
    FILLS = 0
    """Fills inside bars that close now become known."""
    DATA = 1
    """Bars that close now, facts and signals are delivered; pods decide."""
    TIMER = 2
    """Ordinary ``asyncio`` timers and sleeps end."""
    LOAD = 3
    """Marks and equity up to now are settled; the next block of bars comes in."""
    CLOSE = 4
    """Sessions whose last bar closed now end: closing auctions, day orders, daily settlement."""
    OPEN = 5
    """Bars that open now open; orders fill at the open."""
    END = 6
    """Nothing more happens at this instant."""


AT_DATA, AT_LOAD, AT_OPEN = int(Phase.DATA), int(Phase.LOAD), int(Phase.OPEN)
"""Phases as plain numbers, for what happens to every order: they compare faster."""


def iso(instant: int) -> str:
    """Write an instant for people: ``2014-02-03T21:00:00Z``, with as many decimals as needed."""
    seconds, nanos = divmod(instant, SECOND)
    text = datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return f"{text}.{nanos:09d}".rstrip("0") + "Z" if nanos else text + "Z"


def parse_instant(text: str) -> int:
    """Read an ISO 8601 date or time (UTC where no zone is given) as nanoseconds.

    Raises:
        ValueError: the text is not ISO 8601.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    whole = int(moment.replace(microsecond=0).timestamp())
    return whole * SECOND + moment.microsecond * 1000
