"""Every indicator: the slow path bit for bit, for any cut; and what the books say, closely."""

import math
import statistics

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pods import indicators as ta
from tests.pods.indicators import slow

NAN = math.nan

PRICES = st.floats(0.01, 1e6) | st.integers(1, 50).map(float)
ROW = st.tuples(PRICES, st.floats(0, 5), st.floats(0, 5)).map(
    lambda made: (made[0] + made[1], made[0] - made[2], made[0])
)
MISSING = (NAN, NAN, NAN)
TABLES = st.integers(1, 3).flatmap(
    lambda width: st.lists(
        st.lists(ROW, min_size=width, max_size=width)
        | st.lists(ROW | st.just(MISSING), min_size=width, max_size=width)
        | st.just([MISSING] * width),
        min_size=1,
        max_size=40,
    )
)
SIZES = st.lists(st.integers(0, 9), min_size=0, max_size=12)
WINDOWS = st.integers(1, 11)


def wilder(window):
    return slow.smoothed(1.0 / window, window)


def ema(span):
    return slow.smoothed(2.0 / (span + 1.0), span)


def on_close(run):
    return lambda *bars: [run(bars[2])]


def score(*, window):
    def answer(values):
        mean, spread = slow.moments(values)
        return slow.ratio(values[-1] - mean, math.sqrt(spread / (window - 1)))

    return slow.windowed(window, answer)


def deviation(window, ddof):
    return slow.windowed(window, lambda x: math.sqrt(slow.moments(x)[1] / (window - ddof)))


def returns(bars):
    return slow.windowed(bars + 1, lambda x: slow.ratio(x[-1], x[0]) - 1.0)


def bands(window, width):
    def line(sign):
        def answer(values):
            mean, spread = slow.moments(values)
            return mean + sign * (math.sqrt(spread / window) * width)

        return slow.windowed(window, answer)

    return lambda *bars: [line(sign)(bars[2]) for sign in (-1.0, 0.0, 1.0)]


def donchian(window):
    lower = slow.windowed(window + 1, lambda *bars: min(bars[1][:-1]))
    upper = slow.windowed(window + 1, lambda *bars: max(bars[0][:-1]))
    return lambda *bars: [lower(*bars[:2]), upper(*bars[:2])]


def ranges(high, low, close):
    def answer(high, low, close):
        return max(high[1], close[0]) - min(low[1], close[0])

    return slow.windowed(2, answer)(high, low, close)


def rsi(window):
    def run(high, low, close):
        change = slow.windowed(2, lambda x: x[1] - x[0])(close)
        up = wilder(window)([max(x, 0.0) if x == x else NAN for x in change])  # noqa: PLR0124
        down = wilder(window)([max(-x, 0.0) if x == x else NAN for x in change])  # noqa: PLR0124
        return [[share(max(u, 0.0), max(d, 0.0)) for u, d in zip(up, down, strict=True)]]

    def share(up, down):
        return slow.ratio(up, up + down) * 100.0 if up == up else NAN  # noqa: PLR0124

    return run


def macd(fast, slow_span, signal):
    def run(high, low, close):
        pairs = zip(ema(fast)(close), ema(slow_span)(close), strict=True)
        line = [one - other for one, other in pairs]
        average = ema(signal)(line)
        return [line, average, [a - b for a, b in zip(line, average, strict=True)]]

    return run


def volatility(window):
    def run(high, low, close):
        return [[x * math.sqrt(252.0) for x in deviation(window, 1)(returns(1)(close))]]

    return run


BOOK = {
    "Sma": (ta.Sma, lambda n: on_close(slow.windowed(n, lambda x: slow.total(x) / n))),
    "Ema": (ta.Ema, lambda n: on_close(ema(n))),
    "WilderAverage": (ta.WilderAverage, lambda n: on_close(wilder(n))),
    "Returns": (ta.Returns, lambda n: on_close(returns(n))),
    "StandardDeviation": (
        lambda n: ta.StandardDeviation(n + 1),
        lambda n: on_close(deviation(n + 1, 1)),
    ),
    "ZScore": (lambda n: ta.ZScore(n + 1), lambda n: on_close(score(window=n + 1))),
    "Bollinger": (lambda n: ta.Bollinger(n, 1.5), lambda n: bands(n, 1.5)),
    "Volatility": (lambda n: ta.Volatility(n + 1, 252.0), lambda n: volatility(n + 1)),
    "Highest": (ta.Highest, lambda n: on_close(slow.windowed(n, max))),
    "Lowest": (ta.Lowest, lambda n: on_close(slow.windowed(n, min))),
    "Donchian": (ta.Donchian, donchian),
    "TrueRange": (lambda _: ta.TrueRange(), lambda _: lambda *bars: [ranges(*bars)]),
    "Atr": (ta.Atr, lambda n: lambda *bars: [wilder(n)(ranges(*bars))]),
    "Change": (
        lambda _: ta.Change(),
        lambda _: on_close(slow.windowed(2, lambda x: x[1] - x[0])),
    ),
    "Rsi": (ta.Rsi, rsi),
    "Macd": (lambda n: ta.Macd(n, n + 3, 4), lambda n: macd(n, n + 3, 4)),
}
"""Each indicator with its slow path: of a window, then of one instrument's bars."""

INPUTS = {"Donchian": (0, 1), "TrueRange": (0, 1, 2), "Atr": (0, 1, 2)}


def answers(indicator, name, bars):
    """Return what an indicator says of bars, shape [3, T, I]: as [G, T, I]."""
    made = indicator.update(*(bars[i] for i in INPUTS.get(name, (2,))))
    return np.stack(made if isinstance(made, tuple) else [made])


def cut(sizes, length):
    """Yield slices that tile ``length`` rows."""
    start = 0
    for size in sizes:
        yield slice(start, min(start + size, length))
        start = min(start + size, length)
    yield slice(start, length)


def table(rows):
    """Return made rows as [3, T, I]."""
    return np.moveaxis(np.array(rows, float), 2, 0)


@pytest.mark.parametrize("name", BOOK)
@given(TABLES, WINDOWS, SIZES)
def test_it_is_the_slow_path_bit_for_bit_however_rows_are_cut(name, rows, window, sizes):
    make, by_hand = BOOK[name]
    bars = table(rows)
    indicator = make(window)
    parts = [answers(indicator, name, bars[:, each]) for each in cut(sizes, bars.shape[1])]
    columns = [by_hand(window)(*bars[:, :, i].tolist()) for i in range(bars.shape[2])]
    expected = np.moveaxis(np.array(columns, float), 0, 2)
    np.testing.assert_array_equal(np.concatenate(parts, axis=1), expected)


@pytest.mark.parametrize("name", BOOK)
def test_long_tables_are_the_same_in_one_piece_and_row_by_row(name):
    draw = np.random.default_rng(3)
    walk = 100 + np.cumsum(draw.normal(0, 1, (700, 3)), axis=0)
    bars = np.stack([walk + draw.random(walk.shape), walk - draw.random(walk.shape), walk])
    bars[:, draw.random(walk.shape) < 0.05] = NAN
    make, _ = BOOK[name]
    whole, rowwise = make(14), make(14)
    parts = [answers(rowwise, name, bars[:, n : n + 1]) for n in range(bars.shape[1])]
    found = answers(whole, name, bars)
    np.testing.assert_array_equal(np.concatenate(parts, axis=1), found)
    assert np.isfinite(found).any()


# -- as the books have it ----------------------------------------------------------------------

SERIES = st.lists(st.floats(1, 1e4), min_size=30, max_size=80)


def of(indicator, *columns):
    """Return what an indicator says of one instrument."""
    made = indicator.update(*(np.array(column)[:, None] for column in columns))
    return [each[:, 0] for each in made] if isinstance(made, tuple) else made[:, 0]


@given(SERIES, st.integers(1, 20))
def test_smoothing_is_the_recursion_of_the_books(values, window):
    for indicator, share in (
        (ta.Ema(window), 2 / (window + 1)),
        (ta.WilderAverage(window), 1 / window),
    ):
        expected = slow.recursion(share, window)(values)
        np.testing.assert_allclose(of(indicator, values), expected, rtol=1e-11)


@given(SERIES, st.integers(2, 20))
def test_deviations_are_those_of_the_standard_library(values, window):
    found, last = of(ta.StandardDeviation(window), values), values[-window:]
    assert found[-1] == pytest.approx(statistics.stdev(last), rel=1e-9, abs=1e-9)
    lower, middle, upper = of(ta.Bollinger(window, 2), values)
    assert middle[-1] == pytest.approx(statistics.fmean(last))
    wide = 4 * statistics.pstdev(last)
    assert upper[-1] - lower[-1] == pytest.approx(wide, rel=1e-8, abs=1e-8)


def test_a_price_that_is_large_and_moves_little_loses_nothing():
    values = [1e9 + step for step in (0.0, 0.5, 1.0, 0.5, 0.0, -0.5)]
    assert of(ta.StandardDeviation(6), values)[-1] == pytest.approx(
        statistics.stdev([0, 0.5, 1, 0.5, 0, -0.5]), rel=1e-9
    )


WILDER = [44.34, 44.09, 44.15, 43.61, 44.33, 44.83, 45.10, 45.42, 45.84, 46.08,
          45.89, 46.03, 45.61, 46.28, 46.28, 46.00, 46.03, 46.41, 46.22, 45.64]  # fmt: skip
"""Closes of a widely printed worksheet of the index over 14 bars."""


def test_the_relative_strength_of_a_printed_worksheet():
    found = of(ta.Rsi(14), WILDER)
    assert np.isnan(found[:14]).all()
    np.testing.assert_allclose(found[14:], [70.46, 66.25, 66.48, 69.35, 66.29, 57.92], atol=0.02)


def test_what_stands_still_has_itself_as_its_average_and_no_momentum():
    still = [0.1 + 0.2] * 400
    assert set(of(ta.Ema(26), still)[25:]) == {still[0]}
    line, signal, histogram = of(ta.Macd(), still)
    assert set(line[25:]) == set(signal[33:]) == set(histogram[33:]) == {0.0}
    assert np.isnan(of(ta.Rsi(), still)).all()
    assert np.isnan(of(ta.ZScore(9), still)).all()


def test_memory_does_not_grow_with_history():
    indicator = ta.Ema(20)
    sizes = []
    for start in range(0, 20_000, 500):
        indicator.update(np.arange(start, start + 500, dtype=float)[:, None])
        sizes.append(indicator._together._tail.nbytes)
    assert len(set(sizes)) == 1
    assert sizes[0] <= 8 * 2 * 37 * 21 / 2


@pytest.mark.parametrize(
    "make",
    [
        lambda: ta.Sma(0),
        lambda: ta.Ema(0),
        lambda: ta.Smoothing(0.0, 3),
        lambda: ta.StandardDeviation(1),
        lambda: ta.ZScore(1),
    ],
)
def test_an_impossible_window_is_refused(make):
    with pytest.raises(ValueError, match=r"window|smoothing|needs more than"):
        make()


# -- across instruments ------------------------------------------------------------------------


def slow_rank(row):
    known = [x for x in row if x == x]  # noqa: PLR0124
    return [place(x, known) for x in row]


def place(value, known):
    if value != value:  # noqa: PLR0124
        return NAN
    if len(known) == 1:
        return 0.0
    less, same = sum(x < value for x in known), sum(x == value for x in known)
    return (less + (less + same - 1)) / 2.0 / (len(known) - 1) - 0.5


@given(
    st.integers(1, 7).flatmap(
        lambda width: st.lists(
            st.lists(st.integers(0, 5).map(float) | st.just(NAN), min_size=width, max_size=width),
            min_size=1,
            max_size=9,
        )
    )
)
def test_ranks_are_those_of_counting(rows):
    expected = [slow_rank(row) for row in rows]
    np.testing.assert_array_equal(ta.rank(np.array(rows)), expected)
    np.testing.assert_array_equal(ta.rank(np.array(rows[0])), expected[0])
