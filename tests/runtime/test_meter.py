"""A meter knows the last minute and no more."""

import pytest

from magents.runtime.meter import SPAN, Meter


class Hands:
    """A clock that goes as it is told."""

    def __init__(self):
        self.at = 1000.25

    def __call__(self):
        return self.at


@pytest.fixture
def hands():
    return Hands()


def test_rate_is_that_of_the_last_ten_seconds(hands):
    meter = Meter(hands)
    for _ in range(30):
        hands.at += 1
        meter.add(7)

    assert meter.total == 210
    assert meter.rate() == pytest.approx(7, rel=0.1)


def test_rate_of_a_young_meter_is_over_its_own_age(hands):
    meter = Meter(hands)
    hands.at += 2
    meter.add(10)

    assert meter.rate() == pytest.approx(5)


def test_rate_falls_to_nothing_in_silence_and_age_grows(hands):
    meter = Meter(hands)
    assert meter.age() is None
    meter.add(100)
    hands.at += 11.5

    assert meter.rate() == 0
    assert meter.age() == pytest.approx(11.5)
    assert meter.rate(30) == pytest.approx(100 / 11.5)


@pytest.mark.parametrize("pause", [SPAN, SPAN + 1, 5 * SPAN, 100_000])
def test_what_is_older_than_a_minute_is_forgotten_however_long_the_silence(hands, pause):
    meter = Meter(hands)
    meter.add(3)
    hands.at += pause
    meter.add(4)

    assert meter.rate(59) == pytest.approx(4 / 59.25)
    assert meter.total == 7


def test_total_kept_by_somebody_else_is_counted_once(hands):
    meter = Meter(hands)
    for total in (5, 5, 9, 9):
        hands.at += 1
        meter.reach(total)

    assert meter.total == 9
    assert meter.rate() == pytest.approx(9 / 4)
