"""What is left of a trial: its figures, and its returns for everything that compares trials."""

import math
from dataclasses import asdict, replace
from typing import Any

import msgspec
import numpy as np

from magents.analytics.deflated import moments, probabilistic_sharpe
from magents.analytics.metrics import measure
from magents.analytics.series import Series, returns_of
from magents.model.bars import Floats, Instants
from magents.model.results import RunResult

OK, HALTED, FAILED = "ok", "halted", "failed"

TRAIN, TEST = "train_", "test_"
"""What the names of figures begin with where a trial is read in two parts."""

_FIGURES = (
    "total_return",
    "cagr",
    "volatility",
    "sharpe",
    "sharpe_error",
    "sortino",
    "calmar",
    "max_drawdown",
    "observations",
)


class Outcome(msgspec.Struct, frozen=True):
    """A finished trial.

    Attributes:
        key: of its trial. state: ``ok``; ``halted`` where a pod raised; ``failed`` where there
            is no result. error: why.
        figures: numbers and text by column.
        ts, returns: of the fund, [N] as raw int64 and float64; returns end at their instant.
        seconds: CPU time. worker: who did it.
    """

    key: str
    state: str
    error: str = ""
    figures: dict[str, Any] = {}
    ts: bytes = b""
    returns: bytes = b""
    seconds: float = 0.0
    worker: str = ""

    def track(self) -> tuple[Instants, Floats]:
        """Return instants and returns, shape [N] each."""
        return np.frombuffer(self.ts, np.int64), np.frombuffer(self.returns, np.float64)


def outcome_of(result: RunResult, key: str, cut: int | None) -> Outcome:
    """Return what is left of a run.

    Args:
        result: of the run. key: of the trial.
        cut: the instant after which the test begins, or ``None``.
    """
    series = returns_of(result)
    figures = _plain(result) | {"periods_per_year": series.periods_per_year}
    if cut is None:
        figures |= figures_of(series)
    else:
        train, test = split(series, cut)
        figures |= {TRAIN + name: value for name, value in figures_of(train).items()}
        figures |= {TEST + name: value for name, value in figures_of(test).items()}
    halts = "; ".join(f"pod {halt.pod}: {halt.reason}" for halt in result.halts)
    state = HALTED if halts else OK
    ts, returns = series.ts[1:].tobytes(), series.returns.tobytes()
    return Outcome(key, state, halts, figures, ts, returns)


def figures_of(series: Series) -> dict[str, Any]:
    """Measure a series: figures of :class:`Metrics`, moments, probabilistic Sharpe ratio."""
    metrics = asdict(measure(series))
    shape = moments(series.returns)
    found = {name: metrics[name] for name in _FIGURES}
    found |= {"skew": shape.skew, "kurtosis": shape.kurtosis, "period_sharpe": shape.sharpe}
    found["probabilistic_sharpe"] = probabilistic_sharpe(shape)
    return {name: _number(value) for name, value in found.items()}


def split(series: Series, cut: int) -> tuple[Series, Series]:
    """Return the rows up to an instant, and those from its last row on.

    The later part starts with the last row of the earlier: its first return is the first after
    the cut, and what is held at the cut is held on.
    """
    row = int(series.ts.searchsorted(cut, "right"))
    return _part(series, 0, row), _part(series, max(row - 1, 0), len(series.ts))


def _part(series: Series, start: int, stop: int) -> Series:
    rows, gaps = slice(start, stop), slice(start, max(stop - 1, start))
    return replace(
        series,
        ts=series.ts[rows],
        equity=series.equity[rows],
        wealth=series.wealth[rows],
        profit=series.profit[rows],
        returns=series.returns[gaps],
    )


def _plain(result: RunResult) -> dict[str, Any]:
    return {
        "final_equity": float(result.final_equity),
        "fills": len(result.fills),
        "commission": float(sum(fill.commission for fill in result.fills)),
        "bars": result.bars,
        "digest": result.digest,
    }


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None
