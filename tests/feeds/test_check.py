"""What the check of a directory finds."""

import pytest

from feeds.check import check_directory
from magents.model.time import iso
from tests.builders_data import HEADER, daily, write

DAYS = ("2014-07-01", "2014-07-02", "2014-07-03", "2014-07-07", "2014-07-08")


def bar(day, price=10.0, volume=1000):
    return f"{day},{price},{price + 0.5},{price - 0.5},{price + 0.1},{volume}"


def test_it_tells_what_each_file_holds(tmp_path):
    daily(tmp_path, "AAPL", *(bar(day, 10 + i) for i, day in enumerate(DAYS)))
    daily(tmp_path, "BTC-USDT", bar(DAYS[0]), bar(DAYS[1], 11))
    report = check_directory(tmp_path)
    found = [(file.path.name, file.calendar, file.bar, file.rows) for file in report.files]
    assert found == [("BTC-USDT.csv", "24/7", "1d", 2), ("AAPL.csv", "XNYS", "1d", 5)]
    apple = report.files[1]
    assert (apple.form, apple.layout, apple.instruments) == ("csv", "one instrument", ("AAPL",))
    assert (iso(apple.first), iso(apple.last)) == ("2014-07-01T20:00:00Z", "2014-07-08T20:00:00Z")
    assert report.clean


def test_bad_rows_are_counted_with_their_lines(tmp_path):
    rows = [bar(DAYS[0]), "2014-07-02,1,2,3,4,5", "2014-07-04,1,1,1,1,1", "2014-07-05,1,1,1,1,1"]
    path = daily(tmp_path, "AAPL", *rows)
    report = check_directory(tmp_path)
    bad = [(each.reason, each.count) for each in report.files[0].bad]
    assert bad == [("high below low", 1), ("not a session", 2)]
    assert report.files[0].bad[1].examples[0].startswith(f"{path}:4: AAPL 2014-07-04")
    assert (report.bad_rows, report.clean) == (3, False)


def test_missing_sessions_are_named(tmp_path):
    daily(tmp_path, "AAPL", bar(DAYS[0]), bar(DAYS[1], 11), bar(DAYS[4], 12))
    (apple,) = check_directory(tmp_path).instruments
    assert (apple.missing, apple.gaps) == (2, ("2014-07-03", "2014-07-07"))


def test_a_split_shows_as_a_jump(tmp_path):
    prices = (100.0, 101.0, 50.0, 51.0)
    daily(tmp_path, "AAPL", *(bar(day, price) for day, price in zip(DAYS, prices, strict=False)))
    (apple,) = check_directory(tmp_path).instruments
    assert apple.jumps == 1
    assert iso(apple.first_jumps[0].ts) == "2014-07-03T17:00:00Z"
    assert apple.first_jumps[0].log_return == pytest.approx(-0.7017, abs=1e-3)


def test_a_bar_with_the_numbers_of_a_later_one_tells_the_future(tmp_path):
    prices = (10, 11, 13, 12, 13)
    daily(tmp_path, "AAPL", *(bar(day, price) for day, price in zip(DAYS, prices, strict=True)))
    (apple,) = check_directory(tmp_path).instruments
    assert (apple.repeats, apple.first_repeats) == (1, ("2014-07-03",))


def test_grouped_files_are_called_so(tmp_path):
    rows = [f"{name},{bar(day)}" for name in ("MSFT", "AAPL") for day in DAYS]
    write(tmp_path / "all.csv", "ticker," + HEADER, *rows)
    (file,) = check_directory(tmp_path).files
    assert (file.layout, file.rows, file.instruments) == ("grouped", 10, ("AAPL", "MSFT"))


def test_facts_are_listed_and_their_bad_rows_counted(tmp_path):
    daily(tmp_path, "AAPL", bar(DAYS[0]))
    header = "ticker,transaction_date,disclosure_date,side"
    rows = ["AAPL,2014-01-02,2014-01-20,buy", "AAPL,2014-01-03,2014-01-02,buy"]
    path = write(tmp_path / "congress.csv", header, *rows)
    report = check_directory(tmp_path)
    (fact,) = report.facts
    assert (fact.kind, fact.rows, fact.instruments) == ("congress", 1, 1)
    assert iso(fact.first_known) == "2014-01-21T05:00:00Z"
    assert f"{path}: 1 row dropped: known before it happened" in report.notices
    assert not report.clean
