"""What a frame costs on the screen: 60 pods and 500 instruments, on a real (pseudo) terminal.

``python -m benchmarks.frames`` prints the CPU milliseconds of a frame on each page, from the newest
snapshot to the last byte written, and their ratio to the budget of 50 ms; it ends with 1 where a
page is over it.  ``--table`` also puts the pods into Textual's own DataTable, for comparison.
"""

import argparse
import asyncio
import fcntl
import json
import os
import pty
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from textual.app import App, ComposeResult
from textual.widgets import DataTable

from magents.model.snapshots import Wish
from tui.app import Dashboard
from tui.invented import InventedLink, Shape
from tui.lines import pods as pod_lines

BUDGET = 50.0
"""Milliseconds a frame may take."""
FRAMES = 30
SHAPE = Shape(pods=60, instruments=500, days=2000, asks=20)
PAGES = ("overview", "pods", "pod", "market", "blotter", "risk", "data", "desk", "log")
SIZES = ((80, 24), (200, 50))
TURNS = 8
"""Turns of the loop in which Textual draws what was changed."""


async def cost(frame: Callable[[], Awaitable[None]]) -> float:
    """Return the CPU milliseconds of a frame: the median of many, each with its drawing."""
    found = []
    for _ in range(FRAMES):
        began = time.process_time()
        await frame()
        for _ in range(TURNS):
            await asyncio.sleep(0.002)
        found.append((time.process_time() - began) * 1000)
    return sorted(found)[FRAMES // 2]


class Measured(Dashboard):
    """The dashboard, measuring itself page by page."""

    def __init__(self, result: Path) -> None:
        self._fund = InventedLink(SHAPE)
        self._fund.fiction.day = 300
        self._result = result
        super().__init__(self._fund, fps=0)

    def on_ready(self) -> None:
        """Measure once everything stands."""
        self.run_worker(self._measure())

    async def _measure(self) -> None:
        found = {}
        for page in PAGES:
            await self.action_page(page)
            await asyncio.sleep(0.2)
            idle = await cost(lambda: asyncio.sleep(0))
            making = await cost(self._make)
            found[page] = await cost(self._next) - max(idle, making)
        self._result.write_text(json.dumps(found))
        self.exit()

    async def _next(self) -> None:
        """Show a frame in which every number is another."""
        self._fund.fiction.day += 1
        await self.look()

    async def _make(self) -> None:
        """Only make the frame: that is the fund's work, not the screen's."""
        self._fund.fiction.day += 1
        await self._fund.frame(self.wish())


class Stock(App[None]):
    """The table of pods in Textual's own widget."""

    def __init__(self, result: Path) -> None:
        super().__init__()
        self._fund = InventedLink(SHAPE)
        self._result = result

    def compose(self) -> ComposeResult:
        """Show nothing but the table."""
        yield DataTable()

    async def on_ready(self) -> None:
        """Fill the table, then change every cell a frame."""
        self.run_worker(self._measure())

    async def _measure(self) -> None:
        table = self.query_one(DataTable)
        self._columns = [table.add_column(column.name) for column in pod_lines.PODS]
        for line in await self._lines():
            table.add_row(*(cell.text for cell in line.cells), key=line.key)
        making = await cost(self._make)
        self._result.write_text(json.dumps({"DataTable": await cost(self._next) - making}))
        self.exit()

    async def _lines(self) -> list[pod_lines.Line]:
        self._fund.fiction.day += 1
        frame = await self._fund.frame(Wish("pods"))
        return pod_lines.pods(frame.pods, "braille")

    async def _make(self) -> None:
        await self._lines()

    async def _next(self) -> None:
        table = self.query_one(DataTable)
        for line in await self._lines():
            for key, cell in zip(self._columns, line.cells, strict=True):
                table.update_cell(line.key, key, cell.text)


def in_terminal(what: str, size: tuple[int, int]) -> dict[str, float]:
    """Run a measurement in a pseudo-terminal of a size and return its milliseconds."""
    with TemporaryDirectory() as folder:
        result = Path(folder) / "result.json"
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        command = [sys.executable, "-m", "benchmarks.frames", "--inside", what, str(result)]
        with subprocess.Popen(  # noqa: S603 - ourselves
            command, stdin=theirs, stdout=theirs, stderr=theirs, env=_environment()
        ) as running:
            os.close(theirs)
            _drain(ours)
            running.wait()
        found: dict[str, float] = json.loads(result.read_text())
        return found


def _environment() -> dict[str, str]:
    return {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"}


def _drain(terminal: int) -> None:
    """Read what is drawn until the other end closes."""
    try:
        while os.read(terminal, 65536):
            pass
    except OSError:
        os.close(terminal)


def report(sizes: tuple[tuple[int, int], ...], *, table: bool) -> int:
    """Print a table of all pages and sizes; return 1 where one is over the budget."""
    worst = 0.0
    print(f"{SHAPE.pods} pods, {SHAPE.instruments} instruments; budget {BUDGET:.0f} ms a frame")
    for size in sizes:
        print(f"\n{size[0]}x{size[1]:<6} CPU ms   / budget")
        for page, spent in in_terminal("pages", size).items():
            worst = max(worst, spent)
            print(f"{page:<10} {spent:6.1f}   {spent / BUDGET:5.2f}")
        if table:
            spent = in_terminal("table", size)["DataTable"]
            print(f"{'(DataTable)':<10}{spent:6.1f}   {spent / BUDGET:5.2f}")
    return int(worst > BUDGET)


def main() -> int:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--table", action="store_true", help="compare with Textual's DataTable")
    parser.add_argument("--inside", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        what, result = options.inside
        (Measured if what == "pages" else Stock)(Path(result)).run()
        return 0
    return report(SIZES, table=options.table)


if __name__ == "__main__":
    sys.exit(main())
