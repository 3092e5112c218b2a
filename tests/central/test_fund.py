"""The fund as a whole: from data to a result, the same however the data come."""

import asyncio
from decimal import Decimal

import numpy as np
import pytest

from magents.fund import Fund, Hire
from magents.journal.reading import read
from magents.journal.writing import SqliteJournal
from magents.model.orders import Order
from magents.model.records import Allocation, Fill, Signal
from magents.model.results import Progress
from magents.model.time import HOUR
from pods.strategies.ma import MaConfig, MaPod
from tests.builders import (
    NAN,
    Notebook,
    Plan,
    Script,
    always_open,
    block,
    feed,
    run,
    settings,
    trade,
    virtual_clock,
    walk,
)

SIZES = [1, 2, 7, 512, 100_000]
DAILY, COINS = walk(60, gaps=0.1), always_open(300)


def crossing(name="ma", fast=2, slow=5):
    return MaPod(name, MaConfig(fast, slow, 0.2))


def chaser(name="chaser"):
    """Return a free-form pod that trades a coin by its own reading of two markets."""

    async def script(desk):
        last = {}
        async for bar in desk.bars("BTC/USDT", "AAA"):
            rose = bar.close > last.get(bar.instrument, bar.close)
            last[bar.instrument] = bar.close
            if bar.instrument == "AAA" and rose:
                await desk.buy("BTC/USDT", "0.5", limit=round(desk.price("BTC/USDT") * 0.99, 2))
            elif rose and desk.position("BTC/USDT") > 1:
                await desk.sell("BTC/USDT", "0.3")

    return Script(name, script)


def everybody():
    return [crossing(), crossing("slow", 5, 20), chaser()]


COSTS = {"transaction_cost": 0.001, "slippage_bps": 2.0, "initial_capital": 100_000}


def test_two_markets_with_different_hours_give_one_digest_for_every_block_size():
    runs = [trade(everybody(), feed(DAILY, COINS), block_size=size, **COSTS) for size in SIZES]
    assert len(runs[0].result.fills) > 50
    assert {fill.pod for fill in runs[0].result.fills} == {"ma", "slow", "chaser"}
    assert len({run.result.digest for run in runs}) == 1


def test_the_whole_result_is_the_same_for_every_block_size():
    one, *others = [
        trade(everybody(), feed(DAILY, COINS), block_size=size, **COSTS).result for size in SIZES
    ]
    for other in others:
        assert np.array_equal(one.equity.ts, other.equity.ts)
        assert np.array_equal(one.equity.fund, other.equity.fund)
        for pod in one.equity.pods:
            assert np.array_equal(one.equity.pods[pod], other.equity.pods[pod])
        for name in ("max_drawdown", "final_equity", "pod_equity", "orders", "marks", "bars"):
            assert getattr(one, name) == getattr(other, name), name


@pytest.mark.parametrize("names", [("a", "b", "c"), ("c", "b", "a"), ("b", "c", "a")])
def test_pods_that_act_at_one_instant_act_in_the_order_of_their_names(names):
    async def script(desk):
        for ts in DAILY.ts.tolist()[:5]:
            await desk.clock.until(ts)
            await desk.buy("AAA", 1)

    run = trade([Script(name, script) for name in names], feed(DAILY))
    assert [each.pod for each in run.journal.of(Order)] == ["a", "b", "c"] * 5


def test_one_pod_alone_trades_as_it_does_among_others():
    alone = trade([crossing()], feed(DAILY), **{**COSTS, "initial_capital": 10_000})
    pods = [crossing(), crossing("slow", 5, 20)]
    among = trade(pods, feed(DAILY), **{**COSTS, "initial_capital": 20_000})
    assert alone.decisions("ma") == among.decisions("ma")
    assert [(f.ts, f.price, f.quantity) for f in alone.journal.of(Fill)] == [
        (f.ts, f.price, f.quantity) for f in among.journal.of(Fill, pod="ma")
    ]


def test_the_books_add_up_to_the_result():
    result = trade(everybody(), feed(DAILY, COINS), **COSTS).result
    assert sum(result.pod_equity.values()) + house(result) == result.final_equity
    assert float(result.final_equity) == pytest.approx(result.equity.fund[-1], abs=1e-6)
    for name, value in result.pod_equity.items():
        assert float(value) == pytest.approx(result.equity.pods[name][-1], abs=1e-6)


def house(result):
    """Return what was left over when the capital was shared."""
    return result.initial_capital - sum(each.amount for each in result.allocations)


def test_capital_is_shared_equally_and_recorded():
    run = trade(everybody(), feed(DAILY, COINS), initial_capital=100)
    assert {a.pod: a.amount for a in run.journal.of(Allocation)} == dict.fromkeys(
        ("chaser", "ma", "slow"), Decimal("33.33333333")
    )
    assert house(run.result) == Decimal("0.00000001")


def test_bars_that_were_read_are_counted_without_gaps():
    there = int((~np.isnan(DAILY.close)).sum() + (~np.isnan(COINS.close)).sum())
    assert trade([], feed(DAILY, COINS)).result.bars == there


def test_a_fund_without_pods_keeps_its_capital():
    result = trade([], feed(DAILY), initial_capital=1_000).result
    assert result.final_equity == 1_000
    assert set(result.equity.fund.tolist()) == {1_000.0}
    assert result.fills == []


def test_the_equity_table_starts_at_the_first_opening_with_the_capital():
    equity = trade([crossing()], feed(DAILY), initial_capital=5_000).result.equity
    assert equity.ts[0] == DAILY.open_ts[0]
    assert equity.ts[1:].tolist() == DAILY.ts.tolist()
    assert equity.fund[0] == 5_000


def test_a_signal_becomes_an_order_at_its_close_and_a_fill_at_the_next_open():
    bars = block([100.0, 100.0, 100.0], opens=[100.0, 101.0, 100.0])
    plan = Plan({int(bars.ts[0]): 1.0})
    pod = crossing()
    pod.agents = lambda _: [plan]
    run = trade([pod], feed(bars), initial_capital=10_000)
    (signal,), (fill,) = run.journal.of(Signal), run.journal.of(Fill)
    assert (signal.ts, fill.ts) == (int(bars.ts[0]), int(bars.open_ts[1]))
    assert (fill.price, fill.quantity) == (101, 20)


def test_a_target_while_there_is_no_bar_is_sized_by_the_last_close():
    bars = block([[100.0, 50.0], [NAN, 50.0], [100.0, 50.0]])
    pod = crossing()
    pod.agents = lambda _: [Plan({int(bars.ts[1]): 1.0})]
    run = trade([pod], feed(bars), initial_capital=10_000)
    assert {fill.instrument: fill.quantity for fill in run.journal.of(Fill)} == {
        "AAA": 20,
        "BBB": 40,
    }


def interrupted_after(bars_seen):
    """Run a fund that is cancelled from outside, as by ctrl-c; return its result."""

    async def main():
        journal, count = Notebook(), 0
        task = asyncio.current_task()

        async def counter(desk):
            nonlocal count
            async for _ in desk.bars("AAA"):
                count += 1
                if count == bars_seen:
                    task.cancel()

        hires = [Hire(crossing()), Hire(Script("counter", counter))]
        fund = Fund(settings(), feed(walk(60)), hires, virtual_clock(), journal)
        return await fund.run()

    return run(main)


def test_an_interrupted_run_has_a_result_up_to_there_that_adds_up():
    result = interrupted_after(40)
    closes = walk(60).ts
    assert result.stopped == "interrupted"
    assert result.equity.ts[-1] == closes[39]
    assert float(result.final_equity) == pytest.approx(result.equity.fund[-1], abs=1e-6)


def test_progress_is_told_at_each_block_and_never_goes_back():
    told = []

    async def main():
        return await Fund(
            settings(block_size=20),
            feed(DAILY),
            [Hire(crossing())],
            virtual_clock(),
            Notebook(),
            progress=told.append,
        ).run()

    run(main)
    assert all(isinstance(each, Progress) for each in told)
    assert [each.now for each in told] == DAILY.open_ts[::20].tolist()
    assert {(each.start, each.end) for each in told} == {(int(DAILY.open_ts[0]), int(DAILY.ts[-1]))}
    assert [each.bars for each in told] == sorted(each.bars for each in told)


class Log:
    """A log that keeps its lines."""

    def __init__(self):
        self.lines = []

    def info(self, event, **fields):
        self.lines.append(("info", event, fields))

    warning = info

    def error(self, event, **fields):
        self.lines.append(("error", event, fields))


def test_the_log_tells_of_a_halted_pod_with_its_error():
    log = Log()

    async def stumble(desk):
        await desk.clock.until(int(DAILY.ts[0]) + HOUR)
        raise ValueError("stumbled")

    async def main():
        hires = [Hire(Script("bad", stumble))]
        return await Fund(
            settings(), feed(DAILY), hires, virtual_clock(), Notebook(), log=log
        ).run()

    run(main)
    (line,) = [line for line in log.lines if line[0] == "error"]
    assert line[1:2] == ("pod halted",)
    assert line[2]["pod"] == "bad"
    assert isinstance(line[2]["exc_info"], ValueError)


def test_missing_inputs_of_agents_are_named():
    class Hungry(Plan):
        inputs = ("news", "rumours")

    pod = crossing()
    pod.agents = lambda _: [Hungry({})]
    result = trade([pod], feed(DAILY)).result
    (notice,) = result.notices
    assert notice.pod == "ma"
    assert notice.text == "runs on bars only; no data on news, rumours"
    assert result.inputs == {"ma": ["bars"]}


def test_every_record_of_a_real_run_reads_back_from_the_file(tmp_path):
    path = tmp_path / "journal.sqlite"

    async def early(desk):
        await desk.buy("AAA", 1)  # refused: no price is known yet

    async def main():
        journal = SqliteJournal(path)
        hires = [Hire(pod) for pod in [*everybody(), Script("early", early)]]
        how = settings(**COSTS)
        try:
            return await Fund(how, feed(DAILY, COINS), hires, virtual_clock(), journal).run()
        finally:
            journal.close()

    result = run(main)
    records = [record for _, record in read(path)]
    expected = trade([*everybody(), Script("early", early)], feed(DAILY, COINS), **COSTS)
    assert records == expected.journal.entries
    assert len(records) == result.records
    assert result.digest == expected.result.digest
