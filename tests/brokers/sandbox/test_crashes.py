"""kill -9 at every commit, every message to the fund and every send of a scripted session."""

import pytest

from tests.brokers.sandbox import perpetual
from tests.brokers.sandbox.memory import Habits, Storm


def script(storm):
    """A market order, one that fills in parts, one that is cancelled, one lost, a kill."""
    storm.run(2)
    storm.place("buy", "0.020")
    storm.run(1)
    resting = storm.place("sell", "0.010", storm.venue.price + 500)
    storm.place("buy", "0.010", storm.venue.price + 2)
    storm.run(2)
    storm.drop(resting)
    storm.habits = Habits(deaf=1)
    storm.place("sell", "0.005")
    storm.run(3)
    storm.habits = Habits()
    storm.place("buy", "0.004", storm.venue.price - 500)
    storm.run(20)
    storm.pull()
    storm.run(3)
    storm.heal(120)


def points(make):
    storm = make(5)
    script(storm)
    return storm.point


POINTS, PERPETUAL = points(Storm), points(perpetual.storm)


def test_the_script_without_a_crash_has_many_points_and_comes_out_right():
    storm = Storm(5)
    script(storm)
    storm.check()
    assert storm.point > 60
    assert storm.crashes == 0


@pytest.mark.parametrize("point", range(1, POINTS + 1))
def test_a_crash_at_any_point_loses_nothing_and_repeats_nothing(point):
    storm = Storm(5, crash_at=point)
    script(storm)
    assert storm.crashes == 1
    storm.check()
    assert not storm.ours_open()
    assert storm.machine.truth.killed == "test"


@pytest.mark.parametrize("point", range(1, PERPETUAL + 1))
def test_a_crash_at_any_point_books_every_fee_and_funding_once(point):
    storm = perpetual.storm(5, crash_at=point)
    script(storm)
    assert storm.crashes == 1
    perpetual.check(storm)
    assert not storm.ours_open()
    assert storm.machine.truth.killed == "test"
