"""Facts: known when an outsider could know them, under the agents' names, on the bars' basis."""

import numpy as np
import pytest

from magents.model.errors import DataError
from magents.model.time import iso
from tests.builders_data import daily, feed_of, write

BAR = "2014-07-03,10.2,10.4,10.1,10.3,1000"


@pytest.fixture
def place(tmp_path):
    daily(tmp_path / "bars", "AAPL", BAR)
    daily(tmp_path / "bars", "MSFT", BAR)
    return tmp_path


def facts(place, kind, **settings):
    return feed_of(place, **settings).facts()[kind]


def known(table):
    return [iso(int(ts)) for ts in table.known_at]


def test_there_are_only_the_kinds_that_are_there(place):
    assert feed_of(place).facts() == {}


def test_a_date_is_known_at_the_end_of_its_day_in_new_york(place):
    header = "ticker,period_end,filing_date,eps"
    rows = ["AAPL,2013-12-31,2014-01-31,1.5", "MSFT,2014-03-31,2014-07-01,2"]
    write(place / "fundamentals.csv", header, *rows)
    # Midnight in New York is five in UTC in winter, four in summer.
    table = facts(place, "fundamentals")
    assert known(table) == ["2014-02-01T05:00:00Z", "2014-07-02T04:00:00Z"]


def test_a_time_is_known_at_that_time(place):
    write(place / "fundamentals.csv", "ticker,known_at,eps", "AAPL,2014-01-31T21:30:05Z,1.5")
    assert known(facts(place, "fundamentals")) == ["2014-01-31T21:30:05Z"]


def test_the_best_column_with_a_value_in_the_row_counts(place):
    header = "ticker,period_end,filing_date,available_from,eps"
    rows = ["AAPL,2013-12-31,2014-02-03,2014-02-01,1", "MSFT,2013-12-31,2014-02-03,,2"]
    write(place / "fundamentals.csv", header, *rows)
    assert known(facts(place, "fundamentals")) == ["2014-02-02T05:00:00Z", "2014-02-04T05:00:00Z"]


@pytest.mark.parametrize(
    ("name", "header", "row"),
    [
        ("fundamentals", "ticker,period_end,eps", "AAPL,2013-12-31,1"),
        ("senate_trades", "ticker,transaction_date,side", "AAPL,2013-12-31,buy"),
        ("form4", "ticker,transaction_date,code", "AAPL,2013-12-31,P"),
    ],
)
def test_facts_that_do_not_say_when_they_became_known_are_refused(place, name, header, row):
    path = write(place / f"{name}.csv", header, row)
    with pytest.raises(DataError) as caught:
        feed_of(place).facts()
    assert str(caught.value).startswith(f"{path} does not say when its")
    assert "add one of the columns known_at, available_from, filing_date" in str(caught.value)


def test_a_row_without_any_date_is_bad(place):
    path = write(place / "fundamentals.csv", "ticker,filing_date,eps", "AAPL,,1")
    with pytest.raises(DataError) as caught:
        feed_of(place).facts()
    assert str(caught.value) == (
        f"{path}:2: nothing says when the row became known; mend the row or pass --on-bad-row drop"
    )


def test_a_disclosure_before_the_trade_is_bad(place):
    header = "ticker,transaction_date,disclosure_date,side"
    rows = ["AAPL,2014-01-02,2014-01-02,buy", "AAPL,2014-01-03,2014-01-02,buy"]
    path = write(place / "congress.csv", header, *rows)
    with pytest.raises(DataError) as caught:
        feed_of(place).facts()
    assert str(caught.value) == (
        f"{path}:3: it is dated known on 2014-01-02, before it happened, 2014-01-03; "
        "mend the row or pass --on-bad-row drop"
    )
    feed = feed_of(place, on_bad_row="drop")
    assert len(feed.facts()["congress"]) == 1
    assert (feed.notices()[0].text, feed.notices()[0].count) == (
        f"{path}: 1 row dropped: known before it happened",
        1,
    )


def test_a_date_in_doubt_is_bad(place):
    write(
        place / "fundamentals.csv",
        "ticker,filing_date,eps",
        "AAPL,2014-02-03,1",
        "AAPL,03/02/2014,1",
    )
    with pytest.raises(DataError, match=":3: the date at which it became known cannot be read"):
        feed_of(place).facts()


def test_disclosures_of_congress_come_with_the_statute(place):
    header = "Representative,ticker,transaction_date,disclosure_date,type,amount"
    rows = [
        '"Doe, Jane",AAPL,2014-01-02,2014-02-03,purchase,"$1,001 - $15,000"',
        '"Doe, Jane",MSFT,2014-01-02,2014-02-03,sale_full,"$15,001 - $50,000"',
        '"Doe, Jane",IBM,2014-01-02,2014-02-03,sale_full,"$15,001 - $50,000"',
    ]
    write(place / "house_trades.csv", header, *rows)
    feed = feed_of(place)
    table = feed.facts()["congress"]
    assert table.columns["member"].tolist() == ["Doe, Jane"] * 2
    assert table.columns["side"].tolist() == ["buy", "sell"]
    assert table.columns["amount_low"].tolist() == [1001, 15001]
    assert table.columns["amount_high"].tolist() == [15000, 50000]
    assert iso(int(table.columns["transaction_ts"][0])) == "2014-01-02T00:00:00Z"
    (notice,) = feed.notices()
    assert notice.source == "congress"
    assert "5 U.S.C. 13107(c)" in notice.text


def test_insiders_are_known_when_their_filing_is_due(place):
    header = "transaction_date,due_date,ticker,insider,code,shares,price"
    write(place / "form4.csv", header, "2014-01-02,2014-01-06,AAPL,Cook,P,100,20.5")
    table = facts(place, "insiders")
    assert known(table) == ["2014-01-07T05:00:00Z"]
    assert table.columns["insider"].tolist() == ["Cook"]
    assert table.columns["shares"].tolist() == [100.0]


def test_messages_are_known_at_the_end_of_their_day(place):
    write(place / "tweets.csv", "date,ticker,n_tweets,pos_words,neg_words", "2014-01-02,AAPL,8,3,1")
    table = facts(place, "sentiment")
    assert known(table) == ["2014-01-03T05:00:00Z"]
    got = [table.columns[name][0] for name in ("n_messages", "positive", "negative")]
    assert got == [8.0, 3.0, 1.0]


def test_bills_may_be_about_a_sector(place):
    header = "instrument,sector,stage,support,known_at"
    write(place / "bills.csv", header, ",Energy,passed,1,2014-01-02", "IBM,,passed,1,2014-01-02")
    table = facts(place, "bills")
    assert table.instrument.tolist() == [""]
    assert table.columns["sector"].tolist() == ["Energy"]


def test_macro_values_wait_for_their_release(place):
    rows = ["CPI,2014-01-01,1.0", "CPI,2014-02-01,2.0", "OIL,2014-01-02,9", "OIL,2014-01-03,8"]
    write(place / "macro.csv", "series,date,value", *rows)
    table = facts(place, "macro")
    # Daily: a day. Monthly: fifty days after the month began.
    assert list(zip(table.columns["series"], known(table), strict=True)) == [
        ("OIL", "2014-01-04T05:00:00Z"),
        ("OIL", "2014-01-05T05:00:00Z"),
        ("CPI", "2014-02-21T05:00:00Z"),
        ("CPI", "2014-03-24T04:00:00Z"),
    ]
    assert table.instrument.tolist() == [""] * 4


def test_a_catalog_gives_the_lags(place):
    write(place / "macro.csv", "series,date,value", "CPI,2014-01-01,1.0")
    write(place / "macro_catalog.csv", "series,release_lag_days", "CPI,40")
    assert known(facts(place, "macro")) == ["2014-02-11T05:00:00Z"]


def test_a_macro_file_of_another_shape_is_refused(place):
    write(place / "macro.csv", "date,CPI", "2014-01-01,1.0")
    with pytest.raises(DataError, match="lacks series, value; a macro file has series,date,value"):
        feed_of(place).facts()


def test_statements_before_a_split_are_put_on_the_basis_of_the_bars(place):
    header = "ticker,period_end,filing_date,eps,shares_outstanding,net_income"
    rows = [
        "AAPL,2013-09-28,2013-10-30,40,900,36000",
        # Filed after the split, so restated already though its period ended before.
        "AAPL,2014-03-29,2014-07-23,6,6200,10000",
        "MSFT,2013-09-28,2013-10-30,2,800,1600",
    ]
    write(place / "fundamentals.csv", header, *rows)
    write(place / "splits.csv", "ticker,ex_date,ratio", "AAPL,2014-06-09,8")
    table = facts(place, "fundamentals").of("AAPL")
    assert table.columns["eps"].tolist() == [5.0, 6.0]
    assert table.columns["shares"].tolist() == [7200.0, 6200.0]
    assert table.columns["net_income"].tolist() == [36000.0, 10000.0]
    assert facts(place, "fundamentals").of("MSFT").columns["eps"].tolist() == [2.0]


def test_a_wrong_split_is_refused(place):
    write(place / "fundamentals.csv", "ticker,filing_date,eps", "AAPL,2014-02-03,1")
    path = write(place / "splits.csv", "ticker,ex_date,ratio", "AAPL,2014-06-09,0")
    with pytest.raises(DataError) as caught:
        feed_of(place).facts()
    assert str(caught.value) == f"{path}:2: a split needs a ticker, an ex_date and a ratio > 0"


def test_several_files_of_a_kind_are_one_table(place):
    write(place / "congress_a.csv", "ticker,known_at,side,owner", "AAPL,2014-03-01,buy,Self")
    write(place / "senate.csv", "ticker,known_at,side,amount_low", "MSFT,2014-02-01,sell,1001")
    table = facts(place, "congress")
    assert table.instrument.tolist() == ["MSFT", "AAPL"]
    assert table.columns["owner"].tolist() == ["", "Self"]
    assert np.isnan(table.columns["amount_low"]).tolist() == [False, True]


def test_parquet_facts_are_the_same(place):
    import pyarrow.csv
    import pyarrow.parquet as pq

    header = "ticker,period_end,filing_date,eps"
    csv = write(
        place / "fundamentals.csv", header, "AAPL,2013-12-31,2014-01-31,1.5", "MSFT,,2014-02-01,"
    )
    first = facts(place, "fundamentals")
    pq.write_table(pyarrow.csv.read_csv(csv), place / "fundamentals.parquet")
    csv.unlink()
    second = facts(place, "fundamentals")
    assert (first.known_at == second.known_at).all()
    for name, values in first.columns.items():
        assert np.array_equal(values, second.columns[name], equal_nan=True)


def test_a_missing_period_end_is_minus_one(place):
    write(place / "fundamentals.csv", "ticker,period_end,filing_date,eps", "AAPL,,2014-01-31,1.5")
    assert facts(place, "fundamentals").columns["period_end"].tolist() == [-1]
