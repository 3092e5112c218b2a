"""Six candles, one order, and where it fills: the fill rules as rows.

Each candle is (open, high, low, close); ``NONE`` is a row in which the instrument has no bar.
The order arrives before the first bar opens. The last column is (row, price, rule), or ``None``
where it never fills.
"""

import pytest

from tests.brokers.rig import meet
from tests.builders import NAN, candles, order

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
HALTED = [
    NONE,
    NONE,
    (100, 101, 99, 100),
    NONE,
    (105, 106, 94, 95),
    (95, 96, 95, 96),
]
FLAT = [(100, 100, 100, 100)] * 6

TABLE = [
    # -- market: the next open there is
    (RISING, order("buy"), (0, 100, "B1")),
    (RISING, order("sell"), (0, 100, "B1")),
    (HALTED, order("buy"), (2, 100, "B1")),
    ([NONE] * 6, order("buy"), None),
    # -- limit to buy: at the open where that is at or below the limit, else at the limit
    (RISING, order("buy", limit=100), (0, 100, "B2")),
    (RISING, order("buy", limit=106), (0, 100, "B2")),
    (RISING, order("buy", limit=99), (0, 99, "B3")),
    (RISING, order("buy", limit="98.99"), None),
    (FALLING, order("buy", limit=98), (0, 98, "B3")),
    (FALLING, order("buy", limit=97), (1, 97, "B3")),
    (FALLING, order("buy", limit=94), (3, 92, "B2")),
    (FALLING, order("buy", limit=92), (3, 92, "B2")),
    (FALLING, order("buy", limit="91.5"), (3, 91.5, "B3")),
    (FALLING, order("buy", limit=88), (5, 88, "B3")),
    (HALTED, order("buy", limit=98), (4, 98, "B3")),
    (FLAT, order("buy", limit=100), (0, 100, "B2")),
    (FLAT, order("buy", limit="99.99"), None),
    # -- limit to sell: the mirror
    (RISING, order("sell", limit=100), (0, 100, "B2")),
    (RISING, order("sell", limit=102), (0, 102, "B3")),
    (RISING, order("sell", limit=106), (3, 108, "B2")),
    (RISING, order("sell", limit="109.5"), (3, 109.5, "B3")),
    (RISING, order("sell", limit="112.01"), None),
    (FALLING, order("sell", limit=101), (0, 101, "B3")),
    (HALTED, order("sell", limit=103), (4, 105, "B2")),
    # -- stop to buy: at the open where that has gapped over the stop, else at the stop
    (RISING, order("buy", stop=102), (0, 102, "B5")),
    (RISING, order("buy", stop=103), (1, 103, "B5")),
    (RISING, order("buy", stop=106), (3, 108, "B4")),
    (RISING, order("buy", stop=108), (3, 108, "B4")),
    (RISING, order("buy", stop=100), (0, 100, "B4")),
    (RISING, order("buy", stop=113), None),
    (FLAT, order("buy", stop=100), (0, 100, "B4")),
    # -- stop to sell: the mirror
    (FALLING, order("sell", stop=98), (0, 98, "B5")),
    (FALLING, order("sell", stop=97), (1, 97, "B5")),
    (FALLING, order("sell", stop=94), (3, 92, "B4")),
    (FALLING, order("sell", stop=92), (3, 92, "B4")),
    (FALLING, order("sell", stop="87.99"), None),
    (HALTED, order("sell", stop=98), (4, 98, "B5")),
    (HALTED, order("sell", stop=94), (4, 94, "B5")),
]


def written(case):
    """Return a case's name: what the order is."""
    rows, what, _ = case
    name = {id(RISING): "rising", id(FALLING): "falling", id(HALTED): "halted", id(FLAT): "flat"}
    price = what.limit or what.stop or ""
    return f"{name.get(id(rows), 'empty')}-{what.side}-{what.type}-{price}"


@pytest.mark.parametrize("case", TABLE, ids=written)
def test_an_order_meets_the_bar_the_table_says(case):
    rows, what, expected = case
    found = meet(what, candles(*rows))
    assert (found and (found.row, found.price, found.rule)) == expected


@pytest.mark.parametrize("case", [case for case in TABLE if case[2]], ids=written)
def test_rules_at_the_open_and_only_they_fill_as_the_bar_opens(case):
    rows, what, (*_, rule) = case
    found = meet(what, candles(*rows))
    assert found.at_open == (rule in {"B1", "B2", "B4"})
    assert found.slips == (rule in {"B1", "B4", "B5"})


@pytest.mark.parametrize("case", [case for case in TABLE if case[2]], ids=written)
def test_a_bar_that_opened_before_the_order_came_does_not_count(case):
    rows, what, (row, *_) = case
    later = meet(what, candles(*rows), row + 1)
    assert later is None or later.row > row
