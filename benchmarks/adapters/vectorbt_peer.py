"""vectorbt: no events; signals are whole tables, the portfolio loop is compiled.

Orders are moved down by a row and fill at the open.  The first run compiles, or reads what an
earlier process compiled; the second one is timed.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd
import vectorbt as vbt

from benchmarks.adapters.common import Timer, job, report
from benchmarks.work import CAPITAL, COMMISSION, Work

Floats = npt.NDArray[np.float64]


def orders(closes: pd.DataFrame, fast: int, slow: int, budget: float) -> Floats:
    """Return signed units to order at each close."""
    means = [vbt.MA.run(closes, window).ma.to_numpy() for window in (fast, slow)]
    above, known = means[0] > means[1], ~np.isnan(means[1])
    turns = np.zeros_like(above)
    turns[1:] = known[1:] & known[:-1] & (above[1:] != above[:-1])
    units = np.where(turns & above, np.floor(budget / closes.to_numpy()), 0.0)
    held = np.zeros(units.shape[1])
    for row in np.flatnonzero(turns.any(axis=1)):
        units[row] = np.where(turns[row] & ~above[row], -held, units[row])
        held += units[row]
    return units


def trade(opens: pd.DataFrame, closes: pd.DataFrame, work: Work) -> tuple[int, float]:
    """Return fills and equity."""
    units = np.hstack([orders(closes, *pair, CAPITAL * work.budget) for pair in work.windows])
    late = np.full_like(units, np.nan)
    late[1:] = np.where(units[:-1], units[:-1], np.nan)
    times = len(work.windows)
    portfolio = vbt.Portfolio.from_orders(
        pd.DataFrame(np.tile(closes.to_numpy(), times), index=closes.index),
        size=late,
        price=np.tile(opens.to_numpy(), times),
        fees=COMMISSION,
        init_cash=CAPITAL,
        cash_sharing=True,
        group_by=True,
        freq="1min" if work.bar == "1m" else "1D",
    )
    return len(portfolio.orders.records), float(portfolio.value().iloc[-1])


def main() -> None:
    """Measure."""
    of = job()
    table = pd.read_csv(of.data / f"{of.name}.csv", parse_dates=["ts"])
    opens, closes = (table.pivot_table(x, "ts", "symbol") for x in ("open", "close"))
    trade(opens, closes, of.work)
    with Timer() as timer:
        fills, equity = trade(opens, closes, of.work)
    report("vectorbt", timer, len(table), fills, equity)


if __name__ == "__main__":
    main()
