"""Recorded frames for going back: as many as fit, the older the further apart."""

import zlib
from bisect import bisect_right

import msgspec

from magents.model.snapshots import Frame, PodDetail

FRAMES = 600
BYTES = 64 << 20
"""Most that all recorded frames may take."""


class Recorded(msgspec.Struct, frozen=True):
    """A frame with what every page needs; curves are left out, they are known anyway."""

    frame: Frame
    details: tuple[PodDetail, ...] = ()


class Reel:
    """Keeps recorded frames, compressed; when it is full, every other one goes.

    Args:
        frames, size: how many, and how many bytes, it holds at most.
    """

    def __init__(self, frames: int = FRAMES, size: int = BYTES) -> None:
        """Start empty."""
        self._frames = frames
        self._size = size
        self._ts: list[int] = []
        self._packed: list[bytes] = []
        self._encode = msgspec.msgpack.Encoder().encode
        self._decode = msgspec.msgpack.Decoder(Recorded).decode

    def __len__(self) -> int:
        """Return how many frames there are."""
        return len(self._ts)

    @property
    def size(self) -> int:
        """Return how many bytes they take."""
        return sum(map(len, self._packed))

    def add(self, recorded: Recorded) -> None:
        """Keep a frame; one of the same instant gives way."""
        ts = recorded.frame.head.shown
        if self._ts and self._ts[-1] >= ts:
            self._ts.pop()
            self._packed.pop()
        self._ts.append(ts)
        self._packed.append(zlib.compress(self._encode(recorded), 1))
        if len(self._ts) > self._frames or self.size > self._size:
            keep = slice(len(self._ts) % 2, None, 2)
            self._ts, self._packed = self._ts[keep], self._packed[keep]

    def at(self, index: int) -> Recorded:
        """Return a frame."""
        return self._decode(zlib.decompress(self._packed[index]))

    def before(self, instant: int) -> int:
        """Return the index of the last frame at an instant or before; 0 before the first."""
        return max(0, bisect_right(self._ts, instant) - 1)
