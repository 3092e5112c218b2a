"""Orders and fills."""

from textual.app import ComposeResult

from magents.model.snapshots import Frame, Wish
from tui.format import Zone
from tui.lines import orders
from tui.pages.base import Page, counted, titled
from tui.widgets.grid import Grid

NEWEST = 500
"""Orders and fills that are shown."""
RECORDED = 100
"""And of them in a frame that was recorded for going back, see ``magents.control``."""


class BlotterPage(Page):
    """Orders over fills, newest first; ``w`` on either says why."""

    title = "Blotter"

    def compose(self) -> ComposeResult:
        """Lay the page out."""
        yield titled(Grid(orders.ORDERS, empty="no orders yet", id="blotter-orders"), "Orders")
        yield titled(Grid(orders.FILLS, empty="no fills yet", id="blotter-fills"), "Fills")

    def wish(self) -> Wish:
        """Return what the page needs of the fund."""
        return Wish("blotter", newest=NEWEST)

    def show(self, frame: Frame, zone: Zone) -> None:
        """Show a frame."""
        above, below = (
            self.query_one("#blotter-orders", Grid),
            self.query_one("#blotter-fills", Grid),
        )
        above.fill(orders.orders(frame.orders, zone))
        below.fill(orders.fills(frame.fills, zone))
        hint = "w says why, o the other table"
        most = RECORDED if frame.head.review else NEWEST
        count = counted(len(above.lines), len(frame.orders), most)
        self.retitle(above, f"Orders ({count}), {zone.name}, {hint}")
        count = counted(len(below.lines), len(frame.fills), most)
        self.retitle(below, f"Fills ({count}), {zone.name}")

    def order(self) -> str:
        """Return the order under the cursor, also where that is on one of its fills."""
        grid = self.grid
        if grid is None or grid.pointed is None:
            return ""
        if grid.id == "blotter-orders":
            return grid.pointed
        line = next(line for line in grid.lines if line.key == grid.pointed)
        return line.cells[2].text
