"""Orders that wait for a price, by the rules of docs/fills.md: candles, orders, what happens.

The orders come before the first bar opens, each told in words; the lines say what came of them,
with the rule and the bar.  Every row is played in blocks of several sizes, with one answer.
"""

from tests.tables.shapes import FALLING, HILL, NONE, RISING, VALLEY, rows
from tests.tables.story import told


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
