"""Every agent: the same for all cuts, blind to what comes later, never over its slots."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from magents.model.facts import (
    BILLS,
    CONGRESS,
    CONTRACTS,
    FUNDAMENTALS,
    INSIDERS,
    SENTIMENT,
)
from magents.model.time import DAY, HOUR, parse_instant
from pods.agents.congress import CongressAgent
from pods.agents.graham import FIELDS, GrahamAgent
from pods.agents.insider import InsiderAgent
from pods.agents.mood import MoodAgent, MoodRule
from pods.agents.policy import BillRule
from pods.agents.selection import Selection
from pods.agents.sentiment import SentimentAgent

NAMES = [f"S{i}" for i in range(9)]
ROWS = 300
FIRST = "2014-01-02"


def congress():
    bills = BillRule(sectors={name: f"sector {i % 3}" for i, name in enumerate(NAMES)})
    return CongressAgent(selection=Selection(0.05, 0.0, 3, 5), bills=bills)


AGENTS = {
    "graham": (3, lambda: GrahamAgent(max_positions=3, rebalance="weekly")),
    "congress": (3, congress),
    "insider": (3, lambda: InsiderAgent(selection=Selection(0.3, 0.0, 3, allow_short=True))),
    "mood": (3, lambda: MoodAgent(selection=Selection(0.2, 0.0, 3), rebalance="daily")),
    "sentiment": (3, lambda: SentimentAgent(selection=Selection(0.2, 0.0, 3, allow_short=True))),
}


def made_block(world, rng):
    walk = 50 * np.exp(np.cumsum(rng.normal(0, 0.05, (ROWS, len(NAMES))), axis=0))
    walk[rng.random(walk.shape) < 0.1] = np.nan
    walk[:, 7] = np.nan  # never trades
    walk[150:, 6] = np.nan  # is delisted
    return world.block(world.days(FIRST, ROWS), dict(zip(NAMES, walk.T, strict=True)))


def where_and_when(rng, count):
    """Return (known_at, instrument) rows: before, inside and exactly on closes; some foreign."""
    start = parse_instant(FIRST)
    days = rng.integers(-200, ROWS, count)
    hours = rng.choice([3, 21, 22], count)
    about = rng.choice([*NAMES, "ELSEWHERE"], count)
    return [
        (int(start + day * DAY + hour * HOUR), str(name))
        for day, hour, name in zip(days, hours, about, strict=True)
    ]


def made_facts(world, rng):
    def pick(*choices):
        return [str(rng.choice(choices)) for _ in range(400)]

    rows = {kind: where_and_when(rng, 400) for kind in AGENTS_READ}
    known = {kind: np.array([row[0] for row in rows[kind]]) for kind in AGENTS_READ}
    statements = {name: rng.lognormal(0, 1, 400) * (rng.random(400) > 0.1) for name in FIELDS}
    lags = rng.integers(-5, 60, 400) * DAY
    columns = {
        FUNDAMENTALS: {"period_end": known[FUNDAMENTALS] - 90 * DAY, **statements},
        CONGRESS: {
            "transaction_ts": known[CONGRESS] - lags,
            "member": pick(*"abcdef"),
            "side": pick("buy", "sell", "exchange"),
            "amount_low": rng.choice([1001.0, 15_001.0, 50_001.0], 400),
            "amount_high": rng.choice([15_000.0, 60_000.0, np.nan], 400),
        },
        BILLS: {
            "sector": pick("sector 0", "sector 1", ""),
            "stage": pick("introduced", "passed", "enacted"),
            "support": rng.uniform(-1, 1, 400),
        },
        CONTRACTS: {"amount": rng.lognormal(15, 1, 400)},
        INSIDERS: {
            "transaction_ts": known[INSIDERS] - lags,
            "insider": pick(*"abcd"),
            "code": pick("P", "P", "S", "A"),
            "shares": rng.lognormal(10, 1, 400),
            "price": rng.lognormal(3, 1, 400),
        },
        SENTIMENT: {
            "n_messages": rng.poisson(8, 400),
            "positive": rng.poisson(4, 400),
            "negative": rng.poisson(3, 400),
        },
    }
    return [world.facts(kind, *rows[kind], **columns[kind]) for kind in AGENTS_READ]


AGENTS_READ = (FUNDAMENTALS, CONGRESS, BILLS, CONTRACTS, INSIDERS, SENTIMENT)


@pytest.fixture(params=[0, 1, 2])
def made(world, request):
    rng = np.random.default_rng(request.param)
    return made_block(world, rng), made_facts(world, rng)


@pytest.fixture
def whole(world):
    rng = np.random.default_rng(7)
    block, facts = made_block(world, rng), made_facts(world, rng)
    return (
        block,
        facts,
        {name: world.run(make(), block, *facts) for name, (_, make) in AGENTS.items()},
    )


def alike(one, two, rows=ROWS):
    np.testing.assert_array_equal(one.conviction[:rows], two.conviction[:rows])
    assert list(one.evidence) == list(two.evidence)
    for name, values in one.evidence.items():
        np.testing.assert_array_equal(values[:rows], two.evidence[name][:rows], err_msg=name)


@pytest.mark.parametrize("agent", AGENTS)
@pytest.mark.parametrize("size", [1, 7, 512])
def test_the_cut_into_blocks_changes_nothing(world, made, agent, size):
    block, facts = made
    _, make = AGENTS[agent]
    alike(
        world.run(make(), block, *facts),
        world.run(make(), block, *facts, cuts=range(size, ROWS, size)),
    )


@given(cuts=st.sets(st.integers(1, ROWS - 1), max_size=12))
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.parametrize("agent", AGENTS)
def test_any_cut_changes_nothing(world, whole, agent, cuts):
    block, facts, opinions = whole
    _, make = AGENTS[agent]
    alike(opinions[agent], world.run(make(), block, *facts, cuts=sorted(cuts)))


@pytest.mark.parametrize("agent", AGENTS)
@pytest.mark.parametrize("row", [0, 97, 200])
def test_what_comes_later_changes_nothing(world, made, agent, row):
    block, facts = made
    _, make = AGENTS[agent]
    now = int(block.ts[row])
    closes = np.where(np.arange(ROWS)[:, None] > row, 1e6, block.close)
    poisoned = world.block(block.ts, dict(zip(NAMES, closes.T, strict=True)))
    known = [table.until(now) for table in facts]
    alike(world.run(make(), block, *facts), world.run(make(), poisoned, *known), row + 1)


@pytest.mark.parametrize("agent", AGENTS)
def test_never_more_than_its_slots_but_something(world, made, agent):
    block, facts = made
    slots, make = AGENTS[agent]
    conviction = world.run(make(), block, *facts).conviction
    held = np.abs(conviction).sum(axis=1)
    assert 0 < held.max() <= slots
    assert set(np.unique(conviction)) <= {-1.0, 0.0, 1.0}
    assert not conviction[:, 7].any()
    assert not conviction[170:, 6].any()


@pytest.mark.parametrize("agent", AGENTS)
def test_conviction_changes_on_few_rows(world, made, agent):
    block, facts = made
    _, make = AGENTS[agent]
    conviction = world.run(make(), block, *facts).conviction
    changed = np.diff(conviction, axis=0).any(axis=1).sum()
    assert 0 < changed <= (ROWS if agent == "mood" else ROWS / 7 + 1)


def test_mood_needs_history_before_it_speaks(world, made):
    block, facts = made
    quiet = MoodAgent(rule=MoodRule(min_history=10_000))
    assert not world.run(quiet, block, *facts).conviction.any()
