"""F22: a test network is reset: balances, orders and trades vanish, and money may be given anew."""

from decimal import Decimal

import pytest

from brokers.ccxt_sandbox.truth.machine import Machine
from brokers.ccxt_sandbox.truth.messages import (
    Ask,
    Nowhere,
    Refused,
    Snapshot,
    Taken,
    Tick,
    ToldNote,
    Traded,
)
from brokers.ccxt_sandbox.truth.rows import Frozen
from brokers.ccxt_sandbox.truth.state import Truth
from tests.brokers.sandbox.bench import COINS, MONEY, bench, venue
from tests.brokers.sandbox.hand import Hand, trade
from tests.brokers.sandbox.memory import CAPITAL, MARKETS


def audits(hand, snapshot, seconds):
    for _ in range(seconds):
        hand.say(Tick(), 1)
        while hand.waiting(Ask.AUDIT):
            hand.answer(Ask.AUDIT, snapshot)
        while hand.waiting(Ask.LOOK):
            hand.answer(Ask.LOOK, Nowhere())


def loud(news):
    return [n.text for n in news if isinstance(n, ToldNote) and n.loud]


@pytest.fixture
def hand():
    found = Hand()
    found.place()
    found.answer(Ask.CREATE, Taken("v1"))
    found.say(Traded(trade()))
    return found


AFTER = {"USDT": CAPITAL - 1000, "BTC": Decimal(1)}


def test_a_trade_that_is_gone_is_seen_though_holdings_are_the_same(hand):
    audits(hand, Snapshot((), (), AFTER), 200)
    assert "knows nothing of trade t1" in hand.machine.truth.frozen
    assert len(loud(hand.news)) == 1
    hand.place(2)
    assert hand.states()[-1] == "rejected"


def test_a_trade_that_is_hard_to_find_for_a_while_is_not_a_reset(hand):
    audits(hand, Snapshot((), (), AFTER), 85)
    audits(hand, Snapshot((), (trade(),), AFTER), 10)
    audits(hand, Snapshot((), (), AFTER), 20)
    assert not hand.machine.truth.frozen


def test_the_capital_itself_is_gone_though_no_pod_holds_units():
    hand = Hand()
    hand.place()
    hand.answer(Ask.CREATE, Refused("no"))
    audits(hand, Snapshot(holdings={"USDT": Decimal(0)}), 90)
    assert "holds less USDT than the pods' books, by 100000" in hand.machine.truth.frozen


def test_an_order_that_had_not_left_yet_stays_when_the_account_freezes(hand):
    hand.place(2)
    (request,) = hand.waiting(Ask.CREATE)
    hand.machine.truth.apply(Frozen(hand.now, "reset"))
    assert hand.machine.barred(hand.now, request) == "reset"


def test_it_stays_so_after_a_restart(hand):
    machine = Machine(Truth.of([Frozen(hand.now, "reset")]), MARKETS)
    machine.start(hand.now, {})
    assert machine.truth.frozen == "reset"


async def bought(at):
    intent = at.place("buy", "0.01")
    await at.until(lambda: at.order(intent) is not None and at.order(intent).final)
    assert at.filled(intent) == Decimal("0.01")


async def freezes(at, emulator):
    """What the user is promised: said loudly, nothing new leaves, what was open is ended."""
    await at.until(lambda: at.machine.truth.frozen, 30)
    assert any("begin a new run" in text for text in loud(at.news))
    await at.until(lambda: not at.machine.truth.open, 30)
    late = at.place("buy", "0.01", name="pod:late")
    await at.until(lambda: at.states(late))
    assert at.states(late) == ["rejected"]
    assert not emulator.exchange.registry.all("alice")


def reset(emulator, *, refilled):
    emulator.act({"act": "wipe", "account": "alice"})
    if refilled:
        for asset, amount in {"USDT": MONEY, **COINS}.items():
            emulator.act({"act": "deposit", "account": "alice", "asset": asset, "amount": amount})


@pytest.mark.wall
@pytest.mark.slow
@pytest.mark.parametrize("refilled", [False, True], ids=["empty", "refilled"])
@pytest.mark.parametrize("name", ["binance", "bybit"])
class TestReset:
    async def test_while_it_runs(self, name, refilled, tmp_path):
        async with venue(name) as (emulator, keys), bench(emulator, keys, tmp_path) as at:
            await at.orderly()
            await bought(at)
            resting = at.place("buy", "0.01", limit=15_000)
            await at.until(lambda: "accepted" in at.states(resting))
            reset(emulator, refilled=refilled)
            await freezes(at, emulator)
            assert at.states(resting)[-1] == "cancelled"

    async def test_while_the_stream_is_away(self, name, refilled, tmp_path):
        async with venue(name) as (emulator, keys), bench(emulator, keys, tmp_path) as at:
            await at.orderly()
            await bought(at)
            emulator.act({"act": "disconnect", "account": "alice"})
            reset(emulator, refilled=refilled)
            await freezes(at, emulator)

    async def test_between_two_processes(self, name, refilled, tmp_path):
        async with venue(name) as (emulator, keys):
            async with bench(emulator, keys, tmp_path, keep_orders=True) as first:
                await first.orderly()
                await bought(first)
                resting = first.place("buy", "0.01", limit=15_000)
                await first.until(lambda: "accepted" in first.states(resting))
            reset(emulator, refilled=refilled)
            async with bench(emulator, keys, tmp_path) as second:
                await freezes(second, emulator)
            async with bench(emulator, keys, tmp_path) as third:
                assert third.machine.truth.frozen
