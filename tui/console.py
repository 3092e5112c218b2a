"""The application's trunk: the way to the fund, the newest frame, the page in front."""

import asyncio
from pathlib import Path
from typing import ClassVar

from textual.app import App
from textual.binding import BindingType
from textual.widgets import ContentSwitcher

from magents.model.controls import (
    Back,
    Jump,
    JumpTo,
    Link,
    LinkLostError,
    Newest,
    Pause,
    Play,
    ScreenCommand,
    Speed,
    Step,
)
from magents.model.snapshots import Frame, Wish
from tui.charts.rows import Charset
from tui.format import Zone
from tui.keys import LIVE, bindings
from tui.pages.base import Page
from tui.themes import DARK, THEMES

BUSY = 0.3
"""Drawing may take this share of the time between frames; else they come more seldom."""
SLOWEST = 0.5
"""Seconds between frames at most."""
MOVES = (Play, Pause, Speed, Step, Jump, JumpTo, Back, Newest)
"""What came of these is in the line below; nothing more is said."""
RETRY = 0.5
"""Seconds between attempts to reach a fund that does not answer."""


class Console(App[str]):
    """What every part of the application needs.

    Args:
        link: the way to the fund.
        theme: one of ``tui.themes``. charset: which characters the terminal is trusted with.
        zone: the time zone instants are written in. folder: where files are written.
        fps: frames a second at most; 0 fetches one only after commands and page changes.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings()]

    def __init__(
        self,
        link: Link,
        *,
        theme: str = DARK.name,
        charset: Charset = "braille",
        zone: str = "UTC",
        folder: Path | None = None,
        fps: float = 10.0,
    ) -> None:
        super().__init__()
        self.link = link
        self.charset = charset
        self.zone = Zone(zone)
        self.folder = folder or Path()
        self.newest: Frame | None = None
        self.frozen = self.turned = False
        self.lost_since: float | None = None
        self.lost_reason = ""
        self._chosen = theme
        self._least = 1 / fps if fps else 0.0
        self.pause = self._least

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Give themes of others the colours they do not name."""
        return dict(DARK.variables)

    def on_mount(self) -> None:
        """Put the looks in."""
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = self._chosen

    def on_ready(self) -> None:
        """Start watching the fund, now that there is something to show it on."""
        watch = self.watch_fund() if self._least else self.look()
        self.run_worker(watch, group="watch", exclusive=True)

    async def on_unmount(self) -> None:
        """Leave the fund alone."""
        await self.link.close()

    # ------------------------------------------------------------------ frames

    async def watch_fund(self) -> None:
        """Fetch frames until the end, as often as they can be drawn with ease."""
        while True:
            await self.look()
            waiting = RETRY if self.lost_since is not None else self.pause
            await asyncio.sleep(waiting)

    async def look(self) -> None:
        """Fetch one frame and show it."""
        if not self._up():
            return
        try:
            frame = await self.link.frame(self.wish())
        except LinkLostError as error:
            self._lose(str(error))
            return
        if not self._up():
            return
        found = self.lost_since is not None
        self.lost_since = None
        if found or self.turned or self._differs(frame):
            self.turned = False  # another page is drawn also while the picture is held
            self.newest = frame
            self._draw(frame)

    def _up(self) -> bool:
        """Return whether there is something to show a frame on: not before, nor at the end."""
        stack = self.screen_stack
        return bool(stack) and bool(stack[0].query("#top")) and bool(stack[0].query(Page))

    def wish(self) -> Wish:
        """Return what the page in front needs."""
        return self.page.wish()

    @property
    def page(self) -> Page:
        """Return the page in front."""
        return self.screen_stack[0].query_one(f"#{self.front}", Page)

    @property
    def front(self) -> str:
        """Return the name of the page in front."""
        return self.screen_stack[0].query_one(ContentSwitcher).current or "overview"

    def show_frame(self, frame: Frame) -> None:
        """Show a frame on everything that is visible."""
        raise NotImplementedError

    def show_loss(self) -> None:
        """Show that the fund cannot be reached."""
        raise NotImplementedError

    def _differs(self, frame: Frame) -> bool:
        return not self.frozen and (self.newest is None or frame != self.newest)

    def _draw(self, frame: Frame) -> None:
        """Show a frame; what takes long is done more seldom from then on."""
        clock = asyncio.get_running_loop().time
        began = clock()
        with self.batch_update():
            self.show_frame(frame)
        if self._least:
            slow = min(SLOWEST, (clock() - began) / BUSY)
            self.pause = max(self._least, slow)

    def _lose(self, reason: str) -> None:
        if self.lost_since is None:
            self.lost_since = asyncio.get_running_loop().time()
        self.lost_reason = reason
        self.show_loss()

    # ------------------------------------------------------------------ commands

    def tell(self, command: ScreenCommand) -> None:
        """Send a command without waiting for it; its answer is shown when it comes."""
        self.run_worker(self._tell(command), group="tell")

    async def _tell(self, command: ScreenCommand) -> None:
        try:
            answer = await self.link.send(command)
        except LinkLostError as error:
            self.warn(
                f"no answer to {type(command).__name__}: {error}; it may have been carried out"
            )
            return
        if not answer.ok:
            self.warn(self.zone.told(answer.text) or "the fund did not do it")
        elif answer.text and not isinstance(command, MOVES):
            self.notify(self.zone.told(answer.text), markup=False, timeout=3)
        await self.look()

    def warn(self, text: str) -> None:
        """Tell that something did not work."""
        self.notify(text, severity="warning", markup=False, timeout=6)

    @property
    def live(self) -> bool:
        """Return whether time cannot be stopped."""
        return self.newest is not None and self.newest.head.mode in LIVE
