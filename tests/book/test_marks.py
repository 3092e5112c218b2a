"""Marks: the last close, as of now, gaps filled from before."""

from decimal import Decimal

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from magents.book.marks import Marks, forward_fill
from tests.builders import NAN, always_open, block, walk

TABLES = st.integers(1, 4).flatmap(
    lambda width: st.lists(
        st.lists(st.floats(1, 9) | st.just(NAN), min_size=width, max_size=width),
        min_size=1,
        max_size=8,
    )
)


class Wrist:
    """Says what time it is."""

    now = 0

    def __call__(self):
        return self.now


def slowly_filled(table, before):
    filled, last = [], list(before)
    for row in table:
        last = [was if is_ != is_ else is_ for is_, was in zip(row, last, strict=True)]  # noqa: PLR0124
        filled.append(last)
    return filled


@given(TABLES, st.booleans())
def test_forward_fill_is_what_a_slow_loop_does(table, known):
    before = np.full(len(table[0]), 5.0 if known else NAN)
    filled = forward_fill(np.array(table), before)
    assert np.array_equal(filled, slowly_filled(table, before), equal_nan=True)


@given(TABLES, st.integers(0, 8))
def test_forward_fill_over_two_parts_is_forward_fill_over_the_whole(table, cut):
    whole, before = np.array(table), np.full(len(table[0]), NAN)
    first = forward_fill(whole[:cut], before)
    second = forward_fill(whole[cut:], first[-1] if len(first) else before)
    joined = np.vstack([first, second])
    assert np.array_equal(joined, forward_fill(whole, before), equal_nan=True)


def test_the_price_is_the_last_close_known_now_and_none_before_the_first():
    bars, now = block([10.0, NAN, 12.0]), Wrist()
    marks = Marks([bars.panel], now)
    marks.on_block(bars)
    seen = []
    for now.now in (bars.ts[0] - 1, bars.ts[0], bars.ts[1], bars.ts[2] - 1, bars.ts[2] + 99):
        seen.append(marks.price("AAA"))
    assert np.array_equal(seen, [NAN, 10, 10, 10, 12], equal_nan=True)


def test_exact_prices_leave_out_what_has_no_price_yet():
    bars, now = block([[10.1, NAN], [NAN, 7.25]]), Wrist()
    marks = Marks([bars.panel], now)
    marks.on_block(bars)
    now.now = int(bars.ts[0])
    assert marks.exact() == {"AAA": Decimal("10.1")}
    now.now = int(bars.ts[1])
    assert marks.exact() == {"AAA": Decimal("10.1"), "BBB": Decimal("7.25")}


def test_prices_of_two_panels_are_each_as_of_now():
    daily, coins, now = walk(3), always_open(18), Wrist()
    marks = Marks([daily.panel, coins.panel], now)
    marks.on_block(daily)
    marks.on_block(coins)
    now.now = int(coins.ts[5])
    row = int(np.searchsorted(daily.ts, now.now, "right")) - 1
    assert marks.price("BTC/USDT") == coins.close[5, 0]
    assert marks.price("BBB") == daily.close[row, 1]


@given(st.integers(1, 10), st.integers(0, 3))
def test_prices_are_the_same_however_rows_come_in_blocks(rows, seed):
    bars, now = walk(9, seed=seed, gaps=0.4), Wrist()
    whole, cut = Marks([bars.panel], now), Marks([bars.panel], now)
    whole.on_block(bars)
    for start in range(0, len(bars), rows):
        cut.on_block(bars.rows(start, min(start + rows, len(bars))))
        for row in range(start, min(start + rows, len(bars))):
            now.now = int(bars.ts[row])
            same = [(whole.price(n), cut.price(n)) for n in bars.panel.instruments]
            assert np.array_equal(*zip(*same, strict=True), equal_nan=True)
