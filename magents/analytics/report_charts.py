"""The numbers behind the charts: what the page's script draws, as plain JSON.

Series share one time axis.  Long runs are thinned to a few thousand rows that keep every
stretch's highest and lowest point of the fund.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from magents.analytics.drawdowns import drawdown_curve
from magents.analytics.findings import Findings
from magents.analytics.html import esc
from magents.analytics.measures import RELIABLE, rolling_sharpe
from magents.analytics.periods import last_rows
from magents.analytics.series import FUND
from magents.model.bars import Floats

BUCKETS = 800
"""A long run is cut into this many stretches; each keeps three rows."""

MILLISECOND = 1_000_000
_HALF_YEAR = 126
_FEWEST_BARS = 3
_UNITS = {"Y": "year", "M": "month", "D": "day", "h": "hour", "m": "minute"}

Values = list[float | None]


def chart_data(found: Findings) -> dict[str, Any]:
    """Return all series of the page, JSON-ready; the fund comes first in every list."""
    rows = thinned(found.result.equity.fund)
    names = (FUND, *found.pods)
    window = rolling_window(found)
    return {
        "currency": esc(found.result.currency),
        "time": (found.result.equity.ts[rows] // MILLISECOND).tolist(),
        "names": ["Fund", *(esc(pod) for pod in found.pods)],
        "equity": [_equity(found, name, rows) for name in names],
        "growth": [_growth(found, name, rows) for name in names],
        "drawdown": [_drawdown(found, name, rows) for name in names],
        "profit": [_profit(found, name, rows) for name in names],
        "rolling": [_rolling(found, name, rows, window) for name in names],
        "window": window,
        "gross": _exposures(found, rows, "gross"),
        "net": _exposures(found, rows, "net"),
        "bars": period_bars(found),
        "halts": [
            {"t": halt.ts // MILLISECOND, "pod": esc(halt.pod), "why": esc(halt.reason)}
            for halt in found.result.halts
        ],
    }


def rolling_window(found: Findings) -> int:
    """Return the returns in a rolling window: half a year of days, less in a short run.

    Zero where there are not enough for three windows, or the run is too short to annualise.
    """
    window = min(_HALF_YEAR, found.fund.observations // 3)
    return window if window >= RELIABLE and found.fund.reliable else 0


def thinned(values: Floats, buckets: int = BUCKETS) -> npt.NDArray[np.int64]:
    """Return rows worth drawing: all of a short series; first, lowest, highest of each stretch."""
    if len(values) <= 3 * buckets:
        return np.arange(len(values))
    edges = np.linspace(0, len(values), buckets + 1).astype(np.int64)
    keep = {len(values) - 1}
    for start, stop in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        part = values[start:stop]
        keep |= {start, start + int(np.argmin(part)), start + int(np.argmax(part))}
    return np.array(sorted(keep), np.int64)


def period_bars(found: Findings) -> dict[str, Any]:
    """Return each pod's profit by year, month, day or hour: the longest with three periods."""
    ts = found.result.equity.ts
    for unit, title in _UNITS.items():
        stamps = (ts - 1).view("datetime64[ns]").astype(f"datetime64[{unit}]")
        rows = last_rows(stamps.astype(np.int64))
        if len(rows) >= _FEWEST_BARS:
            hour = ":00" if unit == "h" else ""
            labels = [str(label).replace("T", " ") + hour for label in stamps[rows]]
            pods = [_bars(found, pod, rows) for pod in found.pods]
            return {"unit": title, "labels": labels, "pods": pods}
    return {"unit": "", "labels": [], "pods": []}


def _bars(found: Findings, pod: str, rows: npt.NDArray[np.int64]) -> Values:
    profit = np.nan_to_num(_aligned(found, found.series[pod].profit))
    return numbers(np.diff(np.append(0.0, profit[rows])), 2)


def numbers(values: Floats, digits: int) -> Values:
    """Return rounded floats, ``None`` for what is not finite."""
    rounded = np.round(values, digits)
    return [v if ok else None for v, ok in zip(rounded.tolist(), np.isfinite(rounded), strict=True)]


def _aligned(found: Findings, values: Floats) -> Floats:
    """Put NaN before a series that starts later than the run."""
    missing = len(found.result.equity.ts) - len(values)
    return np.concatenate((np.full(missing, np.nan), values)) if missing else values


def _equity(found: Findings, name: str, rows: npt.NDArray[np.int64]) -> Values:
    return numbers(_aligned(found, found.series[name].equity)[rows], 2)


def _growth(found: Findings, name: str, rows: npt.NDArray[np.int64]) -> Values:
    wealth = found.series[name].wealth
    start = wealth[0] if len(wealth) and wealth[0] > 0 else np.nan
    return numbers(_aligned(found, wealth / start * 100)[rows], 4)


def _drawdown(found: Findings, name: str, rows: npt.NDArray[np.int64]) -> Values:
    curve = drawdown_curve(found.series[name].wealth)
    return numbers(_aligned(found, curve * 100)[rows], 4)


def _profit(found: Findings, name: str, rows: npt.NDArray[np.int64]) -> Values:
    return numbers(_aligned(found, found.series[name].profit)[rows], 2)


def _rolling(found: Findings, name: str, rows: npt.NDArray[np.int64], window: int) -> Values:
    if not window:
        return []
    series = found.series[name]
    ratios = rolling_sharpe(series.returns, window, series.periods_per_year)
    return numbers(_aligned(found, ratios)[rows], 3)


def _exposures(found: Findings, rows: npt.NDArray[np.int64], side: str) -> list[Values]:
    """Return the fund's and each pod's exposure in per cent of the fund's equity."""
    table = found.result.equity
    own: Floats = getattr(table, side)
    pods: dict[str, Floats] = dict(getattr(table, f"pod_{side}"))
    fund = np.where(table.fund > 0, table.fund, np.nan)
    columns = [own, *(pods[pod] for pod in found.pods)]
    return [numbers((values / fund * 100)[rows], 3) for values in columns]
