"""The dashboard in a browser: without the token there is nothing to see, with it the screen."""

import asyncio
import signal
import socket
import subprocess
import sys
from pathlib import Path

import aiohttp
import pytest

from magents.cli.web import is_loopback, token_for
from magents.control.client import Reach, SocketLink
from magents.control.places import cards
from magents.control.wire import Hello
from magents.model.controls import Stop
from magents.model.errors import UserError
from tests.control.beside import ROOT, RUN, environment, magents


@pytest.mark.parametrize(
    ("host", "own"),
    [("127.0.0.1", True), ("localhost", True), ("::1", True), ("0.0.0.0", False), ("a.b", False)],  # noqa: S104
)
def test_own_machine_is_told_from_others(host, own):
    assert is_loopback(host) is own


def test_page_for_others_needs_a_token():
    with pytest.raises(UserError, match="--token-file"):
        token_for("0.0.0.0", None)  # noqa: S104


def test_token_of_this_machine_is_another_each_time():
    assert len({token_for("127.0.0.1", None) for _ in range(3)}) == 3


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@pytest.mark.wall
@pytest.mark.slow
@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])  # noqa: S104
async def test_page_is_for_who_has_the_token_and_shows_the_screen(tmp_path, host):
    port, others = free_port(), host != "127.0.0.1"
    token = tmp_path / "token"
    token.write_text("owner-0123456789abcdef\n")
    token.chmod(0o600)
    given = ["--host", host, "--token-file", str(token)] if others else []
    command = [sys.executable, "-m", "magents", "dashboard", *RUN[1:], "--web"]
    web = subprocess.Popen(  # noqa: ASYNC220 - it must be a process
        [*command, *given, "--port", str(port), "--report-dir", str(tmp_path / "results")],
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=environment(tmp_path),
    )
    try:
        address = web.stderr.readline().removeprefix("open ").strip()
        assert address.startswith(f"http://{host}:{port}/?token=")
        # Another address of this machine: whoever listens on one only cannot be reached there.
        assert reached("127.0.0.2", port) is others
        page, _, secret = address.replace(host, "127.0.0.1").partition("?")
        address = f"{page}?{secret}"
        async with (
            asyncio.timeout(60),
            aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser,
        ):
            assert await answer(browser, page) == 403
            assert await answer(browser, page + "?token=wrong") == 403
            assert await answer(browser, page + "ws") == 403
            assert await answer(browser, address) == 200
            assert await answer(browser, page + "ws", Origin="http://elsewhere.example") == 403
            assert "backtest-0001" in await screen(browser, page + "ws?width=120&height=36")
    finally:
        web.send_signal(signal.SIGINT)
        web.communicate()
        await stop_all(tmp_path)


def reached(host, port):
    """Return whether somebody listens at an address."""
    with socket.socket() as probe:
        return probe.connect_ex((host, port)) == 0


def test_page_for_others_without_a_token_is_one_sentence_and_code_2(tmp_path):
    answer = magents(tmp_path, "dashboard", "--web", "--host", "0.0.0.0")  # noqa: S104

    assert answer.returncode == 2
    assert answer.stderr.splitlines()[-1].startswith("Error: --web on 0.0.0.0 can be reached")
    assert not list(tmp_path.glob("magents/*.json"))


async def answer(browser, page, **headers):
    """Return the status of a page; the server listens once it has said where."""
    async with browser.get(page, headers=headers) as reply:
        return reply.status


async def screen(browser, page):
    """Return what the screen has drawn until it names the run."""
    drawn = ""
    async with browser.ws_connect(page) as page_socket:
        async for message in page_socket:
            if message.type is aiohttp.WSMsgType.BINARY:
                drawn += message.data.decode(errors="replace")
            if "backtest-0001" in drawn:
                break
    return drawn


async def stop_all(home: Path):
    """End the funds that were started."""
    for card in cards(home / "magents"):
        link = SocketLink(Reach(Hello("test"), socket=Path(card.socket)))
        await link.send(Stop())
        await link.close()
