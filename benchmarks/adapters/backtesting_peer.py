"""backtesting.py: one instrument and one strategy a run, so W1 is 5 runs and W3 200, summed.

Each run has the whole capital; only its profit counts.  Open positions are marked, not closed.
"""

import warnings
from typing import Any

import backtesting
import pandas as pd
from backtesting import backtesting as core

from benchmarks.adapters.common import Holding, Timer, job, report
from benchmarks.work import CAPITAL, COMMISSION


class Crossing(backtesting.Strategy):
    """The moving-average rule."""

    fast, slow, budget = 10, 30, 0.0

    def init(self) -> None:
        """Take the first close: the engine begins at the second."""
        self._rule = Holding(self.fast, self.slow, self.budget)
        self._rule.order(self.data.Close[0])

    def next(self) -> None:
        """Take a close."""
        units = self._rule.order(self.data.Close[-1])
        if units:
            (self.buy if units > 0 else self.sell)(size=abs(units))


def once(bars: pd.DataFrame, fast: int, slow: int, budget: float) -> tuple[int, float]:
    """Return fills and profit of one run."""
    test = backtesting.Backtest(
        bars, Crossing, cash=CAPITAL, commission=COMMISSION, finalize_trades=False
    )
    result = test.run(fast=fast, slow=slow, budget=budget)
    broker: Any = result["_strategy"]._broker  # noqa: SLF001 - the only place that has them
    fills = 2 * len(broker.closed_trades) + len(broker.trades)
    return fills, result["Equity Final [$]"] - CAPITAL


def main() -> None:
    """Measure."""
    warnings.filterwarnings("ignore")
    core._tqdm = lambda steps, **_: steps  # noqa: SLF001 - no progress bar
    of = job()
    table = pd.read_csv(of.data / f"{of.name}.csv", parse_dates=["ts"])
    table.columns = [name.capitalize() for name in table.columns]
    columns = ["Open", "High", "Low", "Close", "Volume"]
    frames = [bars.set_index("Ts")[columns] for _, bars in table.groupby("Symbol")]
    budget = CAPITAL * of.work.budget
    with Timer() as timer:
        parts = [once(bars, *pair, budget) for bars in frames for pair in of.work.windows]
    profit = sum(part[1] for part in parts)
    report("backtesting", timer, len(table), sum(part[0] for part in parts), CAPITAL + profit)


if __name__ == "__main__":
    main()
