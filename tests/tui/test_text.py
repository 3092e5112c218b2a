"""Numbers, times and places as they are written and read."""

import pytest

from magents.model.controls import Jump, JumpTo
from magents.model.snapshots import Breakpoint, Head
from tui.asking import Here, breakpoint_of, destination, written
from tui.charts.rows import plain
from tui.format import Zone, age, change, money, percent, places, price, quantity, signed, tone
from tui.lines.head import bottom, lost, top

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
    ],
)
def test_breakpoint_is_read_and_written(typed, stop):
    assert breakpoint_of(typed) == stop
    assert breakpoint_of(written(stop)) == stop


@pytest.mark.parametrize("typed", ["", "lunch", "fill ma", "fill pod:", "value<x", "fill who:me"])
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
