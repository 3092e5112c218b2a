"""All keys, as a table like any other: it sorts, filters and exports."""

from textual.app import ComposeResult
from textual.widgets import Static

from magents.model.snapshots import Frame, Wish
from tui.format import Zone
from tui.keys import usable
from tui.pages.base import Page, titled
from tui.table import Cell, Column, Line
from tui.widgets.grid import Grid

COLUMNS = (
    Column("KEY"),
    Column("DOES", rank=1),
    Column("WHAT IT IS FOR", grow=True),
    Column("KIND", rank=2),
)
MORE = (
    ("enter", "Open", "A pod, an order's reasons, a log line's instant", "table"),
    ("escape", "Back", "Close a dialog, drop the filter, page before", "screen"),
    ("tab", "Focus", "Next table of the page", "table"),
    ("arrows", "Move", "Rows; page up and down, ctrl+home, ctrl+end", "table"),
    ("mouse", "Click", "Row (twice opens), heading (sorts), time line, keys", "screen"),
    ("ctrl+p", "Palette", "Every command by name", "screen"),
)
NOTE = """REVIEW: recorded frames. The fund has not moved; space goes on at its newest.
Agents decide orders, the risk team checks them, rules fill them: w says which."""


class HelpPage(Page):
    """Keys and what they are for."""

    title = "Help"

    def compose(self) -> ComposeResult:
        """Lay the page out."""
        yield titled(Grid(COLUMNS, empty="no key passes the filter", id="help-grid"), "Keys")
        yield Static(NOTE, id="help-note", markup=False)

    def wish(self) -> Wish:
        """Return what the page needs of the fund: nothing of its own."""
        return Wish("overview", newest=0)

    def on_mount(self) -> None:
        """Show the keys before there is a frame."""
        self._keys("replay")

    def show(self, frame: Frame, zone: Zone) -> None:
        """Show the keys of the frame's mode."""
        self._keys(frame.head.mode)

    def _keys(self, mode: str) -> None:
        rows = [(key.shown, key.label, key.about, key.group) for key in usable(mode)]
        grid = self.query_one(Grid)
        grid.fill([_line(*row) for row in (*rows, *MORE)])
        self.retitle(grid, "Keys")


def _line(shown: str, label: str, about: str, group: str) -> Line:
    return Line(
        f"{shown} {label}",
        (Cell(shown, "accent"), Cell(label, "strong"), Cell(about), Cell(group, "muted")),
    )
