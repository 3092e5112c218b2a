"""Orders and fills."""

from textual.app import ComposeResult

from magents.model.snapshots import Frame, Wish
from tui.format import Zone
from tui.lines import orders
from tui.pages.base import Page, titled
from tui.widgets.grid import Grid


class BlotterPage(Page):
    """Orders over fills, newest first; ``w`` on either says why."""

    title = "Blotter"

    def compose(self) -> ComposeResult:
        """Lay the page out."""
        yield titled(Grid(orders.ORDERS, empty="no orders yet", id="blotter-orders"), "Orders")
        yield titled(Grid(orders.FILLS, empty="no fills yet", id="blotter-fills"), "Fills")

    def wish(self) -> Wish:
        """Return what the page needs of the fund."""
        return Wish("blotter", newest=500)

    def show(self, frame: Frame, zone: Zone) -> None:
        """Show a frame."""
        above, below = (
            self.query_one("#blotter-orders", Grid),
            self.query_one("#blotter-fills", Grid),
        )
        above.fill(orders.orders(frame.orders, zone))
        below.fill(orders.fills(frame.fills, zone))
        hint = "w says why, o the other table"
        self.retitle(above, f"Orders ({len(above.lines)}), {zone.name}, {hint}")
        self.retitle(below, f"Fills ({len(below.lines)}), {zone.name}")

    def order(self) -> str:
        """Return the order under the cursor, also where that is on one of its fills."""
        grid = self.grid
        if grid is None or grid.pointed is None:
            return ""
        if grid.id == "blotter-orders":
            return grid.pointed
        line = next(line for line in grid.lines if line.key == grid.pointed)
        return line.cells[2].text
