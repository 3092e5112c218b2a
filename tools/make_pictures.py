"""Make the pictures of the dashboard in ``docs/images/dashboard``, from real runs.

Usage: python tools/make_pictures.py [NAME ...]

A backtest of the demo and a paper session against the demo exchange run in processes of their own;
each screen is opened on them at a size, led there by keys, and drawn as a PNG by Chromium.  With
names only pictures whose name begins with one of them are made.  Look at every one of them.
"""

import asyncio
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from PIL import Image
from textual.pilot import Pilot

from magents.control.client import Reach, SocketLink
from magents.control.places import card_of
from magents.control.wire import Hello
from tui.app import Dashboard

TARGET = Path(__file__).parents[1] / "docs" / "images" / "dashboard"
SIZES = {"": (200, 50), "-small": (80, 24)}
WIDTHS = {"": 1700, "-small": 1000}
COLOURS = 96
PATIENCE = 60.0
PAGES = {
    "overview": "1",
    "pods": "2",
    "pod": "2 down enter",
    "market": "4",
    "blotter": "5",
    "risk": "6",
    "data": "7",
    "desk": "8",
    "log": "9",
    "help": "question_mark",
}
SMALL = {
    "why-small": "5 slash type:state:refused enter w",
    "why-pod-small": "2 down w",
    "kill-small": "1 K",
    "flatten-small": "2 down F",
    "go-to-small": "1 g",
    "breakpoints-small": "1 B type:fill enter",
    "palette-small": "1 ctrl+p type:halt",
    "review-small": "1 full_stop full_stop full_stop comma comma",
}
LIVE = {"live-overview": "1", "live-market": "4", "live-data": "7"}
RUN = "backtest --minutes 20 --strategies ma,value,congress,sentiment --end-date 2015-12-31"
SESSION = (
    "paper --demo --venue binance --symbols BTC/USDT,ADA/USDT --bar 1s "
    "--strategies crypto/trend,bollinger"
)


class Scene(NamedTuple):
    """A picture: its name, the size of its screen, its theme, and the keys that lead there."""

    name: str
    size: tuple[int, int]
    theme: str
    keys: str


def scenes(pages: dict[str, str], small: dict[str, str]) -> Iterator[Scene]:
    """Yield all pages at both sizes, and what is shown at the small one only."""
    for end, size in SIZES.items():
        for name, keys in pages.items():
            yield Scene(name + end, size, "dark", keys)
    for name, keys in small.items():
        yield Scene(name, SIZES["-small"], "dark", keys)


@contextmanager
def process(home: Path, command: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run magents in a home of its own for as long as the context lasts."""
    line = [sys.executable, "-m", "magents", *command.split()]
    with subprocess.Popen(line, cwd=home, stdout=subprocess.DEVNULL) as running:
        try:
            yield running
        finally:
            running.kill()


async def until(seen: object, what: str) -> None:
    """Wait until something is so."""
    loop = asyncio.get_running_loop()
    end = loop.time() + PATIENCE
    while not seen():  # type: ignore[operator]
        if loop.time() > end:
            raise SystemExit(f"waited for {what}")
        await asyncio.sleep(0.1)


async def fund(home: Path, pid: int) -> Path:
    """Wait for a fund that can be attached to; return its socket."""
    await until(lambda: card_of(home / "magents", pid), "a fund")
    card = card_of(home / "magents", pid)
    assert card is not None
    return Path(card.socket)


async def press(pilot: Pilot[str], keys: str) -> None:
    """Press keys; ``type:TEXT`` types a text."""
    for key in keys.split():
        text = key.removeprefix("type:")
        await pilot.press(*(text if text != key else [key]))
        await pilot.pause(0.2)


async def picture(scene: Scene, socket: Path, at: str, into: Path) -> None:
    """Open a screen on a fund, lead it to a scene, and keep it."""
    link = SocketLink(Reach(Hello("owner"), socket=socket))
    app = Dashboard(link, theme=scene.theme, folder=into, fps=4)
    async with app.run_test(size=scene.size) as pilot:
        await until(lambda: app.newest is not None, "a frame")
        if at:
            await press(pilot, f"g type:{at} enter")
            await until(lambda: app.newest and app.newest.head.state == "paused", at)
        await press(pilot, scene.keys)
        if scene.keys.endswith(" w"):  # the answer takes a moment
            await until(lambda: len(app.screen_stack) > 1, "the reasons")
        await pilot.pause(1.0)
        app.clear_notifications()
        await pilot.pause(0.3)
        svg = into / f"{scene.name}.svg"
        svg.write_text(app.export_screenshot(title="magents"), "utf-8")
    draw(svg, WIDTHS["-small" if scene.size == SIZES["-small"] else ""])


def draw(svg: Path, width: int) -> None:
    """Turn an SVG into a small PNG, so many pixels wide."""
    box = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg.read_text("utf-8"))
    assert box is not None
    scale = width / float(box[1])
    page = svg.with_suffix(".html")
    page.write_text(f'<body style="margin:0"><img src="{svg.name}" width="{width}">', "utf-8")
    png, chromium = svg.with_suffix(".png"), shutil.which("chromium") or "chromium-browser"
    subprocess.run(
        [
            *(chromium, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"),
            f"--window-size={width},{round(float(box[2]) * scale)}",
            *(f"--screenshot={png}", page.as_uri()),
        ],
        check=True,
        capture_output=True,
    )
    TARGET.mkdir(parents=True, exist_ok=True)
    Image.open(png).convert("RGB").quantize(COLOURS).save(TARGET / png.name, optimize=True)
    print(f"{png.name}: {(TARGET / png.name).stat().st_size:,} bytes")


async def backtest(home: Path, wanted: list[Scene]) -> None:
    """Make the pictures of a backtest, standing still in its middle."""
    with process(home, f"{RUN} --serve --wait") as running:
        socket = await fund(home, running.pid)
        for at, scene in enumerate(wanted):
            await picture(scene, socket, "2014-09-05T21:00" if at == 0 else "", home)


async def session(home: Path, wanted: list[Scene]) -> None:
    """Make the pictures of a paper session that has gone on for some time."""
    with process(home, "demo-exchange --port 0 --speed 60"):
        await until((home / ".magents" / "demo" / "demo.json").exists, "the demo exchange")
        with process(home, f"{SESSION} --serve") as running:
            socket = await fund(home, running.pid)
            await asyncio.sleep(100)
            for scene in wanted:
                await picture(scene, socket, "", home)


def main(names: list[str]) -> None:
    """Make the pictures that are asked for."""
    light = Scene("overview-light", SIZES[""], "light", "1")
    past = [scene for scene in (light, *scenes(PAGES, SMALL)) if named(scene, names)]
    live = [scene for scene in scenes(LIVE, {}) if named(scene, names)]
    with tempfile.TemporaryDirectory(prefix="mg-") as folder:
        home = Path(folder)
        home.chmod(0o700)
        os.environ.update({"HOME": folder, "XDG_RUNTIME_DIR": folder})
        if past:
            asyncio.run(backtest(home, past))
        if live:
            asyncio.run(session(home, live))


def named(scene: Scene, names: list[str]) -> bool:
    """Return whether a picture is asked for."""
    return not names or any(scene.name.startswith(name) for name in names)


if __name__ == "__main__":
    main(sys.argv[1:])
