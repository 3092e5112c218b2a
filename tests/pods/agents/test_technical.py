"""The agents on prices: by hand where each begins and ends, and what switches them."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pods.agents.reversion import BollingerAgent, RsiAgent
from pods.agents.selection import Selection
from pods.agents.switching import Crossing, Latch
from pods.agents.trend import BreakoutAgent, MacdAgent
from pods.agents.winners import WinnersAgent
from tests.builders import NAN, block

FLAGS = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=30)


def convictions(agent, closes, size=99):
    """Return what an agent thinks of one instrument's closes (highs and lows are the closes)."""
    bars = block(closes)
    parts = [
        agent.evaluate(bars.rows(start, min(start + size, len(bars))), {}).conviction[:, 0]
        for start in range(0, len(bars), size)
    ]
    return np.concatenate(parts).tolist()


@given(FLAGS, st.integers(1, 9))
def test_a_latch_is_what_a_loop_makes_of_it(flags, size):
    held, expected = 0.0, []
    for on, off in flags:
        held = 0.0 if off else 1.0 if on else held
        expected.append(held)
    on, off = np.array(flags).T[:, :, None]
    latch = Latch()
    parts = [latch.update(on[n : n + size], off[n : n + size]) for n in range(0, len(on), size)]
    assert np.concatenate(parts)[:, 0].tolist() == expected


def test_a_crossing_needs_a_side_to_come_from_and_ties_keep_it():
    distance = np.array([NAN, 1.0, 0.0, -1.0, 0.0, 2.0])[:, None]
    assert Crossing(-1.0).update(distance)[:, 0].tolist() == [0, 0, 0, -1, -1, 1]


FALL = [100, 98, 96, 94, 92]


@pytest.mark.parametrize(
    ("rest", "long"),
    [([93, 95, 99], [1, 1, 1, 0]), ([91], [1, 1]), ([92], [1, 1])],
)
def test_rsi_buys_the_fall_and_sells_when_it_is_back_in_the_middle(rest, long):
    found = convictions(RsiAgent(3, 30, 70, 50, allow_short=False), [*FALL, *rest])
    assert found[3:] == [1.0, *long][: len(found) - 3]


def test_rsi_sells_short_what_has_risen_where_that_is_allowed():
    rise = [100, 102, 104, 106, 108, 100, 90]
    assert convictions(RsiAgent(3, 30, 70, 50, allow_short=True), rise) == [0, 0, 0, -1, -1, 0, 1]
    assert convictions(RsiAgent(3, 10, 70, 50, allow_short=False), rise) == [0] * 7


def test_bollinger_buys_below_the_band_and_sells_at_the_middle():
    closes = [100, 101, 100, 101, 90, 92, 100, 101]
    assert convictions(BollingerAgent(5, 1.5, allow_short=False), closes) == [
        *[0, 0, 0, 0, 1, 1, 0, 0]
    ]


def test_bollinger_sells_short_above_the_band():
    closes = [100, 101, 100, 101, 112, 110, 100, 101]
    found = convictions(BollingerAgent(5, 1.5, allow_short=True), closes)
    assert found == [0, 0, 0, 0, -1, -1, 0, 0]


def test_breakout_needs_a_new_high_and_ends_at_a_new_low_of_the_shorter_channel():
    closes = [10, 11, 12, 12, 13, 14, 13, 12, 15]
    found = convictions(BreakoutAgent(3, 2, allow_short=False), closes)
    assert found == [0, 0, 0, 0, 1, 1, 1, 0, 1]
    down = [-close for close in closes]
    shifted = [close + 30 for close in down]
    short = convictions(BreakoutAgent(3, 2, allow_short=True), shifted)
    assert short == [0, 0, 0, 0, -1, -1, -1, 1, -1]  # below both channels it turns round


def test_macd_is_long_from_a_turn_up_to_a_turn_down():
    closes = [100 + 10 * math.sin(bar / 8) for bar in range(150)]
    found = convictions(MacdAgent(3, 6, 4, allow_short=False), closes)
    assert {0.0, 1.0} == set(found)
    turns = [bar for bar in range(1, 150) if found[bar] > found[bar - 1]]
    lows = [bar for bar in range(1, 149) if closes[bar] < min(closes[bar - 1], closes[bar + 1])]
    # It leads the wave, by less than a quarter of it.
    assert all(-12 < turn - low <= 0 for turn, low in zip(turns, lows, strict=True))
    assert found[: turns[0]] == [0] * turns[0]


def winners(**selection):
    return WinnersAgent(2, 1, Selection(0.5, 0.5, 1, **selection), "daily")


def test_the_winner_of_the_bars_before_the_newest_is_held():
    bars = block([[10, 10], [11, 10], [12, 10], [12, 99], [12, 99]])
    opinion = winners().evaluate(bars, {})
    assert opinion.conviction[:, 0].tolist() == [0, 0, 0, 1, 0]
    assert opinion.conviction[:, 1].tolist() == [0, 0, 0, 0, 1]
    assert opinion.evidence["momentum"][3].tolist() == pytest.approx([0.2, 0.0])
    assert opinion.evidence["score"][3].tolist() == [0.5, -0.5]


def test_losers_are_sold_short_where_that_is_allowed():
    bars = block([[10, 10], [11, 10], [12, 10], [12, 10]])
    agent = WinnersAgent(2, 1, Selection(0.5, 0.5, 2, allow_short=True), "daily")
    assert agent.evaluate(bars, {}).conviction[3].tolist() == [1, -1]


AGENTS = {
    "rsi": lambda: RsiAgent(3, 30, 70, 50, allow_short=True),
    "bollinger": lambda: BollingerAgent(4, 1.0, allow_short=True),
    "macd": lambda: MacdAgent(2, 4, 3, allow_short=True),
    "breakout": lambda: BreakoutAgent(4, 2, allow_short=True),
    "winners": lambda: WinnersAgent(3, 1, Selection(0.3, 0.1, 2, allow_short=True), "weekly"),
}
PRICES = st.floats(1, 100) | st.just(NAN)


@pytest.mark.parametrize("name", AGENTS)
@given(st.lists(st.tuples(PRICES, PRICES, PRICES), min_size=1, max_size=60), st.integers(1, 9))
def test_it_thinks_the_same_however_rows_are_cut(name, rows, size):
    bars, whole, cut = block([list(row) for row in rows]), AGENTS[name](), AGENTS[name]()
    parts = [
        cut.evaluate(bars.rows(n, min(n + size, len(bars))), {}) for n in range(0, len(bars), size)
    ]
    expected = whole.evaluate(bars, {})
    found = np.concatenate([part.conviction for part in parts])
    np.testing.assert_array_equal(found, expected.conviction)
    for key, values in expected.evidence.items():
        np.testing.assert_array_equal(np.concatenate([p.evidence[key] for p in parts]), values)
