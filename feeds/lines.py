"""Text files in pieces of whole lines, plain or gzipped, with the number of each piece's line."""

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from magents.model.bars import Instants
from magents.model.errors import DataError

HEAD = 1 << 16
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Piece:
    """Whole lines of a file. ``line`` is the 1-based number of the first."""

    line: int
    data: bytes

    def line_numbers(self, rows: int) -> Instants:
        """Return the numbers of the lines that are not blank, shape [rows]."""
        if self.data.count(b"\n") + (not self.data.endswith(b"\n")) == rows:
            return np.arange(self.line, self.line + rows, dtype=np.int64)
        lines = self.data.split(b"\n")
        kept = [self.line + i for i, text in enumerate(lines) if text.strip(b"\r")]
        return np.array(kept, dtype=np.int64)


def pieces(path: Path, size: int) -> Iterator[Piece]:
    """Yield the file in pieces of about ``size`` bytes; the first starts at the header."""
    line, rest = 1, b""
    for data in _chunks(path, size):
        text = rest + data
        cut = text.rfind(b"\n") + 1
        rest = text[cut:]
        if cut:
            yield Piece(line, text[:cut])
            line += text.count(b"\n", 0, cut)
    if rest.strip():
        yield Piece(line, rest)


def _chunks(path: Path, size: int) -> Iterator[bytes]:
    return _gzipped(path, size) if path.suffix == ".gz" else _plain(path, size)


def _plain(path: Path, size: int) -> Iterator[bytes]:
    """Read by seeking: a thousand files side by side need no thousand handles."""
    place = 0
    while True:
        with path.open("rb") as file:
            file.seek(place)
            data = file.read(size)
        if not data:
            return
        yield data.removeprefix(_BOM) if place == 0 else data
        place += len(data)


def _gzipped(path: Path, size: int) -> Iterator[bytes]:
    with gzip.open(path, "rb") as file:
        first = True
        while data := _unzip(path, file, size):
            yield data.removeprefix(_BOM) if first else data
            first = False


def _unzip(path: Path, file: gzip.GzipFile, size: int) -> bytes:
    try:
        return file.read(size)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise DataError(f"{path} is not a whole gzip file ({error}); fetch it again") from error


def head(path: Path) -> list[str]:
    """Return the first lines of the file, at most 64 KiB of them."""
    data = next(_chunks(path, HEAD), b"")
    lines = data.decode("utf-8", errors="replace").splitlines()
    return lines[:-1] if len(data) == HEAD else lines


def tail(path: Path) -> list[str]:
    """Return the last whole lines of the file, at most 64 KiB of them."""
    if path.suffix == ".gz":
        data, longer = _gzipped_end(path)
    else:
        with path.open("rb") as file:
            longer = file.seek(0, 2) > HEAD
            file.seek(-HEAD if longer else 0, 2 if longer else 0)
            data = file.read()
    lines = data.decode("utf-8", errors="replace").splitlines()
    return lines[1:] if longer else lines


def _gzipped_end(path: Path) -> tuple[bytes, bool]:
    last, longer = b"", False
    for data in _gzipped(path, HEAD):
        longer = longer or len(last) + len(data) > HEAD
        last = (last + data)[-HEAD:]
    return last, longer
