"""Renderers as text: what is seen is what is asserted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from magents.model.time import DAY, MINUTE
from tui.charts.candles import Candle, Look, candles
from tui.charts.depth import ladder
from tui.charts.equity import drawdown, drawdowns, equity
from tui.charts.foot import foot
from tui.charts.line import line
from tui.charts.rail import Span, cell_of, instant_of, rail
from tui.charts.rows import fit, join, plain, width
from tui.charts.scale import buckets, labels, scale_of, short, ticks
from tui.charts.spark import bar, gauge, spark
from tui.format import Zone

NEW_YEAR = 1_388_534_400 * 10**9
"""2014-01-01, 00:00 UTC."""
CHARSETS = ("braille", "block", "ascii")
VALUES = st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=300)


def text(rows) -> list[str]:
    return [plain(row) for row in rows]


def test_line_up_in_braille():
    assert line([0, 1, 2, 3, 4, 5, 6, 7], 4, 2) == ["  ⣠⠞", "⣠⠞⠁ "]


def test_line_up_in_half_blocks():
    assert line([0, 1, 2, 3], 4, 2, "block") == ["  ▄█", "▄█▀ "]


def test_line_up_in_ascii():
    assert line([0, 1, 2], 3, 3, "ascii") == ["  *", " **", "** "]


def test_flat_line_is_in_the_middle():
    assert line([5, 5, 5, 5], 2, 3) == ["  ", "⠤⠤", "  "]


def test_peaks_are_not_lost_between_columns():
    values = [0.0] * 1000
    values[777] = 100.0
    rows = line(values, 10, 4)

    assert rows[0].strip()
    assert rows[0].index(rows[0].strip()) == 7


@given(VALUES, st.integers(1, 120), st.integers(1, 40), st.sampled_from(CHARSETS))
def test_pictures_have_the_size_asked_for(values, across, down, charset):
    for rows in (
        equity(values, across, down, charset),
        drawdown(drawdowns(values), across, down, charset),
    ):
        assert [width(row) for row in rows] == [across] * down


@given(VALUES)
def test_drawdown_is_never_above_zero(values):
    assert all(one <= 0 for one in drawdowns(values))


def test_equity_has_round_numbers_at_the_right_and_the_colour_of_its_gain():
    rows = equity([1e6, 1.1e6, 1.2e6], 40, 6)

    assert [row[2][0].strip() for row in rows if row[2][0].strip()] == ["1.1M", "1.0M"]
    assert rows[0][0][1] == "gain"
    assert equity([2.0, 1.0], 40, 3)[0][0][1] == "loss"
    assert equity([2.0, 1.5], 40, 3, start=1.0)[0][0][1] == "gain"


def test_drawdown_hangs_from_zero_to_the_deepest():
    rows = text(drawdown([0, 0, -0.05, -0.1], 4, 2))

    assert rows == ["  ██", "   █"]
    assert text(drawdown([0.0, 0.0], 4, 2)) == ["    ", "    "]


@pytest.mark.parametrize(
    ("value", "gap", "written"),
    [
        (1_234_567, 1e5, "1.2M"),
        (64_010_000, 1e4, "64.01M"),
        (812_345, 1e3, "812k"),
        (2.5e9, 1e8, "2.5B"),
        (101.5, 0.5, "101.5"),
        (9_950, 50, "9950"),
        (-0.25, 0.05, "-0.25"),
    ],
)
def test_axis_numbers_are_short_and_told_apart(value, gap, written):
    assert short(value, gap) == written


@given(st.floats(-1e6, 1e6), st.floats(1, 1e6), st.integers(1, 20))
def test_ticks_are_inside_ascending_and_no_more_than_asked(low, span, most):
    scale = scale_of([low, low + span], 20)
    found = ticks(scale, most)

    assert len(found) <= most
    assert found == sorted(set(found))
    assert all(scale.low - span * 1e-6 <= one <= scale.high + span * 1e-6 for one in found)
    assert len({written for _, written in labels(scale, most)}) == len(found)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=200), st.integers(1, 200))
def test_buckets_cover_the_range(values, count):
    found = buckets(values, count)

    assert len(found) == count
    assert all(low <= high for low, high in found)
    if count <= len(values):
        assert min(low for low, _ in found) == min(values)
        assert max(high for _, high in found) == max(values)


UP = Candle("01 Jan", 10.0, 14.0, 8.0, 12.0, volume=2.0)
DOWN = Candle("02 Jan", 12.0, 13.0, 7.0, 9.0, volume=1.0)


def test_candles_at_half_a_cells_resolution():
    rows = text(candles([UP, DOWN], Look(6, 8)))

    assert rows == [
        "      ",
        "│╷    ",
        "╽╽    ",
        "┃┃    ",
        "│╿    ",
        "╵│    ",
        "      ",
        "01 Jan",
    ]


def test_candles_have_wicks_bodies_and_colours():
    rows = candles([UP, DOWN], Look(6, 10))
    styles = {run[1] for row in rows[:-1] for run in row if run[0].strip()}
    drawn = "".join(text(rows[:-1]))

    assert styles == {"gain", "loss"}
    assert set("┃│╽╿╻╹╷╵") & set(drawn)


def test_fills_are_marked_below_and_above_their_candles():
    bought, sold = UP._replace(bought=5.0), DOWN._replace(sold=5.0)
    rows = text(candles([bought, sold], Look(6, 12)))
    up = next(at for at, row in enumerate(rows) if "▲" in row)
    down = next(at for at, row in enumerate(rows) if "▼" in row)

    assert rows[up][0] == "▲"
    assert rows[down][1] == "▼"
    assert rows[up - 1][0] in "│╵┃╹╿╽"
    assert rows[down + 1][1] in "│╷┃╻╿╽"


def test_volumes_are_columns_under_the_candles():
    rows = text(candles([UP, DOWN], Look(6, 12, volume=2)))

    assert rows[-3:-1] == ["█     ", "██    "]


@given(
    st.lists(st.tuples(*[st.floats(0.01, 1e6)] * 4), max_size=60),
    st.integers(1, 150),
    st.integers(1, 40),
    st.integers(0, 2),
    st.sampled_from(CHARSETS),
)
def test_candles_have_the_size_asked_for(prices, across, down, zoom, charset):
    bars = [Candle("01 Jan", o, max(o, h, low, c), min(o, h, low, c), c) for o, h, low, c in prices]
    rows = candles(bars, Look(across, down, zoom, min(2, max(0, down - 3)), charset))

    assert [width(row) for row in rows] == [across] * down


def test_newest_candles_are_shown_where_not_all_fit():
    bars = [Candle(f"{day:02d} Jan", 1.0, 2.0, 1.0, 2.0) for day in range(1, 31)]

    assert text(candles(bars, Look(10, 5)))[-1].startswith("21 Jan")


@pytest.mark.parametrize(
    ("share", "drawn", "style"),
    [
        (0.0, "········", "gain"),
        (0.5, "████····", "gain"),
        (0.79, "██████▍·", "gain"),
        (0.8, "██████▍·", "warn"),
        (1.0, "████████", "loss"),
        (2.0, "████████", "loss"),
        (float("nan"), "········", "gain"),
    ],
)
def test_gauge_fills_by_eighths_and_changes_colour(share, drawn, style):
    row = gauge(share, 8)

    assert plain(row) == drawn
    assert row[0][1] == style


def test_gauge_in_ascii():
    assert plain(gauge(0.5, 8, "ascii")) == "####...."


def test_bar_is_blank_where_it_ends():
    assert plain(bar(0.25, 4, "gain")) == "█   "


def test_spark_goes_from_low_to_high_and_is_flush_right():
    assert spark([1, 2, 3, 4, 5, 6, 7, 8], 8) == "▁▂▃▄▅▆▇█"
    assert spark([1, 8], 4) == "  ▁█"
    assert spark([], 3) == "   "
    assert spark([1, 2, 3], 3, "ascii") == "_=@"


SPAN = Span(0, 100, 60, 50)


def test_rail_shows_what_is_done_what_is_to_come_and_the_cursor():
    assert plain(rail(SPAN, (), 11)) == "━━━━━●━────"
    assert plain(rail(SPAN, (), 11, "ascii")) == "=====O=----"


def test_rail_shows_the_gravest_event_of_a_cell():
    marks = [(10, "fill"), (10, "halt"), (10, "breach"), (30, "breach"), (40, "fill")]

    assert plain(rail(SPAN, marks, 11)) == "━■━!╵●━────"


@given(st.integers(0, 10**6), st.integers(1, 200))
def test_click_on_the_rail_goes_to_the_cell(start, cells):
    span = Span(start, start + 10**12, start, start)

    for cell in range(cells):
        assert cell_of(span, instant_of(span, cell, cells), cells) in (cell, cell - 1)


def test_ladder_has_the_best_levels_around_the_spread():
    rows = text(ladder([(99.0, 1.0), (98.0, 2.0)], [(101.0, 4.0), (102.0, 1.0)], 40, 5))

    assert [row.split()[0] for row in rows] == ["102.00", "101.00", "spread", "99.00", "98.00"]
    assert rows[1].count("█") > rows[3].count("█")
    assert "200.0 bp" in rows[2]


def test_ladder_says_when_a_side_is_empty():
    assert "one side is empty" in text(ladder([], [(1.0, 1.0)], 30, 5))[1]


def test_rows_are_joined_cut_and_padded():
    row = join("aabb", ["x", "x", "y", "y"])

    assert row == (("aa", "x"), ("bb", "y"))
    assert plain(fit(row, 3)) == "aab"
    assert plain(fit(row, 6)) == "aabb  "


def test_numbers_of_an_axis_are_in_one_unit():
    scale = scale_of([990_000.0, 1_010_000.0], 40)

    assert [text for _, text in labels(scale, 5)] == [
        "0.990M",
        "0.995M",
        "1.000M",
        "1.005M",
        "1.010M",
    ]


@pytest.mark.parametrize(
    ("deepest", "text"), [(-0.051, "-5.1%"), (-0.0042, "-0.42%"), (-0.0003, "-0.030%")]
)
def test_small_falls_have_the_digits_to_be_told(deepest, text):
    assert plain(drawdown([0.0, deepest], 40, 4)[-1]).endswith(text)


def test_foot_of_a_chart_has_dates_between_its_ends_where_there_is_room():
    days = [NEW_YEAR + n * DAY for n in range(100)]

    assert plain(foot(days, Zone(), 40)).split() == ["2014-01-01", "2014-04-10"]
    wide = plain(foot(days, Zone(), 120)).split()
    assert (wide[0], wide[-1], len(wide)) == ("2014-01-01", "2014-04-10", 4)
    assert wide == sorted(wide)


def test_foot_of_a_chart_of_minutes_has_times_in_the_zone():
    minutes = [NEW_YEAR + n * MINUTE for n in range(100)]

    assert plain(foot(minutes, Zone("Asia/Kolkata"), 60)).split() == [
        "2014-01-01",
        "05:30:00",
        "07:09:00",
    ]


@given(st.integers(1, 300), st.integers(1, 50))
def test_foot_of_a_chart_is_as_wide_as_asked_for(width_, points):
    assert width(foot([NEW_YEAR + n * DAY for n in range(points)], Zone(), width_)) == width_


def test_prices_of_a_book_have_the_decimals_that_tell_them_apart_and_stand_in_line():
    rows = text(ladder([(0.3032, 9_407.1), (0.3031, 1e6)], [(0.3033, 2.0), (0.304, 5.0)], 60, 5))

    assert [row.split()[0] for row in rows] == ["0.3040", "0.3033", "spread", "0.3032", "0.3031"]
    assert "spread 0.0001 (3.3 bp)" in rows[2]
    ends = [rows[at].index(size) + len(size) for at, size in ((3, "9,407"), (4, "1,000,000"))]
    assert ends[0] == ends[1]
