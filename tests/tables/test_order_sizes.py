"""How much of an order fills, by the rules of docs/fills.md: candles, orders, what happens.

The orders come before the first bar opens, each told in words; the lines say what came of them,
with the rule and the bar.  Every row is played in blocks of several sizes, with one answer.
"""

from tests.tables.shapes import LATE_WIDE, rows
from tests.tables.story import told


@rows(
    ("asked", "lines"),
    [
        (
            ("buy 250",),
            ["1: 100 at 100 B1 open 0", "1: 100 at 100 B1 open 1", "1: 50 at 100 B1 open 2"],
        ),
        (
            ("buy 80 pod a", "buy 80 pod b"),
            ["1: 80 at 100 B1 open 0", "2: 20 at 100 B1 open 0", "2: 60 at 100 B1 open 1"],
        ),
        (
            ("sell 80 limit 105", "sell 80 stop 95"),
            ["2: 80 at 95 B5 in 1", "1: 20 at 105 B3 in 1", "1: expired B7 at 5"],
        ),
        (("sell 150 stop 95",), ["1: 100 at 95 B5 in 1", "1: 50 at 100 B1 open 2"]),
        (("buy 150 ioc",), ["1: 100 at 100 B15 open 0", "1: cancelled B15"]),
        (("buy 150 fok",), ["1: cancelled B15"]),
        (("buy 100 fok",), ["1: 100 at 100 B15 open 0"]),
        (("buy 150 at_open",), ["1: 100 at 100 B17 open 0", "1: expired B17 before 0"]),
        (("buy 150 at_close",), ["1: 100 at 100 B18 close 0", "1: expired B18 at 0"]),
        (
            ("buy 90", "sell 150 limit 95 fok"),
            ["1: 90 at 100 B1 open 0", "2: cancelled B15"],
        ),
    ],
)
def test_b13_a_bar_gives_a_part_of_its_volume_by_time_priority(asked, lines):
    assert told(LATE_WIDE, *asked, cap=0.1) == lines


@rows(
    ("asked", "lines"),
    [
        (
            "buy 40 limit 98 display 10",
            ["10 at 98 B3 in 0", "10 at 98 B3 in 1", "20 at 98 B3 in 2"],
        ),
        ("buy 15 limit 98 display 10", ["10 at 98 B3 in 0", "5 at 98 B3 in 1"]),
        (
            "buy 40 limit 97 display 10",
            ["10 at 97 B3 in 2", "10 at 97 B2 open 3", "20 at 96 B2 open 4"],
        ),
        ("buy 40 limit 100 display 10", ["40 at 100 B2 open 0"]),
    ],
)
def test_b16_an_iceberg_fills_a_slice_where_touched_and_all_where_traded_through(asked, lines):
    bars = [
        (100, 101, 98, 99),
        (99, 100, 98, 99),
        (99, 99, 97, 98),
        (97, 99, 97, 98),
        (96, 97, 95, 96),
        (96, 97, 95, 96),
    ]
    assert told(bars, asked) == [f"1: {line}" for line in lines]


def test_b16_a_new_slice_queues_behind_the_others():
    bars = [(100, 101, 98, 99)] * 6
    lines = told(bars, "buy 20 limit 98 display 10", "buy 20 limit 98", cap=0.015)
    assert lines == [
        "1: 10 at 98 B3 in 0",
        "2: 5 at 98 B3 in 0",
        "2: 15 at 98 B3 in 1",
        "1: 10 at 98 B3 in 2",
    ]


@rows(
    ("asked", "lines"),
    [
        (("buy 4", "sell 9 limit 105 reduce_only"), ["2: 4 at 105 B3 in 1", "2: cancelled B21"]),
        (("buy 9", "sell 4 limit 105 reduce_only"), ["2: 4 at 105 B3 in 1"]),
        (
            ("buy 9", "sell 6 limit 105 reduce_only", "sell 6 stop 95 reduce_only"),
            ["3: 6 at 95 B5 in 1", "2: 3 at 105 B3 in 1", "2: cancelled B21"],
        ),
        (("sell 9", "sell 4 limit 105 reduce_only"), ["2: cancelled B21"]),
        (("buy 9 pod a", "sell 4 limit 105 reduce_only pod b"), ["2: cancelled B21"]),
        (("sell 9", "buy 20 stop 105 reduce_only"), ["2: 9 at 105 B5 in 1", "2: cancelled B21"]),
    ],
)
def test_b21_reduce_only_orders_close_a_position_and_no_more(asked, lines):
    assert told(LATE_WIDE, *asked)[1:] == lines
