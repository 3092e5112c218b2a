"""The data team: everything arrives at its instant, in one order, for any size of block."""

import asyncio

import numpy as np
import pytest

from feeds.memory import MemoryFeed
from magents.central.delivery import Heard
from magents.model.bars import Bar, Panel
from magents.model.errors import UserError
from magents.model.records import Signal
from magents.model.ticks import TradeBlock
from magents.model.time import HOUR, MINUTE, Phase
from tests.builders import (
    NAN,
    Plan,
    Script,
    always_open,
    block,
    fact_table,
    feed,
    instrument,
    panel,
    trade,
    walk,
)

SIZES = [1, 3, 7, 512]
DAILY, COINS = walk(10, gaps=0.2), always_open(50)
CLOSES = DAILY.ts.tolist()


def same_for_all_sizes(pods, *bars, **how):
    """Run with each block size; return the journal, which must not differ."""
    runs = [trade(pods(), feed(*bars), block_size=size, **how) for size in SIZES]
    assert len({run.result.digest for run in runs}) == 1
    return runs[0].journal


async def idle(desk):
    await asyncio.sleep(10**9)


def plans(*convictions, name="plan"):
    """Return agents that have a conviction at each of the first closes."""
    return lambda _: [Plan(dict(zip(CLOSES, convictions, strict=False)), name)]


# -- bars --------------------------------------------------------------------------------------


def watcher(seen, *names, after=0):
    """Return a script that notes each bar with the moment it came."""

    async def script(desk):
        await desk.clock.until(after)
        async for bar in desk.bars(*names):
            seen.append((desk.clock.now(), desk.clock.phase(), bar))

    return script


@pytest.mark.parametrize("size", SIZES)
def test_every_bar_comes_once_at_its_close_before_timers(size):
    seen = []
    trade([Script("a", watcher(seen, "AAA"))], feed(DAILY), block_size=size)
    there = [row for row in range(len(DAILY)) if DAILY.bar(row, 0)]
    assert [bar for *_, bar in seen] == [DAILY.bar(row, 0) for row in there]
    assert all(now == bar.ts and phase == Phase.DATA for now, phase, bar in seen)


@pytest.mark.parametrize("size", SIZES)
def test_a_reader_of_trades_hears_the_first_at_whose_instant_the_run_begins(size):
    seen = []

    async def script(desk):
        async for each in desk.trades("AAA"):
            heard = (each.ts, each.price, desk.clock.now())
            seen.append(heard)

    stamps = np.array([5, 5, 6, 9], np.int64)
    prices = np.array([10.0, 11.0, 12.0, 13.0])
    of = Panel("t", ("AAA",), "tick", 252, 252, "trades")
    block = TradeBlock(of, stamps, prices, np.ones(4), np.zeros(4, np.int8))
    trade([Script("a", script)], MemoryFeed([instrument("AAA")], [block]), block_size=size)
    told = zip([5, 5, 6, 9], [10.0, 11.0, 12.0, 13.0], [5, 5, 6, 9], strict=True)
    assert seen == list(told)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("after", [CLOSES[4] - 1, CLOSES[4], CLOSES[4] + 1])
def test_bars_asked_for_in_mid_run_come_from_then_on_only(size, after):
    seen = []
    trade([Script("a", watcher(seen, "AAA", after=after))], feed(DAILY), block_size=size)
    wanted = [ts for row, ts in enumerate(CLOSES) if ts > after and DAILY.bar(row, 0)]
    assert [bar.ts for *_, bar in seen] == wanted


@pytest.mark.parametrize("size", SIZES)
def test_bars_of_two_panels_interleave_by_time(size):
    seen = []
    script = watcher(seen, "BTC/USDT", "AAA")
    trade([Script("a", script)], feed(DAILY, COINS), block_size=size)
    instants = [bar.ts for *_, bar in seen]
    assert instants == sorted(instants)
    assert len(seen) == len(COINS) + sum(DAILY.bar(row, 0) is not None for row in range(10))


@pytest.mark.parametrize("size", SIZES)
def test_halting_one_reader_neither_repeats_nor_stops_the_bars_of_another(size):
    seen, early = [], CLOSES[2] + 1

    async def stumble(desk):
        async for bar in desk.bars("AAA", "BBB"):
            if bar.ts > CLOSES[1]:
                raise ValueError("stumbled")

    async def both(desk):
        names = iter(["AAA"])
        async for bar in desk.bars("BBB"):
            seen.append(bar)
            if bar.ts > early:
                for name in names:
                    desk._services.data.read_bars(desk.pod, name, desk.market)

    trade([Script("a", stumble), Script("b", both)], feed(walk(10)), block_size=size)
    assert len(seen) == len(set(seen))
    assert [bar.ts for bar in seen if bar.instrument == "BBB"] == CLOSES


# -- signals -----------------------------------------------------------------------------------


def test_a_signal_is_a_change_of_conviction_at_the_close_that_made_it():
    bars = block([100.0, 101.0, 102.0, 103.0])
    pods = [Script("a", idle, plans(0.5, 0.5, NAN, -1.0))]
    signals = trade(pods, feed(bars)).journal.of(Signal)
    assert [(s.ts, s.conviction, s.previous, s.close) for s in signals] == [
        (CLOSES[0], 0.5, 0.0, 100.0),
        (CLOSES[3], -1.0, 0.5, 103.0),
    ]


def test_a_signal_in_a_row_without_a_bar_carries_the_last_close():
    bars = block([[100.0, NAN], [NAN, 50.0], [NAN, NAN]])
    signals = trade([Script("a", idle, plans(NAN, 1.0))], feed(bars)).journal.of(Signal)
    assert [(s.instrument, s.close) for s in signals] == [("AAA", 100.0), ("BBB", 50.0)]


def test_a_signal_before_the_first_bar_of_an_instrument_has_no_close():
    bars = block([[100.0, NAN], [101.0, 50.0]])
    signals = trade([Script("a", idle, plans(1.0))], feed(bars)).journal.of(Signal)
    assert [(s.instrument, s.close) for s in signals] == [("AAA", 100.0), ("BBB", 0.0)]


def test_signals_of_one_instant_come_by_pod_then_agent_then_instrument():
    def two(of):
        return [*plans(1.0, name="zeta")(of), *plans(1.0, name="alpha")(of)]

    pods = lambda: [Script("b", idle, plans(1.0)), Script("a", idle, two)]  # noqa: E731
    signals = same_for_all_sizes(pods, DAILY).of(Signal)
    assert [(s.pod, s.agent, s.instrument) for s in signals] == [
        ("a", "zeta", "AAA"),
        ("a", "zeta", "BBB"),
        ("a", "alpha", "AAA"),
        ("a", "alpha", "BBB"),
        ("b", "plan", "AAA"),
        ("b", "plan", "BBB"),
    ]


def test_a_bar_comes_before_the_signal_it_caused():
    heard = []

    async def listen(desk):
        desk._services.data.read_bars(desk.pod, "AAA", desk.market)
        async for event in desk.events():
            heard[len(heard) :] = [(desk.clock.now(), type(event))]

    bars = block([100.0, 101.0])
    trade([Script("a", listen, plans(NAN, 1.0))], feed(bars))
    assert heard == [(CLOSES[0], Bar), (CLOSES[1], Bar), (CLOSES[1], Heard)]


def test_a_signal_arrives_with_its_number_in_the_journal():
    heard = []

    async def listen(desk):
        async for event in desk.events():
            heard[len(heard) :] = [event]

    run = trade([Script("a", listen, plans(1.0, 0.5))], feed(block([1.0, 2.0])))
    assert [run.journal.entries[each.seq - 1] for each in heard] == [each.signal for each in heard]


def test_agents_of_two_panels_are_each_asked_about_their_own_bars():
    pods = lambda: [Script("a", idle, lambda each: [Counter(each)])]  # noqa: E731
    signals = same_for_all_sizes(pods, DAILY, COINS).of(Signal)
    assert {s.instrument for s in signals} == {"AAA", "BBB", "BTC/USDT"}
    assert [s.ts for s in signals] == sorted(s.ts for s in signals)


class Counter(Plan):
    """Changes its mind at every second close of its panel."""

    def __init__(self, of):
        closes = (COINS if "BTC/USDT" in of.instruments else DAILY).ts.tolist()
        super().__init__({ts: row % 4 / 4 for row, ts in enumerate(closes)}, "counter")


class Reader(Plan):
    """Has the number of facts heard by each close as its conviction."""

    inputs = ("news",)

    def __init__(self, heard):
        super().__init__({}, "reader")
        self.heard = heard

    def evaluate(self, block, news):
        table = news.get("news")
        self.heard += [] if table is None else table.known_at.tolist()
        known = np.searchsorted(np.array(self.heard), block.ts, "right") / 100
        return Plan.evaluate(Plan(dict(zip(block.ts.tolist(), known, strict=True))), block, news)


@pytest.mark.parametrize("size", SIZES)
def test_an_agent_is_given_each_fact_once_by_the_block_in_which_it_became_known(size):
    instants = [CLOSES[0] - HOUR, CLOSES[0], CLOSES[4], CLOSES[4] + 1, CLOSES[9] + 1]
    facts = {"news": fact_table("news", *[(at, "AAA", 1.0) for at in instants])}
    heard = []
    pods = [Script("a", idle, lambda _: [Reader(heard)])]
    signals = trade(pods, feed(DAILY, facts=facts), block_size=size).journal.of(Signal)
    assert heard == instants[:4], "what is known after the last close is never told"
    assert [(s.ts, s.conviction) for s in signals if s.instrument == "AAA"] == [
        (CLOSES[0], 0.02),
        (CLOSES[4], 0.03),
        (CLOSES[5], 0.04),
    ]


def test_an_agent_gets_only_the_kinds_of_facts_it_names():
    facts = {kind: fact_table(kind, (CLOSES[0], "AAA", 1.0)) for kind in ("news", "rumours")}
    seen = []

    class Nosy(Plan):
        inputs = ("rumours", "nothing")

        def evaluate(self, block, news):
            seen.append(sorted(news))
            return super().evaluate(block, news)

    trade([Script("a", idle, lambda _: [Nosy({})])], feed(DAILY, facts=facts))
    assert seen == [["rumours"]]


# -- history -----------------------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("field", ["open", "high", "low", "close", "volume"])
def test_history_ends_at_now_and_is_the_same_for_every_block_size(size, field):
    found = []

    async def look(desk):
        for row, ts in enumerate(CLOSES):
            for now in (ts - MINUTE, ts):
                await desk.clock.until(now)
                rows = getattr(DAILY, field)[: row + (now == ts), 0]
                known = rows[rows == rows][-4:]  # noqa: PLR0124 - not NaN
                found.append((desk.history("AAA", 4, field).tolist(), known.tolist()))

    trade([Script("a", look)], feed(DAILY), block_size=size)
    assert len(found) == 20
    assert all(given == known for given, known in found)


@pytest.mark.parametrize("size", [1, 300, 100_000])
def test_history_reaches_as_far_back_as_promised_and_no_further(size):
    of = panel("AAA", name="24/7 1m")
    bars = walk(2_500, of, length=MINUTE, every=MINUTE)
    found = []

    async def look(desk):
        for row in (999, 1_000, 2_400):
            await desk.clock.until(int(bars.ts[row]))
            found.append(desk.history("AAA", 1_000).tolist())

    trade([Script("a", look)], feed(bars), block_size=size)
    rows = (999, 1_000, 2_400)
    assert found == [bars.close[row - 999 : row + 1, 0].tolist() for row in rows]


@pytest.mark.parametrize(("count", "field"), [(0, "close"), (1_001, "close"), (1, "adjusted")])
def test_history_that_cannot_be_given_is_refused_in_words(count, field):
    found = []

    async def look(desk):
        with pytest.raises(UserError, match="gives 1 to 1000 rows of") as error:
            desk.history("AAA", count, field)
        found.append(error)

    trade([Script("a", look)], feed(DAILY))
    assert len(found) == 1
