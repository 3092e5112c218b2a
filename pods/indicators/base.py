"""What all indicators share: each instrument's own rows, carried from block to block."""

from collections.abc import Callable
from typing import Protocol

import numpy as np
import numpy.typing as npt

from magents.model.bars import Floats

Mask = npt.NDArray[np.bool_]


class Stream(Protocol):
    """Some instruments that have the same rows, and what is remembered of them."""

    def feed(self, rows: Floats) -> Floats:
        """Take the next rows, shape [F, N, I]; return as many, shape [G, N, I]."""
        ...

    def column(self, index: int) -> "Stream":
        """Return a stream of one of the instruments, to go on alone."""
        ...


class Indicator:
    """Takes blocks, gives blocks: causal, per instrument, the same bits however rows are cut.

    An instrument's rows are those in which all its inputs are numbers; in others it has no bar,
    they are passed over and stay NaN.  Where all instruments have the same rows (the usual case)
    they go through one stream together; from the first row that only some have, each through its
    own.

    Args:
        start: makes a stream that remembers nothing, for so many instruments.
    """

    def __init__(self, start: Callable[[int], Stream]) -> None:
        """Know no row yet."""
        self._start = start
        self._together: Stream | None = None
        self._apart: list[Stream] = []

    def run(self, *tables: Floats) -> Floats:
        """Take the next rows of each input, shape [T, I]; return [G, T, I], NaN until warm."""
        rows = np.stack(tables) if len(tables) > 1 else tables[0][None]
        missing: Mask = np.isnan(rows[0])
        for each in rows[1:]:
            missing = missing | np.isnan(each)
        if self._together is None and not self._apart:
            self._together = self._start(rows.shape[2])
        if self._together is not None:
            if not missing.any():
                return self._together.feed(rows)
            nobody: Mask = np.all(missing, axis=1)
            if np.array_equal(missing, np.broadcast_to(nobody[:, None], missing.shape)):
                return _spread(self._together.feed(rows[:, ~nobody]), ~nobody)
            self._apart = [self._together.column(i) for i in range(rows.shape[2])]
            self._together = None
        return self._each(rows, ~missing)

    def run_one(self, *tables: Floats) -> Floats:
        """Return the only answer, shape [T, I]; see :meth:`run`."""
        only: Floats = self.run(*tables)[0]
        return only

    def _each(self, rows: Floats, there: Mask) -> Floats:
        parts = [
            _spread(stream.feed(rows[:, there[:, i], i : i + 1]), there[:, i])
            for i, stream in enumerate(self._apart)
        ]
        return np.concatenate(parts, axis=2)


def _spread(values: Floats, there: Mask) -> Floats:
    """Put rows where they belong among rows without a bar."""
    out = np.full((len(values), len(there), values.shape[2]), np.nan)
    out[:, there] = values
    return out


Compute = Callable[[Floats], Floats]
"""From rows, shape [F, N, I], to the answer of every full window, [G, N - window + 1, I]."""


class Windows:
    """A stream whose every answer is a function of the last ``window`` rows.

    Args:
        window: rows an answer needs. outputs: G. width: I. compute: must make each answer by
            the same operations wherever its window stands; see :mod:`pods.indicators.trees`.
    """

    def __init__(self, window: int, outputs: int, width: int, compute: Compute) -> None:
        """Remember nothing."""
        self._window = window
        self._outputs = outputs
        self._compute = compute
        self._tail: Floats | None = None
        self._width = width

    def feed(self, rows: Floats) -> Floats:
        """See :class:`Stream`."""
        count = rows.shape[1]
        if self._tail is not None:
            rows = np.concatenate([self._tail, rows], axis=1)
        self._tail = rows[:, max(0, rows.shape[1] - self._window + 1) :].copy()
        if rows.shape[1] < self._window:
            return np.full((self._outputs, count, self._width), np.nan)
        return padded(self._compute(rows), count)

    def column(self, index: int) -> "Windows":
        """See :class:`Stream`."""
        alone = Windows(self._window, self._outputs, 1, self._compute)
        if self._tail is not None:
            alone._tail = self._tail[:, :, index : index + 1].copy()
        return alone


def padded(values: Floats, count: int) -> Floats:
    """Put NaN before answers that are not warm yet, so that there are ``count`` rows."""
    short = count - values.shape[1]
    if not short:
        return values
    pad = np.full((values.shape[0], short, values.shape[2]), np.nan)
    return np.concatenate([pad, values], axis=1)


class Rolling(Indicator):
    """An indicator of windows; what it computes is its own :meth:`compute`."""

    def __init__(self, window: int, outputs: int = 1) -> None:
        """Take the rows an answer needs, 1 or more, and how many answers there are."""
        if window < 1:
            msg = f"a window has 1 or more rows, not {window}"
            raise ValueError(msg)
        super().__init__(lambda width: Windows(window, outputs, width, self.compute))

    def compute(self, rows: Floats) -> Floats:
        """Return the answers of all full windows; see :data:`Compute`."""
        raise NotImplementedError
