"""All pods, with everything there is to compare them by."""

from textual.app import ComposeResult

from magents.model.snapshots import Frame, PodRow, Wish
from tui.charts.rows import Row
from tui.format import Zone, change, money, signed, tone
from tui.lines import pods
from tui.pages.base import Page, titled
from tui.widgets.charts import EquityChart, Words
from tui.widgets.grid import Grid


class PodsPage(Page):
    """The table of pods, their sums below, the fund's value at the foot where there is room."""

    title = "Pods"

    def compose(self) -> ComposeResult:
        """Lay the page out."""
        yield titled(Grid(pods.PODS, empty="no pods", id="pods-grid"), "Pods")
        yield Words(id="pods-sum")
        yield titled(EquityChart(id="pods-equity"), "Fund value")

    def wish(self) -> Wish:
        """Return what the page needs of the fund."""
        return Wish("pods")

    def show(self, frame: Frame, zone: Zone) -> None:
        """Show a frame."""
        grid = self.query_one(Grid)
        grid.fill(pods.pods(frame.pods, grid.charset))
        self.retitle(grid, f"Pods ({len(grid.lines)} of {len(frame.pods)}), enter opens one")
        self.query_one(Words).show(_sum(frame.pods))
        self.query_one(EquityChart).show(frame.curve, frame.head.initial, zone)


def _sum(rows: tuple[PodRow, ...]) -> Row:
    """Return the pods' sums in one line."""
    value, day, total = (
        sum(getattr(row, name) for row in rows) for name in ("value", "day", "total")
    )
    capital = sum(row.capital for row in rows)
    halted = sum(row.state != "trading" for row in rows)
    return (
        ("all pods  ", "head"),
        (f"value {money(value)}  ", ""),
        ("day ", ""),
        (f"{signed(day)}  ", tone(day)),
        ("total ", ""),
        (f"{signed(total)} {change(total / capital if capital else 0.0)}  ", tone(total)),
        (f"halted {halted}", "loss" if halted else "muted"),
    )
