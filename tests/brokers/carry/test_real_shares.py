"""Splits and dividends of real shares, on raw and on split-adjusted prices."""

from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from brokers.simulated.carry.orders import adjust_order
from feeds.events import Openings, Rows, coverage, dividends, splits
from magents.model.events import Events, Timeline
from magents.model.money import exact
from magents.model.time import DAY
from tests.brokers.carry.bank import Bank, share
from tests.brokers.carry.rows import HERE, closing, frame, shared
from tests.builders import instrument, order

TICKERS = ("AAPL", "JNJ", "KO", "MSFT", "XOM")
NYSE = Openings(dict.fromkeys(TICKERS, "XNYS"))
SPLITS = {"AAPL": {"2000-06-21": 2, "2005-02-28": 2}, "MSFT": {"2003-02-18": 2}}
EITHER = ["excerpt", pytest.param("whole", marks=pytest.mark.evidence)]


class Holding:
    """A share held from the first close to the last.

    Attributes:
        worth, cash: shape [T], of the position and of the pod at each close.
    """

    def __init__(self, table, events, ticker, units):
        self.bank = Bank([share(ticker)], events, pod=1_000_000)
        worth, cash = [], []
        for row, (ts, close) in enumerate(zip(table.ts, table.close, strict=True)):
            self.bank.play(closing(ts))
            self.bank.now = closing(ts)
            self.bank.prices[ticker] = exact(close)
            if not row:
                self.bank.trade(ticker, units, exact(close))
            cash.append(float(self.bank.cash()))
            worth.append(float(self.bank.value() - self.bank.cash()))
        self.worth, self.cash = np.array(worth), np.array(cash)

    @property
    def returns(self):
        """Return each day's total return, shape [T - 1]."""
        return (self.worth[1:] + np.diff(self.cash)) / self.worth[:-1] - 1

    @property
    def yields(self):
        """Return what was paid each day, as part of the worth before."""
        return np.diff(self.cash) / self.worth[:-1]


def of_ticker(path, ticker):
    """Return the rows of a ticker."""
    table = frame(path)
    return table[table.ticker == ticker]


# -- raw prices, 2000 to 2013 -----------------------------------------------------------------


@pytest.fixture(scope="module", params=EITHER)
def raw(request):
    """Return the files of bars and of corporate actions."""
    if request.param == "excerpt":
        return HERE / "wiki_raw_2000_2013.parquet", HERE / "corporate_actions_wiki.csv"
    bars = shared("equities/wiki5_daily_2000_2013.parquet")
    return bars, shared("equities/wiki5_corporate_actions.csv")


def actions(path, *, paying=True):
    """Return the events of a file of corporate actions."""
    rows = Rows(Path(path), NYSE)
    paid = Timeline(dividends(rows)) if paying else Timeline()
    return Events(dividends=paid, splits=Timeline(splits(rows)))


@pytest.mark.parametrize("ticker", ["AAPL", "MSFT"])
def test_holding_through_splits_is_the_split_adjusted_series(raw, ticker):
    table = of_ticker(raw[0], ticker)
    held = Holding(table, actions(raw[1], paying=False), ticker, 100)
    ratio = np.ones(len(table))
    for day, each in SPLITS[ticker].items():
        ratio[(table.date.astype(str) >= day).to_numpy()] *= each
    assert held.worth / 100 == pytest.approx(table.close.to_numpy() * ratio, rel=1e-9)
    assert held.bank.units(ticker) == 100 * int(ratio[-1])
    assert (held.cash == held.cash[0]).all()


@pytest.mark.parametrize("ticker", ["AAPL", "MSFT"])
def test_total_return_on_raw_prices_agrees_with_the_adjusted_close(raw, ticker):
    """Adjusted closes reinvest at the close before; dividends here are good to 4 percent."""
    table = of_ticker(raw[0], ticker)
    held = Holding(table, actions(raw[1]), ticker, 100)
    paid = np.diff(held.cash)
    adjusted = np.log(table.adj_close.iloc[-1] / table.adj_close.iloc[0])
    total = np.log(held.worth[1:] / (held.worth[:-1] - paid)).sum()
    assert abs(total - adjusted) <= 0.04 * held.yields.sum() < 0.016
    assert abs(np.log1p(held.returns).sum() - total) <= (held.yields**2).sum()
    assert (paid > 0).sum() == {"AAPL": 3, "MSFT": 37}[ticker]


def test_a_short_pays_what_a_long_gets(raw):
    events, table = actions(raw[1]), of_ticker(raw[0], "MSFT")
    held, short = (Holding(table, events, "MSFT", units) for units in (100, -100))
    paid = held.bank.amounts("dividend")
    assert short.bank.amounts("dividend") == [-each for each in paid]
    assert sum(paid) == held.bank.position("MSFT").carry > 1_500
    assert held.bank.gain() == -short.bank.gain()


@pytest.mark.parametrize(
    ("ticker", "day", "limit", "after"),
    [
        ("AAPL", "2000-06-21", "99.99", "49.99"),
        ("AAPL", "2005-02-28", "85.00", "42.50"),
        ("MSFT", "2003-02-18", "47.01", "23.50"),
    ],
)
def test_an_open_limit_is_adjusted_by_the_split_and_not_touched_by_it(
    raw, ticker, day, limit, after
):
    """Left as it was, a limit to buy under the last close would fill at once on the ex-date."""
    found = [s for s in actions(raw[1]).splits if s.instrument == ticker]
    cut = next(s for s in found if s.ts // DAY == _day(day))
    made = order("buy", 50, limit=limit, instrument=ticker)
    new = adjust_order(made, cut.ratio, instrument(ticker, tick=Decimal("0.01")))
    assert (new.quantity, new.limit) == (100, Decimal(after))
    table = of_ticker(raw[0], ticker)
    before = exact(float(table[table.ts < _day(day) * DAY].close.iloc[-1]))
    then = exact(float(table[table.ts == _day(day) * DAY].close.iloc[0]))
    assert then < Decimal(limit) < before
    assert new.limit < then


def _day(text):
    return int(np.datetime64(text, "D").astype(int))


# -- split-adjusted prices, 2013 to 2018 --------------------------------------------------------


@pytest.fixture(scope="module")
def paid():
    """Return the dividends of five shares."""
    return Events(
        dividends=Timeline(dividends(Rows(HERE / "dividends_us.csv", NYSE))),
        coverage=coverage(Rows(HERE / "dividends_coverage.csv", NYSE)),
    )


@pytest.mark.parametrize("ticker", TICKERS)
def test_total_return_on_split_adjusted_prices_agrees_with_an_independent_series(paid, ticker):
    """The other series is good to 0.3 percent of each dividend and rounded to a tenth of a cent."""
    table = of_ticker(HERE / "us_daily_2013_2018.parquet", ticker)
    held = Holding(table, paid, ticker, 100)
    total = np.log1p(held.returns).sum()
    adjusted = np.log(table.adj_close.iloc[-1] / table.adj_close.iloc[0])
    assert (held.yields > 0).sum() == len([d for d in paid.dividends if d.instrument == ticker])
    assert abs(total - adjusted) <= (0.003 * held.yields + held.yields**2).sum() + 2e-4


def test_dividends_that_are_not_covered_are_unknown_and_not_zero(paid):
    start, end = _day("2014-01-02") * DAY, _day("2017-01-03") * DAY
    assert paid.covered("AAPL", start, end)
    assert not paid.covered("GE", start, end)
    assert not paid.covered("AAPL", start, _day("2019-01-02") * DAY)


@pytest.mark.evidence
def test_every_covered_share_pays_its_dividends_to_the_cent():
    files = (
        shared("equities/us_dividends_2013_2018.csv.gz"),
        shared("equities/us_daily_2013_2018.parquet"),
    )
    bars = frame(files[1])
    covered = coverage(Rows(shared("equities/us_dividends_coverage.csv"), NYSE))
    openings = Openings(dict.fromkeys(covered, "XNYS"))
    events = Events(dividends=Timeline(dividends(Rows(files[0], openings))))
    for ticker in sorted(covered):
        table = bars[bars.ticker == ticker]
        mine = [d.amount for d in events.dividends if d.instrument == ticker]
        held, short = (Holding(table, events, ticker, units) for units in (100, -100))
        assert held.bank.amounts("dividend") == [100 * each for each in mine]
        assert held.bank.gain() == -short.bank.gain()
