"""A dashboard over the invented fund, driven by keys."""

import contextlib
import os
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from textual.pilot import Pilot

from magents.model.controls import ScreenCommand
from tests.tui.real import CHROMIUM, TMUX, funds_of
from tui.app import Dashboard
from tui.invented import Fiction, InventedLink, Shape
from tui.pages.pod import PodPage
from tui.widgets.grid import Grid

# What a machine lacks is named in one line at the end of `make test`, see the Makefile.
collect_ignore = [
    name
    for name, needed in (("test_terminal.py", TMUX), ("test_browser.py", CHROMIUM))
    if needed is None
]


@dataclass
class Desk:
    """A running dashboard and the fund it shows."""

    app: Dashboard
    pilot: Pilot[str]
    link: InventedLink

    async def press(self, *keys: str) -> None:
        """Press keys, one after the other, and wait until everything they began has ended."""
        for key in keys:
            await self.pilot.press(key)
            await self.settle()

    async def type(self, text: str) -> None:
        """Type a text."""
        await self.pilot.press(*("space" if char == " " else char for char in text))
        await self.settle()

    async def settle(self) -> None:
        """Wait for the workers and for what they drew."""
        await self.app.workers.wait_for_complete()
        await self.pilot.pause()

    async def afresh(self) -> None:
        """Put fund and screen back to where they began."""
        self.link.fiction = Fiction(self.link.fiction.shape)
        self.link.heard.clear()
        self.app.query_one(PodPage).pod = ""
        self.app.clear_notifications()
        for name in ("overview-pods", "pods-grid"):
            self.grid(name).action_cursor(-1000)
        await self.app.action_page("overview")

    def heard(self) -> list[ScreenCommand]:
        """Return what the fund was told."""
        return self.link.heard

    def grid(self, name: str) -> Grid:
        """Return a table by its id."""
        return self.app.query_one(f"#{name}", Grid)

    def text(self) -> str:
        """Return the screen as lines of text."""
        strips = self.app.screen._compositor.render_strips()
        return "\n".join(strip.text.rstrip() for strip in strips) + "\n"


Opening = Callable[..., AbstractAsyncContextManager[Desk]]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Opening:
    """Open a dashboard; files it writes go to a folder of the test's own."""
    monkeypatch.delenv("NO_COLOR", raising=False)

    @asynccontextmanager
    async def opened(
        shape: Shape | None = None, size: tuple[int, int] = (120, 36), **options: object
    ) -> AsyncIterator[Desk]:
        link = InventedLink(shape)
        app = Dashboard(link, folder=tmp_path, fps=0, **options)
        async with app.run_test(size=size, notifications=True) as pilot:
            opening = Desk(app, pilot, link)
            await opening.settle()
            yield opening

    return opened


@pytest.fixture
def runtime() -> Iterator[Path]:
    """Give running funds a folder of this test's own, with a path short enough for sockets."""
    folder = Path(tempfile.mkdtemp(prefix="mg-", dir="/tmp"))
    folder.chmod(0o700)
    yield folder
    for fund in funds_of(folder):
        with contextlib.suppress(ProcessLookupError):
            os.kill(fund["pid"], signal.SIGKILL)
    shutil.rmtree(folder, ignore_errors=True)
