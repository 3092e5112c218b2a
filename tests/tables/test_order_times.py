"""Under what condition orders fill, and how long they may, by the rules of docs/fills.md.

The orders come before the first bar opens, each told in words; the lines say what came of them,
with the rule and the bar.  Every row is played in blocks of several sizes, with one answer.
"""

from tests.tables.shapes import FALLING, NONE, RISING, day, rows
from tests.tables.story import told


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
