"""Orders that belong together, by the rules of docs/fills.md: candles, orders, what happens.

The orders come before the first bar opens, each told in words; the lines say what came of them,
with the rule and the bar.  Every row is played in blocks of several sizes, with one answer.
"""

from brokers.simulated.bars import Path
from tests.tables.shapes import FLAT, LATE_WIDE, UPWARD, WIDE, rows
from tests.tables.story import told

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
