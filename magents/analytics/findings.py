"""Everything a report says, computed once."""

from dataclasses import dataclass

from magents.analytics.attribution import (
    Activity,
    Attribution,
    activity_of,
    attribute,
)
from magents.analytics.metrics import Metrics, measure
from magents.analytics.series import FUND, Series, returns_of
from magents.analytics.trade_stats import TradeStats, trade_stats
from magents.analytics.trades import Trade, trades_of
from magents.model.results import RunResult


@dataclass(frozen=True, slots=True)
class Findings:
    """A run and its figures; dictionaries are by name, the fund (``""``) first, pods in order."""

    result: RunResult
    trades: list[Trade]
    series: dict[str, Series]
    metrics: dict[str, Metrics]
    stats: dict[str, TradeStats]
    activity: dict[str, Activity]
    split: Attribution

    @property
    def fund(self) -> Metrics:
        """Return the fund's metrics."""
        return self.metrics[FUND]

    @property
    def pods(self) -> tuple[str, ...]:
        """Return the names of the pods."""
        return tuple(self.result.equity.pods)

    @property
    def intraday(self) -> bool:
        """Whether times of day matter: the run is shorter than ten days."""
        return self.fund.years * 365.25 < _FEW_DAYS


_FEW_DAYS = 10.0


def find(result: RunResult) -> Findings:
    """Compute all figures of a run."""
    names = (FUND, *result.equity.pods)
    trades = trades_of(result)
    series = {name: returns_of(result, name) for name in names}
    return Findings(
        result=result,
        trades=trades,
        series=series,
        metrics={name: measure(series[name], result.max_drawdown.get(name)) for name in names},
        stats={name: trade_stats([t for t in trades if name in (FUND, t.pod)]) for name in names},
        activity={name: activity_of(result, name) for name in names},
        split=attribute(result, trades),
    )
