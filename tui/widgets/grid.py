"""A table that draws only the rows that changed.

Textual's ``DataTable`` drops every cached line on any change of a cell, so that one value costs as
much as all of them (measured by ``python -m benchmarks.frames``); this one compares lines.
"""

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.charts.rows import Row, fit
from tui.table import GAP, Cell, Column, Line, View, arrange, to_csv, widths
from tui.widgets.painted import Painted


class Grid(Painted, ScrollView, can_focus=True):
    """Rows under a fixed heading, with a cursor that stays on its row while rows move.

    Args:
        columns: what stands in a row. empty: what is said where there are no rows.
        heading: whether the columns have names above them.
    """

    DEFAULT_CSS = """
    Grid { height: 1fr; scrollbar-size-vertical: 1; overflow-x: hidden; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "cursor(-1)", "Up", show=False),
        Binding("down", "cursor(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("ctrl+home", "cursor(-1000000)", "First", show=False),
        Binding("ctrl+end", "cursor(1000000)", "Last", show=False),
        Binding("enter", "open", "Open", show=False),
    ]

    class Opened(Message):
        """A row was opened, by enter or a double click."""

        def __init__(self, grid: "Grid", key: str) -> None:
            super().__init__()
            self.grid, self.key = grid, key

        @property
        def control(self) -> "Grid":
            """Return the table, for handlers that name it."""
            return self.grid

    class Pointed(Message):
        """The cursor came to another row."""

        def __init__(self, grid: "Grid", key: str) -> None:
            super().__init__()
            self.grid, self.key = grid, key

        @property
        def control(self) -> "Grid":
            """Return the table, for handlers that name it."""
            return self.grid

    def __init__(
        self,
        columns: Sequence[Column],
        *,
        empty: str = "nothing here",
        heading: bool = True,
        view: View | None = None,
        id: str | None = None,  # noqa: A002 - as Textual calls it
    ) -> None:
        super().__init__(id=id)
        self.columns = tuple(columns)
        self.view = view or View()
        self._empty = empty
        self._head = int(heading)
        self._given: Sequence[Line] | None = None
        self._lines: list[Line] = []
        self._widths: dict[int, int] = {}
        self._at = 0
        self._strips: dict[tuple[Line, bool], Strip] = {}
        self._room = 0

    # ------------------------------------------------------------------ what it shows

    @property
    def lines(self) -> list[Line]:
        """Return the rows as they are shown, filtered and sorted."""
        return self._lines

    @property
    def pointed(self) -> str | None:
        """Return the key of the row under the cursor."""
        return self._lines[self._at].key if self._at < len(self._lines) else None

    def fill(self, lines: Sequence[Line]) -> None:
        """Show other rows; only lines that look different are drawn."""
        self._given = lines
        self._arrange()

    def look(self, view: View) -> None:
        """Sort and filter otherwise."""
        self.view = view
        self._arrange()
        self.refresh()

    def point(self, key: str) -> None:
        """Bring the cursor to a row by its key, if it is there."""
        for at, line in enumerate(self._lines):
            if line.key == key:
                self._move(at)
                return

    def csv(self) -> str:
        """Return what is shown as CSV."""
        return to_csv(self.columns, self._lines)

    def sort_next(self) -> None:
        """Sort by the next column; after the last one, as the rows came."""
        after = 0 if self.view.sort is None else self.view.sort + 1
        at = None if after >= len(self.columns) else after
        self.look(View(at, _downward(self.columns, at), self.view.needle))

    def reverse(self) -> None:
        """Sort the other way round."""
        at = 0 if self.view.sort is None else self.view.sort
        self.look(View(at, not self.view.descending, self.view.needle))

    # ------------------------------------------------------------------ drawing

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Ask for a line a row, where the style sheet leaves the height to the content."""
        return self._head + max(1, len(self._lines))

    def _arrange(self) -> None:
        held = self.pointed if self._at else None
        before, were = self._lines, self._widths
        self._lines = arrange(self.columns, self._given or (), self.view)
        self._room = self.size.width
        self._widths = widths(
            self.columns, self._lines, self.size.width - self.scrollbar_size_vertical
        )
        if held is not None:
            self._at = next(
                (at for at, line in enumerate(self._lines) if line.key == held), self._at
            )
        self._at = min(self._at, max(0, len(self._lines) - 1))
        if len(before) != len(self._lines):
            self.virtual_size = Size(self.size.width, len(self._lines) + self._head)
            if self.styles.is_auto_height:
                self.refresh(layout=True)
        if were != self._widths or len(before) != len(self._lines):
            self._strips.clear()
            self.refresh()
        else:
            self._refresh_changed(before)

    def _refresh_changed(self, before: Sequence[Line]) -> None:
        top = int(self.scroll_offset.y)
        for y in range(self._head, self.size.height):
            at = top + y - self._head
            if at < len(self._lines) and before[at] != self._lines[at]:
                self.refresh(Region(0, y, self.size.width, 1))
        if len(self._strips) > 4 * (len(self._lines) + self.size.height):
            self._strips.clear()

    def on_resize(self) -> None:
        """Lay the columns out for the new size."""
        self._widths = {}
        self._lines = [*self._lines]
        self._arrange()

    def notify_style_update(self) -> None:
        """Forget drawn lines: the theme changed."""
        super().notify_style_update()
        self._strips.clear()

    def render_line(self, y: int) -> Strip:
        """Return one line of the table: its heading or a row."""
        width = self.size.width
        if width != self._room:  # drawn before it is told of its size
            self._arrange()
        if y < self._head:
            return self.strip(self._heading(width))
        at = int(self.scroll_offset.y) + y - self._head
        if at >= len(self._lines):
            note = self._note if y == self._head and not self._lines else ""
            return self.strip(fit(((note, "muted"),), width))
        return self._row(at, width)

    @property
    def _note(self) -> str:
        """Return what is said where there are no rows: none yet, none at all, or none that pass."""
        if self._given is None:
            return "..."
        return "nothing passes the filter; escape drops it" if self._given else self._empty

    def _row(self, at: int, width: int) -> Strip:
        line, chosen = self._lines[at], at == self._at and self.has_focus
        key = (line, chosen)
        if key not in self._strips:
            base = self.paint("selected") if chosen else None
            self._strips[key] = self.strip(fit(self._runs(line), width), base)
        return self._strips[key]

    def _runs(self, line: Line) -> Row:
        runs: list[tuple[str, str]] = []
        for at, width in self._widths.items():
            if runs:
                runs.append((" " * GAP, ""))
            runs.append((_align(self.columns[at], line.cells[at], width), line.cells[at].style))
        return tuple(runs)

    def _heading(self, width: int) -> Row:
        runs: list[tuple[str, str]] = []
        for at, wide in self._widths.items():
            arrow = ("▼" if self.view.descending else "▲") if at == self.view.sort else ""
            name = Cell(self.columns[at].name + arrow)
            runs += [(" " * GAP, "head")] if runs else []
            runs.append((_align(self.columns[at], name, wide), "head"))
        return fit(tuple(runs), width)

    # ------------------------------------------------------------------ keys and mouse

    def action_cursor(self, by: int) -> None:
        """Move the cursor by some rows."""
        self._move(self._at + by)

    def action_page(self, by: int) -> None:
        """Move the cursor by some pages."""
        self._move(self._at + by * max(1, self.size.height - 2))

    def action_open(self) -> None:
        """Open the row under the cursor."""
        if self.pointed is not None:
            self.post_message(self.Opened(self, self.pointed))

    def on_click(self, event: events.Click) -> None:
        """Sort by a clicked heading; point at a clicked row; open it at the second click."""
        place = event.get_content_offset(self)
        if place is None:
            return
        if place.y < self._head:
            self._sort_at(place.x)
            return
        at = int(self.scroll_offset.y) + place.y - self._head
        if at < len(self._lines):
            self._move(at)
            if event.chain > 1:
                self.action_open()

    def on_focus(self) -> None:
        """Show the cursor."""
        self.refresh()

    def on_blur(self) -> None:
        """Hide the cursor."""
        self.refresh()

    def _sort_at(self, x: int) -> None:
        edge = 0
        for at, width in self._widths.items():
            edge += width + GAP
            if x < edge:
                again = at == self.view.sort
                down = not self.view.descending if again else _downward(self.columns, at)
                self.look(View(at, down, self.view.needle))
                return

    def _move(self, to: int) -> None:
        to = min(max(0, to), max(0, len(self._lines) - 1))
        if to == self._at:
            return
        self._at = to
        top, shown = int(self.scroll_offset.y), max(1, self.size.height - self._head)
        if to < top:
            self.scroll_to(y=to, animate=False, force=True)
        elif to >= top + shown:
            self.scroll_to(y=to - shown + 1, animate=False, force=True)
        self.refresh()
        if self.pointed is not None:
            self.post_message(self.Pointed(self, self.pointed))


def _downward(columns: Sequence[Column], at: int | None) -> bool:
    """Return whether a column is first sorted from the top: numbers are, words are not."""
    return at is not None and columns[at].align == "right"


def _align(column: Column, cell: Cell, width: int) -> str:
    text = cell.text if len(cell.text) <= width else cell.text[: width - 1] + "…"
    return text.rjust(width) if column.align == "right" else text.ljust(width)
