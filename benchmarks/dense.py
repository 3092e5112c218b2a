"""The workloads as free-form pods that are woken at every bar or tick, as other engines do it.

They decide by the same plain Python as the peers without indicators do (``adapters/common.py``).
"""

from decimal import Decimal

from benchmarks.adapters.common import Clockwork, Holding
from benchmarks.work import CAPITAL, Work
from magents.fund import Hire
from pods.base import Pod
from pods.desk import Desk


class DensePod(Pod):
    """Looks at every bar of every instrument."""

    def __init__(self, name: str, windows: tuple[int, int], budget: float) -> None:
        """Keep the rule."""
        super().__init__(name)
        self._windows, self._budget = windows, budget

    async def run(self, desk: Desk) -> None:
        """Decide at each close."""
        rules = {name: Holding(*self._windows, self._budget) for name in desk.instruments}
        async for bar in desk.bars(*desk.instruments):
            units = rules[bar.instrument].order(bar.close)
            if units:
                await _send(desk, bar.instrument, units)


class DenseTicks(Pod):
    """Looks at every trade."""

    async def run(self, desk: Desk) -> None:
        """Decide at each trade."""
        rule = Clockwork()
        (name,) = desk.instruments
        async for trade in desk.trades(name):
            units = rule.order(trade.price)
            if units:
                await _send(desk, name, units)


async def _send(desk: Desk, name: str, units: int) -> None:
    if units > 0:
        await desk.buy(name, Decimal(units))
    elif units < 0:
        await desk.sell(name, Decimal(-units))


def dense_hires(work: Work) -> list[Hire]:
    """Return the free-form pods of a workload."""
    if work.bar == "tick":
        return [Hire(DenseTicks("ticking"))]
    budget = work.budget * CAPITAL
    return [
        Hire(DensePod(f"ma_{fast}_{slow}", (fast, slow), budget)) for fast, slow in work.windows
    ]
