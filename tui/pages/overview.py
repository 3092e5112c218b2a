"""The first page: is the fund well, and what happened last."""

from textual.app import ComposeResult
from textual.containers import Vertical

from magents.model.snapshots import Frame, Wish
from tui.format import Zone, change, signed
from tui.lines import fund, pods
from tui.pages.base import Page, titled
from tui.widgets.charts import EquityChart, Gauges
from tui.widgets.grid import Grid


class OverviewPage(Page):
    """Pods, the fund's value and drawdown, the fund's limits, the latest events."""

    title = "Overview"

    def compose(self) -> ComposeResult:
        """Lay the page out: what is worth most at the left."""
        with Vertical(id="overview-left"):
            yield titled(Grid(pods.PODS, empty="no pods", id="overview-pods"), "Pods")
            yield titled(EquityChart(id="overview-equity"), "Fund value")
        with Vertical(id="overview-right"):
            yield titled(Gauges(id="overview-gauges"), "Limits of the fund")
            yield titled(
                Grid(fund.EVENTS, empty="nothing yet", heading=False, id="overview-events"),
                "Latest",
            )

    def wish(self) -> Wish:
        """Return what the page needs of the fund."""
        return Wish("overview", newest=40)

    def show(self, frame: Frame, zone: Zone) -> None:
        """Show a frame."""
        head = frame.head
        grid = self.query_one("#overview-pods", Grid)
        grid.fill(pods.pods(frame.pods, grid.charset))
        self.retitle(grid, f"Pods ({len(frame.pods)})")
        chart = self.query_one(EquityChart)
        chart.show(frame.curve, head.initial, zone)
        total = head.value - head.initial
        share = total / head.initial if head.initial else 0.0
        self.retitle(chart, f"Fund value, {head.currency}: total {signed(total)} ({change(share)})")
        self.query_one(Gauges).show(frame.gauges)
        events = self.query_one("#overview-events", Grid)
        events.fill(fund.events(frame.events, zone))
        self.retitle(events, f"Latest events, {zone.name}")
