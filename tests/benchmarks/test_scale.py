"""The scale benchmark measures what it says; memory does not grow with the length of history."""

import json
import subprocess
import sys

import pytest

from benchmarks.measure import ROOT
from benchmarks.scale import SIZES, Size, measure, smaller
from benchmarks.scale_feed import WalkFeed
from benchmarks.scale_report import draw, page
from tests.builders_data import read

SMALL = Size("small", 5, 4_000, "1m", 2)


def test_the_market_is_the_same_however_long_its_blocks_are_asked_for_twice():
    one, two = (read(WalkFeed(3, 50, "1d"), 20) for _ in range(2))
    assert [len(block) for block in one] == [20, 20, 10]
    for a, b in zip(one, two, strict=True):
        assert a.close.tobytes() == b.close.tobytes()
    assert one[1].open[0].tobytes() == one[0].close[-1].tobytes()


def test_pods_that_want_nothing_order_nothing_and_read_the_same_bars():
    acting, still = measure(SMALL, still=False), measure(SMALL, still=True)
    assert acting["bars"] == still["bars"] == 20_000
    assert acting["orders"] > 100
    assert still["orders"] == 0
    text = page({"a": "five"}, {"a": (acting, still)})
    assert f"| five | 20,000 | {acting['orders']:,} |" in text


def test_the_plot_is_drawn(tmp_path):
    row = measure(SMALL, still=True)
    draw({"a": "five"}, {"a": (row, row)}, tmp_path / "scale.png")
    assert (tmp_path / "scale.png").stat().st_size > 5_000


def peak(length, *, still=True):
    """Return how much a run needs, in MB, in a process of its own."""
    code = (
        "import json; from benchmarks.scale import Size, measure;"
        f"print(json.dumps(measure(Size('', 8, {length}, '1m', 1), still={still})))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)["peak_mb"]


@pytest.mark.slow
def test_ten_times_the_history_takes_no_more_memory():
    assert peak(400_000) < peak(40_000) * 1.1 + 5


@pytest.mark.evidence
def test_four_times_the_orders_take_no_more_memory():
    """Some 75,000 and 300,000 of them; 16,384 fills are kept as objects, and older ones are not."""
    assert peak(1_000_000, still=False) < peak(250_000, still=False) * 1.05 + 5


def test_every_size_has_a_quick_one():
    for size in SIZES.values():
        assert smaller(size).length < size.length
