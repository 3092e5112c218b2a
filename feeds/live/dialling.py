"""When streams of a venue may be asked for again: later each time, in no crowd, not too often."""

import asyncio

from magents.runtime import wall
from magents.runtime.backoff import Backoff, Budget
from magents.runtime.streams import Streams

FIRST, LONGEST = 0.25, 30.0
"""Seconds before a stream is asked for again: doubled at each failure, half of it drawn."""
STEADY = 10.0
"""Seconds that a stream must stand before its next loss counts as a first one."""
MANY, WITHIN = 100, 300.0
"""All streams of a venue together are asked for so often in so many seconds (Binance: 300)."""


class Dialling:
    """The dials of one venue.

    Args:
        venue: its name. seed: of what is drawn; another one in each process.
    """

    def __init__(self, venue: str, seed: int) -> None:
        """Have dialled nobody yet."""
        self._venue = venue
        self._streams = Streams(seed)
        self._budget = Budget(MANY, WITHIN)
        self.dials = 0

    def channel(self, name: str) -> "Channel":
        """Return the dials of one channel."""
        draw = self._streams.stream(f"dials/{self._venue}/{name}")
        return Channel(self, Backoff(FIRST, LONGEST, draw))

    async def turn(self) -> None:
        """Wait until one more dial is within the budget."""
        self.dials += 1
        await asyncio.sleep(self._budget.spend(wall.monotonic()))


class Channel:
    """The dials of one channel."""

    def __init__(self, all_of: Dialling, backoff: Backoff) -> None:
        """Begin with a short wait."""
        self._all = all_of
        self._backoff = backoff
        self._began = 0.0

    async def begin(self) -> None:
        """Wait for leave to ask for the stream."""
        await self._all.turn()
        self._began = wall.monotonic()

    async def pause(self) -> None:
        """Wait before it is asked for again; a stream that stood for a while begins anew."""
        if wall.monotonic() - self._began >= STEADY:
            self._backoff.reset()
        await asyncio.sleep(self._backoff.wait())
