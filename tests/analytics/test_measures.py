"""Measures: worked by hand, held against other libraries, and never a silly number."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from magents.analytics import measures as m
from magents.analytics.drawdowns import max_drawdown
from magents.analytics.periods import period_returns_table
from magents.model.time import DAY, parse_instant

YEAR = 365.25 * DAY


def series(*values):
    return np.array(values, float)


def span(years, rows=2):
    return np.linspace(0, years * YEAR, rows).astype(np.int64)


def growth(returns):
    return np.concatenate(([100.0], 100.0 * np.cumprod(1.0 + returns)))


def test_returns_by_hand():
    assert m.period_returns(series(100, 110, 99)).tolist() == pytest.approx([0.1, -0.1])
    assert m.total_return(series(100, 110, 99)) == pytest.approx(-0.01)


def test_cagr_is_by_elapsed_time_not_by_rows():
    for rows in (2, 3, 500):
        equity = np.linspace(100, 121, rows)
        assert m.cagr(equity, span(2, rows)) == pytest.approx(0.10, abs=1e-9)


def test_cagr_of_a_few_days_is_not_said():
    assert math.isnan(m.cagr(series(100, 101), np.array([0, 29 * DAY])))
    assert m.cagr(series(100, 101), np.array([0, 31 * DAY])) > 0


def test_volatility_divides_by_n_less_one():
    # mean 0.01, squares 4 x 0.02^2 = 0.0016, over 3, root, times root of 252
    returns = series(0.03, -0.01, 0.03, -0.01)
    expected = math.sqrt(0.0016 / 3) * math.sqrt(252)
    assert m.volatility(returns, 252) == pytest.approx(expected)
    assert m.sharpe(returns, 252) == pytest.approx(0.01 * 252 / expected)


def test_sortino_counts_all_periods():
    # mean 0.005; squares below zero 0.0001 + 0.0004 over all four periods
    returns = series(0.02, -0.01, 0.03, -0.02)
    expected = 0.005 / math.sqrt(0.0005 / 4) * math.sqrt(252)
    assert m.sortino(returns, 252) == pytest.approx(expected)


def test_sortino_without_a_losing_period_is_not_said():
    assert math.isnan(m.sortino(series(0.01, 0.02, 0.03), 252))


def test_sharpe_error_of_lo():
    # SR of one period 1/sqrt(252); variance (1 + SR^2/2)/T, times 252
    expected = math.sqrt((1 + 1 / 504) / 252 * 252)
    assert m.sharpe_error(1.0, 252, 252) == pytest.approx(expected)


def test_calmar_takes_either_sign():
    assert m.calmar(0.2, -0.1) == m.calmar(0.2, 0.1) == pytest.approx(2.0)
    assert math.isnan(m.calmar(0.2, 0.0))


@pytest.mark.parametrize("measure", [m.sharpe, m.sortino])
@pytest.mark.parametrize("rate", [0.0, 0.001, -0.0003])
def test_flat_series_have_no_ratio(measure, rate):
    """Constant growth leaves noise of 1e-16, which would give ratios of 1e13."""
    returns = m.period_returns(growth(np.full(300, rate)))
    value = measure(returns, 252)
    assert math.isnan(value) or (measure is m.sortino and rate < 0)


def test_too_few_returns():
    one = series(0.01)
    for value in (m.volatility(one, 252), m.sharpe(one, 252), m.sortino(one, 252)):
        assert math.isnan(value)
    assert math.isnan(m.total_return(series(100)))
    assert math.isnan(m.cagr(series(100), span(1, 1)))


@pytest.mark.parametrize("end", [0.0, -5.0])
def test_a_wipe_out_is_not_annualised(end):
    equity = series(100, 50, end, end)
    returns = m.period_returns(equity)
    assert math.isnan(m.cagr(equity, span(2, 4)))
    assert math.isnan(m.sharpe(returns, 252))
    assert math.isnan(m.sortino(returns, 252))
    assert m.total_return(equity) == pytest.approx(end / 100 - 1)


# One series of 500 business days from 2020-01-02, its first day a loss of 8 %, given to
# empyrical-reloaded 0.7.1 and quantstats 0.0.86 (they agree); annual rate 4 % compounded down.
DAYS = np.arange(1, 501)
KNOWN = 0.0006 + 0.012 * np.sin(DAYS * 1.7) * np.cos(DAYS * 0.37) + 0.004 * np.sin(DAYS**2 * 0.01)
KNOWN = np.concatenate(([-0.08], np.round(KNOWN, 6)[1:]))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (m.volatility(KNOWN, 252), 0.1212470345550008),
        (m.volatility(KNOWN, 365), 0.1459208286746899),
        (m.sharpe(KNOWN, 252), 1.0424014118272484),
        (m.sharpe(KNOWN, 365), 1.2545302933285236),
        (m.sharpe(KNOWN, 252, 0.04), 0.7188985272630466),
        (m.sharpe(KNOWN, 365, 0.04), 0.9857350788522415),
        (m.sortino(KNOWN, 252), 1.4045149923230436),
        (m.sortino(KNOWN, 365), 1.690334054915253),
        (m.sortino(KNOWN, 252, 0.04), 0.956420165368067),
        (max_drawdown(growth(KNOWN)), -0.08504160790739988),
        (m.total_return(growth(KNOWN)), 0.26615422306787884),
        (float(m.rolling_sharpe(KNOWN, 60, 252)[59]), -0.6718276944611555),
        (float(m.rolling_sharpe(KNOWN, 60, 252)[-1]), 1.1681137650736502),
    ],
)
def test_agrees_with_empyrical_and_quantstats(value, expected):
    assert value == pytest.approx(expected, rel=1e-9)


def test_cagr_differs_from_count_of_rows_where_it_should():
    """500 rows of 252 a year are 1.984 years; by the calendar the series lasted 1.914."""
    equity = growth(KNOWN)
    first = parse_instant("2020-01-01")
    ts = np.linspace(first, first + 700 * DAY, 501).astype(np.int64)
    by_rows = 0.1262978377382722  # empyrical, quantstats
    assert m.cagr(equity, ts) == pytest.approx((1 + by_rows) ** (500 / 252 / (700 / 365.25)) - 1)


def test_months_and_years_agree_with_empyrical():
    """Its aggregate_returns on the same series."""
    days = np.busday_offset("2020-01-02", np.arange(500)).astype("datetime64[ns]").astype(np.int64)
    ts = np.concatenate(([days[0]], days + 21 * 3600 * 10**9))
    table = period_returns_table(growth(KNOWN), ts)
    assert table.years == (2020, 2021)
    assert table.months[0, :2].tolist() == pytest.approx(
        [-0.050021431006274764, -0.000508615785373534]
    )
    assert table.months[1, 11] == pytest.approx(-0.01303399999999999)
    assert table.totals.tolist() == pytest.approx([0.0882454713225207, 0.1634821889303586])


def test_midnight_belongs_to_the_month_that_ends():
    ts = np.array([parse_instant(t) for t in ("2021-01-30", "2021-02-01", "2021-02-02")])
    table = period_returns_table(series(100, 110, 121), ts)
    assert table.months[0, :3].tolist() == pytest.approx([0.1, 0.1, math.nan], nan_ok=True)


small = st.floats(-0.05, 0.05).map(lambda x: round(x, 6))


@given(arrays(float, st.integers(2, 80), elements=small), st.integers(2, 20))
def test_rolling_is_the_ratio_of_each_window(returns, window):
    rolled = m.rolling_sharpe(returns, window, 252)
    for end in range(window, len(returns) + 1):
        part = returns[end - window : end]
        expected = m.sharpe(part, 252)
        if np.ptp(part) > 1e-6:
            assert rolled[end - 1] == pytest.approx(expected, rel=1e-6, abs=1e-9)
    assert np.isnan(rolled[: window - 1]).all()


@given(arrays(float, st.integers(2, 60), elements=small), st.floats(0.01, 1e6))
def test_measures_do_not_depend_on_the_size_of_the_fund(returns, size):
    equity = growth(returns)
    one, other = m.period_returns(equity), m.period_returns(equity * size)
    assert m.sharpe(one, 252) == pytest.approx(m.sharpe(other, 252), rel=1e-6, nan_ok=True)
    assert max_drawdown(equity) == pytest.approx(max_drawdown(equity * size), abs=1e-12)


@given(arrays(float, st.integers(2, 300), elements=small))
def test_months_compound_to_the_total(returns):
    equity = growth(returns)
    ts = parse_instant("2020-01-15T12:00:00") + np.arange(len(equity)) * DAY
    table = period_returns_table(equity, ts)
    months = table.months[~np.isnan(table.months)]
    assert np.prod(1 + months) - 1 == pytest.approx(m.total_return(equity), abs=1e-9)
    assert np.prod(1 + table.totals) - 1 == pytest.approx(m.total_return(equity), abs=1e-9)
