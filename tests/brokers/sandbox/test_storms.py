"""Storms: random faults for two minutes, then calm. What the venue did is what the books say."""

import random

import pytest

from tests.brokers.sandbox import perpetual
from tests.brokers.sandbox.memory import Habits, Storm

CHANCES = ("lost", "deaf", "busy", "failing", "drop", "double", "late")


def habits(seed):
    rng = random.Random(seed)
    return Habits(
        **{name: rng.choice((0, 0.05, 0.2)) for name in CHANCES},
        hidden=rng.choice((0, 0, 2, 15)),
        outage=rng.choice((0, 0.02)),
        crash=rng.choice((0, 0.002, 0.01)),
        quirk=rng.choice((0, 0.1, 0.3)),
    )


def weather(seed, *, kill, make=Storm, check=Storm.check):
    storm = make(seed, habits(seed))
    storm.session()
    if kill:
        storm.pull()
        storm.run(30)
        assert not storm.ours_open() or any("still there" in n.text for n in storm.fund.notes)
    storm.heal()
    check(storm)
    if kill:
        assert not storm.ours_open()
    return storm


@pytest.mark.slow
@pytest.mark.parametrize("block", range(10))
def test_storm_when_over_left_no_duplicate_order_no_lost_fill_and_equal_books(block):
    storms = [weather(seed, kill=seed % 2) for seed in range(50 * block, 50 * block + 50)]
    assert sum(len(storm.venue.trades) for storm in storms) > 500
    assert sum(storm.crashes for storm in storms) > 30


@pytest.mark.slow
@pytest.mark.parametrize("block", range(4))
def test_storm_over_perpetuals_left_fees_and_funding_in_the_books_too(block):
    seeds = range(25 * block, 25 * block + 25)
    storms = [
        weather(seed, kill=seed % 2, make=perpetual.storm, check=perpetual.check) for seed in seeds
    ]
    assert sum(len(storm.venue.trades) for storm in storms) > 250
    assert sum(len(storm.machine.truth.paid) for storm in storms) > 100
    assert sum(storm.crashes for storm in storms) > 15


def test_storm_of_the_same_seed_is_the_same_storm():
    first, second = weather(3, kill=True), weather(3, kill=True)
    assert first.store.rows == second.store.rows


def test_the_check_of_a_storm_can_fail():
    storm = weather(1, kill=False)
    storm.venue.created["c1"] += 1
    with pytest.raises(AssertionError, match="duplicate order"):
        storm.check()
