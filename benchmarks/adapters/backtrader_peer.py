"""backtrader: vectorised indicators and preloaded feeds, its fastest setting; reading is not timed.

Market orders fill at the next bar's open by themselves.
"""
# ruff: noqa: ANN401 - no types come with it

import datetime as dt
import sys
from collections.abc import Iterator
from typing import Any

import backtrader as bt

from benchmarks.adapters.common import Clockwork, Timer, job, report, rows
from benchmarks.work import CAPITAL, COMMISSION, Job

FRAMES = {"1d": bt.TimeFrame.Days, "1m": bt.TimeFrame.Minutes, "tick": bt.TimeFrame.Ticks}


class Rows(bt.feed.DataBase):
    """A feed of rows that are there already."""

    params = (("rows", ()),)

    def start(self) -> None:
        """Begin at the first row."""
        super().start()
        self._rows: Iterator[tuple[float, ...]] = iter(self.p.rows)

    def _load(self) -> bool:
        row = next(self._rows, None)
        if row is None:
            return False
        lines = self.lines
        lines.datetime[0], lines.open[0], lines.high[0] = row[0], row[1], row[2]
        lines.low[0], lines.close[0], lines.volume[0] = row[3], row[4], row[5]
        lines.openinterest[0] = 0.0
        return True


class Counting(bt.Strategy):
    """Counts what fills; a refused order is an error."""

    fills = 0

    def notify_order(self, order: Any) -> None:
        """Take news of an order."""
        if order.status == order.Completed:
            self.fills += 1
        elif order.status in (order.Margin, order.Rejected):
            sys.exit("an order was refused")


class Crossing(Counting):
    """The moving-average rule with the indicators of the house."""

    params = (("fast", 10), ("slow", 30), ("budget", 0.0))

    def __init__(self) -> None:
        """Set up the indicators."""
        mean = bt.indicators.SMA
        self._turns = [
            bt.indicators.CrossOver(
                mean(data.close, period=self.p.fast), mean(data.close, period=self.p.slow)
            )
            for data in self.datas
        ]
        self._held = [0] * len(self.datas)

    def next(self) -> None:
        """Take a close of all instruments."""
        for number, turn in enumerate(self._turns):
            if turn[0] > 0:
                units = int(self.p.budget / self.datas[number].close[0])
                self.buy(self.datas[number], size=units)
                self._held[number] = units
            elif turn[0] < 0 and self._held[number]:
                self.sell(self.datas[number], size=self._held[number])
                self._held[number] = 0


class Ticking(Counting):
    """The rule of W4."""

    def __init__(self) -> None:
        """Start without ticks."""
        self._rule = Clockwork()

    def next(self) -> None:
        """Take a tick."""
        units = self._rule.order(self.datas[0].close[0])
        if units:
            (self.buy if units > 0 else self.sell)(size=abs(units))


def series(of: Job) -> dict[str, list[tuple[float, ...]]]:
    """Return the rows of each instrument, time first."""
    table: dict[str, list[tuple[float, ...]]] = {}
    for row in rows(of):
        if of.work.bar == "tick":
            when = dt.datetime.fromtimestamp(int(row[0]) / 1e9, dt.UTC)
            name, values = "S00", [row[1]] * 4 + [row[2]]
        else:
            when, name, values = dt.datetime.fromisoformat(row[0]), row[1], row[2:]
        stamp = bt.date2num(when.replace(tzinfo=None))
        table.setdefault(name, []).append((stamp, *map(float, values)))
    return table


def preload(data: Rows) -> None:
    """Read a feed, and note how long it took."""
    with Timer() as timer:
        super(Rows, data).preload()
    data.spent = timer


def main() -> None:
    """Measure."""
    of = job()
    table = series(of)
    cerebro = bt.Cerebro(stdstats=False)
    Rows.preload = preload
    for name, bars in table.items():
        cerebro.adddata(Rows(rows=bars, timeframe=FRAMES[of.work.bar]), name=name)
    for fast, slow in of.work.windows:
        cerebro.addstrategy(Crossing, fast=fast, slow=slow, budget=CAPITAL * of.work.budget)
    if of.work.bar == "tick":
        cerebro.addstrategy(Ticking)
    cerebro.broker.setcash(CAPITAL)
    cerebro.broker.setcommission(commission=COMMISSION)
    with Timer() as timer:
        strategies = cerebro.run()
    for data in cerebro.datas:
        timer.less(data.spent.wall, data.spent.cpu)
    count = sum(map(len, table.values()))
    fills = sum(strategy.fills for strategy in strategies)
    report("backtrader", timer, count, fills, cerebro.broker.getvalue())


if __name__ == "__main__":
    main()
