"""Each kind of bad row: the sentence when it stops a run, the count when it is dropped."""

from datetime import date

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import pytest

from magents.model.errors import DataError
from tests.builders_data import HEADER, daily, feed_of, read, write

GOOD = "2014-03-0{},10.2,10.4,10.1,10.3,1000"
END = "or pass --on-bad-row drop"
MEND = f"mend the row {END}"
HOW = "write dates as 2014-03-05 and times as 2014-03-05T14:30:00Z or as epoch numbers"
SESSION = "set data.calendar to 24/7 or to the right exchange code"

CASES = {
    "high below low": (
        "2014-03-05,10.2,10.1,10.4,10.3,1000",
        f"AAPL 2014-03-05: high 10.1 is below low 10.4; {MEND}",
    ),
    "text in a number": (
        "2014-03-05,10.2,ten,10.1,10.3,1000",
        f"AAPL 2014-03-05: high 'ten' is not a number; {MEND}",
    ),
    "missing price": (
        "2014-03-05,10.2,10.4,10.1,,1000",
        f"AAPL 2014-03-05: close is missing; {MEND}",
    ),
    "infinite number": (
        "2014-03-05,10.2,inf,10.1,10.3,1000",
        f"AAPL 2014-03-05: high is inf; {MEND}",
    ),
    "price not positive": (
        "2014-03-05,10.2,10.4,-10.1,10.3,1000",
        f"AAPL 2014-03-05: low -10.1 is not positive; {MEND}",
    ),
    "open or close outside low and high": (
        "2014-03-05,10.2,10.4,10.1,10.5,1000",
        f"AAPL 2014-03-05: close 10.5 is above high 10.4; {MEND}",
    ),
    "negative volume": (
        "2014-03-05,10.2,10.4,10.1,10.3,-1",
        f"AAPL 2014-03-05: volume -1 is negative; {MEND}",
    ),
    "not a session": (
        "2014-03-08,10.2,10.4,10.1,10.3,1000",
        f"AAPL 2014-03-08: there is no session of XNYS on that day; {SESSION} {END}",
    ),
    "date that cannot be read": (
        "05/03/2014,10.2,10.4,10.1,10.3,1000",
        f"AAPL 05/03/2014: '05/03/2014' is not a date like the others here; {HOW} {END}",
    ),
    "wrong number of columns": (
        "2014-03-05,10.2,10.4,10.1",
        f"AAPL 2014-03-05: the row has 4 columns, the header 6; {MEND}",
    ),
    "duplicate": (
        "2014-03-04,10.2,10.4,10.1,10.3,1000",
        f"AAPL 2014-03-04: the instrument has that bar already; remove one of the two {END}",
    ),
    "unordered": (
        "2014-03-03,10.2,10.4,10.1,10.3,1000",
        f"AAPL 2014-03-03: the row comes after a later one of the instrument; sort the rows {END}",
    ),
}


@pytest.mark.parametrize("reason", CASES)
def test_a_bad_row_stops_the_run_with_its_line_and_the_way_to_mend_it(tmp_path, reason):
    row, sentence = CASES[reason]
    path = daily(tmp_path, "AAPL", GOOD.format(4), row, GOOD.format(6))
    with pytest.raises(DataError) as caught:
        read(feed_of(tmp_path))
    assert str(caught.value) == f"{path}:3: {sentence}"


@pytest.mark.parametrize("reason", CASES)
def test_a_bad_row_is_dropped_and_counted_on_demand(tmp_path, reason):
    row, _ = CASES[reason]
    path = daily(tmp_path, "AAPL", GOOD.format(4), row, GOOD.format(6), GOOD.format(7))
    feed = feed_of(tmp_path, on_bad_row="drop")
    assert sum(map(len, read(feed))) == 3
    notices = [(notice.text, notice.count) for notice in feed.notices()]
    assert notices == [(f"{path}: 1 row dropped: {reason}", 1)]


def test_the_first_bad_row_of_the_file_is_named_whatever_is_wrong_with_it(tmp_path):
    rows = [GOOD.format(3), CASES["high below low"][0], "2014-03-06,x,1,1,1,1"]
    path = daily(tmp_path, "AAPL", *rows)
    with pytest.raises(DataError, match=r"high 10\.1 is below") as caught:
        read(feed_of(tmp_path))
    assert str(caught.value).startswith(f"{path}:3:")


def test_blank_lines_do_not_shift_the_line_numbers(tmp_path):
    path = daily(tmp_path, "AAPL", GOOD.format(3), "", "", CASES["high below low"][0])
    with pytest.raises(DataError) as caught:
        read(feed_of(tmp_path))
    assert str(caught.value).startswith(f"{path}:5:")


def test_lines_are_counted_across_the_pieces_a_file_is_read_in(tmp_path, monkeypatch):
    monkeypatch.setattr("feeds.reading._SMALLEST", 64)
    monkeypatch.setattr("feeds.reading._BUDGET", 64)
    rows = [f"2014-03-{day:02d},10.2,10.4,10.1,10.3,1000" for day in (3, 4, 5, 6, 7, 10, 11)]
    path = daily(tmp_path, "AAPL", *rows, "2014-03-12,10.2,10.4,10.1,x,1000")
    with pytest.raises(DataError) as caught:
        read(feed_of(tmp_path))
    assert str(caught.value).startswith(f"{path}:9: AAPL 2014-03-12: close 'x'")


def test_rounding_of_adjusted_prices_is_no_error(tmp_path):
    daily(tmp_path, "AAPL", "2014-03-05,10.1,10.4,10.1,10.400000001,1000")
    assert len(read(feed_of(tmp_path))[0]) == 1


def test_an_instrument_that_instruments_csv_does_not_list_is_a_bad_row(tmp_path):
    write(tmp_path / "instruments.csv", "id", "AAPL")
    path = write(
        tmp_path / "bars.csv",
        "ticker," + HEADER,
        "AAPL," + GOOD.format(4),
        "NOPE," + GOOD.format(4),
    )
    with pytest.raises(DataError) as caught:
        read(feed_of(tmp_path))
    assert str(caught.value) == (
        f"{path}:3: NOPE 2014-03-04: the instrument is not in instruments.csv; add it there {END}"
    )
    assert len(read(feed_of(tmp_path, instruments=["AAPL"]))[0]) == 1


def test_grouped_files_keep_their_line_numbers(tmp_path):
    rows = ["AAPL," + GOOD.format(day) for day in (3, 4)]
    rows += ["MSFT," + GOOD.format(3), "MSFT," + CASES["high below low"][0]]
    path = write(tmp_path / "bars.csv", "ticker," + HEADER, *rows)
    with pytest.raises(DataError) as caught:
        read(feed_of(tmp_path))
    assert str(caught.value).startswith(f"{path}:5: MSFT 2014-03-05: high 10.1")


def test_the_same_bar_in_two_files_is_a_duplicate_of_the_later_file(tmp_path):
    write(tmp_path / "a.csv", "ticker," + HEADER, "AAPL," + GOOD.format(4))
    later = write(tmp_path / "b.csv", "ticker," + HEADER, "AAPL," + GOOD.format(4))
    with pytest.raises(DataError) as caught:
        read(feed_of(tmp_path))
    assert str(caught.value).startswith(f"{later}:2: AAPL 2014-03-04")
    feed = feed_of(tmp_path, on_bad_row="drop")
    assert sum(map(len, read(feed))) == 1
    assert feed.notices()[0].count == 1


def test_rows_of_parquet_are_named_by_their_number(tmp_path):
    table = pa.table(
        {
            "date": ["2014-03-04", "2014-03-05", None],
            "open": [10.2, 10.2, 10.2],
            "high": [10.4, 10.1, 10.4],
            "low": [10.1, 10.4, 10.1],
            "close": [10.3, 10.3, 10.3],
        }
    )
    path = tmp_path / "AAPL.parquet"
    pq.write_table(table, path)
    with pytest.raises(DataError) as caught:
        read(feed_of(tmp_path))
    assert str(caught.value).startswith(f"{path}:row 2: AAPL 2014-03-05: high 10.1 is below")
    feed = feed_of(tmp_path, on_bad_row="drop")
    assert sum(map(len, read(feed))) == 1
    assert [notice.text.partition(": ")[2] for notice in feed.notices()] == [
        "1 row dropped: date that cannot be read",
        "1 row dropped: high below low",
    ]


def test_reading_twice_counts_once(tmp_path):
    daily(tmp_path, "AAPL", GOOD.format(4), CASES["duplicate"][0], GOOD.format(6))
    feed = feed_of(tmp_path, on_bad_row="drop")
    read(feed)
    read(feed)
    assert [notice.count for notice in feed.notices()] == [1]


def test_bad_rows_outside_the_days_wanted_do_not_matter(tmp_path):
    daily(tmp_path, "AAPL", GOOD.format(4), GOOD.format(5), "2014-03-06,x,1,1,1,1")
    assert sum(map(len, read(feed_of(tmp_path, end=date(2014, 3, 5))))) == 2


def test_a_file_about_an_instrument_that_is_not_listed_is_refused_or_left_out(tmp_path):
    write(tmp_path / "instruments.csv", "id", "AAPL")
    daily(tmp_path, "AAPL", GOOD.format(4))
    path = daily(tmp_path, "NOPE", GOOD.format(4))
    with pytest.raises(DataError) as caught:
        feed_of(tmp_path)
    assert str(caught.value) == f"{path}: NOPE is not in instruments.csv; add it there {END}"
    feed = feed_of(tmp_path, on_bad_row="drop")
    assert [each.id for each in feed.instruments] == ["AAPL"]
    assert "left out" in feed.notices()[0].text
    assert len(feed_of(tmp_path, instruments=["AAPL"]).instruments) == 1


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_row_of_nobody_is_counted_once_though_two_panels_read_the_file(tmp_path, form):
    rows = [f"{name},{GOOD.format(day)}" for day in (4, 5) for name in ("AAPL", "BTC/USDT", "")]
    path = write(tmp_path / "bars.csv", "ticker," + HEADER, *rows)
    if form == "parquet":
        pq.write_table(pacsv.read_csv(path), tmp_path / "bars.parquet")
        path.unlink()
    feed = feed_of(tmp_path, on_bad_row="drop")
    assert [sum(map(len, read(feed, panel=panel))) for panel in feed.panels] == [2, 2]
    assert [(n.text.rpartition(": ")[2], n.count) for n in feed.notices()] == [("no instrument", 2)]


def test_texts_in_parquet_are_read_like_those_in_csv(tmp_path):
    columns = {"date": ["20140304", "20140305"], "volume": ["", "n/a"]}
    columns |= {name: ["10.5", "11"] for name in ("open", "high", "low", "close")}
    pq.write_table(pa.table(columns), tmp_path / "AAPL.parquet")
    with pytest.raises(DataError, match=r"row 2: AAPL 20140305: volume 'n/a' is not a number"):
        read(feed_of(tmp_path))
    assert read(feed_of(tmp_path, on_bad_row="drop"))[0].close.tolist() == [[10.5]]
