"""Numbers on the terminal."""

import json

import pytest

from magents.cli.tables import _sharpe, _table, _title, gain, money, percent, signed


@pytest.mark.parametrize(
    ("fraction", "text"),
    [(0.0125, "+1.25%"), (-0.5, "-50.00%"), (0.0, "0.00%"), (-1e-9, "0.00%"), (None, "n/a")],
)
def test_percent(fraction, text):
    assert percent(fraction) == text


def test_money_and_gain():
    assert [money("1234.5"), money(None)] == ["1,234.50", "n/a"]
    assert [gain("1234.5"), gain("-3"), gain("0")] == ["+1,234.50", "-3.00", "0.00"]


def test_sign_gives_the_colour():
    assert [str(signed(text).style) for text in ("+1%", "-1%", "0%", "n/a")] == [
        "green",
        "red",
        "",
        "",
    ]


def run_of(start, end, mode="backtest"):
    return {"id": "x-1", "mode": mode, "start": start, "end": end, "bars": 1200, "stopped": ""}


@pytest.mark.parametrize(
    ("run", "said"),
    [
        (
            run_of("2024-01-02T00:00:00Z", "2024-03-01T00:00:00Z"),
            "2024-01-02 to 2024-03-01  1,200 bars",
        ),
        (
            run_of("2024-01-02T20:05:01.5Z", "2024-01-02T20:06:17Z", "paper"),
            "2024-01-02 20:05:01 to 20:06:17 UTC  1,200 rows heard",
        ),
        (
            run_of("2024-01-02T23:00:00Z", "2024-01-03T01:00:00Z"),
            "2024-01-02 23:00:00 to 2024-01-03 01:00:00 UTC",
        ),
    ],
)
def test_short_runs_are_told_by_the_time_of_day(run, said):
    assert said in _title(run).plain


def test_there_is_no_annual_ratio_of_some_hours():
    figures = {"sharpe": -2023.6, "reliable": False}
    hours = run_of("2024-01-02T20:00:00Z", "2024-01-02T23:00:00Z")
    assert _sharpe(figures, hours).plain == "n/a"
    assert _sharpe(figures, run_of("2024-01-02T20:00:00Z", "2024-02-02T20:00:00Z")).plain != "n/a"


@pytest.mark.parametrize(("made", "row"), [("-12.5", ["-12.50"]), ("0.03", [])])
def test_what_the_house_book_made_has_a_row_unless_it_is_rounding(results, made, row):
    summary = json.loads((results / "backtest-0001" / "summary.json").read_text())
    summary["contribution"]["house_and_rounding"] = made
    names, _, gains, *_ = _table(summary).columns
    shown = [
        str(gain)
        for name, gain in zip(names.cells, gains.cells, strict=True)
        if str(name) == "house"
    ]
    assert shown == row
