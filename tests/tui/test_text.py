"""Numbers, times and places as they are written and read."""

import msgspec
import pytest

from magents.model.controls import Jump, JumpTo
from magents.model.snapshots import Breach, Breakpoint, Head
from tui.asking import Here, breakpoint_of, destination, written
from tui.charts.rows import plain
from tui.format import (
    Zone,
    age,
    change,
    conviction,
    money,
    percent,
    places,
    price,
    quantity,
    signed,
    tone,
)
from tui.lines.fund import breaches
from tui.lines.head import bottom, lost, top
from tui.pages.base import counted

DAY = 86_400 * 10**9
NOON = 1_394_712_000 * 10**9
"""2014-03-13, 12:00 UTC."""
HERE = Here(NOON - 10 * DAY, NOON + 10 * DAY, NOON)
NAN = float("nan")


@pytest.mark.parametrize(
    ("written_as", "expected"),
    [
        (money(1_234_567.4), "1,234,567"),
        (money(-0.4), "0"),
        (money(12.345, 2), "12.35"),
        (money(NAN), "-"),
        (signed(1234), "+1,234"),
        (signed(-1234), "-1,234"),
        (signed(0.3), "0"),
        (signed(-0.3), "0"),
        (signed(0.3, 2), "+0.30"),
        (percent(0.0425), "4.25%"),
        (change(0.0425), "+4.25%"),
        (change(-0.00001), "0.00%"),
        (change(NAN), "-"),
        (quantity(1200.0), "1,200"),
        (quantity(0.00012345), "0.00012345"),
        (quantity(1.5), "1.5"),
        (price(101.5), "101.50"),
        (price(1.09123), "1.0912"),
        (price(0.00001234), "0.00001234"),
        (price(0.0), "-"),
        (age(300_000_000), "0.3s"),
        (age(75 * 10**9), "75s"),
        (age(20 * 60 * 10**9), "20m"),
        (age(192 * 60 * 10**9), "3h12m"),
        (age(3 * DAY), "3d"),
        (age(-1), "-"),
        (conviction(0.5), "+0.50"),
        (conviction(-0.001), "0.00"),
        (conviction(0.0), "0.00"),
    ],
)
def test_numbers_are_written(written_as, expected):
    assert written_as == expected


def test_tone_follows_the_sign():
    assert [tone(value) for value in (1.0, -1.0, 0.0)] == ["gain", "loss", ""]


def test_cents_are_shown_in_small_funds_only():
    assert (places(1e6), places(1e3)) == (0, 2)


def test_instants_have_their_zone():
    assert Zone().moment(NOON) == "2014-03-13 12:00:00 UTC"
    assert Zone("America/New_York").moment(NOON) == "2014-03-13 08:00:00 EDT"
    assert Zone("America/New_York").stamp(NOON) == "2014-03-13 08:00:00"
    assert Zone().moment(0) == "-"
    assert Zone().clock(NOON) == "12:00:00"
    assert Zone("Asia/Kolkata").told("fill at 2014-03-13T12:00:00.000000001Z, or so") == (
        "fill at 2014-03-13 17:30:00 IST, or so"
    )
    assert Zone().axis(NOON, daily=True) == "13 Mar 14"
    assert Zone().axis(NOON, daily=False) == "13 12:00"


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ("2014-03-14", Jump(NOON + DAY // 2)),
        ("2014-03-14 12:00", Jump(NOON + DAY)),
        ("2014-03-14T14:00+02:00", Jump(NOON + DAY)),
        ("13:00", Jump(NOON + DAY // 24)),
        ("9:30", Jump(NOON - DAY * 5 // 48)),
        ("+2d", Jump(NOON + 2 * DAY)),
        ("-3h", Jump(NOON - DAY // 8)),
        ("50%", Jump(NOON)),
        ("0%", Jump(HERE.start)),
        ("start", Jump(HERE.start)),
        (" END ", Jump(HERE.end)),
        ("next fill", JumpTo("fill")),
        ("next breach", JumpTo("breach")),
        ("next halts", JumpTo("halt")),
    ],
)
def test_place_is_read(typed, place):
    assert destination(typed, HERE) == place


@pytest.mark.parametrize(
    "typed", ["", "tomorrow", "next", "next dinner", "25:00", "2014-02-30", "+2y"]
)
def test_no_place_is_said(typed):
    with pytest.raises(ValueError, match=r"no place in time|no next"):
        destination(typed, HERE)


def test_time_of_day_is_that_of_the_screens_zone():
    here = HERE._replace(zone="America/New_York")

    assert destination("09:00", here) == Jump(NOON + DAY // 24)


@pytest.mark.parametrize(
    ("typed", "stop"),
    [
        ("fill", Breakpoint("fill")),
        ("refusal pod:ma", Breakpoint("refusal", pod="ma")),
        ("fill pod:ma on:AAPL", Breakpoint("fill", pod="ma", instrument="AAPL")),
        ("decision on:BTC/USDT", Breakpoint("decision", instrument="BTC/USDT")),
        ("value<950,000", Breakpoint("value", below=950_000.0)),
        ("value > 1_100_000", Breakpoint("value", above=1_100_000.0)),
        ("pod:ma", Breakpoint("any", pod="ma")),
        ("on:AAPL", Breakpoint("any", instrument="AAPL")),
    ],
)
def test_breakpoint_is_read_and_written(typed, stop):
    assert breakpoint_of(typed) == stop
    assert breakpoint_of(written(stop)) == stop


@pytest.mark.parametrize(
    "typed", ["", "lunch", "fill ma", "fill pod:", "value<x", "pod:", "fill who:me"]
)
def test_no_breakpoint_is_said(typed):
    with pytest.raises(ValueError, match=r"pause at|neither pod:NAME"):
        breakpoint_of(typed)


HEAD = Head(
    run="r",
    mode="replay",
    seq=1,
    start=NOON - DAY,
    end=NOON + DAY,
    computed=NOON,
    shown=NOON,
    state="paused",
    value=1.01e6,
    initial=1e6,
    day=-250.0,
    drawdown=-0.01,
    warnings=2,
    breaches=1,
)


def test_head_tells_value_gain_day_and_what_is_wrong():
    line = plain(top(HEAD, 80))

    for part in ("REPLAY", "1,010,000 USD", "+1.00%", "day -250", "dd -1.00%", "! 2", "✖ 1"):
        assert part in line
    assert len(line) <= 80


def test_foot_tells_state_speed_and_time_with_zone():
    assert "paused" in plain(bottom(HEAD, Zone(), 80))
    assert "2014-03-13 12:00:00 UTC" in plain(bottom(HEAD, Zone(), 80))


def test_review_says_how_far_back_it_is():
    import msgspec

    head = msgspec.structs.replace(HEAD, review=True, shown=NOON - DAY // 2)
    line = plain(bottom(head, Zone(), 80))

    assert line.startswith(" REVIEW ")
    assert "12h00m before the newest" in line
    assert len(line) <= 80


def test_loss_says_since_when():
    assert "no answer for 12s" in plain(lost(12.0, "the fund"))


@pytest.mark.parametrize(("text", "at"), [("+2d", 4), ("-1d", 1), ("+0d", 2)])
def test_jump_from_an_odd_nanosecond_goes_to_a_whole_second(text, at):
    day = 86_400 * 10**9
    here = Here(0, 10 * day, 2 * day + 1)

    assert destination(text, here) == Jump(at * day)


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("at 2014-03-13T12:00:00Z", ""),
        ("fill at 2014-03-13T12:00:00Z", "at a fill"),
        ("fill at 2014-03-12T12:00:00Z", "fill at 2014-03-12 12:00:00 UTC"),
        ("breakpoint: fill at 2014-03-13T12:00:00Z", "breakpoint: fill"),
        ("waiting for the first screen", "waiting for the first screen"),
    ],
)
def test_foot_says_why_time_stands_still_and_no_instant_twice(reason, told):
    head = msgspec.structs.replace(HEAD, reason=reason)

    told = f"{told}  " if told else ""
    assert f"2014-03-13 12:00:00 UTC  {told}0 records" in plain(bottom(head, Zone(), 80))


def test_foot_of_a_live_fund_says_live_and_whether_the_picture_is_held():
    live = msgspec.structs.replace(HEAD, mode="paper", state="playing")

    assert plain(bottom(live, Zone(), 80)).startswith(" ▶ live  2014-03-13")
    assert "HELD" in plain(bottom(live, Zone(), 80, held=True))


@pytest.mark.parametrize(
    ("shown", "given", "told"),
    [
        (12, 12, "12"),
        (3, 12, "3 of 12"),
        (500, 500, "the newest 500"),
        (2, 500, "2 of the newest 500"),
    ],
)
def test_headings_say_how_many_rows_there_are_and_whether_that_is_all(shown, given, told):
    assert counted(shown, given, 500) == told


@pytest.mark.parametrize(
    ("rule", "value", "text"),
    [
        ("leverage", 2.0684, "2.068x"),
        ("single_name", 0.2512, "25.12%"),
        ("buying_power", 25_012.4, "25,012"),
        ("order_rate", 11.0, "11"),
        ("another", 0.12345, "0.1235"),
    ],
)
def test_breaches_are_in_the_unit_of_their_rule(rule, value, text):
    (line,) = breaches([Breach(NOON, "ma", rule, value, 1.0, "refused")], Zone())

    assert line.cells[3].text == text
