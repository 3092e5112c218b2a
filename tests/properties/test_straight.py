"""Orders that go straight through end where the teams would have brought them, to the last record.

A fund whose time is paced goes the teams' way: every inbox, every turn of the loop.
"""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brokers.simulated.settings import Costs, Latency
from feeds.memory import MemoryFeed
from magents.config.settings import Exchange
from magents.fund import Fund, Hire
from magents.model.agents import Opinion
from magents.model.events import Borrow, Dividend, Events, Rate, Split, Timeline
from magents.model.records import CashFlow, Command, Fill, OrderEvent, Verdict
from magents.model.time import DAY, HOUR
from pods.agents.execution import TargetExecution
from pods.base import SignalPod
from pods.sizing import FractionOfCapital
from tests.builders import (
    MONDAY,
    Notebook,
    Script,
    always_open,
    block,
    feed,
    run,
    trade,
    virtual_clock,
    walk,
)
from tests.builders import instrument as share
from tests.builders import settings as fund_settings

PACED = 1e15
"""A pace at which nothing is waited for."""
CHOICES = np.array([-1.0, -0.37, 0.0, 0.5, 1.0])


class Whim:
    """Changes its mind at random, by the row and nothing else."""

    inputs = ()
    name = "whim"

    def __init__(self, seed, often):
        self._seed = seed
        self._often = often

    def evaluate(self, block, news):
        rows = [self._row(int(ts), block.close.shape[1]) for ts in block.ts]
        table = np.array(rows).reshape(block.close.shape)
        return Opinion(table, {"of": np.abs(table)})

    def _row(self, ts, columns):
        draw = np.random.default_rng([self._seed, ts // HOUR])
        said = CHOICES[draw.integers(0, len(CHOICES), columns)]
        return np.where(draw.random(columns) < self._often, said, np.nan)


class Whims(SignalPod):
    """Follows one whim, or two."""

    def __init__(self, name, seed=1, often=0.3, fraction=0.3, agents=1):
        super().__init__(name)
        self._of = [Whim(seed + 10 * n, often) for n in range(agents)]
        self._fraction = fraction

    def agents(self, panel):
        for number, whim in enumerate(self._of):
            whim.name = f"whim{number}"
        return self._of

    def sizing(self):
        return FractionOfCapital(self._fraction)


def outcome(pods, bars, commands=(), pace=None, **how):
    """Return everything that a run leaves, and its journal."""
    journal = Notebook()
    funds = []

    async def main():
        hires = [Hire(pod) for pod in pods]
        fund = Fund(fund_settings(**how), bars, hires, virtual_clock(), journal, commands=commands)
        funds.append(fund)
        return await fund.run()

    result = run(main, speed=pace)
    return result, journal, funds[0]


def agree(one, other):
    """Check that two runs left the same, wherever they keep it."""
    (result, journal, fund), (expected, books, slow) = one, other
    assert journal.entries == books.entries
    assert result.digest == expected.digest
    for name in ("final_equity", "pod_equity", "orders", "max_drawdown", "marks", "records"):
        assert getattr(result, name) == getattr(expected, name), name
    assert list(result.fills) == list(expected.fills)
    assert list(result.refusals) == list(expected.refusals)
    for name in ("ts", "fund", "gross", "net"):
        np.testing.assert_array_equal(
            getattr(result.equity, name), getattr(expected.equity, name), name
        )
    for name in ("pending", "_coming", "_fund_units", "_units", "_cash"):
        assert getattr(fund.parts.exposure, name) == getattr(slow.parts.exposure, name), name
    assert fund.parts.venue.custody._units == slow.parts.venue.custody._units


WHIMS = st.lists(
    st.tuples(st.integers(1, 50), st.sampled_from([0.05, 0.3, 0.9]), st.floats(0.05, 2.0)),
    min_size=1,
    max_size=3,
)
LIMITS = st.fixed_dictionaries(
    {},
    optional={
        "max_single_name": st.sampled_from([0.1, 0.4, 10.0]),
        "max_orders_per_minute": st.integers(1, 3),
        "max_gross": st.sampled_from([0.3, 1.0, 5.0]),
        "max_net": st.sampled_from([0.2, 1.0]),
        "transaction_cost": st.sampled_from([0.0, 0.001, 0.0007]),
        "slippage_bps": st.sampled_from([0.0, 3.0]),
        "restricted": st.just(["BBB"]),
        "block_size": st.integers(1, 40),
    },
)


@st.composite
def carry(draw, bars):
    """Return interest, fees of borrowing, dividends, and sometimes a split."""
    days = draw(st.lists(st.sampled_from(bars.open_ts.tolist()), max_size=4, unique=True))
    paid = [Dividend(day, "AAA", Decimal("1.25")) for day in days]
    cut = [Split(day, "BBB", Decimal(2)) for day in days[:1]]
    some = {
        "rates": {"USD": Timeline([Rate(MONDAY, "USD", Decimal("0.05"))])},
        "borrow": {"AAA": Timeline([Borrow(0, "AAA", Decimal("0.072"))])},
        "dividends": Timeline(paid),
        "splits": Timeline(cut),
    }
    named = draw(st.lists(st.sampled_from(sorted(some)), max_size=3, unique=True))
    return Events(**{name: some[name] for name in named})


@st.composite
def markets(draw):
    gaps = draw(st.sampled_from([0.0, 0.0, 0.15]))
    seed = draw(st.integers(1, 30))
    rows = draw(st.integers(3, 45))
    if draw(st.booleans()):
        bars = walk(rows, seed=seed, gaps=gaps)
        fee = draw(st.sampled_from([None, 0.03]))
        shares = [share(name, borrow_rate=fee) for name in bars.panel.instruments]
        return MemoryFeed(shares, [bars], events=draw(carry(bars)))
    what = draw(st.sampled_from([{}, {"max_quantity": Decimal(300)}, {"shortable": False}]))
    coins = always_open(rows, "BTC/USDT", "ETH/USDT", "SOL/USDT", seed=seed, gaps=gaps)
    return feed(coins, **what)


COMMANDS = st.lists(
    st.tuples(
        st.integers(0, 45),
        st.sampled_from(["halt", "resume", "flatten", "limit"]),
        st.sampled_from(["", "a", "b"]),
    ),
    max_size=4,
)


def first_of(bars):
    """Return when the first bar opens."""
    return min(block.first for block in bars._whole.values())


def told(pods, commands, first):
    """Return commands to pods that there are, in order of time."""
    made = []
    for days, command, pod in sorted(commands):
        which = {"rule": "gross", "limit": 0.5} if command == "limit" else {}
        who = "" if command == "limit" or pod not in [p.name for p in pods] else pod
        made.append(Command(first + days * DAY // 3, command, who, "test", **which))
    return made


@settings(max_examples=150)
@given(WHIMS, markets(), LIMITS, COMMANDS)
def test_straight_through_is_the_way_of_the_teams(whims, bars, limits, commands):
    def go(pace):
        pods = [Whims(name, *each) for name, each in zip("abc", whims, strict=False)]
        orders = told(pods, commands, first_of(bars))
        return outcome(pods, bars, orders, pace, **limits)

    agree(go(None), go(PACED))


def received(fund):
    """Return how many orders went by the risk team's inbox."""
    return fund.parts.risk.inbox.statistics().received


def test_orders_of_plain_pods_pass_no_inbox():
    result, _, fund = outcome([Whims("a"), Whims("b", 2)], feed(walk(40)))
    # The last bar has no next one: what is decided there waits for it in the ordinary way.
    assert len(result.fills) > 30
    assert received(fund) <= 4


class Own(Whims):
    """Names its execution agent itself, so nobody knows what it does."""

    def execution(self):
        return TargetExecution(self.sizing())


def test_a_pod_of_ones_own_making_keeps_all_on_the_teams_way():
    result, _, fund = outcome([Whims("a"), Own("b", 2)], feed(walk(40)))
    assert received(fund) >= len(result.fills) > 30


def test_two_agents_that_must_agree_go_the_teams_way():
    result, _, fund = outcome([Whims("a", often=0.9, agents=2)], feed(walk(40)))
    assert received(fund) >= len(result.fills) > 15


async def idle(desk):
    """Read bars and do nothing."""
    async for _ in desk.bars("AAA"):
        pass


@pytest.mark.parametrize(
    "how",
    [
        {"exchange": Exchange(latency=Latency(insert_ms=5))},
        {"exchange": Exchange(costs=Costs(participation=0.1))},
        {"exchange": Exchange(costs=Costs(fees="flat", fee_per_order=1.0))},
    ],
)
def test_where_more_than_the_next_open_decides_orders_go_the_teams_way(how):
    result, _, fund = outcome([Whims("a", often=0.9)], feed(walk(40)), **how)
    assert received(fund) >= len({fill.order for fill in result.fills}) > 5


def test_a_pod_that_reads_bars_keeps_all_on_the_teams_way():
    result, _, fund = outcome([Whims("a", often=0.9), Script("b", idle)], feed(walk(40)))
    assert received(fund) >= len(result.fills) > 15


def test_interest_fees_and_dividends_come_in_between_on_the_short_way_too():
    bars = walk(60, seed=2)
    events = Events(
        rates={"USD": Timeline([Rate(MONDAY, "USD", Decimal("0.05"))])},
        dividends=Timeline([Dividend(int(bars.open_ts[9]), "AAA", Decimal(2))]),
    )
    shares = [share("AAA", borrow_rate=0.03), share("BBB")]
    result, journal, fund = outcome(
        [Whims("a", often=0.9), Whims("b", 2)], MemoryFeed(shares, [bars], events=events)
    )
    causes = {flow.cause for flow in journal.of(CashFlow)}
    assert causes == {"interest", "borrow", "dividend"}
    assert received(fund) <= 4
    assert len(result.fills) > 30


class Streamed(MemoryFeed):
    """The same bars, as if they came while the run goes on."""

    async def opening(self):
        return self.span()[0]

    def warmup(self, panel):
        return None


def test_a_stream_keeps_all_on_the_teams_way():
    bars = walk(40)
    result, _, fund = outcome(
        [Whims("a", often=0.9)], Streamed([share("AAA"), share("BBB")], [bars])
    )
    assert received(fund) >= len(result.fills) > 15


def test_refusals_of_risk_team_and_venue_happen_on_the_short_way_too():
    bars = feed(always_open(60, "BTC/USDT", seed=4), shortable=False)
    result, journal, fund = outcome(
        [Whims("a", 3, 0.9, 0.9)], bars, max_single_name=0.5, transaction_cost=0.001
    )
    assert received(fund) <= 2
    assert {verdict.accepted for verdict in journal.of(Verdict)} == {True, False}
    states = {event.state.value for event in journal.of(OrderEvent)}
    assert states >= {"accepted", "rejected"}
    assert result.orders["refused"] == len(result.refusals) > 0
    assert result.orders["filled"] == len(journal.of(Fill)) > 0


def test_a_size_that_cannot_be_reckoned_halts_the_pod_as_ever():
    bars = block([100.0] * 4 + [1e-30] * 8)
    result = trade([Whims("a", 1, 1.0)], feed(bars)).result
    assert [halt.pod for halt in result.halts] == ["a"]
