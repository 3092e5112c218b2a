"""Recordings: frames as lines of JSON, in blocks of zstd that are whole on the disk by themselves.

A recording is a folder of ``0001.jsonl.zst``, ``0002.jsonl.zst``, ...: one file a process that
wrote to it.  ``zstdcat`` shows a file.  A file whose writer died may end inside a block: what was
whole is read, the rest is nobody's.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec
import zstandard

from feeds.live.frames import Frame
from magents.model.errors import BrokenPromiseError, DataError, UnknownNameError

LEVEL = 3
ENDING = ".jsonl.zst"
FOLDER = "recording"
BLOCK = 1 << 20
"""Bytes that wait at most before they are compressed and written."""
_READ = 1 << 16


class RecordingError(BrokenPromiseError):
    """The recording cannot be written: what follows could not be replayed."""


class Recorder:
    """Writes frames to a new file of a recording; memory is bounded by one block.

    Args:
        folder: of the recording; made where it is not there.
    """

    def __init__(self, folder: Path) -> None:
        """Open the next file."""
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / f"{len(_files(folder)) + 1:04d}{ENDING}"
        self._file = self.path.open("xb")
        self._compress = zstandard.ZstdCompressor(level=LEVEL, write_checksum=True).compress
        self._encode = msgspec.json.Encoder().encode
        self._waiting = bytearray()
        self.frames = 0
        self._broken = False

    def write(self, frame: Frame) -> None:
        """Add a frame."""
        self._waiting += self._encode(frame)
        self._waiting += b"\n"
        self.frames += 1
        if len(self._waiting) >= BLOCK:
            self.flush()

    def flush(self) -> None:
        """Give what waits to the operating system: it survives the death of this process.

        Raises:
            RecordingError: the disk is full or broken; blocks written before are whole.
        """
        if not self._waiting:
            return
        try:
            self._file.write(self._compress(bytes(self._waiting)))
            self._file.flush()
        except OSError as error:
            self._broken = True
            raise RecordingError(f"{self.path} cannot be written: {error.strerror}") from error
        finally:
            self._waiting.clear()

    def close(self) -> None:
        """Write what waits, and close the file; a broken one is only closed."""
        try:
            if not self._broken:
                self.flush()
        finally:
            with suppress(OSError):
                self._file.close()


def recording_of(path: Path) -> Path | None:
    """Return the recording that a path means: a file, a folder of files, a run with one."""
    for place in (path, path / FOLDER):
        if place.is_dir() and _files(place):
            return place
    return path if path.is_file() and path.name.endswith(ENDING) else None


def is_recording(path: Path) -> bool:
    """Return whether a path means a recording."""
    return recording_of(path) is not None


def files_of(path: Path) -> Sequence[Path]:
    """Return the files of a recording, oldest first.

    Raises:
        UnknownNameError: there is none.
    """
    place = recording_of(path)
    if place is None:
        raise UnknownNameError(f"{path} holds no recording: no file ending in {ENDING}")
    return _files(place) if place.is_dir() else [place]


def read_frames(path: Path) -> Iterator[Frame]:
    """Yield the frames of one file, in order.

    Raises:
        DataError: the file is none of ours, or damaged before its end.
    """
    decode = msgspec.json.Decoder(Frame).decode
    for number, line in enumerate(_lines(path), 1):
        try:
            yield decode(line)
        except msgspec.DecodeError as error:
            raise DataError(f"{path}: frame {number} is not one of a recording: {error}") from None


def last_frame(path: Path) -> Frame | None:
    """Return the last frame of a file, ``None`` where it has none.

    Raises:
        DataError: the file is none of ours, or damaged before its end.
    """
    lines = deque(_lines(path), 1)
    return msgspec.json.decode(lines[0], type=Frame) if lines else None


def _lines(path: Path) -> Iterator[bytes]:
    """Yield whole lines of whole blocks; a torn end is left out."""
    left = b""
    with path.open("rb") as file:
        for chunk in _blocks(path, file.read):
            *whole, left = (left + chunk).split(b"\n")
            yield from whole


def _blocks(path: Path, read: Callable[[int], bytes]) -> Iterator[bytes]:
    reader = zstandard.ZstdDecompressor().decompressobj(read_across_frames=False)
    unread = b""
    while True:
        chunk = unread or read(_READ)
        unread = b""
        if not chunk:
            return
        try:
            yield reader.decompress(chunk)
        except zstandard.ZstdError as error:
            raise DataError(f"{path} is damaged: {error}") from None
        if reader.eof:
            unread = reader.unused_data
            reader = zstandard.ZstdDecompressor().decompressobj(read_across_frames=False)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.name.endswith(ENDING))
