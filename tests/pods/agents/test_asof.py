"""Facts waiting for their time, last closes, recent rows."""

import numpy as np

from magents.model.time import DAY
from pods.agents.asof import LastClose, Recent, Waiting, distinct, instants, numbers, texts

NAN = float("nan")


def test_waiting_gives_each_fact_once_and_only_from_its_instant(world):
    waiting = Waiting(["news"])
    waiting.add({"news": world.facts("news", (10, "A"), (20, "B")), "other": None})
    waiting.add({"news": world.facts("news", (30, "C"))})
    taken = [[name for t in waiting.take("news", now) for name in t.instrument] for now in (9, 20)]
    assert taken == [[], ["A", "B"]]
    assert [t.instrument.tolist() for t in waiting.take("news", 99)] == [["C"]]
    assert waiting.take("news", 99) == []


def test_waiting_resumes_in_the_middle_of_a_table(world):
    waiting = Waiting(["news"])
    waiting.add({"news": world.facts("news", (10, "A"), (20, "B"), (30, "C"))})
    for now, name in ((10, "A"), (29, "B"), (30, "C")):
        assert [t.instrument.tolist() for t in waiting.take("news", now)] == [[name]]


def test_last_close_carries_over_gaps_and_blocks_until_it_is_too_old(world):
    ts = world.days("2014-01-01", 14)
    block = world.block(ts, {"A": [1, 2, NAN, 4, *[NAN] * 10], "B": [NAN] * 14})
    prices = LastClose(2)
    first = prices.at(block.rows(0, 3), [0, 2])
    second = prices.at(block.rows(3, 14), [0, 10])
    np.testing.assert_array_equal(first, [[1, NAN], [2, NAN]])
    np.testing.assert_array_equal(second, [[4, NAN], [4, NAN]])
    later = prices.at(world.block(ts + 14 * DAY, {"A": NAN, "B": NAN}), [0])
    np.testing.assert_array_equal(later, [[NAN, NAN]])


def test_recent_forgets_beyond_the_horizon():
    recent = Recent(10, 1)
    recent.add(np.array([1, 5]), np.array([0, 1]), [1.0, 2.0])
    recent.add(np.array([9]), np.array([0]), [3.0])
    recent.forget(15)
    assert recent.known_at.tolist() == [5, 9]
    assert recent.values.tolist() == [[2, 3]]


def test_distinct_counts_different_ids_without_the_nameless():
    column = np.array([0, 0, 0, 2])
    assert distinct(column, np.array([7.0, 7, 8, -1]), 3).tolist() == [2, 0, 0]


def test_missing_columns_read_as_missing(world):
    table = world.facts("news", (1, "A"), x=[NAN])
    assert np.isnan(numbers(table, "y")).all()
    assert texts(table, "y") == [""]
    assert instants(table, "x", missing=-1).tolist() == [-1]
    assert instants(table, "y", missing=-1).tolist() == [-1]
