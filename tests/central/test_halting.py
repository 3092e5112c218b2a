"""A pod that fails is halted, its orders are cancelled, and nobody else notices."""

import asyncio

import numpy as np
import pytest

from magents.model.agents import Opinion
from magents.model.records import Fill, Halt, Signal
from magents.model.time import DAY
from magents.runtime.inbox import Inbox, Overflow
from tests.builders import Plan, Script, feed, trade, walk

BARS = walk(12)
CLOSES = BARS.ts.tolist()


async def idle(desk):
    await asyncio.sleep(10**9)


def steady(side="buy"):
    """Return a script that trades at every third close."""

    async def script(desk):
        count = 0
        async for _ in desk.bars("AAA"):
            count += 1
            if count % 3 == 0:
                await getattr(desk, side)("AAA", 5)

    return script


def stumbles(at, *, resting=True):
    """Return a script that leaves an order in the market and raises at the n-th bar."""

    async def script(desk):
        count = 0
        async for _ in desk.bars("AAA"):
            count += 1
            if count == 1 and resting:
                await desk.buy("AAA", 3)
                await desk.buy("BBB", 7, limit=95)
                await desk.sell("BBB", 7, limit=108)
            if count == at:
                raise ZeroDivisionError(f"at bar {count}")

    return script


class Faulty(Plan):
    """An agent that answers well for some rows and then not at all, in one way or another."""

    def __init__(self, fault, after):
        super().__init__({CLOSES[0]: 1.0}, "faulty")
        self.fault, self.after = fault, after

    def evaluate(self, block, news):
        good = super().evaluate(block, news)
        return self.fault(good, block) if block.ts[-1] >= self.after else good


def raises(good, block):
    raise KeyError("missing")


FAULTS = {
    "raises": raises,
    "wrong shape": lambda good, _: Opinion(good.conviction[:, :1]),
    "wrong shape of evidence": lambda good, _: Opinion(good.conviction, {"x": np.ones(3)}),
    "nothing": lambda *_: None,
    "infinite": lambda good, _: Opinion(np.full_like(good.conviction, np.inf)),
    "words": lambda good, _: Opinion(np.full(good.conviction.shape, "up", object)),
    "words as evidence": lambda good, _: Opinion(
        good.conviction, {"why": np.full(good.conviction.shape, "because", object)}
    ),
}


def without(run, pod):
    """Return the records that are not about a pod, without numbers that others may shift."""
    return [
        (type(e).__name__, e.pod, e.ts, getattr(e, "price", None), getattr(e, "quantity", None))
        for e in run.journal.entries
        if e.pod != pod
    ]


@pytest.mark.parametrize("size", [1, 7, 512])
@pytest.mark.parametrize("at", [1, 2, 7])
def test_a_pod_that_raises_at_its_nth_bar_is_halted_there(at, size):
    run = trade(
        [Script("bad", stumbles(at)), Script("good", steady())], feed(BARS), block_size=size
    )
    (halt,) = run.journal.of(Halt)
    assert (halt.pod, halt.ts) == ("bad", CLOSES[at - 1])
    assert halt.reason == f"ZeroDivisionError: at bar {at}"
    assert list(run.result.halts) == [halt]
    assert run.result.stopped == ""


def test_the_open_orders_of_a_halted_pod_are_cancelled_and_nothing_fills_after():
    run = trade([Script("bad", stumbles(2))], feed(BARS), price_collar=1.0)
    assert run.states("bad:1")[-1] == "fill"
    for order in ("bad:2", "bad:3"):
        assert run.states(order) == ["accepted", "cancelled"]
    assert all(fill.ts <= CLOSES[1] for fill in run.journal.of(Fill))
    assert set(run.result.orders) == {"cancelled", "filled"}


def test_what_a_halted_pod_holds_stays_in_its_book_and_in_the_funds_value():
    run = trade([Script("bad", stumbles(5))], feed(BARS))
    (bought,) = run.journal.of(Fill)
    marks = run.result.marks
    value = 1_000_000 + 3 * (marks["AAA"] - float(bought.price))
    assert float(run.result.pod_equity["bad"]) == pytest.approx(value, abs=1e-6)


@pytest.mark.parametrize("at", [1, 4])
def test_the_others_trade_as_if_the_pod_had_never_stumbled(at):
    calm = [Script("bad", idle), Script("good", steady()), Script("zeal", steady("sell"))]
    wild = [Script("bad", stumbles(at)), *calm[1:]]
    one, other = trade(calm, feed(BARS)), trade(wild, feed(BARS))
    assert without(one, "bad") == without(other, "bad")
    for name in ("good", "zeal"):
        assert one.result.equity.pods[name].tolist() == other.result.equity.pods[name].tolist()
        assert one.result.pod_equity[name] == other.result.pod_equity[name]


@pytest.mark.parametrize("size", [1, 5, 512])
@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_an_agent_that_fails_halts_its_pod_and_no_other(fault, size):
    agents = lambda _: [Faulty(FAULTS[fault], CLOSES[4])]  # noqa: E731
    pods = [Script("bad", steady(), agents), Script("good", steady())]
    run = trade(pods, feed(BARS), block_size=size)
    assert [halt.pod for halt in run.result.halts] == ["bad"]
    assert len(run.journal.of(Fill, pod="good")) == 3
    assert run.journal.of(Fill, pod="bad") == [
        fill for fill in run.journal.of(Fill, pod="bad") if fill.ts <= CLOSES[4]
    ]


def test_no_signal_of_a_pod_is_delivered_after_one_of_its_agents_failed():
    def agents(of):
        late = Plan({CLOSES[6]: 1.0}, "late")
        return [late, Faulty(raises, CLOSES[0]), Plan({CLOSES[5]: 1.0}, "later")]

    run = trade([Script("bad", idle, agents)], feed(BARS))
    assert run.journal.of(Signal) == []
    assert [halt.ts for halt in run.result.halts] == [int(BARS.open_ts[0])]


def test_a_pod_that_never_reads_what_it_asked_to_hear_is_halted_alone():
    async def deaf(desk):
        desk.updates = Inbox("orders of deaf", 3, Overflow.BLOCK)
        desk.wants_updates = True
        await desk.clock.until(CLOSES[0])
        for _ in range(4):
            await desk.buy("AAA", 1)
        await idle(desk)

    run = trade([Script("deaf", deaf), Script("good", steady())], feed(BARS))
    assert [halt.pod for halt in run.result.halts] == ["deaf"]
    assert "orders of deaf is full" in run.result.halts[0].reason
    assert len(run.journal.of(Fill, pod="good")) == 3


def test_a_pod_that_ends_by_itself_is_not_halted():
    async def once(desk):
        await desk.clock.until(CLOSES[0])
        await desk.buy("AAA", 1)

    run = trade([Script("brief", once)], feed(BARS))
    assert run.result.halts == []
    assert len(run.result.fills) == 1


def test_a_pod_that_cleans_up_slowly_when_it_is_halted_holds_nobody_up():
    said = []

    async def slow(desk):
        try:
            await desk.clock.until(CLOSES[3])
            raise ValueError("enough")
        finally:
            await asyncio.sleep(DAY // 10**9)
            said.append(desk.clock.now())

    run = trade([Script("slow", slow), Script("good", steady())], feed(BARS))
    assert said == [CLOSES[3] + DAY]
    assert [halt.ts for halt in run.result.halts] == [CLOSES[3] + DAY]
    assert len(run.journal.of(Fill, pod="good")) == 3
