"""Files of events: what they may look like, and what is refused."""

from decimal import Decimal

import pytest

from feeds.events import Openings, event_files, funding_names, read_events
from magents.model.errors import DataError
from magents.model.events import (
    Borrow,
    Delisting,
    Dividend,
    Exchange,
    Funding,
    Rate,
    Split,
)
from magents.model.instruments import Instrument, Kind
from magents.model.time import HOUR, parse_instant

AAPL = Instrument(id="AAPL")
COIN = Instrument(id="BTC/USDT", kind=Kind.SPOT_CRYPTO, calendar="24/7")
PERP = Instrument(id="BTC/USDT:USDT", kind=Kind.PERPETUAL, venue="binance", calendar="24/7")
KNOWN = (AAPL, COIN, PERP)
OPENING = parse_instant("2014-06-09T13:30:00Z")


@pytest.fixture
def directory(tmp_path):
    """Return a writer of files, and a reader of them all."""

    class Directory:
        def __setitem__(self, name, text):
            path = tmp_path / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)

        def read(self):
            return read_events(tmp_path, KNOWN, "USD")

        path = tmp_path

    return Directory()


def test_a_date_means_the_opening_of_its_session(directory):
    directory["splits.csv"] = "ticker,ex_date,ratio\nAAPL,2014-06-09,7\n"
    assert list(directory.read().splits) == [Split(OPENING, "AAPL", Decimal("7.0"))]


def test_a_date_without_a_session_means_the_next_and_round_the_clock_midnight():
    openings = Openings({"AAPL": "XNYS"})
    saturday = parse_instant("2014-06-07")
    assert openings.at("AAPL", saturday) == OPENING
    assert openings.at("AAPL", saturday + HOUR) == saturday + HOUR
    assert openings.at("BTC/USDT", saturday) == saturday


def test_dividends_come_from_their_own_file_and_from_corporate_actions(directory):
    directory["dividends_us.csv"] = "ticker,ex_date,dividend\nAAPL,2014-08-07,0.47\n"
    directory["events/corporate_actions.csv"] = (
        "ticker,ex_date,action,value\nAAPL,2014-06-09,split,7\nAAPL,2014-05-08,dividend,3.29\n"
        "GE,2014-05-08,dividend,1\n"
    )
    events = directory.read()
    amounts = [Decimal("3.29"), Decimal("0.47")]
    assert [each.amount for each in events.dividends] == amounts
    assert isinstance(next(iter(events.dividends)), Dividend)
    assert len(events.splits) == 1


def test_coverage_says_between_which_dates_dividends_are_known(directory):
    directory["dividends_coverage.csv"] = (
        "ticker,covered_from,covered_to\nAAPL,2013-02-08,2018-02-07\n"
    )
    events = directory.read()
    inside = parse_instant("2013-02-08"), parse_instant("2018-02-08")
    assert events.covered("AAPL", *inside)
    assert not events.covered("AAPL", inside[0] - 1, inside[1])
    assert not events.covered("BTC/USDT", *inside)


def test_exchanges_name_what_a_share_becomes_or_only_cash(directory):
    directory["events/exchanges.csv"] = (
        "ticker,ex_date,becomes,ratio,cash\nAAPL,2014-06-09,NEW,,\nAAPL,2014-06-09,NEW,0.5,1.25\n"
        "AAPL,2014-06-09,,,30\n"
    )
    assert list(directory.read().exchanges) == [
        Exchange(OPENING, "AAPL", "NEW", Decimal(1), Decimal(0)),
        Exchange(OPENING, "AAPL", "NEW", Decimal("0.5"), Decimal("1.25")),
        Exchange(OPENING, "AAPL", "", Decimal(0), Decimal("30.0")),
    ]


def test_delistings_have_a_price_or_none(directory):
    directory["events/delistings.csv"] = "ticker,date,price\nAAPL,2014-06-09,\n"
    assert list(directory.read().delistings) == [Delisting(OPENING, "AAPL", None)]


def test_funding_finds_its_perpetual_by_venue_and_symbol(directory):
    directory["events/funding.csv"] = (
        "ts_utc,venue,symbol,interval_h,rate\n2022-01-01T08:00:00Z,binance,BTC-USDT,8,0.0001\n"
        "2022-01-01T08:00:00Z,bybit,BTC-USDT,8,0.0002\n2022-01-01T16:00:00Z,binance,BTC-USDT,8,\n"
    )
    stamp = parse_instant("2022-01-01T08:00:00Z")
    assert list(directory.read().funding) == [Funding(stamp, PERP.id, Decimal("0.0001"))]
    assert ("", "BTCUSDT") in funding_names(PERP)
    assert funding_names(COIN) == []


def test_borrow_fees_and_rates_are_timelines(directory):
    directory["events/borrow.csv"] = (
        "ticker,date,rate,available\nAAPL,2014-06-09,0.003,1000\nAAPL,2014-06-10,0.25,\n"
    )
    directory["events/rates.csv"] = "date,rate\n2014-06-09,0.05\n"
    events = directory.read()
    fees = events.borrow["AAPL"]
    assert fees.asof(OPENING) == Borrow(OPENING, "AAPL", Decimal("0.003"), Decimal("1000.0"))
    assert fees.asof(OPENING - 1) is None
    assert list(fees)[1].available is None
    assert list(events.rates["USD"]) == [Rate(parse_instant("2014-06-09"), "USD", Decimal("0.05"))]


def test_files_are_known_by_the_longest_beginning(directory):
    for name in ("dividends.csv", "dividends_coverage_us.csv", "events/rates.csv", "rates.csv"):
        directory[name] = "x\n"
    found = {kind: len(files) for kind, files in event_files(directory.path).items()}
    assert found == {"dividends": 1, "dividends_coverage": 1, "rates": 1}


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("splits.csv", "ticker,ex_date\nAAPL,2014-06-09\n", "column ratio or value is missing"),
        ("splits.csv", "ticker,ratio\nAAPL,2\n", "column ex_date or .* is missing"),
        ("splits.csv", "ex_date,ratio\n2014-06-09,2\n", "column ticker is missing"),
        ("splits.csv", "ticker,ex_date,ratio\nAAPL,2014-06-09,0\n", "splits.csv:2: ratio is 0"),
        ("splits.csv", "ticker,ex_date,ratio\nAAPL,soon,2\n", "splits.csv:2: ex_date is missing"),
        ("dividends.csv", "ticker,ex_date,dividend\nAAPL,2014-06-09,\n", "dividend is None"),
        ("events/rates.csv", "date,rate\n2014-06-09,5.25\n", "rates.csv:2: rate is 5.25; write"),
    ],
)
def test_a_wrong_file_is_refused_by_place_and_reason(directory, name, text, message):
    directory[name] = text
    with pytest.raises(DataError, match=message):
        directory.read()
