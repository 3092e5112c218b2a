"""A paper process killed at each write, each send and each await of the network goes on whole."""

import asyncio
import json
import signal
from contextlib import asynccontextmanager
from decimal import Decimal

import pytest

from magents.journal.past import past_of
from magents.journal.reading import read
from magents.model.orders import Order
from magents.model.records import Fill
from tests.cli.dying_paper import lay_down, paper, replay
from tests.cli.paper_process import market
from tests.feeds.live.house import House
from tests.forks import lives

pytestmark = [pytest.mark.wall, pytest.mark.slow]
AT_ONCE = 4
MORE = 30
"""Steps that a session may have more than the one that was counted: it lasts as long as it does."""
LOCAL = {
    "Bell.wait", "Busy.run", "DataTeam._pump", "DataTeam.run", "Event.wait", "Inbox.put",
    "LiveSession._begins", "Supervisor.watch", "VirtualClock.until", "__sleep0", "_gone", "sleep",
}  # fmt: skip
"""What tasks wait for besides the network: time, news, each other."""
KILLED, WELL = -signal.SIGKILL, 0
CHOSEN = [("recording: before", 2), ("journal: after", 3), (".receive", 9), ("ping", 2)]


@asynccontextmanager
async def standing():
    """A market that goes on whoever dies."""
    house = House()
    async with house.open() as door:
        going = asyncio.create_task(market(house))
        try:
            yield door
        finally:
            going.cancel()
            await asyncio.wait([going])


async def whole_session(folder):
    """Live a session to its end; return what was counted."""
    async with standing() as door:
        lay_down(folder, door)
        code, said = await lives(paper, folder, 0)
    assert (code, said) == (WELL, "")
    return json.loads((folder / "counted.json").read_text())


async def dies_and_goes_on(folder, where):
    """Die at a step, go on, and return at which; the journal, the books and the replay agree."""
    folder.mkdir()
    async with standing() as door:
        lay_down(folder, door)
        code, said = await lives(paper, folder, where)
        assert code == KILLED or (code, said) == (WELL, "")
        died = (folder / "died").read_text()
        code, said = await lives(paper, folder, 0)
        assert (code, said) == (WELL, "")
    check(folder)
    code, said = await lives(replay, folder, 0)
    assert (code, said) == (WELL, "")
    assert json.loads((folder / "replayed.json").read_text())["same"]
    return died


def check(folder):
    """What the journal says and what the run says are the same."""
    journal = folder / "journal.sqlite"
    entries = [entry for _, entry in read(journal)]
    fills = [entry for entry in entries if isinstance(entry, Fill)]
    assert fills
    assert [fill.id for fill in fills] == list(range(1, len(fills) + 1))
    names = [entry.id for entry in entries if isinstance(entry, Order)]
    assert len(names) == len(set(names))
    assert past_of(journal).open == {}
    held = sum((fill.quantity for fill in fills), Decimal(0))
    paid = sum((fill.quantity * fill.price + fill.commission for fill in fills), Decimal(0))
    answer = json.loads((folder / "said.json").read_text())
    assert Decimal(answer["units"]) == held
    assert Decimal(answer["cash"]) == pytest.approx(1_000_000 - paid, abs=Decimal("0.0001"))


async def all_of(folder, ways):
    """Go all ways, some at once; return where it died, and what went wrong by way."""
    few, died, wrong = asyncio.Semaphore(AT_ONCE), set(), {}

    async def go(number, where):
        async with few:
            try:
                died.add(await dies_and_goes_on(folder / str(number), where))
            except Exception as error:  # noqa: BLE001 - all are told at the end
                wrong[where] = repr(error)

    await asyncio.gather(*(go(number, where) for number, where in enumerate(ways)))
    return died - {""}, wrong


async def test_every_write_send_and_await_of_a_session_has_its_steps(tmp_path):
    counted = await whole_session(tmp_path)
    steps = counted["steps"]
    assert counted["waits"].keys() <= LOCAL
    for name in ("journal", "recording", "curve", "heartbeat", "frame", "write ping"):
        assert steps[f"{name}: before"] == steps[f"{name}: after"] > 0, name
    for name in ("fetch_markets", "GET /api/v3/depth", "receive /ws/0", "receive /ws/1"):
        assert [step for step in steps if name in step and step.endswith("over")], name


async def test_a_paper_run_killed_at_a_step_goes_on_whole(tmp_path):
    died, wrong = await all_of(tmp_path, CHOSEN)
    assert not wrong
    assert len(died) == len(CHOSEN)


@pytest.mark.evidence
async def test_a_paper_run_killed_at_any_step_goes_on_whole(tmp_path):
    (tmp_path / "whole").mkdir()
    counted = await whole_session(tmp_path / "whole")
    died, wrong = await all_of(tmp_path, range(1, counted["passed"] + MORE))
    assert not wrong
    assert counted["steps"].keys() <= died
