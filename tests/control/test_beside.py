"""Real processes and sockets: whatever a screen does, the fund's journal comes out the same."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from magents.control.wire import Ask, Hello, Tell, packed
from magents.model.controls import (
    FlattenPod,
    GiveControls,
    HaltPod,
    JumpTo,
    LinkLostError,
    Pause,
    Play,
    Restart,
    Speed,
    Step,
    Stop,
    TakeControls,
    WhyOrder,
)
from magents.model.snapshots import Wish
from tests.control.beside import ROOT, RUN, Beside, magents

pytestmark = [pytest.mark.wall, pytest.mark.slow]

PAGES = ("overview", "pods", "pod", "market", "blotter", "risk", "data", "desk", "log")
LOOK = Wish()
SLOWLY = ("--speed", "20000000x")
"""About eight real seconds for the three years: time to do something meanwhile."""


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """Return the digest of the run that nobody watches."""
    home = tmp_path_factory.mktemp("plain")
    done = magents(home, *RUN, "--json", "--report-dir", str(home / "results"))
    return json.loads(done.stdout)["digest"]


async def until(link, state, wish=LOOK):
    """Look until the fund is in a state; return that frame."""
    async with asyncio.timeout(40):
        while True:
            frame = await link.frame(wish)
            if frame.head.state == state:
                return frame
            await asyncio.sleep(0.02)


async def finish(link):
    """Let the run go to its end, and leave."""
    await link.send(Speed(0.0))
    await link.send(Play())
    frame = await until(link, "finished")
    await link.close()
    return frame


async def test_run_that_is_watched_and_stepped_has_the_same_digest(tmp_path, plain):
    with Beside(tmp_path, *SLOWLY) as fund:
        link = fund.link()
        await link.send(Pause())
        for page in PAGES:
            frame = await link.frame(Wish(page, "ma", "AAPL"))
            assert frame.head.run == "backtest-0001"
        for step in ("bar", "decision", "fill"):
            await link.send(Step(step))
            assert (await until(link, "paused")).head.reason
        await link.send(JumpTo("refusal"))
        await finish(link)
        fund.end()

        assert fund.summary()["digest"] == plain
        assert not list((tmp_path / "magents").iterdir())


async def test_screens_that_die_hang_and_flood_cannot_touch_the_fund(tmp_path, plain):
    with Beside(tmp_path, *SLOWLY) as fund:
        link = fund.link()
        await link.send(Play())
        rude = [socket.socket(socket.AF_UNIX) for _ in range(6)]
        for each in rude:
            each.connect(fund.card.socket)
            each.setblocking(False)
        hello = packed(Hello("rude"))
        asks = packed(Ask(Wish("market", "ma", "AAPL"))) * 500
        commands = packed(Tell(Pause())) * 2000
        for each, words in zip(
            rude,
            (
                hello + asks,
                hello + commands,
                b"\xff\xff\xff\xff",
                hello + b"\x00\x00\x00\x03abc",
                b"\x00",
                hello + hello,
            ),
            strict=True,
        ):
            sent = each.send(words)
            assert sent
        rude[0].close()
        frame = await link.frame(LOOK)
        assert frame.head.controls
        await finish(link)
        for each in rude:
            each.close()
        fund.end()

        assert fund.summary()["digest"] == plain


async def test_screen_that_is_killed_leaves_the_fund_running(tmp_path, plain):
    with Beside(tmp_path, *SLOWLY) as fund:
        program = (
            "import asyncio, sys\n"
            "from tests.control.beside import *\n"
            "from magents.model.snapshots import Wish\n"
            "async def main():\n"
            f"    link = SocketLink(Reach(Hello('x'), socket=Path({fund.card.socket!r})))\n"
            "    await link.frame(Wish())\n"
            "    print('seen', flush=True)\n"
            "    await asyncio.sleep(60)\n"
            "asyncio.run(main())\n"
        )
        screen = subprocess.Popen(  # noqa: ASYNC220 - it must be a process
            [sys.executable, "-c", program], stdout=subprocess.PIPE, cwd=ROOT, text=True
        )
        assert screen.stdout.readline() == "seen\n"
        screen.send_signal(signal.SIGKILL)
        screen.communicate()
        second = fund.link("second")
        frame = await until(second, "playing")
        assert frame.head.holder.startswith("second")
        await finish(second)
        fund.end()

        assert fund.summary()["digest"] == plain


async def test_leaving_lets_the_run_go_on_and_attaching_finds_it_again(tmp_path):
    with Beside(tmp_path, *SLOWLY) as fund:
        link = fund.link()
        before = await until(link, "playing")
        await link.close()
        again = fund.link()
        await asyncio.sleep(0.3)
        after = await until(again, "playing")
        assert after.head.computed > before.head.computed
        await again.send(Stop())
        await again.close()
        fund.end()

        assert fund.summary()["run"]["stopped"].startswith("stopped by test")


async def test_one_holds_the_controls_and_the_others_watch(tmp_path):
    with Beside(tmp_path, *SLOWLY) as fund:
        first, second, third = fund.link("ann"), fund.link("bob"), fund.link("cy", watch=True)
        assert (await first.frame(LOOK)).head.controls
        seen = await second.frame(LOOK)
        assert not seen.head.controls
        assert seen.head.holder.startswith("ann")
        told = await second.send(HaltPod("ma"))
        assert not told.ok
        assert "ann" in told.text
        assert not (await second.send(TakeControls())).ok
        await first.send(GiveControls())
        assert not (await third.send(TakeControls())).ok
        assert not (await third.send(Pause())).ok
        assert (await second.send(Pause())).ok
        await second.send(Stop())
        for link in (first, second, third):
            await link.close()
        fund.end()


async def test_commands_of_a_run_given_again_in_a_backtest_give_its_digest(tmp_path, plain):
    with Beside(tmp_path, *SLOWLY) as fund:
        link = fund.link()
        await link.send(JumpTo("fill"))
        await until(link, "paused")
        assert (await link.send(HaltPod("ma"))).ok
        await link.send(Step("fill"))
        await until(link, "paused")
        assert (await link.send(FlattenPod("value"))).ok
        await finish(link)
        fund.end()
        digest = fund.summary()["digest"]
        again = magents(
            tmp_path,
            *RUN,
            "--commands",
            "backtest-0001",
            "--report-dir",
            str(fund.results),
            "--json",
            "--block-size",
            "37",
        )

        assert digest != plain
        assert json.loads(again.stdout)["digest"] == digest, again.stderr
        replayed = magents(
            tmp_path, "replay", "backtest-0001", "--report-dir", str(fund.results), "--json"
        )
        assert json.loads(replayed.stdout)["digest"] == digest, replayed.stderr


async def test_restart_runs_once_more_in_a_folder_of_its_own(tmp_path, plain):
    with Beside(tmp_path, *SLOWLY) as fund:
        link = fund.link()
        await link.send(JumpTo("fill"))
        await until(link, "paused")
        assert (await link.send(Restart())).ok
        async with asyncio.timeout(20):
            while (await link.frame(LOOK)).head.run != "backtest-0002":  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        again = (await link.frame(LOOK)).head.state
        await finish(link)
        fund.end()

        assert again == "playing"
        assert fund.summary()["run"]["stopped"].startswith("restarted by")
        assert fund.summary("backtest-0002")["digest"] == plain


async def test_why_is_answered_while_the_fund_runs(tmp_path):
    with Beside(tmp_path, *SLOWLY) as fund:
        link = fund.link()
        await link.send(JumpTo("fill"))
        await until(link, "paused")
        fill = (await link.frame(Wish("blotter"))).fills[-1]
        answer = await link.send(WhyOrder(fill.order))
        missing = await link.send(WhyOrder("ma:99999"))
        await link.send(Stop())
        await link.close()
        fund.end()

        assert "rule B1" in "\n".join(answer.lines)
        assert not missing.ok
        assert "ma:99999" in missing.text


async def test_interrupted_run_is_kept_and_its_viewers_are_told(tmp_path):
    with Beside(tmp_path, *SLOWLY) as fund:
        link = fund.link()
        await link.send(Pause())
        fund.process.send_signal(signal.SIGTERM)
        stopped = await until(link, "stopped")
        await link.close()
        fund.process.communicate(timeout=30)

        assert stopped.head.reason == "interrupted"
        assert fund.process.returncode == 130
        with pytest.raises(LinkLostError):
            await link.frame(LOOK)


def test_nobody_else_can_reach_the_socket(tmp_path):
    with Beside(tmp_path) as fund:
        path = Path(fund.card.socket)
        modes = [each.stat().st_mode & 0o777 for each in (path, path.parent)]
        assert modes == [0o600, 0o700]
        # Only root can try as somebody else; for others the modes above must do.
        program = (
            "import os, socket\n"
            "if not os.getuid():\n"
            "    os.setgroups([]); os.setgid(65534); os.setuid(65534)\n"
            f"socket.socket(socket.AF_UNIX).connect({str(path)!r})\n"
        )
        tried = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, check=False
        )
        assert ("PermissionError" in tried.stderr) == (os.getuid() == 0)


def test_wrong_data_is_one_sentence_and_code_2(tmp_path):
    run = (*RUN, "--serve", "--data-dir", str(tmp_path / "nothing"))

    done = magents(tmp_path, *run)

    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert not list((tmp_path / "magents").glob("*.json"))


def test_attach_without_a_running_fund_says_how_to_start_one(tmp_path):
    done = magents(tmp_path, "attach")

    assert done.returncode == 4
    assert "magents dashboard" in done.stderr


def test_dashboard_without_a_terminal_says_what_to_do(tmp_path):
    done = magents(tmp_path, "dashboard")

    assert done.returncode == 2
    assert "--serve" in done.stderr
