"""The shell around the machine: clocks, latch, the end, and secrets that stay secret."""

import asyncio
import logging
from decimal import Decimal

import pytest

from brokers.ccxt_sandbox.accounts import Latch
from brokers.ccxt_sandbox.limiter import Limiter
from brokers.ccxt_sandbox.session import Parts, Session
from brokers.ccxt_sandbox.store import SqliteStore, StoreError
from brokers.ccxt_sandbox.truth.machine import Machine
from brokers.ccxt_sandbox.truth.messages import (
    Ask,
    Barred,
    Place,
    Snapshot,
    Taken,
    Tick,
    ToldNote,
    Unclear,
)
from brokers.ccxt_sandbox.truth.rows import Intent
from brokers.ccxt_sandbox.truth.state import Truth
from magents.model.orders import Side
from magents.model.time import HOUR, SECOND
from magents.runtime.supervisor import Supervisor
from tests.brokers.sandbox.bench import bench, venue
from tests.brokers.sandbox.memory import CAPITAL, MARKETS

pytestmark = pytest.mark.wall
HELD = {"USDT": CAPITAL, "BTC": Decimal(0)}


class Hands:
    """A clock that is set by hand."""

    def __init__(self):
        self.utc, self.mono = 1_700_000_000 * SECOND, 5 * SECOND

    def wall(self):
        return self.utc

    def monotonic(self):
        return self.mono

    def wait(self, span):
        self.utc += span
        self.mono += span


class Door:
    """A venue that takes everything and keeps what it was asked."""

    def __init__(self):
        self.asked = []
        self.deaf = False

    async def do(self, request, gate):
        why = gate()
        if why:
            return Barred(why)
        self.asked.append(request)
        if request.ask is Ask.AUDIT:
            return Snapshot(holdings=HELD)
        return Unclear("no network") if self.deaf else Taken("v1")


class Shell:
    def __init__(self, folder):
        self.clock, self.door, self.news = Hands(), Door(), []
        self.latch, self.store = Latch(folder), SqliteStore(folder / "t.sqlite")
        self.machine = Machine(Truth(), MARKETS)
        limiter = Limiter(6000, 100, self.clock.mono)
        self.session = Session(
            Parts(
                self.machine,
                self.store,
                self.door,
                limiter,
                self.latch,
                self.news.extend,
                self.clock,
            )
        )
        self.supervisor = Supervisor()
        self.failed = []

    def start(self):
        turn = self.machine.start(self.session.now(), {"USDT": CAPITAL})
        self.session.begin(turn, self._start)

    def _start(self, name, work):
        return self.supervisor.start(name, work, lambda _, error: self.failed.append(error))

    def place(self, number=1):
        intent = Intent(
            self.session.now(),
            client=f"c{number}",
            order=f"pod:{number}",
            pod="pod",
            instrument="BTC/USDT",
            symbol="BTC/USDT",
            side=Side.BUY,
            quantity=Decimal(1),
            limit=Decimal(900),
        )
        self.session.offer(Place(intent))

    def place_many(self, count):
        for number in range(2, count):
            self.place(number)

    async def settle(self):
        for _ in range(20):
            await asyncio.sleep(0)

    def asks(self):
        return [request.ask for request in self.door.asked]


@pytest.fixture
async def shell(tmp_path):
    found = Shell(tmp_path)
    found.start()
    await found.settle()
    assert found.machine.auditor.orderly
    yield found
    await found.supervisor.stop()
    found.store.close()


async def test_f21_a_machine_that_slept_audits_before_anything_new_is_sent(shell):
    shell.clock.utc += HOUR  # the monotonic clock stood still
    shell.session.glance()
    assert not shell.machine.auditor.orderly
    shell.place()
    assert Ask.CREATE not in shell.asks()
    shell.clock.wait(2 * SECOND)
    shell.session.glance()
    await shell.settle()
    assert shell.asks()[-2:] == [Ask.AUDIT, Ask.CREATE]


async def test_f21_a_clock_set_back_does_not_turn_time_back(shell):
    before = shell.session.now()
    shell.clock.utc -= HOUR
    shell.session.glance()
    assert shell.session.now() >= before
    told = [note.text for note in shell.news if isinstance(note, ToldNote)]
    assert any("clock jumped" in text for text in told)


async def test_f21_a_process_that_stood_still_audits_before_anything_new_is_sent(shell):
    shell.session.glance()
    shell.clock.wait(6 * SECOND)
    shell.session.glance()
    assert not shell.machine.auditor.orderly
    told = [note.text for note in shell.news if isinstance(note, ToldNote)]
    assert told == ["the view of the account is broken: this process stood still for 6.0 s"]


async def test_a_slow_clock_is_no_jump(shell):
    for _ in range(100):
        shell.clock.wait(SECOND)
        shell.session.glance()
        await shell.settle()
    assert shell.machine.auditor.orderly


async def test_an_order_in_the_lanes_does_not_leave_once_the_latch_is_pulled(shell):
    shell.place()
    shell.latch.pull("somebody")  # between the journal and the socket
    await shell.settle()
    assert Ask.CREATE not in shell.asks()
    assert shell.machine.truth.orders["c1"].final


async def test_f25_with_a_full_disk_nothing_new_leaves_and_open_orders_are_cancelled(shell):
    shell.place()
    await shell.settle()
    pages = shell.store._database.execute("PRAGMA page_count").fetchone()[0]
    shell.store._database.execute(f"PRAGMA max_page_count={pages}")
    with pytest.raises(StoreError):
        shell.place_many(200)
    sent = shell.asks().count(Ask.CREATE)
    await shell.settle()
    assert shell.asks().count(Ask.CREATE) == sent
    await shell.supervisor.stop()
    assert Ask.CANCEL in shell.asks()


async def test_without_a_network_no_order_is_given_up(shell):
    shell.door.deaf = True
    shell.place()
    for _ in range(300):
        shell.clock.wait(SECOND)
        shell.session.offer(Tick())
        await shell.settle()
    assert not shell.machine.truth.orders["c1"].final


@pytest.mark.slow
async def test_secrets_are_in_no_file_and_no_word_of_a_session_full_of_faults(
    tmp_path, caplog, capfd
):
    caplog.set_level(logging.DEBUG)
    async with venue("binance") as (emulator, keys):
        for fault in ("hang", "cut", "garble", "status"):
            emulator.faults.add({"on": "order.place", "do": fault, "status": 503, "seconds": 3})
        emulator.faults.add({"on": "trades", "do": "error", "code": -2015, "message": "key?"})
        async with bench(emulator, keys, tmp_path) as at:
            for _ in range(6):
                await at.orderly()
                intent = at.place("buy", "0.001")
                await at.until(lambda one=intent: at.order(one) and at.order(one).final)
        said = repr(at.news) + caplog.text + "".join(capfd.readouterr())
        files = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
    assert len(at.machine.truth.orders) == 6
    for secret in (keys.key, keys.secret):
        assert secret not in said
        assert secret.encode() not in files
    assert "signature=" not in said
