"""Amendments and cancels, by the rules of docs/fills.md: candles, orders, what happens.

The orders come before the first bar opens, each told in words; the lines say what came of them,
with the rule and the bar.  Every row is played in blocks of several sizes, with one answer.
"""

from tests.tables.shapes import FLAT, HILL, LATE_WIDE, rows
from tests.tables.story import told


@rows(
    ("asked", "then", "lines"),
    [
        ("buy 9 limit 90", [("in 0", "1 limit 95")], ["1: now None", "1: 9 at 95 B3 in 1"]),
        ("buy 9 limit 90", [("in 1", "1 limit 95")], ["1: now None", "1: expired B7 at 5"]),
        ("buy 9 limit 95", [("at 0", "1 quantity 4")], ["1: now 4", "1: 4 at 95 B3 in 1"]),
        ("buy 9 limit 95", [("at 0", "1 quantity 20")], ["1: now 20", "1: 20 at 95 B3 in 1"]),
        ("buy 9 limit 95", [("in 1", "1 limit 90")], ["1: accepted refused", "1: 9 at 95 B3 in 1"]),
        (
            "buy 9 limit 95",
            [("in 1", "1"), ("in 1", "1 limit 90")],
            ["1: pending_cancel B6", "1: pending_cancel refused", "1: 9 at 95 B3 in 1"],
        ),
        ("buy 9 limit 95", [("at 2", "1 limit 90")], ["1: 9 at 95 B3 in 1"]),
        ("buy 9 limit 90", [("at 0", "1 stop 95")], ["1: accepted refused", "1: expired B7 at 5"]),
        ("sell 9 stop 90", [("at 0", "1 limit 95")], ["1: accepted refused", "1: expired B7 at 5"]),
        ("sell 9 stop 90", [("at 0", "1 stop 95")], ["1: now None", "1: 9 at 95 B5 in 1"]),
        (
            "buy 9 at_close",
            [("before 0", "1 quantity 4")],
            ["1: accepted refused", "1: 9 at 100 B18 close 0"],
        ),
    ],
)
def test_b24_amendments_in_time_and_too_late(asked, then, lines):
    assert told(LATE_WIDE, asked, then=then) == lines


@rows("at", ["in 0", "at 0", "in 1", "at 1"])
@rows("size", [5, 20])
def test_b24_a_trailing_stop_of_another_size_goes_on_from_the_best_price_so_far(at, size):
    lines = told(HILL, "sell 9 trail 5", then=[(at, f"1 quantity {size}")])
    assert lines == [f"1: now {size}", f"1: {size} at 103 B9 in 2"]


@rows(
    ("change", "first"),
    [("1 quantity 80", "1"), ("1 quantity 95", "2"), ("1 limit 99", "2"), ("1 limit 98", "2")],
)
def test_b24_only_a_smaller_size_keeps_the_place_in_time(change, first):
    bars = [(100, 101, 99.5, 100), (100, 101, 97, 98), *FLAT[2:]]
    asked = ("buy 90 limit 98", "buy 90 limit 98")
    lines = told(bars, *asked, then=[("in 0", change)], cap=0.1)
    fills = [line for line in lines if "in 1" in line]
    assert fills[0].startswith(first)
    assert len(fills) == 2


def test_b24_what_is_filled_already_cannot_be_taken_back():
    then = [("in 1", "1 quantity 100"), ("in 1", "1 quantity 120")]
    lines = told(FLAT, "buy 250 limit 100", then=then, cap=0.1)
    assert lines == [
        "1: 100 at 100 B2 open 0",
        "1: 100 at 100 B2 open 1",
        "1: partly_filled refused",
        "1: partly_filled refused",
        "1: 50 at 100 B2 open 2",
    ]


def test_b24_a_held_child_can_be_amended():
    asked = ("buy 9 limit 95", "sell 9 limit 120 after 1")
    lines = told(LATE_WIDE, *asked, then=[("in 0", "2 limit 101"), ("in 0", "2 quantity 5")])
    assert lines == [
        "2: held",
        "2: now None",
        "2: now 5",
        "1: 9 at 95 B3 in 1",
        "2: 5 at 101 B3 in 2",
    ]


def test_b6_a_cancel_that_comes_too_late_takes_what_a_capped_bar_leaves():
    lines = told(LATE_WIDE, "buy 150 limit 95", then=[("in 1", "1")], cap=0.1)
    assert lines == ["1: pending_cancel B6", "1: 100 at 95 B3 in 1", "1: cancelled"]


def test_b3_a_limit_may_have_to_be_traded_through():
    bars = [(100, 101, 98, 99), (99, 100, 97, 98), *FLAT[2:]]
    assert told(bars, "buy 9 limit 98", through=True) == ["1: 9 at 98 B3 in 1"]
    assert told(bars, "buy 9 limit 98", through=False) == ["1: 9 at 98 B3 in 0"]
