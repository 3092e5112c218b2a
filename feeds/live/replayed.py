"""A recording as a feed: the same frames in the same turns at the same instants."""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from feeds.live.feed import LiveFeed
from feeds.live.frames import Frame, Kind, Opening
from feeds.live.playing import Player
from feeds.live.recording import read_frames
from feeds.live.settings import Live
from magents.model.errors import DataError
from magents.model.ports import Clock
from magents.model.time import Phase


class Recorded:
    """One file of a recording.

    Args:
        path: the file. until: an instant up to which its session went on for sure, though its
            writer died before it could say more.

    Raises:
        DataError: it does not begin as a session does, or is of another format.
    """

    def __init__(self, path: Path, until: int = 0) -> None:
        """Read how the session began."""
        self._until = until
        self._frames = read_frames(path)
        first = next(self._frames, None)
        if first is None or first.kind is not Kind.BEGIN:
            raise DataError(f"{path} does not begin as a session does; its writer died too early")
        self._begin = first
        self.opening = msgspec.json.decode(first.text, type=Opening)
        if self.opening.format != 1:
            raise DataError(f"{path} has format {self.opening.format}, this version reads 1")
        self.live = msgspec.convert(self.opening.feed, Live)
        self._next: Frame | None = None

    @property
    def starts(self) -> int:
        """Return the instant at which the session began."""
        return self._begin.instant

    def feed(self, clock: Clock) -> LiveFeed:
        """Return the feed; it is played into once the run begins."""
        self._clock = clock
        self._feed = LiveFeed(self.opening, self.live, clock, self._begins)
        return self._feed

    @property
    def _depth(self) -> int:
        return self.live.levels if self.live.book == "depth" else 0

    async def _begins(self) -> int:
        await self._clock.until(self.starts, Phase.LOAD)
        self._players = {
            venue: Player(
                venue, markets, self.live.bar, self._depth, test=venue in self.opening.tests
            )
            for venue, markets in self.opening.markets.items()
        }
        self._next = next(self._frames, None)
        self._wait()
        return self.starts

    def _wait(self) -> None:
        """Wait for the instant of the next batch; after the last the session ends."""
        frame = self._next
        if frame is None:
            after = max(self._clock.now(), self._until) + 1
            frame = self._next = Frame(0, after, after, "", Kind.END, "", "the recording ends here")
        self._clock.call_at(frame.instant, Phase.LOAD, self._play, frame.instant)

    def _play(self, instant: int) -> None:
        """Play all frames of one turn."""
        batch = []
        for frame in self._turn(instant):
            player = self._players.get(frame.venue)
            batch.append((frame, player.play(frame) if player is not None else ()))
        self._feed.take(batch)
        if not batch or batch[-1][0].kind is not Kind.END:
            self._wait()

    def _turn(self, instant: int) -> Iterator[Frame]:
        while (frame := self._next) is not None and frame.instant == instant:
            self._next = next(self._frames, None)
            yield frame
