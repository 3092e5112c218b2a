"""The rules of docs/fills.md for all kinds of orders, as rows: six candles, orders, what happens.

The orders come before the first bar opens, each told in words; the lines say what came of them,
with the rule and the bar.  Every row is played in blocks of several sizes, with one answer.
"""

import pytest

from brokers.simulated.bars import Path
from magents.model.time import HOUR
from tests.builders import MONDAY, NAN, candles
from tests.tables.story import told

NONE = (NAN, NAN, NAN, NAN)
RISING = [
    (100, 102, 99, 101),
    (101, 104, 101, 103),
    (103, 105, 102, 104),
    (108, 110, 107, 109),  # opens above the high before
    (109, 111, 108, 110),
    (110, 112, 109, 112),
]
FALLING = [
    (100, 101, 98, 99),
    (99, 99, 96, 97),
    (97, 98, 95, 96),
    (92, 93, 90, 91),  # opens below the low before
    (91, 92, 89, 90),
    (90, 91, 88, 88),
]
HILL = [
    (100, 103, 99, 102),
    (102, 108, 101, 107),
    (107, 107, 103, 104),
    (104, 105, 98, 99),
    (99, 100, 95, 96),
    (96, 97, 95, 96),
]
VALLEY = [
    (100, 101, 97, 98),
    (98, 99, 92, 93),
    (93, 97, 93, 96),
    (96, 102, 95, 101),
    (101, 105, 100, 104),
    (104, 105, 103, 104),
]
FLAT = [(100, 100, 100, 100)] * 6
WIDE = [(100, 106, 94, 100), *[(100, 101, 99, 100)] * 5]
LATE_WIDE = [(100, 101, 99, 100), (100, 106, 94, 100), *[(100, 101, 99, 100)] * 4]
UPWARD = [(100, 106, 97, 101), *[(101, 102, 100, 101)] * 5]

rows = pytest.mark.parametrize


def day(*made):
    """Return bars of eight hours: three are a session, which ends at midnight."""
    return candles(*made, start=MONDAY, length=8 * HOUR, every=8 * HOUR)


# -- orders that wait for a price --------------------------------------------------------------


@rows(
    ("bars", "asked", "lines"),
    [
        (RISING, "buy 9 stop 103 limit 105", ["1: 9 at 103 B8 in 1"]),
        (RISING, "buy 9 stop 106 limit 108", ["1: 9 at 108 B8 open 3"]),
        (RISING, "buy 9 stop 106 limit 107", ["1: 9 at 107 B8 in 3"]),  # comes back to it
        (RISING, "buy 9 stop 106 limit 106", ["1: triggered", "1: expired B7 at 5"]),
        (RISING, "buy 9 stop 104 limit 102", ["1: triggered", "1: 9 at 102 B3 in 2"]),
        (FALLING, "sell 9 stop 97 limit 96", ["1: 9 at 97 B8 in 1"]),
        (FALLING, "sell 9 stop 94 limit 92", ["1: 9 at 92 B8 open 3"]),
        (FALLING, "sell 9 stop 94 limit 93", ["1: 9 at 93 B8 in 3"]),
        (FALLING, "sell 9 stop 94 limit 94", ["1: triggered", "1: expired B7 at 5"]),
        (HILL, "sell 9 stop 99 limit 104", ["1: triggered", "1: 9 at 104 B3 in 1"]),
        (HILL, "sell 9 stop 100 limit 102", ["1: 9 at 102 B8 in 0"]),
    ],
)
def test_b8_stop_limit_orders(bars, asked, lines):
    assert told(bars, asked) == lines


@rows(
    ("bars", "asked", "lines"),
    [
        (HILL, "sell 9 trail 2", ["1: 9 at 101 B9 in 1"]),
        (HILL, "sell 9 trail 3", ["1: 9 at 105 B9 in 2"]),
        (HILL, "sell 9 trail 5", ["1: 9 at 103 B9 in 2"]),
        (HILL, "sell 9 trail 6", ["1: 9 at 102 B9 in 3"]),
        (HILL, "sell 9 trail 14", ["1: expired B7 at 5"]),
        (HILL, "sell 9 trail_percent 5", ["1: 9 at 102.6 B9 in 3"]),
        (HILL, "sell 9 trail 5 limit_offset 1", ["1: 9 at 103 B9 in 2"]),
        (VALLEY, "buy 9 trail 5", ["1: 9 at 97 B9 in 2"]),
        (VALLEY, "buy 9 trail_percent 5", ["1: 9 at 96.6 B9 in 2"]),
        (VALLEY, "buy 9 trail 2", ["1: 9 at 99 B9 in 1"]),
        (FALLING, "sell 9 trail 5", ["1: 9 at 96 B9 in 1"]),
        (FALLING, "sell 9 trail 7", ["1: 9 at 92 B9 open 3"]),
        (FALLING, "sell 9 trail 7 limit_offset 2", ["1: 9 at 92 B9 open 3"]),
        (FALLING, "sell 9 trail 7 limit_offset 1", ["1: 9 at 93 B9 in 3"]),
        (FALLING, "sell 9 trail 7 limit_offset 0", ["1: triggered", "1: expired B7 at 5"]),
        ([NONE, *HILL[1:]], "sell 9 trail 5", ["1: 9 at 103 B9 in 2"]),
    ],
)
def test_b9_trailing_stops(bars, asked, lines):
    assert told(bars, asked) == lines


@rows(
    ("bars", "asked", "lines"),
    [
        (FALLING, "buy 9 stop 98 touched", ["1: 9 at 98 B10 in 0"]),
        (FALLING, "buy 9 stop 94 touched", ["1: 9 at 92 B10 open 3"]),
        (RISING, "sell 9 stop 104 touched", ["1: 9 at 104 B10 in 1"]),
        (RISING, "sell 9 stop 106 touched", ["1: 9 at 108 B10 open 3"]),
        (RISING, "sell 9 stop 113 touched", ["1: expired B7 at 5"]),
        (FALLING, "buy 9 stop 97 limit 98 touched", ["1: 9 at 97 B10 in 1"]),
        (FALLING, "buy 9 stop 97 limit 95 touched", ["1: triggered", "1: 9 at 95 B3 in 2"]),
        (RISING, "sell 9 stop 104 limit 107 touched", ["1: triggered", "1: 9 at 108 B2 open 3"]),
    ],
)
def test_b10_if_touched_orders(bars, asked, lines):
    assert told(bars, asked) == lines


# -- orders that belong together ---------------------------------------------------------------

PROFIT, LOSS = "sell 9 limit 105 group g", "sell 9 stop 95 group g"
STOPPED = ["2: 9 at 95 B5 in 0", "1: cancelled B11"]
GAINED = ["1: 9 at 105 B3 in 0", "2: cancelled B11"]


@rows(
    ("path", "asked", "lines"),
    [
        (Path.WORST, (PROFIT, LOSS), STOPPED),
        (Path.HIGH_FIRST, (PROFIT, LOSS), GAINED),
        (Path.LOW_FIRST, (PROFIT, LOSS), STOPPED),
        (
            Path.WORST,
            ("buy 9 limit 95 group g", "buy 9 stop 105 group g"),
            ["2: 9 at 105 B5 in 0", "1: cancelled B11"],
        ),
        (
            Path.WORST,
            ("buy 9 limit 95 group g", "sell 9 limit 105 group g"),
            ["1: 9 at 95 B3 in 0", "2: cancelled B11"],
        ),
        (
            Path.HIGH_FIRST,
            ("buy 9 limit 95 group g", "sell 9 limit 105 group g"),
            ["2: 9 at 105 B3 in 0", "1: cancelled B11"],
        ),
    ],
)
def test_b11_both_of_a_group_touched_inside_one_bar(path, asked, lines):
    assert told(WIDE, *asked, path=path) == lines


EXITS = ("sell 9 limit 105 after 1 group g", "sell 9 stop 95 after 1 group g")
HELD = ["2: held", "3: held"]


@rows(
    ("bars", "entry", "lines"),
    [
        (WIDE, "buy 9", ["1: 9 at 100 B1 open 0", "3: 9 at 95 B5 in 0", "2: cancelled B11"]),
        (UPWARD, "buy 9", ["1: 9 at 100 B1 open 0", "2: 9 at 105 B3 in 0", "3: cancelled B22"]),
        (WIDE, "buy 9 limit 97", ["1: 9 at 97 B3 in 0", "3: 9 at 95 B5 in 0", "2: cancelled B22"]),
        (
            [(100, 106, 96, 100), *UPWARD],
            "buy 9 limit 97",
            ["1: 9 at 97 B3 in 0", "2: 9 at 105 B3 in 1", "3: cancelled B22"],
        ),
        (
            [(94, 106, 93, 100), *FLAT[1:]],  # opens beyond the stop, before the entry
            "buy 9 stop 103",
            ["1: 9 at 103 B5 in 0", "3: 9 at 95 B5 in 0", "2: cancelled B22"],
        ),
    ],
)
def test_b12_entry_and_exits_in_one_bar(bars, entry, lines):
    assert told(bars, entry, *EXITS) == HELD + lines


@rows(
    ("path", "bar", "entry", "exits", "lines"),
    [
        (Path.LOW_FIRST, (100, 106, 94, 100), "limit 97", ("limit 105", "stop 93"), "2: 9 at 105"),
        (Path.LOW_FIRST, (100, 106, 94, 100), "limit 97", ("limit 105", "stop 95"), "3: 9 at 95"),
        (Path.LOW_FIRST, (94, 106, 93, 100), "stop 103", ("limit 107", "stop 95"), ""),
        (Path.LOW_FIRST, (94, 106, 93, 94), "stop 103", ("limit 107", "stop 95"), "3: 9 at 95"),
        (Path.HIGH_FIRST, (100, 106, 94, 100), "limit 97", ("limit 105", "stop 90"), ""),
        (Path.HIGH_FIRST, (100, 106, 94, 105), "limit 97", ("limit 105", "stop 90"), "2: 9 at 105"),
        (Path.HIGH_FIRST, (100, 106, 94, 100), "stop 103", ("limit 107", "stop 95"), "3: 9 at 95"),
        (Path.WORST, (100, 106, 94, 105), "limit 97", ("limit 105", "stop 90"), ""),
        (Path.WORST, (100, 106, 94, 100), "limit 97", ("limit 105", "trail 2"), "3: 9 at 95"),
        (Path.WORST, (100, 106, 94, 100), "limit 97", ("limit 105", "trail 4"), ""),
    ],
)
def test_b12_the_rest_of_the_bar_after_an_entry_inside_it(path, bar, entry, exits, lines):
    asked = [f"buy 9 {entry}", *(f"sell 9 {each} after 1 group g" for each in exits)]
    story = told([bar, *FLAT[1:]], *asked, path=path)
    assert [line for line in story if line.endswith("in 0")][1:] == [
        f"{line} {rule} in 0"
        for line in [lines]
        for rule in ["B9" if "trail" in exits[1] else "B3" if line[:1] == "2" else "B5"]
        if line
    ]


def test_b12_a_trailing_exit_starts_from_the_price_of_its_entry():
    bars = [(100, 106, 94, 99), (100, 101, 96, 97), *FLAT[2:]]
    lines = told(bars, "buy 9 limit 97", "sell 9 trail 4 after 1")
    assert lines == ["2: held", "1: 9 at 97 B3 in 0", "2: 9 at 96 B9 in 1"]


@rows(
    ("asked", "lines"),
    [
        (
            ("buy 9 group g", "sell 5 limit 105 group g"),
            ["1: 9 at 100 B1 open 0", "2: cancelled B22"],
        ),
        (
            ("buy 4 group g", "sell 9 stop 95 group g"),
            ["1: 4 at 100 B1 open 0", "2: now 5", "2: 5 at 95 B5 in 1"],
        ),
        (
            ("buy 4 group g", "sell 9 stop 95 group h"),
            ["1: 4 at 100 B1 open 0", "2: 9 at 95 B5 in 1"],
        ),
        (
            ("buy 4 group g pod a", "sell 9 stop 95 group g pod b"),
            ["1: 4 at 100 B1 open 0", "2: 9 at 95 B5 in 1"],
        ),
        (
            ("buy 4 limit 90 group g", "sell 9 stop 95 group g"),
            ["2: 9 at 95 B5 in 1", "1: cancelled B22"],
        ),
    ],
)
def test_b22_orders_of_a_group_share_what_they_fill(asked, lines):
    assert told(LATE_WIDE, *asked) == lines


def test_b22_a_group_shares_what_a_capped_bar_fills():
    bars = [(100, 101, 99, 100), *[(100, 106, 99, 100)] * 2, *FLAT[3:]]
    lines = told(bars, "sell 150 limit 105 group g", "sell 150 stop 90 group g", cap=0.1)
    assert lines == [
        "1: 100 at 105 B3 in 1",
        "2: now 50",
        "1: 50 at 105 B3 in 2",
        "2: cancelled B22",
    ]


@rows(
    ("asked", "then", "lines"),
    [
        (
            ("buy 9 limit 95", "sell 9 limit 101 after 1"),
            (),
            ["2: held", "1: 9 at 95 B3 in 1", "2: 9 at 101 B3 in 2"],
        ),
        (
            ("buy 9 limit 90", "sell 9 limit 101 after 1"),
            [("in 1", "1")],
            ["2: held", "1: cancelled", "2: cancelled B23"],
        ),
        (
            ("buy 9 limit 90", "sell 9 limit 101 after 1"),
            (),
            ["2: held", "1: expired B7 at 5", "2: cancelled B23"],
        ),
        (
            ("buy 9 limit 90", "sell 9 limit 101 after 1"),
            [("in 1", "2")],
            ["2: held", "2: cancelled", "1: expired B7 at 5"],
        ),
        (("buy 9 limit 90", "sell 9 after 7"), (), ["2: rejected B23", "1: expired B7 at 5"]),
        (("buy 9", "sell 9 after 2"), (), ["2: rejected B23", "1: 9 at 100 B1 open 0"]),
        (
            ("buy 9 pod a limit 90", "sell 9 after 1 pod b"),
            (),
            ["2: rejected B23", "1: expired B7 at 5"],
        ),
        (
            ("buy 9",),
            [("at 0", "n2 sell 9 limit 101 after 1")],
            ["1: 9 at 100 B1 open 0", "2: rejected B23"],
        ),
        (
            ("buy 9", "sell 9 after 1", "buy 9 after 2"),
            (),
            [
                *HELD,
                "1: 9 at 100 B1 open 0",
                "2: 9 at 100 B1 open 1",
                "3: 9 at 100 B1 open 2",
            ],
        ),
        (
            ("buy 9 limit 95 post_only", "sell 9 limit 101 after 1 group g", "sell 9 after 1"),
            [("at 0", "1 limit 101")],
            [
                *HELD,
                "1: now None",
                "1: rejected B14",
                "2: cancelled B23",
                "3: cancelled B23",
            ],
        ),
        (
            ("buy 9", "sell 5 limit 101 after 1"),
            (),
            ["2: held", "1: 9 at 100 B1 open 0", "2: 5 at 101 B3 in 0"],
        ),
        (
            ("buy 9", "sell 20 limit 101 after 1"),
            (),
            ["2: held", "1: 9 at 100 B1 open 0", "2: now 9", "2: 9 at 101 B3 in 0"],
        ),
    ],
)
def test_b23_children_wait_for_their_parent_and_end_with_it(asked, then, lines):
    assert told(LATE_WIDE, *asked, then=then) == lines


def test_b23_a_bracket_is_for_as_much_as_its_entry_has_filled_so_far():
    bars = [(100, 106, 99, 100), (100, 101, 94, 100), *FLAT[2:]]
    asked = ("buy 150", "sell 150 limit 105 after 1 group g", "sell 150 stop 95 after 1 group g")
    assert told(bars, *asked, cap=0.1)[2:] == [
        "1: 100 at 100 B1 open 0",
        "1: 50 at 100 B1 open 1",
        "3: 50 at 95 B5 in 1",
        "2: now 100",
        "3: 100 at 100 B1 open 2",
        "2: cancelled B22",
    ]


def test_b23_exits_of_an_entry_that_fills_in_part_are_for_that_part():
    bars = [(100, 101, 99, 100), *[(101, 106, 100.5, 101)] * 5]
    asked = (
        "buy 150 ioc",
        "sell 150 limit 105 after 1 group g",
        "sell 150 stop 95 after 1 group g",
    )
    assert told(bars, *asked, cap=0.1)[2:] == [
        "1: 100 at 100 B15 open 0",
        "1: cancelled B15",
        "2: now 100",
        "3: now 100",
        "2: 100 at 105 B3 in 1",
        "3: cancelled B22",
    ]


# -- how much ----------------------------------------------------------------------------------


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


# -- under what condition, and how long --------------------------------------------------------


@rows(
    ("bars", "asked", "lines"),
    [
        (FALLING, "buy 9 limit 100 post_only", ["1: rejected B14"]),
        (FALLING, "buy 9 limit 99 post_only", ["1: 9 at 99 B3 in 0"]),
        (FALLING, "buy 9 limit 94 post_only", ["1: 9 at 92 B2 open 3"]),
        (RISING, "sell 9 limit 100 post_only", ["1: rejected B14"]),
        (RISING, "sell 9 limit 104 post_only", ["1: 9 at 104 B3 in 1"]),
        ([NONE, *FALLING[1:]], "buy 9 limit 99 post_only", ["1: rejected B14"]),
    ],
)
def test_b14_post_only_orders_never_take(bars, asked, lines):
    assert told(bars, asked) == lines


@rows(
    ("bars", "asked", "lines"),
    [
        (RISING, "buy 9 ioc", ["1: 9 at 100 B15 open 0"]),
        (RISING, "buy 9 limit 100 ioc", ["1: 9 at 100 B15 open 0"]),
        (RISING, "buy 9 limit 99 ioc", ["1: cancelled B15"]),
        (RISING, "sell 9 limit 101 fok", ["1: cancelled B15"]),
        (RISING, "sell 9 limit 100 fok", ["1: 9 at 100 B15 open 0"]),
        ([NONE, NONE, *RISING[2:]], "buy 9 fok", ["1: 9 at 103 B15 open 2"]),
    ],
)
def test_b15_now_or_never_at_the_next_open(bars, asked, lines):
    assert told(bars, asked) == lines


@rows(
    ("bars", "at", "asked", "lines"),
    [
        (RISING, "before 0", "buy 9 at_open", ["1: 9 at 100 B17 open 0"]),
        (RISING, "in 0", "buy 9 at_open", ["1: 9 at 108 B17 open 3"]),
        (RISING, "at 2", "buy 9 at_open", ["1: 9 at 108 B17 open 3"]),
        (RISING, "in 0", "buy 9 limit 108 at_open", ["1: 9 at 108 B17 open 3"]),
        (RISING, "in 0", "buy 9 limit 107 at_open", ["1: expired B17 at 2"]),
        (RISING, "in 3", "buy 9 at_open", ["1: expired B7 at 5"]),
        ([*RISING[:3], NONE, *RISING[4:]], "in 0", "buy 9 at_open", ["1: expired B7 at 5"]),
    ],
)
def test_b17_at_the_opening_price_of_a_session(bars, at, asked, lines):
    assert told((), bars=day(*bars), then=[(at, f"n1 {asked}")]) == lines


@rows(
    ("bars", "at", "asked", "lines"),
    [
        (RISING, "before 0", "buy 9 at_close", ["1: 9 at 104 B18 close 2"]),
        (RISING, "in 1", "buy 9 at_close", ["1: 9 at 104 B18 close 2"]),
        (RISING, "at 1", "buy 9 at_close", ["1: 9 at 104 B18 close 2"]),
        (RISING, "in 2", "buy 9 at_close", ["1: 9 at 112 B18 close 5"]),
        (RISING, "at 2", "buy 9 at_close", ["1: 9 at 112 B18 close 5"]),
        (RISING, "at 0", "buy 9 limit 104 at_close", ["1: 9 at 104 B18 close 2"]),
        (RISING, "at 0", "buy 9 limit 103 at_close", ["1: expired B18 at 2"]),
        (RISING, "in 5", "buy 9 at_close", ["1: expired B7 at 5"]),
        ([*RISING[:2], NONE, *RISING[3:]], "at 0", "buy 9 at_close", ["1: 9 at 112 B18 close 5"]),
    ],
)
def test_b18_at_the_closing_price_of_a_session(bars, at, asked, lines):
    assert told((), bars=day(*bars), then=[(at, f"n1 {asked}")]) == lines


@rows(
    ("at", "lines"),
    [
        ("in 1", ["1: pending_cancel B18", "1: cancelled"]),
        ("at 1", ["1: pending_cancel B18", "1: cancelled"]),
        ("in 2", ["1: pending_cancel B18", "1: cancelled"]),
        ("at 2", ["1: pending_cancel B18", "1: 9 at 104 B18 close 2"]),
    ],
)
def test_b18_a_cancel_is_too_late_once_the_closing_price_is_known(at, lines):
    assert told((), "buy 9 at_close", bars=day(*RISING), then=[(at, "1")]) == lines


def test_b18_an_entry_and_its_exit_at_the_close_of_the_same_session():
    for entry, price in (("buy 9", 103), ("buy 9 limit 102", 102)):
        lines = told(
            (),
            bars=day(*RISING),
            then=[("at 1", f"n1 {entry}"), ("at 1", "n2 sell 9 at_close after 1")],
        )
        assert lines[-2:] == [
            f"1: 9 at {price} {'B1 open' if price == 103 else 'B3 in'} 2",
            "2: 9 at 104 B18 close 2",
        ]


@rows(
    ("at", "asked", "lines"),
    [
        ("before 0", "buy 9 limit 50 day", ["1: expired B19 at 2"]),
        ("at 1", "buy 9 limit 50 day", ["1: expired B19 at 2"]),
        ("in 2", "buy 9 limit 50 day", ["1: expired B19 at 5"]),
        ("at 2", "buy 9 limit 50 day", ["1: expired B19 at 5"]),
        ("at 0", "sell 9 limit 105 day", ["1: 9 at 105 B3 in 2"]),
        ("at 0", "sell 9 limit 106 day", ["1: expired B19 at 2"]),
        ("at 0", "buy 9 stop 107 limit 107 day", ["1: expired B19 at 2"]),
        ("at 0", "buy 9 stop 104 limit 101 day", ["1: triggered", "1: expired B19 at 2"]),
        ("at 0", "sell 9 trail 3 day", ["1: expired B19 at 2"]),
    ],
)
def test_b19_day_orders_end_with_their_session(at, asked, lines):
    assert told((), bars=day(*RISING), then=[(at, f"n1 {asked}")]) == lines


def test_b19_an_amendment_at_the_close_does_not_make_a_day_longer():
    lines = told((), "buy 9 limit 50 day", bars=day(*RISING), then=[("at 2", "1 limit 51")])
    assert lines == ["1: now None", "1: expired B19 at 2"]


@rows(
    ("asked", "lines"),
    [
        ("buy 9 limit 96 until at 1", ["1: 9 at 96 B3 in 1"]),
        ("buy 9 limit 96 until in 1", ["1: expired B20 in 1"]),
        ("buy 9 limit 92 until in 3", ["1: 9 at 92 B2 open 3"]),
        ("buy 9 limit 91 until in 3", ["1: expired B20 in 3"]),
        ("buy 9 limit 92 until before 3", ["1: expired B20 before 3"]),
        ("sell 9 stop 96 until in 1", ["1: expired B20 in 1"]),
        ("sell 9 trail 7 until at 2", ["1: expired B20 at 2"]),
    ],
)
def test_b20_good_till_a_date_counts_only_what_happens_before_it_for_sure(asked, lines):
    assert told(FALLING, asked) == lines


# -- amendments and cancels --------------------------------------------------------------------


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
