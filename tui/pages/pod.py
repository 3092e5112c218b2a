"""One pod: what it holds, what it works on, what its agents think, what it earned."""

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from magents.model.snapshots import Frame, PodDetail, Wish
from tui.charts.rows import Row
from tui.format import Zone, change, money, percent, signed, times, tone
from tui.lines import orders, pods
from tui.pages.base import Page, titled
from tui.table import Line
from tui.widgets.charts import EquityChart, Gauges, Words
from tui.widgets.grid import Grid


class PodPage(Page):
    """A pod in detail; ``[`` and ``]`` go to the pod before and after."""

    title = "Pod"
    pod = ""

    def compose(self) -> ComposeResult:
        """Lay the page out: facts over positions, orders, signals and reasoning."""
        yield Words(id="pod-head")
        with Horizontal(id="pod-upper"):
            yield titled(
                Grid(pods.POSITIONS, empty="holds nothing", id="pod-positions"), "Positions"
            )
            yield titled(EquityChart(id="pod-equity"), "Value")
            yield titled(Gauges(id="pod-gauges"), "Limits")
        with Horizontal(id="pod-lower"):
            with Vertical():
                yield titled(
                    Grid(orders.ORDERS, empty="no working orders", id="pod-orders"), "Orders"
                )
                yield titled(Grid(pods.SIGNALS, empty="no signal yet", id="pod-signals"), "Signals")
            yield titled(
                Grid(pods.THOUGHTS, empty="no reasons yet", id="pod-thoughts"), "Reasoning"
            )

    def wish(self) -> Wish:
        """Return what the page needs of the fund."""
        return Wish("pod", pod=self.pod)

    def show(self, frame: Frame, zone: Zone) -> None:
        """Show a frame."""
        if frame.pod is None:
            return
        detail = frame.pod
        self.query_one("#pod-head", Words).show(_head(detail))
        self.query_one(EquityChart).show(detail.curve, detail.row.capital, zone)
        self.query_one(Gauges).show(detail.limits)
        self._fill("#pod-positions", pods.positions(detail.positions), "Positions")
        self._fill(
            "#pod-orders",
            orders.orders(detail.orders, zone),
            f"Orders, {detail.row.working} working",
        )
        self._fill("#pod-signals", pods.signals(detail.signals, zone), "Signals")
        self._fill("#pod-thoughts", pods.thoughts(detail.thoughts, zone), "Reasoning")

    def _fill(self, name: str, lines: list[Line], title: str) -> None:
        grid = self.query_one(name, Grid)
        grid.fill(lines)
        self.retitle(grid, f"{title} ({len(lines)})")


def _head(detail: PodDetail) -> Row:
    row = detail.row
    gain = row.total / row.capital if row.capital else 0.0
    state = "" if row.state == "trading" else "loss"
    return (
        (f"{row.pod}  ", "strong"),
        (f"{row.state if not state else row.state.upper()}  ", state or "gain"),
        (f"value {money(row.value)}  ", ""),
        (f"{signed(row.total)} {change(gain)}  ", tone(row.total)),
        (f"day {signed(row.day)}  ", tone(row.day)),
        (f"dd {percent(row.drawdown)}  ", tone(row.drawdown)),
        (f"gross {times(row.gross)} net {times(row.net)}  ", ""),
        (row.reason or row.strategy, "loss" if row.reason else "muted"),
    )
