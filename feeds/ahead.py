"""Reading ahead: the next block is read and decoded while the present one is traded."""

import queue
import threading
from collections.abc import Iterator
from typing import Generic, TypeVar

T = TypeVar("T")

DEPTH = 1
"""Finished blocks that wait; with the one being made and the one in the data team's inbox."""


class _End(Exception):  # noqa: N818 - not an error: what it carries is
    """The source has no more; ``cause`` is what it raised, if anything."""

    def __init__(self, cause: BaseException | None) -> None:
        super().__init__()
        self.cause = cause


class ReadAhead(Generic[T]):
    """Runs an iterator in a thread of its own, which does nothing but that.

    What comes, and in what order, is as without it.  Virtual time is not concerned: whoever needs
    a block cannot go on without it and waits for the thread.

    Args:
        source: read in the thread, and closed there. name: of the thread.
    """

    def __init__(self, source: Iterator[T], name: str) -> None:
        """Read nothing yet: the thread starts with the first item asked for."""
        self._source = source
        self._done: queue.Queue[T | _End] = queue.Queue(DEPTH)
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._read, name=f"reading {name}", daemon=True)

    def __iter__(self) -> Iterator[T]:
        """Yield what the source has; raise what it raises.

        Closed before its end, it waits until the thread has let go of its files.
        """
        self._thread.start()
        try:
            while not isinstance(item := self._done.get(), _End):
                yield item
            if item.cause is not None:
                raise item.cause
        finally:
            self._stop()

    def _read(self) -> None:
        cause: BaseException | None = None
        try:
            for item in self._source:
                self._done.put(item)
                if self._stopped.is_set():
                    break
            close = getattr(self._source, "close", None)
            if close is not None:
                close()
        except BaseException as error:  # noqa: BLE001 - raised again where the items are read
            cause = error
        self._done.put(_End(cause))

    def _stop(self) -> None:
        """Let the thread end: it may wait for room to put what nobody wants any more."""
        self._stopped.set()
        while self._thread.is_alive():
            try:
                self._done.get(timeout=0.01)
            except queue.Empty:
                continue
        self._thread.join()
