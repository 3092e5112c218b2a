"""Drawdowns: falls from a peak, how deep, how long, and whether they are over."""

from dataclasses import dataclass

import numpy as np

from magents.analytics.measures import NAN
from magents.model.bars import Floats, Instants
from magents.model.time import DAY


@dataclass(frozen=True, slots=True)
class Drawdown:
    """One fall below a peak and the way back.

    Attributes:
        depth: the deepest point against the peak, a negative fraction.
        peak, trough: instants of the last peak and of the deepest point.
        recovery: the instant the peak was reached again, ``None`` while it is open.
        end: ``recovery``, or the last instant of the series.
    """

    depth: float
    peak: int
    trough: int
    recovery: int | None
    end: int

    @property
    def open(self) -> bool:
        """Whether the peak was not reached again."""
        return self.recovery is None

    @property
    def days_down(self) -> float:
        """Days from peak to trough."""
        return (self.trough - self.peak) / DAY

    @property
    def days(self) -> float:
        """Days from peak to recovery, or to the end of an open one."""
        return (self.end - self.peak) / DAY


def drawdown_curve(equity: Floats) -> Floats:
    """Return the distance below the highest value so far, shape [N], zero or negative.

    The capital at the start (row 0) is the first peak, so a loss in the first period counts.
    NaN while nothing was ever above zero.
    """
    peak = np.maximum.accumulate(equity)
    out = np.full(len(equity), np.nan)
    np.divide(equity, peak, out=out, where=peak > 0)
    return out - 1.0


def max_drawdown(equity: Floats) -> float:
    """Return the deepest point of the drawdown curve, zero or negative; NaN if empty."""
    curve = drawdown_curve(equity)
    if not len(curve) or np.isnan(curve).any():
        return NAN
    return float(curve.min())


def drawdowns(equity: Floats, ts: Instants) -> list[Drawdown]:
    """Return every drawdown in order of time, the last one possibly open."""
    curve = drawdown_curve(equity)
    under = np.concatenate(([False], curve < 0, [False]))
    edges = np.flatnonzero(under[1:] != under[:-1])
    return [
        _drawdown(curve, ts, int(start), int(stop))
        for start, stop in zip(edges[::2], edges[1::2], strict=True)
    ]


def worst(found: list[Drawdown], count: int = 10) -> list[Drawdown]:
    """Return the deepest ``count``, deepest first, earlier first among equals."""
    return sorted(found, key=lambda d: (d.depth, d.peak))[:count]


def _drawdown(curve: Floats, ts: Instants, start: int, stop: int) -> Drawdown:
    """Describe rows ``start:stop`` below the peak at row ``start - 1``."""
    trough = start + int(np.argmin(curve[start:stop]))
    over = stop < len(curve)
    return Drawdown(
        depth=float(curve[trough]),
        peak=int(ts[start - 1]),
        trough=int(ts[trough]),
        recovery=int(ts[stop]) if over else None,
        end=int(ts[stop]) if over else int(ts[-1]),
    )
