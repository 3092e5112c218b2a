"""How a venue is doing, as a row of the screen."""

from typing import Literal

from feeds.live.watching import Venue
from magents.model.snapshots import FeedRow
from magents.model.time import SECOND

STALE = 10.0
"""Seconds of silence after which a venue is called stale."""


def feed_row(venue: Venue) -> FeedRow:
    """Return how a venue is doing: its age, rate and gaps, its connections, clock and books."""
    age = venue.heard.age()
    return FeedRow(
        source=venue.name,
        state=_state(age, there=venue.asked or venue.connections > 0),
        age=-1 if age is None else round(age * SECOND),
        rate=venue.heard.rate(),
        seen=venue.heard.total,
        gaps=venue.harvest.gaps,
        note=_note(venue),
    )


def _state(age: float | None, *, there: bool) -> Literal["ok", "stale", "down"]:
    if not there:
        return "down"
    return "stale" if age is None or age > STALE else "ok"


def _note(venue: Venue) -> str:
    count = venue.connections
    reached = f"{count} connection{'' if count == 1 else 's'}"
    said = [
        "asked now and then" if venue.asked else reached,
        f"clock {venue.offset * 1000 / SECOND:+,.1f} ms",
    ]
    doubted = venue.doubted
    if doubted:
        said.append(f"book not trusted: {' '.join(doubted)}")
    return ", ".join(said)
