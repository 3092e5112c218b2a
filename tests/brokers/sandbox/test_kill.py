"""The ten guarantees of the kill switch, by number."""

import asyncio
import json
import os
import sys
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from brokers.ccxt_sandbox.accounts import Latch, Owner
from brokers.ccxt_sandbox.truth.machine import Machine
from brokers.ccxt_sandbox.truth.messages import (
    Ask,
    Clear,
    Found,
    Lane,
    Pull,
    Refused,
    Snapshot,
    Taken,
    Tick,
    ToldNote,
    Unclear,
)
from brokers.ccxt_sandbox.truth.rows import Killed, State, Step
from brokers.ccxt_sandbox.truth.state import Truth
from tests.brokers.sandbox.bench import LOOPBACK, bench, market, venue
from tests.brokers.sandbox.hand import Hand, report
from tests.brokers.sandbox.memory import MARKETS


@pytest.fixture
def hand():
    found = Hand()
    found.place(1, limit=900)
    found.answer(Ask.CREATE, Taken("v1"))
    return found


def test_1_no_new_order_leaves_not_even_one_that_was_queued(hand):
    hand.place(2)
    (queued,) = hand.waiting(Ask.CREATE)
    hand.say(Pull("me"))
    assert "kill switch" in hand.machine.barred(hand.now, queued)
    hand.place(3)
    assert len(hand.waiting(Ask.CREATE)) == 1
    assert hand.states()[-1] == "rejected"


def test_2_cancels_go_before_everything_else(hand):
    hand.say(Pull("me"))
    assert {request.lane for request in hand.waiting(Ask.CANCEL)} == {Lane.KILL}
    assert Lane.KILL < Lane.CANCEL < Lane.AMEND < Lane.NEW < Lane.QUERY


def test_3_it_asks_again_until_the_venue_says_that_nothing_is_open(hand):
    hand.say(Pull("me"))
    hand.answer(Ask.CANCEL, Refused("busy"))
    hand.answer(Ask.AUDIT, Snapshot((report(),), (), hand.held))
    assert hand.machine.kill.working
    assert hand.waiting(Ask.CANCEL)
    hand.answer(Ask.CANCEL, Taken("v1"))
    hand.say(Tick(), 2)
    hand.answer(Ask.LOOK, Found(report(State.CANCELLED)))
    hand.answer(Ask.AUDIT, Snapshot((), (), hand.held))
    assert not hand.machine.kill.working


def test_4_an_unknown_order_is_looked_up_and_cancelled_too(hand):
    hand.place(2)
    hand.answer(Ask.CREATE, Unclear("timeout"))
    hand.say(Pull("me"))
    (look,) = hand.waiting(Ask.LOOK)
    assert look.lane is Lane.KILL
    assert {request.client for request in hand.waiting(Ask.CANCEL)} == {"c1", "c2"}
    assert hand.machine.kill.working


def test_5_it_stays_pulled_after_a_restart_until_a_human_clears_it(hand):
    rows = hand.say(Pull("me")).rows
    machine = Machine(Truth.of([row for row in rows if isinstance(row, Killed)]), MARKETS)
    turn = machine.start(hand.now, {})
    assert machine.truth.killed == "me"
    assert [request.lane for request in turn.requests if request.ask is Ask.AUDIT]
    machine.handle(hand.now, Clear("a human"))
    assert machine.truth.killed == ""


def test_7_pulling_again_changes_nothing(hand):
    hand.say(Pull("me"))
    before = len(hand.asked)
    turn = hand.say(Pull("you"))
    assert not turn.rows
    assert len(hand.asked) == before
    assert hand.machine.truth.killed == "me"


def test_8_it_never_flattens(hand):
    hand.say(Pull("me"))
    for _ in range(40):
        hand.say(Tick(), 1)
    assert not hand.waiting(Ask.CREATE)


def test_9_and_10_every_step_is_journalled_and_what_is_left_is_said_in_time(hand):
    rows = list(hand.say(Pull("me")).rows)
    for _ in range(11):
        rows += hand.say(Tick(), 1).rows
    assert isinstance(rows[0], Killed)
    (left,) = [row.text for row in rows if isinstance(row, Step)]
    assert "still there: pod:1" in left
    assert any(isinstance(n, ToldNote) and n.loud and n.text == left for n in hand.news)


def settle(folder, emulator, keys, state, symbols=None):
    """Lay down what a run and a demo exchange leave, for another process to find."""
    demo = folder / ".magents" / "demo"
    demo.mkdir(parents=True)
    (demo / "ca.pem").write_bytes(emulator.ca_pem)
    door = {"host": LOOPBACK, "port": emulator.port, "hosts": list(emulator.hosts)}
    door |= {"key": keys.key, "secret": keys.secret, "password": keys.password}
    (demo / "demo.json").write_text(json.dumps({emulator.settings.venue: door}))
    run = folder / "results" / "sandbox-0001"
    run.mkdir(parents=True)
    (run / "config.json").write_text("{}")
    owner = Owner(
        emulator.settings.venue,
        str(state),
        str(run),
        1,
        symbols or (market(emulator.settings.venue).symbol,),
        "",
        str(demo / "demo.json"),
    )
    (run / "account.json").write_bytes(msgspec.json.encode(owner))
    return run


async def kill(folder, *flags):
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "magents", "kill", "sandbox-0001", *flags),
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(Path.cwd()), "HOME": str(folder)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await process.communicate()
    return process.returncode, out.decode()


@pytest.mark.wall
@pytest.mark.slow
@pytest.mark.parametrize("name", ["binance", "bybit", "okx", "krakenfutures", "alpaca"])
async def test_6_another_process_clears_the_market_of_a_run_that_is_dead(name, tmp_path):
    state = tmp_path / "state"
    state.mkdir()
    async with venue(name) as (emulator, keys):
        async with bench(emulator, keys, state, keep_orders=True) as first:
            await first.orderly()
            orders = [first.place("buy", "0.01", limit=15_000 + n) for n in range(3)]
            await first.until(lambda: len(first.open_at_venue()) == len(orders))
        run = settle(tmp_path, emulator, keys, state)
        assert len(emulator.exchange.registry.open("alice")) == 3
        code, said = await kill(tmp_path)
        assert (code, said.count("cancelled mag")) == (0, 3), said
        assert not emulator.exchange.registry.open("alice")
        assert "no open order of ours" in (run / "kill.log").read_text()
        assert Latch(state).pulled
        again, _ = await kill(tmp_path)
        assert again == 0


@pytest.mark.wall
@pytest.mark.slow
async def test_6_and_10_a_venue_that_does_not_answer_is_said_loudly_and_in_time(tmp_path):
    state = tmp_path / "state"
    state.mkdir()
    async with venue("binance") as (emulator, keys):
        async with bench(emulator, keys, state, keep_orders=True) as first:
            await first.orderly()
            first.place("buy", "0.01", limit=Decimal(15_000))
            await first.until(first.open_at_venue)
        settle(tmp_path, emulator, keys, state)
        emulator.faults.add({"on": "any", "do": "status", "status": 503, "times": 0})
        code, said = await kill(tmp_path, "--within", "2")
        assert code == 1
        assert "THERE IS STILL" in said or "COULD NOT BE ASKED" in said
        assert Latch(state).pulled


@pytest.mark.wall
@pytest.mark.slow
async def test_8_it_flattens_only_where_it_is_told_to_and_by_orders_that_open_nothing(tmp_path):
    state = tmp_path / "state"
    state.mkdir()
    async with venue("krakenfutures") as (emulator, keys):
        async with bench(emulator, keys, state) as first:
            await first.orderly()
            for side, quantity in (("buy", "0.03"), ("sell", "0.05")):
                intent = first.place(side, quantity)
                await first.until(lambda i=intent, q=quantity: first.filled(i) == Decimal(q))
            held, traded = first.held()[first.market.symbol], first.theirs
        settle(tmp_path, emulator, keys, state)
        kept, _ = await kill(tmp_path)
        still = emulator.exchange.wallets.position("alice", traded).size
        code, said = await kill(tmp_path, "--flatten")
        flat = emulator.exchange.wallets.position("alice", traded).size
        last = emulator.exchange.registry.all("alice")[-1]

    assert (kept, held, still) == (0, Decimal("-0.02"), Decimal("-0.02"))
    assert (code, flat) == (0, 0), said
    assert "buy 0.02 BTC/USD:USD at the market, reduce-only" in said
    assert last.ask.reduce_only


@pytest.mark.wall
@pytest.mark.slow
async def test_8_positions_in_several_contracts_are_closed_and_no_coin_is_sold(tmp_path):
    async with venue("bybit") as (emulator, keys):
        for symbol, kind, quantity in (
            ("BTCUSDT", "linear", "0.02"),
            ("ADAUSDT", "linear", "500"),
            ("BTCUSDT", "spot", "0.01"),
        ):
            how = {"symbol": symbol, "kind": kind, "quantity": quantity, "side": "buy"}
            emulator.act({"act": "foreign_order", "account": "alice", **how})
        coins = emulator.exchange.wallets.of("alice").total("BTC")
        symbols = ("BTC/USDT:USDT", "ADA/USDT:USDT")
        settle(tmp_path, emulator, keys, tmp_path, symbols)
        code, said = await kill(tmp_path, "--flatten")
        held = [each.size for each in emulator.exchange.wallets.positions.values()]
        kept = emulator.exchange.wallets.of("alice").total("BTC")

    assert code == 0, said
    assert not any(held)
    assert kept == coins


@pytest.mark.wall
@pytest.mark.slow
async def test_8_positions_that_cannot_be_closed_are_said_loudly_and_in_time(tmp_path):
    state = tmp_path / "state"
    state.mkdir()
    async with venue("krakenfutures") as (emulator, keys):
        async with bench(emulator, keys, state) as first:
            await first.orderly()
            intent = first.place("buy", "0.01")
            await first.until(lambda: first.filled(intent) == Decimal("0.01"))
        settle(tmp_path, emulator, keys, state)
        emulator.act({"act": "halt", "symbol": "PF_XBTUSD"})
        code, said = await kill(tmp_path, "--flatten", "--within", "3")

    assert code == 1
    assert "NOT FLAT AFTER 3 s: 0.01 BTC/USD:USD" in said


@pytest.mark.wall
@pytest.mark.slow
async def test_8_coins_are_not_flattened_and_the_switch_is_pulled_all_the_same(tmp_path):
    state = tmp_path / "state"
    state.mkdir()
    async with venue("binance") as (emulator, keys):
        settle(tmp_path, emulator, keys, state)
        code, said = await kill(tmp_path, "--flatten")

    assert code == 1
    assert "NOT FLATTENED: binance holds coins" in said
    assert Latch(state).pulled
