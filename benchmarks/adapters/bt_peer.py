"""bt: trades at the price of the current row, so it is given the opens as prices.

Each row does what the row before decided on its close.  A last row with the last closes is added,
to mark what is held.
"""
# ruff: noqa: ANN401 - no types come with it

import warnings
from typing import Any

import bt
import pandas as pd

from benchmarks.adapters.common import Holding, Timer, job, report
from benchmarks.work import CAPITAL, COMMISSION, Windows


class Crossing(bt.Algo):
    """The moving-average rule of all strategies on all instruments."""

    def __init__(self, closes: pd.DataFrame, windows: Windows, budget: float) -> None:
        """Hold nothing."""
        super().__init__()
        self._closes = closes.to_numpy()
        self._cells = [
            (column, name, Holding(*pair, budget))
            for column, name in enumerate(closes.columns)
            for pair in windows
        ]
        self._row = 0
        self._waiting: list[tuple[str, int]] = []
        self.fills = 0

    def __call__(self, target: Any) -> bool:
        """Take a row; the first one the engine sends is the first of the data."""
        if self._row == len(self._closes):
            return True
        for name, units in self._waiting:
            target._create_child_if_needed(name)  # noqa: SLF001 - what its own algos call
            target[name].transact(units, update=False)
            self.fills += 1
        if self._waiting:
            target.root.update(target.now)
        closes = self._closes[self._row]
        orders = ((name, rule.order(closes[column])) for column, name, rule in self._cells)
        self._waiting = [(name, units) for name, units in orders if units]
        self._row += 1
        return True


def main() -> None:
    """Measure."""
    warnings.filterwarnings("ignore")
    of = job()
    table = pd.read_csv(of.data / f"{of.name}.csv", parse_dates=["ts"])
    opens, closes = (table.pivot_table(x, "ts", "symbol") for x in ("open", "close"))
    after = opens.index[-1] + (opens.index[-1] - opens.index[-2]) / 2
    last = pd.DataFrame([closes.iloc[-1].to_numpy()], [after], opens.columns)
    algo = Crossing(closes, of.work.windows, CAPITAL * of.work.budget)
    test = bt.Backtest(
        bt.Strategy("bench", [algo]),
        pd.concat([opens, last]),
        initial_capital=CAPITAL,
        integer_positions=True,
        progress_bar=False,
        commissions=lambda units, price: abs(units) * price * COMMISSION,
    )
    with Timer() as timer:
        test.run()
    algo = test.strategy.stack.algos[0]
    report("bt", timer, len(table), algo.fills, float(test.strategy.value))


if __name__ == "__main__":
    main()
