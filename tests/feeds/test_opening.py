"""What is said when there is nothing to read, and how instruments are described."""

import gzip
import subprocess
import sys
from datetime import date
from decimal import Decimal

import pytest

from magents.model.errors import DataError
from magents.model.instruments import Kind
from tests.builders_data import HEADER, daily, feed_of, read, write

ROW = "2014-07-03,10.2,10.4,10.1,10.3,1000"


def test_a_directory_that_is_not_there_is_named(tmp_path):
    with pytest.raises(DataError, match="nowhere is not a directory"):
        feed_of(tmp_path / "nowhere")


def test_an_empty_directory_is_refused(tmp_path):
    with pytest.raises(DataError, match="has no bars; put one CSV or Parquet file"):
        feed_of(tmp_path)


def test_an_unknown_instrument_is_named_with_the_nearest(tmp_path):
    for name in ("AAPL", "MSFT", "NOKE"):
        daily(tmp_path, name, ROW)
    with pytest.raises(DataError) as caught:
        feed_of(tmp_path, instruments=["AAPL", "MSFT", "NOPE"])
    assert str(caught.value) == (
        f"there are no bars of NOPE in {tmp_path}; did you mean NOKE? "
        f"`magents data check {tmp_path}` lists all 3"
    )


def test_a_start_after_the_end_of_the_bars_says_where_they_end(tmp_path):
    daily(tmp_path, "AAPL", ROW)
    with pytest.raises(DataError) as caught:
        feed_of(tmp_path, start=date(2020, 1, 1))
    assert str(caught.value) == (
        "the start 2020-01-01 is after the end of the bars, 2014-07-03; they begin on 2014-07-03"
    )


def test_an_end_before_the_bars_says_where_they_begin(tmp_path):
    daily(tmp_path, "AAPL", ROW)
    with pytest.raises(DataError, match="is before the beginning of the bars, 2014-07-03"):
        feed_of(tmp_path, end=date(2010, 1, 1))


def test_a_range_between_two_bars_is_refused_when_read(tmp_path):
    daily(tmp_path, "AAPL", ROW, ROW.replace("07-03", "07-11"))
    feed = feed_of(tmp_path, start=date(2014, 7, 8), end=date(2014, 7, 9))
    with pytest.raises(DataError, match="no bars from 2014-07-08 to 2014-07-09"):
        read(feed)


def test_defaults_tell_shares_from_pairs(tmp_path):
    daily(tmp_path, "AAPL", ROW)
    daily(tmp_path, "BTC-USDT", ROW)
    share, pair = feed_of(tmp_path).instruments
    assert (share.kind, share.lot, share.calendar) == (Kind.EQUITY, Decimal(1), "XNYS")
    assert (pair.kind, pair.lot, pair.calendar) == (
        Kind.SPOT_CRYPTO,
        Decimal("0.00000001"),
        "24/7",
    )
    assert pair.currency == "USDT"


@pytest.mark.parametrize(("fractional", "lot"), [(True, "0.00000001"), (False, "1")])
def test_fractional_is_for_all(tmp_path, fractional, lot):
    daily(tmp_path, "AAPL", ROW)
    daily(tmp_path, "BTC-USDT", ROW)
    feed = feed_of(tmp_path, fractional=fractional)
    assert {each.lot for each in feed.instruments} == {Decimal(lot)}


def test_instruments_csv_describes(tmp_path):
    daily(tmp_path, "VOD", ROW)
    write(
        tmp_path / "instruments.csv",
        "id,kind,currency,lot,tick,calendar,sector",
        "VOD,equity,GBP,10,0.01,XLON,Telecommunications",
    )
    (vod,) = feed_of(tmp_path).instruments
    assert (vod.currency, vod.lot, vod.tick) == ("GBP", Decimal(10), Decimal("0.01"))
    assert (vod.calendar, vod.sector) == ("XLON", "Telecommunications")


def test_a_wrong_line_of_instruments_csv_is_named(tmp_path):
    daily(tmp_path, "VOD", ROW)
    path = write(tmp_path / "instruments.csv", "id,kind", "VOD,stone")
    with pytest.raises(DataError) as caught:
        feed_of(tmp_path)
    assert str(caught.value).startswith(f"{path}:2: VOD has a wrong kind, lot or tick")


def test_bars_may_lie_in_a_folder_of_their_own(tmp_path):
    daily(tmp_path / "bars", "AAPL", ROW)
    write(tmp_path / "macro.csv", "series,date,value", "CPI,2014-01-01,200")
    assert [each.id for each in feed_of(tmp_path).instruments] == ["AAPL"]


def test_gzipped_files_are_read(tmp_path):
    text = f"{HEADER}\n{ROW}\n"
    with gzip.open(tmp_path / "AAPL.csv.gz", "wt") as file:
        file.write(text)
    assert len(read(feed_of(tmp_path))[0]) == 1


def test_a_broken_gzip_file_is_refused(tmp_path):
    (tmp_path / "AAPL.csv.gz").write_bytes(gzip.compress(b"x" * 5000)[:-9])
    with pytest.raises(DataError, match="is not a whole gzip file"):
        feed_of(tmp_path)


def test_what_is_no_parquet_is_refused(tmp_path):
    (tmp_path / "AAPL.parquet").write_bytes(b"PAR0")
    with pytest.raises(DataError, match="cannot be read as Parquet"):
        feed_of(tmp_path)


def test_round_the_clock_csv_needs_neither_pandas_nor_exchange_calendars(tmp_path):
    daily(tmp_path, "BTC-USDT", ROW, ROW.replace("07-03", "07-04"))
    script = (
        "import sys; from pathlib import Path; from tests.builders_data import feed_of, read\n"
        f"assert len(read(feed_of(Path({str(tmp_path)!r})))[0]) == 2\n"
        "print('pandas' in sys.modules, 'exchange_calendars' in sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.split() == ["False", "False"]
