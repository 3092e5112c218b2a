"""One run in a real terminal, as somebody who has not read the docs would: by what is shown.

Collected only where tmux is installed; see ``tests/tui/conftest.py``.
"""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tui.real import PROGRAM, Terminal, until

SIZES = {"80x24": (80, 24), "200x50": (200, 50)}
RUN = (
    f"{PROGRAM} dashboard --strategies ma,value,congress,sentiment --start-date 2014-01-01 "
    "--end-date 2014-12-31 --report-dir results"
)


@pytest.fixture
def terminal(request, runtime: Path, tmp_path: Path) -> Iterator[Terminal]:
    at = Terminal(f"mg-{os.getpid()}-{request.param}", SIZES[request.param], runtime)
    at.start(f"cd {tmp_path} && {RUN}")
    yield at
    at.close()


def commands_of(run: Path) -> str:
    """Return the commands in a run's journal, as its reader is shown them."""
    show = [PROGRAM, "journal", "show", str(run), "--kind", "command"]
    return subprocess.run(show, capture_output=True, text=True, check=True).stdout


@pytest.mark.wall
@pytest.mark.slow
@pytest.mark.parametrize("terminal", SIZES, indirect=True)
async def test_start_pause_step_jump_find_a_refusal_halt_kill_and_quit(terminal, tmp_path, runtime):
    await terminal.shows("congress", "sentiment", "Fund value", "playing")
    terminal.press("Space")
    await terminal.shows("paused")
    terminal.press(".")
    await terminal.shows("paused", "2014-01-")
    terminal.press("g")
    await terminal.shows("enter does it")
    terminal.press("-l", "2014-02-05")
    terminal.press("Enter")
    await terminal.shows("paused", "2014-02-05 00:00:00 UTC")
    terminal.press("n")
    await terminal.shows("paused", "at a refusal")
    terminal.press("5")
    await terminal.shows("Orders (", "Fills (")
    terminal.press("/")
    await terminal.shows("!word")
    terminal.press("-l", "state:refused")
    terminal.press("Enter")
    await terminal.shows("refused", "filter: state:refused")
    terminal.press("w")
    await terminal.shows("risk team", "limit")
    terminal.press("Enter")
    await terminal.lacks("risk team")
    terminal.press("2")
    await terminal.shows("enter opens one")
    terminal.press("Down", "Enter")
    await terminal.shows("Positions", "Signals")
    terminal.press("H")
    await terminal.shows("HALTED")
    terminal.press("K")
    await terminal.shows("KILL SWITCH", "Type KILL")
    terminal.press("-l", "KILL")
    terminal.press("Enter")
    await terminal.shows("KILLED")
    terminal.press("Q")
    await terminal.shows("Stop (y)")
    terminal.press("y")
    await terminal.shows("EXIT 0")
    (run,) = (tmp_path / "results").iterdir()
    commands = commands_of(run)

    assert "halt" in commands
    assert "kill" in commands


@pytest.mark.wall
@pytest.mark.slow
@pytest.mark.parametrize("terminal", ["80x24"], indirect=True)
async def test_leaving_leaves_the_fund_and_attach_comes_back(terminal, runtime):
    await terminal.shows("congress", "Fund value", "playing")
    terminal.press("Space")
    await terminal.shows("paused")
    terminal.press("q")
    await terminal.shows("the fund goes on", "EXIT 0")
    again = Terminal(f"mg-{os.getpid()}-again", SIZES["200x50"], runtime)
    try:
        again.start(f"{PROGRAM} attach")
        await again.shows("congress", "paused", "Fund value")
        again.press(",")
        await again.shows("REVIEW")
        again.press("Q")
        await again.shows("Stop (y)")
        again.press("y")
        await again.shows("EXIT 0")
    finally:
        again.close()
    await until(lambda: not list(runtime.glob("magents/*.json")), "the fund's end", terminal.text)


@pytest.mark.wall
@pytest.mark.slow
@pytest.mark.parametrize("terminal", ["80x24"], indirect=True)
async def test_screen_looks_as_its_options_say(terminal, runtime):
    await terminal.shows("congress", "Fund value", "playing")
    terminal.press("Space")
    await terminal.shows("paused", "UTC")
    again = Terminal(f"mg-{os.getpid()}-looks", SIZES["200x50"], runtime)
    try:
        again.start(f"{PROGRAM} attach --zone America/New_York --charset ascii --theme light")
        await again.shows("congress", "paused", "Fund value", "EST")
        shown = again.text()
        again.press("q")
        await again.shows("EXIT 0")
    finally:
        again.close()

    assert not any("\u2800" <= char <= "\u28ff" for char in shown)
    assert any("\u2800" <= char <= "\u28ff" for char in terminal.text())


@pytest.mark.wall
@pytest.mark.slow
@pytest.mark.parametrize("terminal", ["200x50"], indirect=True)
async def test_mouse_and_files_in_a_real_terminal(terminal, tmp_path, runtime):
    await terminal.shows("congress", "Fund value", "playing")
    terminal.click("space")
    await terminal.shows("paused")
    terminal.click("5 Blotter")
    await terminal.shows("Orders (", "Fills (")
    terminal.click("INSTRUMENT")
    await terminal.shows("INSTRUMENT▲")
    terminal.press("e")
    await until(lambda: list(tmp_path.glob("magents-blotter-orders-*.csv")), "CSV", terminal.text)
    terminal.press("p")
    await until(lambda: list(tmp_path.glob("magents-blotter-*.svg")), "a picture", terminal.text)
    terminal.press("Q")
    await terminal.shows("Stop (y)")
    terminal.click("Stop (y)")
    await terminal.shows("EXIT 0")

    assert [path.suffix for path in sorted(tmp_path.glob("magents-*"))] == [".svg", ".csv"]
    (table,) = tmp_path.glob("*.csv")
    assert table.read_text().startswith("order,time,pod,instrument,side,units")
