"""The dashboard: pages between a line above and the time line and keys below."""

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult, SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import ContentSwitcher, Input

from magents.model.snapshots import Frame
from tui.charts.rail import Span
from tui.fund_acts import FundActs
from tui.keys import usable
from tui.lines.head import bottom, lost, top
from tui.pages.blotter import BlotterPage
from tui.pages.data import DataPage
from tui.pages.desk import DeskPage
from tui.pages.help import HelpPage
from tui.pages.log import LogPage
from tui.pages.market import MarketPage
from tui.pages.overview import OverviewPage
from tui.pages.pod import PodPage
from tui.pages.pods import PodsPage
from tui.pages.risk import RiskPage
from tui.replay_acts import ReplayActs
from tui.table_acts import FILTER, FilterBox, TableActs
from tui.widgets.bars import KeyBar, PageBar
from tui.widgets.charts import TimeLine, Words
from tui.widgets.grid import Grid

PAGES = {
    "overview": OverviewPage,
    "pods": PodsPage,
    "pod": PodPage,
    "market": MarketPage,
    "blotter": BlotterPage,
    "risk": RiskPage,
    "data": DataPage,
    "desk": DeskPage,
    "log": LogPage,
    "help": HelpPage,
}


class Dashboard(ReplayActs, FundActs, TableActs):
    """A control room for a fund; ends with ``detach`` or ``stop``."""

    TITLE = "magents"
    CSS_PATH = Path(__file__).with_name("dashboard.tcss")
    ENABLE_COMMAND_PALETTE = True
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012 - as Textual has it
    VERTICAL_BREAKPOINTS = [(0, "-low"), (32, "-tall")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "escape", "Back", show=False)]

    def compose(self) -> ComposeResult:
        """Lay the screen out."""
        yield Words(id="top")
        yield PageBar(id="pages")
        with ContentSwitcher(initial="overview", id="front"):
            for name, page in PAGES.items():
                yield page(id=name)
        yield FilterBox(placeholder="word  !word  pod:ma  units>10", id="filter")
        yield TimeLine(id="rail")
        yield Words(id="bottom")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Begin on the first page."""
        self._before: list[str] = []
        self._mode = ""
        self.query_one(FILTER, Input).display = False
        self.query_one(PageBar).front("overview")
        self.query_one(KeyBar).offer("replay")
        self.call_after_refresh(self.page.enter)

    # ------------------------------------------------------------------ frames

    def show_frame(self, frame: Frame) -> None:
        """Show a frame on the lines around and on the page in front."""
        head, base = frame.head, self.screen_stack[0]
        width = self.size.width
        base.query_one("#top", Words).show(top(head, width))
        base.query_one("#bottom", Words).show(bottom(head, self.zone, width, held=self.frozen))
        rail = base.query_one(TimeLine)
        end = head.end or head.computed
        rail.show(Span(head.start, end, head.computed, head.shown), frame.marks)
        base.set_class(head.review, "-review")
        base.set_class(bool(head.killed), "-killed")
        base.set_class(self.frozen, "-frozen")
        base.remove_class("-lost")
        if head.mode != self._mode:
            self._mode = head.mode
            base.query_one(KeyBar).offer(head.mode)
        self.page.show(frame, self.zone)

    def show_loss(self) -> None:
        """Say above that the fund cannot be reached, and dim what is old."""
        since = asyncio.get_running_loop().time() - (self.lost_since or 0.0)
        base = self.screen_stack[0]
        base.query_one("#top", Words).show(lost(since, self.lost_reason))
        base.add_class("-lost")

    # ------------------------------------------------------------------ pages

    async def action_page(self, name: str) -> None:
        """Bring a page to the front; a pod opened from a table is that of the cursor."""
        if name == "pod" and (pod := self.pod_here()):
            self.query_one(PodPage).pod = pod
        if name != self.front:
            self._before = [*self._before[-8:], self.front]
        await self._turn(name)

    async def action_escape(self) -> None:
        """Drop the filter, or go to the page before."""
        grid = self.page.grid
        if self.query_one(FILTER, Input).display:
            self.close_filter(drop=True)
        elif grid is not None and grid.view.needle:
            self.filtered = grid
            self._narrow("")
        elif self._before:
            await self._turn(self._before.pop())

    async def on_grid_opened(self, event: Grid.Opened) -> None:
        """Open what a row is about: a pod, or the reasons of an order or event."""
        if event.grid.id in ("overview-pods", "pods-grid"):
            await self.action_page("pod")
        elif event.grid.id == "log-grid" and not self.live:
            self.go_to_event(event.key)
        else:
            self.action_why()

    async def on_grid_pointed(self, event: Grid.Pointed) -> None:
        """Fetch what the new row is about."""
        if event.grid.id in ("market-list", "desk-asks"):
            await self.look()

    async def _turn(self, name: str) -> None:
        self.query_one(FILTER, Input).display = False
        self.query_one(ContentSwitcher).current = name
        self.query_one(PageBar).front(name)
        self.page.enter()
        self.turned = True
        await self.look()

    # ------------------------------------------------------------------ palette

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Offer every key by name in the command palette."""
        mode = self.newest.head.mode if self.newest else "replay"
        for key in usable(mode):
            for at, action in enumerate(key.actions):
                shown = key.shown[at] if len(key.actions) > 1 else key.shown
                yield SystemCommand(f"{key.label} ({shown})", key.about, _Deed(self, action))


class _Deed:
    """Runs an action by its name, when called from the palette."""

    def __init__(self, app: Dashboard, action: str) -> None:
        self._app, self._action = app, action

    def __call__(self) -> None:
        """Run it."""
        self._app.call_later(self._app.run_action, self._action)
