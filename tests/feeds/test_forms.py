"""Every form in which bars may be written gives the same bars."""

from datetime import date

import pytest

from magents.model.errors import ConfigError, DataError
from magents.model.time import DAY, iso, parse_instant
from tests.builders_data import HEADER, daily, feed_of, read, whole, write

PRICES = ",10.2,10.4,10.1,10.3,1000"


def opens(feed):
    return [iso(int(ts)) for ts in whole(read(feed))["open_ts"]]


def closes(feed):
    return [iso(int(ts)) for ts in whole(read(feed))["ts"]]


@pytest.mark.parametrize(
    "stamps",
    [
        ("2014-07-02", "2014-07-03", "2014-07-07"),
        ("20140702", "20140703", "20140707"),
        ("2014-07-02 00:00:00", "2014-07-03 00:00:00", "2014-07-07 00:00:00"),
        ("2014-07-02T00:00", "2014-07-03T00:00", "2014-07-07T00:00"),
        ("2014-07-02 00:00:00-04:00", "2014-07-03 00:00:00-04:00", "2014-07-07 00:00:00-04:00"),
        ("1404259200", "1404345600", "1404691200"),
        ("1404259200000", "1404345600000", "1404691200000"),
        ("1404259200000000", "1404345600000000", "1404691200000000"),
        ("1404259200000000000", "1404345600000000000", "1404691200000000000"),
    ],
)
def test_a_daily_bar_is_its_session_whatever_form_its_date_has(tmp_path, stamps):
    daily(tmp_path, "AAPL", *(stamp + PRICES for stamp in stamps))
    feed = feed_of(tmp_path)
    assert feed.panels[0].name == "XNYS 1d"
    assert opens(feed)[0] == "2014-07-02T13:30:00Z"
    # The day before the fourth of July closes at one.
    assert closes(feed) == ["2014-07-02T20:00:00Z", "2014-07-03T17:00:00Z", "2014-07-07T20:00:00Z"]


@pytest.mark.parametrize(
    "stamps",
    [
        ("2022-12-13 00:00:00", "2022-12-13 00:01:00", "2022-12-13 00:02:00"),
        ("2022-12-13T00:00:00Z", "2022-12-13T00:01:00Z", "2022-12-13T00:02:00Z"),
        ("2022-12-13 01:00:00+01:00", "2022-12-13 01:01:00+01:00", "2022-12-13 01:02:00+01:00"),
        ("1670889600", "1670889660", "1670889720"),
        ("1670889600000", "1670889660000", "1670889720000"),
    ],
)
def test_a_minute_is_a_minute_whatever_form_its_stamp_has(tmp_path, stamps):
    daily(tmp_path, "BTC-USDT", *(stamp + PRICES for stamp in stamps))
    feed = feed_of(tmp_path)
    assert (feed.panels[0].name, feed.panels[0].instruments) == ("24/7 1m", ("BTC/USDT",))
    assert opens(feed)[:2] == ["2022-12-13T00:00:00Z", "2022-12-13T00:01:00Z"]
    assert closes(feed)[:2] == ["2022-12-13T00:01:00Z", "2022-12-13T00:02:00Z"]


def test_stamps_may_be_the_closes_of_bars(tmp_path):
    daily(tmp_path, "BTC_USDT", "2022-12-13T00:01" + PRICES, "2022-12-13T00:02" + PRICES)
    feed = feed_of(tmp_path, timestamp="close")
    assert opens(feed) == ["2022-12-13T00:00:00Z", "2022-12-13T00:01:00Z"]


def test_a_day_round_the_clock_ends_at_midnight(tmp_path):
    daily(tmp_path, "BTC-USDT", "2022-12-10" + PRICES, "2022-12-11" + PRICES)
    feed = feed_of(tmp_path)
    assert closes(feed) == ["2022-12-11T00:00:00Z", "2022-12-12T00:00:00Z"]
    assert feed.panels[0].periods_per_year == 365


def test_weekdays_have_no_saturday(tmp_path):
    daily(tmp_path, "EURUSD", "2022-12-09" + PRICES, "2022-12-10" + PRICES)
    with pytest.raises(DataError, match="no session of 24/5"):
        read(feed_of(tmp_path, calendar="24/5"))
    assert feed_of(tmp_path, calendar="24/5").panels[0].periods_per_year == 260


def test_other_exchanges_have_their_own_days(tmp_path):
    daily(tmp_path, "VOD", "2014-07-03" + PRICES, "2014-07-04" + PRICES)
    assert closes(feed_of(tmp_path, calendar="XLON"))[1] == "2014-07-04T15:30:00Z"


def test_an_unknown_calendar_is_named(tmp_path):
    daily(tmp_path, "VOD", "2014-07-03" + PRICES)
    with pytest.raises(DataError, match="calendar 'NYSEE' is not known; use 24/7"):
        feed_of(tmp_path, calendar="NYSEE")


def test_the_last_bar_of_a_session_ends_with_it(tmp_path):
    stamps = ["2014-07-03T13:30", "2014-07-03T14:30", "2014-07-03T15:30", "2014-07-03T16:30"]
    daily(tmp_path, "AAPL", *(stamp + PRICES for stamp in stamps))
    feed = feed_of(tmp_path)
    assert feed.panels[0].periods_per_year == pytest.approx(252 * 6.5)
    assert closes(feed)[-2:] == ["2014-07-03T16:30:00Z", "2014-07-03T17:00:00Z"]


@pytest.mark.parametrize(
    "header",
    [
        "Date,Open,High,Low,Close,Volume",
        "timestamp,o,h,l,c,v",
        "DATETIME,OPEN,HIGH,LOW,CLOSE,VOL",
        "ts,open,high,low,close,vol",
        "Open_Time,Open,High,Low,Close,Volume",
        ",open,high,low,close,volume",
        "<DATE>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>",
    ],
)
def test_headers_are_spelt_many_ways(tmp_path, header):
    write(tmp_path / "AAPL.csv", header, "2014-07-03" + PRICES)
    assert read(feed_of(tmp_path))[0].volume.tolist() == [[1000.0]]


@pytest.mark.parametrize("symbol", ["symbol", "Ticker", "INSTRUMENT", "asset", "Name"])
def test_a_symbol_column_makes_a_long_file(tmp_path, symbol):
    write(tmp_path / "all.csv", f"{HEADER},{symbol}", f"2014-07-03{PRICES},MSFT")
    assert feed_of(tmp_path).panels[0].instruments == ("MSFT",)


@pytest.mark.parametrize("mark", [";", "\t"])
def test_other_delimiters_are_seen(tmp_path, mark):
    lines = [HEADER.replace(",", mark), ("2014-07-03" + PRICES).replace(",", mark)]
    write(tmp_path / "AAPL.csv", *lines)
    assert len(read(feed_of(tmp_path))[0]) == 1


def test_carriage_returns_and_a_byte_order_mark_do_no_harm(tmp_path):
    text = "\ufeff" + "\r\n".join([HEADER, "2014-07-02" + PRICES, "2014-07-03" + PRICES])
    (tmp_path / "AAPL.csv").write_bytes(text.encode())
    assert len(read(feed_of(tmp_path))[0]) == 2


def test_an_adjusted_close_is_left_alone_and_said_so_once(tmp_path):
    for name in ("AAPL", "MSFT"):
        header = "Date,Open,High,Low,Close,Adj Close,Volume"
        write(tmp_path / f"{name}.csv", header, "2014-07-03,10,11,9,10.5,5.2,100")
    feed = feed_of(tmp_path)
    assert read(feed)[0].close.tolist() == [[10.5, 10.5]]
    assert [notice.count for notice in feed.notices()] == [2]


def test_volume_may_be_missing(tmp_path):
    write(tmp_path / "AAPL.csv", "date,open,high,low,close", "2014-07-03,10,11,9,10.5")
    block = read(feed_of(tmp_path))[0]
    assert block.volume[0, 0] != block.volume[0, 0]
    assert block.bar(0, 0).close == 10.5


def test_dates_in_doubt_are_refused_with_the_right_way_to_write_them(tmp_path):
    path = daily(tmp_path, "AAPL", "01/02/2013" + PRICES)
    with pytest.raises(DataError) as caught:
        feed_of(tmp_path)
    assert str(caught.value) == (
        f"{path}:2: '01/02/2013' is not a date that can be read for certain; write dates as "
        "2014-03-05 and times as 2014-03-05T14:30:00Z or as epoch numbers"
    )


def test_missing_columns_are_named(tmp_path):
    path = write(tmp_path / "AAPL.csv", "date,open,close", "2014-07-03,1,1")
    with pytest.raises(DataError) as caught:
        feed_of(tmp_path)
    assert str(caught.value) == (
        f"{path}:1: the file has no column for high, low; its header is 'date,open,close'; "
        "move it to a folder of its own if it holds no bars"
    )


def test_date_and_time_in_two_columns_are_refused(tmp_path):
    write(tmp_path / "AAPL.csv", "date,time,open,high,low,close", "2014-07-03,09:30,1,1,1,1")
    with pytest.raises(DataError, match="write both as one column"):
        feed_of(tmp_path)


def test_one_intraday_bar_does_not_tell_its_length(tmp_path):
    daily(tmp_path, "BTC-USDT", "2022-12-13T00:01" + PRICES)
    with pytest.raises(DataError, match="too few bars to tell their length; give it"):
        feed_of(tmp_path)
    assert feed_of(tmp_path, bar="5m").panels[0].bar == "5m"


def test_weekly_bars_of_an_exchange_are_refused(tmp_path):
    mondays = [iso(parse_instant("2014-07-07") + 7 * i * DAY)[:10] for i in range(8)]
    daily(tmp_path, "AAPL", *(day + PRICES for day in mondays))
    with pytest.raises(DataError, match="7d apart"):
        feed_of(tmp_path)


@pytest.mark.parametrize(
    ("setting", "text"),
    [
        ({"bar": "fast"}, "bar length 'fast' is not known"),
        ({"timestamp": "middle"}, "timestamp is 'middle'; it must be open or close"),
        ({"on_bad_row": "guess"}, "on_bad_row is 'guess'; it must be fail or drop"),
        ({"start": date(2014, 1, 2), "end": date(2014, 1, 1)}, "is after the end"),
    ],
)
def test_impossible_settings_are_refused(tmp_path, setting, text):
    daily(tmp_path, "AAPL", "2014-07-03" + PRICES)
    with pytest.raises(ConfigError, match=text):
        feed_of(tmp_path, **setting)


def test_bar_length_is_the_smallest_step_of_the_first_thousand_rows(tmp_path):
    stamps = [parse_instant("2022-12-13") // 10**9 + 300 * i for i in range(1_000)]
    stamps += [stamps[-1] + 60]
    daily(tmp_path, "BTC-USDT", *(f"{stamp}{PRICES}" for stamp in stamps))
    assert feed_of(tmp_path).panels[0].bar == "5m"


def test_instruments_of_other_calendars_and_lengths_have_panels_of_their_own(tmp_path):
    daily(tmp_path, "AAPL", "2022-12-12" + PRICES, "2022-12-13" + PRICES)
    daily(tmp_path, "BTC-USDT", "2022-12-12" + PRICES, "2022-12-13" + PRICES)
    daily(tmp_path, "ETH-USDT", "2022-12-12T00:00" + PRICES, "2022-12-12T01:00" + PRICES)
    feed = feed_of(tmp_path)
    found = {panel.name: panel.instruments for panel in feed.panels}
    expected = {"24/7 1d": ("BTC/USDT",), "24/7 1h": ("ETH/USDT",), "XNYS 1d": ("AAPL",)}
    assert found == expected


def test_the_range_is_inclusive_and_may_be_open(tmp_path):
    days = ["2014-07-01", "2014-07-02", "2014-07-03"]
    daily(tmp_path, "AAPL", *(day + PRICES for day in days))
    assert len(read(feed_of(tmp_path, start=date(2014, 7, 2)))[0]) == 2
    assert len(read(feed_of(tmp_path, end=date(2014, 7, 2)))[0]) == 2
    assert len(read(feed_of(tmp_path, start=date(2014, 7, 2), end=date(2014, 7, 2)))[0]) == 1


def test_a_share_class_is_no_pair_but_a_quote_currency_makes_one(tmp_path):
    daily(tmp_path, "BRK-B", "2014-07-03" + PRICES)
    daily(tmp_path, "ETH_BTC", "2014-07-03" + PRICES)
    assert [each.id for each in feed_of(tmp_path).instruments] == ["BRK-B", "ETH/BTC"]


def test_the_span_is_known_before_reading(tmp_path):
    daily(tmp_path, "BTC-USDT", "2022-12-10" + PRICES, "2022-12-11" + PRICES)
    first, last = feed_of(tmp_path).span()
    assert (iso(first), last - first) == ("2022-12-10T00:00:00Z", 2 * DAY)
