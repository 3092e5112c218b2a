"""The oracle: by hand, against a plain loop, and against a fund on the same data."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.adapters.common import Clockwork, Holding
from benchmarks.data import SHAPES, bar_lines, provide, tick_lines
from benchmarks.oracle import (
    Answer,
    Series,
    answers,
    bars_answer,
    crossings,
    read_bars,
    ticks_answer,
    to_cents,
    trade,
)
from benchmarks.ours import measure
from benchmarks.work import CAPITAL, WORKS, Job, Work, chosen, parse_windows, windows_text

COST = 1 / 1000


def cents(*values):
    return np.array(values, np.int64)


def test_crossing_is_found_at_the_close_that_makes_it():
    closes = cents(30, 20, 10, 40, 50, 10)
    assert crossings(closes, 1, 3) == ([(3, True), (5, False)], 0)


def test_first_close_with_both_means_only_sets_the_side():
    assert crossings(cents(10, 20, 30), 1, 3) == ([], 0)


def test_equal_means_keep_the_side_and_are_counted():
    assert crossings(cents(30, 20, 10, 10, 10, 10, 40), 1, 3) == ([(6, True)], 2)


def test_entry_fills_at_the_next_open_and_pays_its_fee():
    closes, opens = cents(300, 200, 100, 400, 500), cents(300, 200, 100, 400, 450)
    fills, profit, _ = trade(Series(opens, closes), 1, 3, 1_000, 0)
    assert fills == 1
    assert profit == (2 * (500 - 450)) * 1_000 - 2 * 450


def test_order_of_the_last_bar_never_fills():
    closes = cents(300, 200, 100, 400)
    assert trade(Series(closes, closes), 1, 3, 1_000, 0)[:2] == (0, 0)


def test_signal_close_fills_at_the_close_that_was_decided_on():
    closes, opens = cents(300, 200, 100, 400, 500), cents(300, 200, 100, 400, 450)
    answer = bars_answer({"A": Series(opens, closes)}, Work(((1, 3),), 1e-5, "1d"), "signal_close")
    assert answer == Answer(1, CAPITAL + (2 * 100 - 0.8) / 100)


def test_answer_agrees_to_half_a_cent():
    right = Answer(3, 100.0)
    assert right.agrees(3, 100.0049)
    assert not right.agrees(3, 100.0051)
    assert not right.agrees(2, 100.0)


def test_price_with_parts_of_a_cent_is_refused():
    assert [to_cents("7"), to_cents("7.1"), to_cents("7.12")] == [700, 710, 712]
    with pytest.raises(ValueError, match="whole cents"):
        to_cents("7.123")


@given(st.lists(st.integers(100, 130), min_size=8, max_size=60), st.integers(1, 3))
def test_oracle_equals_a_plain_loop(prices, fast):
    closes = cents(*prices)
    opens = closes + 1
    fills, profit, ties = trade(Series(opens, closes), fast, 5, 1_000_000, 0)
    if not ties:
        assert (fills, profit / 100_000) == pytest.approx(looped(opens, closes, fast))


def looped(opens, closes, fast):
    rule, cash, held, waiting, fills = Holding(fast, 5, 10_000.0), 0.0, 0, 0, 0
    for opened, close in zip(opens.tolist(), closes.tolist(), strict=True):
        if waiting:
            cash -= (waiting + abs(waiting) * COST) * opened / 100
            held += waiting
            fills += 1
        waiting = rule.order(close / 100)
    return fills, cash + held * closes[-1] / 100


def test_ticks_fill_at_the_next_tick():
    prices = cents(*range(10_000, 40_000))
    rule, cash, held, waiting = Clockwork(), float(CAPITAL), 0, 0
    for price in prices.tolist():
        cash -= (waiting + abs(waiting) * COST) * price / 100
        held, waiting = held + waiting, rule.order(price / 100)
    expected = cash + held * prices[-1] / 100
    assert ticks_answer(prices).agrees(2, expected)


@pytest.mark.parametrize("name", ["W1", "W3"])
def test_fund_gives_the_answer_of_the_oracle(tmp_path, name):
    job = Job(small(tmp_path, name, WORKS[name].windows), name, WORKS[name])
    line = measure(job)
    assert answers(job, {"exact"})["exact"].agrees(line["fills"], line["final_equity"])
    assert line["fills"] > 0


@pytest.mark.parametrize("block", [64, 4_096])
def test_other_windows_go_the_same_way(tmp_path, block):
    windows = parse_windows("3/8,5/21,7/40")
    job = Job(small(tmp_path, "W1", windows), "W1", chosen("W1", windows, 0.07))
    line = measure(job, block)
    assert answers(job, {"exact"})["exact"].agrees(line["fills"], line["final_equity"])
    assert windows_text(windows) == "3/8,5/21,7/40"


@pytest.mark.parametrize("block", [7_000, 65_536])
def test_ticks_give_the_answer_of_the_oracle(tmp_path, block):
    (tmp_path / "W4.csv").write_text("".join(tick_lines(35_000, 3)))
    job = Job(tmp_path, "W4", WORKS["W4"])
    line = measure(job, block)
    assert line["fills"] == 3
    assert answers(job, {"next_tick"})["next_tick"].agrees(line["fills"], line["final_equity"])


def small(directory, name, windows):
    """Write a workload with few bars, and return the directory."""
    shape = SHAPES[name]._replace(rows=400, instruments=3)
    (directory / f"{name}.csv").write_text("".join(bar_lines(name, shape, 5, windows)))
    return directory


def test_data_have_no_ties_and_repeat(tmp_path):
    for place in ("a", "b"):
        provide(tmp_path / place, ["W1"])
    files = [(tmp_path / place / "W1.csv").read_bytes() for place in ("a", "b")]
    assert files[0] == files[1]
    table = read_bars(tmp_path / "a" / "W1.csv")
    assert [len(series.closes) for series in table.values()] == [3_270] * 5
    assert bars_answer(table, WORKS["W1"]).ties == 0


def test_data_that_are_there_are_kept(tmp_path):
    (tmp_path / "W1.csv").write_text("mine")
    provide(tmp_path, ["W1"])
    assert (tmp_path / "W1.csv").read_text() == "mine"


def test_windows_the_wrong_way_round_are_refused():
    with pytest.raises(ValueError, match="shorter first"):
        parse_windows("30/10")
