"""The private stream and its faults: F7 to F9, F16 and F22. It is a hint, and may fail anyhow."""

import asyncio
from decimal import Decimal

import pytest

from brokers.ccxt_sandbox.stream import PrivateStream
from brokers.ccxt_sandbox.truth.messages import Back, Lost, Seen, Traded
from brokers.ccxt_sandbox.truth.rows import State
from magents.runtime.supervisor import Supervisor
from tests.brokers.sandbox.bench import SYMBOL, bench, venue

pytestmark = pytest.mark.wall


def order(number, status="open", filled="0"):
    return {
        "id": str(number),
        "symbol": SYMBOL,
        "status": status,
        "filled": filled,
        "amount": "1",
        "clientOrderId": f"c{number}",
    }


class Exchange:
    """Caches as ccxt has them; watching waits for ever, or fails as told."""

    def __init__(self):
        self.orders, self.myTrades = [], []
        self.failures, self.dials = [], 0

    async def watch_orders(self):
        self.dials += 1
        if self.failures:
            raise self.failures.pop(0)
        await asyncio.get_running_loop().create_future()

    async def watch_my_trades(self):
        await asyncio.get_running_loop().create_future()


def test_f7_the_last_state_of_an_order_is_told_though_no_watch_returned_it():
    exchange, told = Exchange(), []
    stream = PrivateStream(exchange, told.append, str)
    exchange.orders = [order(1)]
    stream.sweep()
    exchange.orders = [order(1, "closed", "1")]
    stream.sweep()
    stream.sweep()
    assert [each.report.state for each in told] == [State.WORKING, State.FILLED]


def test_f7_a_burst_is_told_whole_and_each_trade_once():
    exchange, told = Exchange(), []
    stream = PrivateStream(exchange, told.append, str)
    trade = {"symbol": SYMBOL, "order": "1", "side": "sell", "amount": "1", "price": "2"}
    exchange.myTrades = [{**trade, "id": str(number)} for number in range(150)]
    stream.sweep()
    stream.sweep()
    assert [each.trade.trade for each in told] == [str(number) for number in range(150)]


async def test_f16_a_stream_that_fails_is_dialled_again_ever_more_slowly():
    exchange, told = Exchange(), []
    exchange.failures = [OSError("no route")] * 2
    supervisor = Supervisor()
    PrivateStream(exchange, told.append, str).start(supervisor.start)
    async with asyncio.timeout(8):
        while exchange.dials < 3:  # noqa: ASYNC110 - it is polled
            await asyncio.sleep(0.05)
        while told.count(Back()) < 2:  # noqa: ASYNC110 - of both streams
            await asyncio.sleep(0.05)
    await supervisor.stop()
    assert sum(isinstance(each, Lost) for each in told) == 2


@pytest.mark.slow
@pytest.mark.parametrize("act", ["expire", "disconnect"])
@pytest.mark.parametrize("name", ["binance", "bybit", "okx", "krakenfutures", "alpaca"])
async def test_f8_f9_f22_a_stream_that_ends_is_made_up_for(name, act, tmp_path):
    async with venue(name) as (emulator, keys), bench(emulator, keys, tmp_path) as at:
        await at.orderly()
        emulator.act({"act": act, "account": "alice"})
        intent = at.place("buy", "0.01")
        await at.until(lambda: at.filled(intent) == Decimal("0.01"))
        await at.orderly()
        at.check()


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["drop", "duplicate", "reorder", "hold"])
@pytest.mark.parametrize("name", ["binance", "bybit", "okx", "krakenfutures", "alpaca"])
async def test_f6_f10_frames_that_lack_or_come_twice_or_late_change_nothing(name, fault, tmp_path):
    rule = {"do": fault, "times": 0, "copies": 2, "window": 3, "seconds": 2}
    wanted = {"drop": (), "duplicate": ("copies",), "reorder": ("window",), "hold": ("seconds",)}
    async with venue(name) as (emulator, keys), bench(emulator, keys, tmp_path) as at:
        await at.orderly()
        for on in ("stream.orders", "stream.trades"):
            rest = {key: rule[key] for key in ("do", "times", *wanted[fault])}
            emulator.faults.add({"on": on, **rest})
        orders = [at.place("buy" if n % 2 else "sell", "0.01") for n in range(4)]
        await at.until(lambda: all(at.filled(each) == Decimal("0.01") for each in orders))
        await at.until(lambda: not at.machine.truth.open)
        at.check()


def test_what_the_stream_says_is_a_report_or_a_trade_and_never_more():
    exchange, told = Exchange(), []
    exchange.orders = [order(1), {**order(2), "status": None}]
    exchange.myTrades = [{"symbol": SYMBOL, "order": "1", "amount": "1", "price": "2"}]
    PrivateStream(exchange, told.append, str).sweep()
    assert [type(each) for each in told] == [Seen]
    assert Traded not in {type(each) for each in told}
