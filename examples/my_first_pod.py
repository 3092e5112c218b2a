"""A pod of your own: buy what fell three days in a row, sell after a week.

magents backtest --strategies examples/my_first_pod.py:DipPod --generate-report
"""

from pods.base import Pod
from pods.desk import Desk


class DipPod(Pod):
    """Buys after three falling closes and holds for five bars."""

    async def run(self, desk: Desk) -> None:
        held: dict[str, int] = {}
        async for bar in desk.bars(*desk.instruments):
            closes = desk.history(bar.instrument, 4)
            if bar.instrument in held:
                held[bar.instrument] -= 1
                if held[bar.instrument] == 0:
                    del held[bar.instrument]
                    await desk.target(bar.instrument, 0, reason="a week is over")
            elif len(closes) == 4 and all(closes[1:] < closes[:-1]):
                held[bar.instrument] = 5
                units = float(desk.capital) * 0.02 / bar.close
                await desk.buy(bar.instrument, units, reason="three falls in a row")
