"""The same dashboard in a real browser: seen, commanded, and closed to whoever has no token.

Collected only where Chromium is installed; see ``tests/tui/conftest.py``.
"""

import asyncio
import contextlib
import os
import re
import signal
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from magents.control.client import Reach, SocketLink
from magents.control.wire import Hello
from magents.model.snapshots import Wish
from tests.tui.browser import Browser
from tests.tui.real import PROGRAM, funds_of


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
async def address(runtime: Path, tmp_path: Path) -> AsyncIterator[str]:
    """Serve a fund's dashboard and return the address that was printed."""
    options = ["--strategies", "ma,value", "--report-dir", str(tmp_path), "--speed", "3600x"]
    process = await asyncio.create_subprocess_exec(
        PROGRAM, "dashboard", "--web", "--port", str(free_port()), *options,
        env={**os.environ, "XDG_RUNTIME_DIR": str(runtime)},
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stderr is not None
    said = (await process.stderr.readline()).decode()
    match = re.search(r"http://\S+", said)
    assert match, said + (await process.stderr.read()).decode()
    yield match[0]
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(signal.SIGINT)
    await process.wait()


@pytest.mark.wall
@pytest.mark.slow
async def test_browser_shows_the_dashboard_and_commands_the_fund(address, runtime):
    (fund,) = funds_of(runtime)
    async with Browser() as browser:
        await browser.do("Page.navigate", url=address)
        await browser.wait_for("document.body?.classList.contains('-first-byte')")
        blank = await browser.picture()
        await browser.script("document.querySelector('textarea').focus()")
        await browser.press("2")
        await browser.press("H")
        link = SocketLink(Reach(Hello("test", watch=True), socket=Path(fund["socket"])))
        await link.connect()
        states = await _states(link)
        picture = await browser.picture()
        await link.close()

    assert "halted" in states
    assert len(picture) > 20_000
    assert picture != blank


async def _states(link: SocketLink) -> list[str]:
    """Return the states of the pods once one of them does not trade."""
    states: list[str] = []

    async def look() -> None:
        states[:] = [pod.state for pod in (await link.frame(Wish("pods"))).pods]

    for _ in range(600):
        await look()
        if set(states) - {"trading"}:
            break
        await asyncio.sleep(0.1)
    return states


@pytest.mark.wall
@pytest.mark.slow
async def test_page_is_closed_to_whoever_has_no_token(address):
    bare = address.split("?")[0]
    async with aiohttp.ClientSession() as visitor:
        for url in (bare, f"{bare}?token=wrong", f"{bare}ws?token=wrong"):
            async with visitor.get(url) as answer:
                assert answer.status == 403
    async with Browser() as browser:
        for url in (bare, f"{bare}?token=wrong"):
            await browser.do("Page.navigate", url=url)
            await browser.wait_for("document.body?.innerText.includes('needs the token')")
            assert await browser.script("document.querySelector('textarea, script') === null")
