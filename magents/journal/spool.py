"""A list of records that grows as long as it likes and takes no more memory than its end."""

import tempfile
import weakref
from collections.abc import Iterator, Sequence
from typing import BinaryIO, Generic, TypeVar, cast, overload

import msgspec

T = TypeVar("T", bound=msgspec.Struct)

BULK = 16_384
"""Records kept as objects; as many at once go to the file."""


class Spool(Sequence[T], Generic[T]):
    """Frozen records, appended and read back in order; the older ones lie in a temporary file.

    There is no file before there are :data:`BULK` records.  Reading from the file makes the records
    anew: equal, not identical.  The file is gone with the spool.

    Args:
        kind: what is kept. bulk: records in memory, and in each piece of the file.
    """

    def __init__(self, kind: type[T], bulk: int = BULK) -> None:
        """Keep nothing yet."""
        self._kind = kind
        self._bulk = bulk
        self._end: list[T] = []
        self._pieces: list[tuple[int, int]] = []
        self._file: BinaryIO | None = None
        self._read: tuple[int, list[T]] = (-1, [])

    def append(self, record: T) -> None:
        """Add a record."""
        end = self._end
        end.append(record)
        if len(end) >= self._bulk:
            self._put_away()

    def __len__(self) -> int:
        return len(self._pieces) * self._bulk + len(self._end)

    def __iter__(self) -> Iterator[T]:
        number = 0
        while number < len(self._pieces):
            yield from self._piece(number)
            number += 1
        yield from self._end

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> list[T]: ...
    def __getitem__(self, index: int | slice) -> T | list[T]:
        if isinstance(index, slice):
            return [self[at] for at in range(*index.indices(len(self)))]
        at = index + len(self) if index < 0 else index
        if not 0 <= at < len(self):
            raise IndexError(index)
        number, inside = divmod(at, self._bulk)
        return self._piece(number)[inside] if number < len(self._pieces) else self._end[inside]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence) or len(other) != len(self):
            return False
        return all(one == two for one, two in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Spool({self._kind.__name__}, {len(self)} records)"

    def _put_away(self) -> None:
        if self._file is None:
            self._file = cast(BinaryIO, tempfile.TemporaryFile(prefix="magents-"))  # noqa: SIM115
            weakref.finalize(self, self._file.close)
        body = msgspec.msgpack.encode(self._end)
        start = self._file.seek(0, 2)
        self._file.write(body)
        self._pieces.append((start, len(body)))
        self._end.clear()

    def _piece(self, number: int) -> list[T]:
        if self._read[0] != number and self._file is not None:
            start, length = self._pieces[number]
            self._file.seek(start)
            kept = msgspec.msgpack.decode(self._file.read(length), type=list[self._kind])  # type: ignore[name-defined]
            self._read = (number, kept)
        return self._read[1]
