"""What every page can do: say what it wishes to see, show a frame, name its tables."""

from textual.containers import Container
from textual.widget import Widget

from magents.model.snapshots import Frame, Wish
from tui.format import Zone
from tui.widgets.grid import Grid


def titled(widget: Widget, title: str) -> Widget:
    """Give a widget a heading in its upper border."""
    widget.add_class("panel")
    widget.border_title = title
    return widget


def counted(shown: int, given: int, most: int) -> str:
    """Return how many rows there are, for a heading: ``12``, ``3 of 12``, ``the newest 500``.

    Args:
        shown: rows that pass the filter. given: rows there are. most: of how many that were asked.
    """
    there = f"the newest {given:,}" if given >= most else f"{given:,}"
    return there if shown == given else f"{shown:,} of {there}"


class Page(Container):
    """A page; its id is the name by which it is wished for."""

    title = ""

    def wish(self) -> Wish:
        """Return what the page needs of the fund."""
        return Wish()

    def show(self, frame: Frame, zone: Zone) -> None:
        """Show a frame."""
        raise NotImplementedError

    @property
    def grids(self) -> list[Grid]:
        """Return the page's tables, the main one first."""
        return [grid for grid in self.query(Grid) if grid.display]

    @property
    def grid(self) -> Grid | None:
        """Return the table in focus, or the main one."""
        grids = self.grids
        return next((grid for grid in grids if grid.has_focus), grids[0] if grids else None)

    def enter(self) -> None:
        """Take the focus to the main table, when the page comes to the front."""
        if self.grids:
            self.screen.set_focus(self.grids[0])  # at once: focus() would let a key pass

    def retitle(self, widget: Widget, title: str) -> None:
        """Change a heading, if it is another; a filter is named in it."""
        if isinstance(widget, Grid) and widget.view.needle:
            title = f"{title}  filter: {widget.view.needle}"
        if widget.border_title != title:
            widget.border_title = title
