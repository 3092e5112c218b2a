"""Everything that happened, newest first."""

from textual.app import ComposeResult

from magents.model.snapshots import Frame, Wish
from tui.format import Zone
from tui.lines import fund
from tui.pages.base import Page, counted, titled
from tui.widgets.grid import Grid

NEWEST = 1_000
"""Events that are shown."""


class LogPage(Page):
    """Events with a filter: words, ``!word``, ``pod:ma``, ``kind:fill``, ``no>100``."""

    title = "Log"

    def compose(self) -> ComposeResult:
        """Lay the page out."""
        yield titled(Grid(fund.LOG, empty="nothing passes the filter", id="log-grid"), "Log")

    def wish(self) -> Wish:
        """Return what the page needs of the fund."""
        return Wish("log", newest=NEWEST)

    def show(self, frame: Frame, zone: Zone) -> None:
        """Show a frame."""
        grid = self.query_one(Grid)
        grid.fill(fund.log(frame.events, zone))
        self.retitle(
            grid,
            f"Log ({counted(len(grid.lines), len(frame.events), NEWEST)}), {zone.name}, "
            "enter goes there, w why",
        )
