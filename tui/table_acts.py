"""Keys for tables, pictures and the look of the screen."""

from pathlib import Path
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widgets import Input

from tui.console import Console
from tui.pages.market import MarketPage
from tui.pages.pod import PodPage
from tui.table import View
from tui.themes import following
from tui.widgets.charts import CandleChart
from tui.widgets.grid import Grid

FILTER = "#filter"


class FilterBox(Input):
    """The line in which a filter is typed; enter is an action, so that no key overtakes it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "app.keep_filter", show=False)]


class TableActs(Console):
    """What the keys of tables do; the table is the one in focus."""

    def action_filter(self) -> None:
        """Open the line in which the filter is typed."""
        grid = self.page.grid
        if grid is None:
            self.warn("there is no table on this page")
            return
        box = self.screen.query_one(FILTER, Input)
        box.display = True
        box.value = grid.view.needle
        self.screen.set_focus(box)  # at once: focus() would let the next key pass
        self.filtered = grid

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filter while it is typed."""
        if event.input.id == "filter" and event.input.display:
            self._narrow(event.value)

    def action_keep_filter(self) -> None:
        """Keep the filter and go back to the table."""
        self.close_filter()

    def close_filter(self, *, drop: bool = False) -> None:
        """Close the line; the filter stays, unless it is dropped."""
        box = self.screen.query_one(FILTER, Input)
        box.display = False
        self._narrow("" if drop else box.value)
        self.screen.set_focus(self.filtered)

    def action_sort(self) -> None:
        """Sort by the next column."""
        if (grid := self.page.grid) is not None:
            grid.sort_next()

    def action_reverse(self) -> None:
        """Sort the other way."""
        if (grid := self.page.grid) is not None:
            grid.reverse()

    def action_other(self) -> None:
        """Go to the next table of the page."""
        grids = self.page.grids
        if grids:
            at = next((at for at, grid in enumerate(grids) if grid.has_focus), -1)
            self.screen.set_focus(grids[(at + 1) % len(grids)])

    def action_export(self) -> None:
        """Write the table to a CSV file."""
        grid = self.page.grid
        if grid is None:
            self.warn("there is no table on this page")
            return
        text = grid.csv()
        path = self._path(grid.id or "table", "csv")
        if self._write(path, text):
            self.notify(f"{len(grid.lines)} rows in {path}", markup=False)

    def action_picture(self) -> None:
        """Write a screenshot to an SVG file."""
        path = self._path(self.front, "svg")
        if self._write(path, self.export_screenshot(title=f"magents: {self.front}")):
            self.notify(f"screenshot in {path}", markup=False)

    def action_theme(self) -> None:
        """Take the next look."""
        self.theme = following(self.theme)
        self.notify(f"theme {self.theme}", timeout=1)

    def action_zoom(self, by: int) -> None:
        """Make candles wider or narrower."""
        if isinstance(self.page, MarketPage):
            self.page.query_one(CandleChart).magnify(by)

    async def action_beside(self, by: int) -> None:
        """Go to the pod or instrument before or after."""
        page = self.page
        if isinstance(page, PodPage) and self.newest is not None and self.newest.pods:
            names = [row.pod for row in self.newest.pods]
            at = names.index(page.pod) if page.pod in names else 0
            page.pod = names[(at + by) % len(names)]
            await self.look()
        elif isinstance(page, MarketPage):
            page.query_one(Grid).action_cursor(by)

    def _narrow(self, needle: str) -> None:
        grid = self.filtered
        grid.look(View(grid.view.sort, grid.view.descending, needle))
        if self.newest is not None:
            self.page.show(self.newest, self.zone)

    def _path(self, name: str, suffix: str) -> Path:
        """Return a new file, named by what it shows and of when."""
        when = (
            "".join(c for c in self.zone.stamp(self.newest.head.shown) if c.isdigit())
            if self.newest
            else ""
        )
        stem = f"magents-{name}-{when or 'now'}"
        path = self.folder / f"{stem}.{suffix}"
        number = 2
        while path.exists():
            path = self.folder / f"{stem}-{number}.{suffix}"
            number += 1
        return path

    def _write(self, path: Path, text: str) -> bool:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        except OSError as error:
            self.warn(f"cannot write {path}: {error.strerror}")
            return False
        return True
