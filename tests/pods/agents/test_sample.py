"""The agents on the embedded sample: picks that a person who knows the companies would expect."""

import asyncio

import numpy as np
import pytest

from feeds.history import HistoryFeed
from feeds.memory import MemoryFeed
from magents.model.facts import CONGRESS, FUNDAMENTALS, SENTIMENT
from magents.model.time import DAY, parse_instant
from pods.agents.congress import CongressAgent
from pods.agents.graham import GrahamAgent
from pods.agents.insider import InsiderAgent
from pods.agents.mood import MoodAgent

# exchange_calendars warns inside itself under pandas 3.1; nothing of ours is meant.
pytestmark = pytest.mark.filterwarnings("ignore:Series.values returning an ndarray")


@pytest.fixture(scope="module")
def sample():
    """Return the daily equities as one block, and the facts."""
    feed = asyncio.run(MemoryFeed.of(HistoryFeed(None)))
    panel = next(panel for panel in feed.panels if "AAPL" in panel.instruments)
    return feed._whole[panel.name], list(feed.facts().values())


@pytest.fixture
def value(world, sample):
    block, facts = sample
    return block, world.run(GrahamAgent(), block, *facts)


def at(block, values, day, instrument):
    row = int(np.searchsorted(block.ts, parse_instant(day), side="right")) - 1
    return values[row, block.panel.instruments.index(instrument)]


@pytest.mark.parametrize("day", [f"2014-{month:02d}-15" for month in range(2, 13)])
def test_apple_has_a_sane_multiple_before_and_after_its_split(value, day):
    # Seven for one on 2014-06-09; the statements of 2013 and 2014 stand on different bases.
    block, opinion = value
    assert 8 < at(block, opinion.evidence["pe"], day, "AAPL") < 25
    assert 2 < at(block, opinion.evidence["pb"], day, "AAPL") < 8


def test_multiples_of_large_companies_are_plausible(value):
    block, opinion = value
    row = int(np.searchsorted(block.ts, parse_instant("2015-06-30")))
    pe, pb = opinion.evidence["pe"][row], opinion.evidence["pb"][row]
    assert np.isfinite(pe).sum() >= 25
    assert 12 < np.nanmedian(pe) < 25
    assert 1.5 < np.nanmedian(pb) < 6


def test_value_holds_five_and_likes_banks_and_oil_more_than_the_internet(world, value):
    block, opinion = value
    row = int(np.searchsorted(block.ts, parse_instant("2014-12-31")))
    held = world.held(opinion, block, row)
    assert len(held) == 5
    assert {"JPM", "WFC", "CVX", "XOM"} & set(held)
    assert not {"AMZN", "NVDA"} & set(held)
    assert np.abs(opinion.conviction).sum(axis=1).max() == 5


def test_congress_waits_for_the_first_disclosure(world, sample):
    block, facts = sample
    first = min(int(table.known_at[0]) for table in facts if table.kind == CONGRESS)
    opinion = world.run(CongressAgent(), block, *facts)
    held = np.abs(opinion.conviction).sum(axis=1)
    assert not held[block.ts < first].any()
    assert held.max() == 10
    assert held[block.ts > parse_instant("2015-01-01")].mean() > 4


def test_mood_speaks_while_there_are_messages(world, sample):
    block, facts = sample
    (said,) = [table for table in facts if table.kind == SENTIMENT]
    held = world.run(MoodAgent(), block, *facts).conviction.sum(axis=1)
    assert 1 <= held.max() <= 8
    assert not held[block.ts < said.known_at[0]].any()
    assert not held[block.ts > said.known_at[-1] + 20 * DAY].any()


@pytest.mark.parametrize("agent", [InsiderAgent, MoodAgent])
def test_agents_without_data_stay_quiet(world, sample, agent):
    block, facts = sample
    known = [table for table in facts if table.kind in {FUNDAMENTALS, CONGRESS}]
    assert not world.run(agent(), block, *known).conviction.any()


@pytest.mark.parametrize("size", [1, 7, 512])
def test_the_cut_changes_nothing_on_real_data(world, sample, value, size):
    block, facts = sample
    _, whole = value
    cut = world.run(GrahamAgent(), block, *facts, cuts=range(size, len(block), size))
    np.testing.assert_array_equal(whole.conviction, cut.conviction)
