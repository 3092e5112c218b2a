"""Bar blocks: frozen, of one shape, cut without copies."""

import numpy as np
import pytest

from magents.model.bars import BarBlock
from tests.builders import NAN, block, candles, panel, walk

FIELDS = ("open_ts", "ts", "open", "high", "low", "close", "volume")


@pytest.mark.parametrize("field", FIELDS)
def test_no_array_of_a_block_can_be_written(field):
    with pytest.raises(ValueError, match="read-only"):
        getattr(walk(3), field)[0] = 0


@pytest.mark.parametrize("field", FIELDS)
def test_no_array_of_a_cut_can_be_written(field):
    with pytest.raises(ValueError, match="read-only"):
        getattr(walk(5).rows(1, 3), field)[0] = 0


def test_a_table_of_another_shape_is_refused_by_name():
    ts = np.arange(2)
    good, bad = np.ones((2, 1)), np.ones((2, 2))
    with pytest.raises(ValueError, match=r"low has shape \(2, 2\), the block needs \(2, 1\)"):
        BarBlock(panel("AAA"), ts, ts + 1, good, good, bad, good, good)


def test_cutting_and_joining_gives_the_same_rows():
    whole = walk(10, gaps=0.2)
    parts = [whole.rows(0, 4), whole.rows(4, 5), whole.rows(5, 10)]
    for field in FIELDS:
        joined = np.concatenate([getattr(part, field) for part in parts])
        assert np.array_equal(joined, getattr(whole, field), equal_nan=True)
    assert [len(part) for part in parts] == [4, 1, 5]


def test_a_bar_carries_the_numbers_of_its_row_and_column():
    bars = candles((1, 4, 0.5, 2), (2, 8, 1.5, 3))
    bar = bars.bar(1, 0)
    assert (bar.instrument, bar.open, bar.high, bar.low, bar.close) == ("AAA", 2, 8, 1.5, 3)
    assert (bar.open_ts, bar.ts) == (int(bars.open_ts[1]), int(bars.ts[1]))


def test_an_instrument_without_a_bar_in_a_row_has_none_there():
    bars = block([[1.0, NAN], [NAN, 2.0]])
    assert bars.bar(0, 1) is None
    assert bars.bar(1, 0) is None
    assert bars.bar(1, 1).close == 2.0
