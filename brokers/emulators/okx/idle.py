"""Who says nothing and is told nothing for half a minute is cut off."""

from brokers.emulators.lines import Line
from brokers.emulators.venue import Venue

PATIENCE = 30.0
CODE = 4004


class Idle:
    """When each connection last had traffic, either way."""

    def __init__(self, venue: Venue) -> None:
        self._venue = venue
        self._last: dict[int, float] = {}
        venue.on_beat.append(self.beat)

    def note(self, line: Line) -> None:
        """Note that something was said."""
        self._last[line.number] = self._venue.clock.elapsed()

    def beat(self) -> None:
        """Close what has been silent for too long; forget what is gone."""
        now, there = self._venue.clock.elapsed(), self._venue.lines.open
        self._last = {number: at for number, at in self._last.items() if number in there}
        for number, at in self._last.items():
            if now - at > PATIENCE:
                there[number].close(CODE)
