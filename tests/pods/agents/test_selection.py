"""Who is held: entry, exit, slots, ties, shorts."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from magents.model.errors import ConfigError
from pods.agents.selection import Selection

NAN = float("nan")


def choose(selection, held, score):
    everybody = np.ones(len(held), bool)
    return selection.choose(np.array(held, float), np.array(score, float), everybody).tolist()


@pytest.mark.parametrize(
    ("held", "score", "wanted"),
    [
        ([0, 0, 0], [0.5, 0.7, 0.6], [0, 1, 1]),  # the best two at or above entry
        ([0, 0, 0], [0.6, 0.6, 0.6], [1, 1, 0]),  # ties go in column order
        ([1, 0, 0], [0.4, 0.9, 0.8], [1, 1, 0]),  # held stays down to exit, and comes first
        ([1, 0, 0], [0.39, 0.9, 0.8], [0, 1, 1]),  # below exit it goes
        ([1, 1, 0], [NAN, NAN, NAN], [0, 0, 0]),  # nothing known, nothing held
        ([0, 0, 0], [-0.9, -0.9, 0.1], [0, 0, 0]),  # long only
    ],
)
def test_choose(held, score, wanted):
    assert choose(Selection(entry=0.6, exit=0.4, slots=2), held, score) == wanted


def test_keep_rank_sells_who_fell_behind():
    selection = Selection(entry=0.1, exit=0.0, slots=1, keep_rank=2)
    assert choose(selection, [1, 0, 0], [0.2, 0.9, 0.1]) == [1, 0, 0]
    assert choose(selection, [1, 0, 0], [0.2, 0.9, 0.3]) == [0, 1, 0]


def test_short_mirrors_long_and_turns_round():
    selection = Selection(entry=0.5, exit=0.2, slots=2, allow_short=True)
    assert choose(selection, [0, 0, 0], [-0.9, 0.6, 0.5]) == [-1, 1, 0]
    assert choose(selection, [-1, 1, 0], [-0.2, 0.1, 0.5]) == [-1, 0, 1]
    assert choose(selection, [-1, 1, 0], [0.8, 0.3, 0.0]) == [1, 1, 0]


def test_without_a_bar_nothing_is_bought_but_what_is_held_stays():
    selection, score = Selection(entry=0.5, exit=0.2, slots=2), np.array([0.9, 0.8, 0.7])
    shut = np.array([False, True, True])
    assert selection.choose(np.zeros(3), score, shut).tolist() == [0, 1, 1]
    assert selection.choose(np.array([1.0, 0, 0]), score, shut).tolist() == [1, 1, 0]


@given(st.data())
def test_never_more_than_slots_and_always_within_the_thresholds(data):
    width = data.draw(st.integers(1, 8))
    slots = data.draw(st.integers(1, 4))
    number = st.one_of(st.just(NAN), st.floats(-1, 1))
    selection = Selection(0.3, 0.1, slots, data.draw(st.none() | st.integers(1, 8)), True)
    held = np.zeros(width)
    for _ in range(5):
        score = np.array(data.draw(st.lists(number, min_size=width, max_size=width)))
        before, held = held, selection.choose(held, score, np.ones(width, bool))
        assert np.abs(held).sum() <= slots
        assert np.all(np.sign(score[held != 0]) == held[held != 0])
        assert np.all(np.abs(score[(held != 0) & (held != before)]) >= 0.3)
        assert np.all(np.abs(score[held != 0]) >= 0.1)


@pytest.mark.parametrize(("entry", "leave", "slots"), [(0.3, 0.4, 1), (0.3, 0.2, 0)])
def test_impossible_numbers_are_refused(entry, leave, slots):
    with pytest.raises(ConfigError):
        Selection(entry, leave, slots)
