"""Numbers that were met before, in no more memory than the gaps between them need."""


class Seen:
    """A set of whole numbers that mostly come one after the other.

    All from 1 up to a mark are met; those beyond it, where numbers were left out, are kept one by
    one until the gap is closed.
    """

    __slots__ = ("_beyond", "_mark")

    def __init__(self) -> None:
        """Have met none."""
        self._mark = 0
        self._beyond: set[int] = set()

    def __len__(self) -> int:
        """Return how many numbers are kept one by one."""
        return len(self._beyond)

    def add(self, number: int) -> bool:
        """Meet a number; return whether it is new."""
        if number == self._mark + 1:
            self._mark = number
            if self._beyond:
                self._close_gap()
            return True
        if 0 < number <= self._mark or number in self._beyond:
            return False
        self._beyond.add(number)
        return True

    def _close_gap(self) -> None:
        while self._mark + 1 in self._beyond:
            self._mark += 1
            self._beyond.remove(self._mark)
