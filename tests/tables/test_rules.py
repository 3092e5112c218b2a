"""The rules of docs/fills.md, each by its number, at the exchange."""

import re
from decimal import Decimal
from pathlib import Path

import pytest

from magents.model.time import DAY, HOUR, Phase
from tests.brokers.rig import CAPITAL, Venue
from tests.builders import NAN, block, candles, instrument, order

BARS = candles((100, 102, 99, 101), (101, 104, 98, 103), (103, 106, 97, 105), (108, 109, 95, 96))
OPENS, CLOSES = BARS.open_ts.tolist(), BARS.ts.tolist()
HERE = Path(__file__).resolve().parent
PAGE = HERE.parents[1] / "docs" / "fills.md"


def first_fill(what, when=OPENS[0], phase=Phase.TIMER, bars=BARS, **how):
    """Return (instant, price, rule) of the one fill of an order sent at an instant."""
    (fill,) = Venue(bars, **how).play((when, phase, what)).fills
    return fill.ts, float(fill.price), fill.rule


# -- which bar, and at what price --------------------------------------------------------------


def test_b1_market_order_fills_at_the_next_open():
    assert first_fill(order(), CLOSES[0]) == (OPENS[1], 101, "B1")


def test_b1_market_order_fills_at_the_next_open_there_is():
    bars = block([100.0, NAN, NAN, 104.0])
    assert first_fill(order(), CLOSES[0], bars=bars) == (OPENS[3], 104, "B1")


@pytest.mark.parametrize(("side", "limit", "row"), [("buy", 103, 1), ("sell", 107, 3)])
def test_b2_limit_order_fills_at_an_open_at_or_better_than_its_limit(side, limit, row):
    fill = first_fill(order(side, limit=limit), CLOSES[row - 1])
    assert fill == (OPENS[row], float(BARS.open[row, 0]), "B2")


@pytest.mark.parametrize(("side", "limit", "row"), [("buy", 98, 1), ("sell", 104, 1)])
def test_b3_limit_touched_inside_a_bar_fills_at_the_limit_known_at_the_close(side, limit, row):
    assert first_fill(order(side, limit=limit), CLOSES[0]) == (CLOSES[row], limit, "B3")


@pytest.mark.parametrize(("side", "stop", "row"), [("buy", 107, 3), ("sell", 102, 1)])
def test_b4_stop_gapped_over_fills_at_the_open(side, stop, row):
    fill = first_fill(order(side, stop=stop), CLOSES[row - 1])
    assert fill == (OPENS[row], float(BARS.open[row, 0]), "B4")


@pytest.mark.parametrize(("side", "stop", "row"), [("buy", 104, 1), ("sell", 98, 1)])
def test_b5_stop_touched_inside_a_bar_fills_at_the_stop_known_at_the_close(side, stop, row):
    assert first_fill(order(side, stop=stop), CLOSES[0]) == (CLOSES[row], stop, "B5")


def test_b6_cancel_is_too_late_for_a_bar_in_progress_that_touches_the_order():
    venue = Venue(BARS).play(
        (CLOSES[0], Phase.TIMER, order(limit=98)), (OPENS[1] + HOUR, Phase.TIMER, "pod:1")
    )
    assert venue.states() == ["accepted", "pending_cancel", "fill"]
    assert venue.fills[0].ts == CLOSES[1]


def test_b6_cancel_before_the_bar_opens_is_in_time():
    venue = Venue(BARS).play(
        (CLOSES[0], Phase.TIMER, order(limit=98)), (OPENS[1], Phase.TIMER, "pod:1")
    )
    assert venue.states() == ["accepted", "cancelled"]
    assert venue.fills == []


def test_b6_cancel_during_a_bar_that_does_not_touch_the_order_is_in_time():
    venue = Venue(BARS).play(
        (CLOSES[0], Phase.TIMER, order(limit=97)), (OPENS[1] + HOUR, Phase.TIMER, "pod:1")
    )
    assert venue.states() == ["accepted", "cancelled"]


def test_b7_what_never_filled_expires_when_the_data_end():
    venue = Venue(BARS).play((OPENS[0], Phase.TIMER, order(limit=50)))
    assert venue.states() == ["accepted", "expired"]
    assert "the data ended before it could fill" in venue.events[-1].note
    assert venue.exchange.account.cash == CAPITAL


# -- which bars an order takes part in ---------------------------------------------------------


def test_e1_an_order_takes_part_in_a_bar_that_opens_after_it_came():
    assert first_fill(order(), OPENS[1] - 1)[0] == OPENS[1]


def test_e2_an_order_that_came_at_the_opening_instant_before_it_opened_takes_part():
    assert first_fill(order(), OPENS[1], Phase.TIMER)[0] == OPENS[1]


@pytest.mark.parametrize("phase", [Phase.OPEN, Phase.END])
def test_e3_an_order_that_came_at_the_opening_instant_after_it_opened_waits_for_the_next(phase):
    assert first_fill(order(), OPENS[1], phase)[0] == OPENS[2]


def test_e4_an_order_that_came_during_a_bar_takes_no_part_in_it():
    assert first_fill(order(limit=98), OPENS[1] + 1) == (CLOSES[2], 98, "B3")


def test_e5_an_order_decided_on_a_close_cannot_fill_at_that_close():
    bars = candles((100, 100, 100, 100), (120, 120, 120, 120), length=DAY, every=DAY)
    assert first_fill(order(), int(bars.ts[0]), Phase.DATA, bars=bars)[1] == 120


# -- what it costs -----------------------------------------------------------------------------


@pytest.mark.parametrize(("side", "price"), [("buy", 101.101), ("sell", 100.899)])
def test_c1_orders_that_take_liquidity_slip_against_the_trader(side, price):
    assert first_fill(order(side), CLOSES[0], bps=10) == (OPENS[1], price, "B1")


@pytest.mark.parametrize(
    ("what", "rule", "slips"),
    [
        (order(), "B1", True),
        (order(limit=103), "B2", False),
        (order(limit=98), "B3", False),
        (order(stop=101), "B4", True),
        (order(stop=104), "B5", True),
    ],
)
def test_c1_market_and_stop_orders_slip_and_limit_orders_never_do(what, rule, slips):
    plain, slipped = (first_fill(what, CLOSES[0], bps=bps) for bps in (0, 10))
    assert plain[2] == slipped[2] == rule
    assert (slipped[1] > plain[1]) == slips


def test_c2_a_slipped_price_is_rounded_to_the_tick_against_the_trader():
    traded = [instrument(tick=Decimal("0.05"))]
    assert first_fill(order("buy"), CLOSES[0], bps=10, traded=traded)[1] == 101.15
    assert first_fill(order("sell"), CLOSES[0], bps=10, traded=traded)[1] == 100.85


def test_c3_commission_is_a_fraction_of_the_notional_of_every_fill():
    venue = Venue(BARS, fee=0.001).play((CLOSES[0], Phase.TIMER, order("sell", 10)))
    assert venue.fills[0].commission == Decimal("1.01")
    assert venue.exchange.account.cash == CAPITAL + 1010 - Decimal("1.01")


def test_c4_an_order_fills_whole_and_once():
    venue = Venue(BARS).play((OPENS[0], Phase.TIMER, order(quantity=77)))
    assert [(fill.quantity, fill.complete) for fill in venue.fills] == [(77, True)]


# -- the page ----------------------------------------------------------------------------------


def test_every_numbered_rule_names_its_tests_and_every_test_of_a_rule_is_named():
    page = PAGE.read_text("utf-8")
    source = "".join(path.read_text("utf-8") for path in sorted(HERE.parent.rglob("test_*.py")))
    there = set(re.findall(r"^def (test_[bec]\d+_\w+)", source, re.MULTILINE))
    rows = re.findall(r"^\| ([BEC]\d+) \|(.*)$", page, re.MULTILINE)
    for rule in {rule for rule, _ in rows}:
        mine = {name for name in there if name.split("_")[1] == rule.lower()}
        told = " ".join(row for number, row in rows if number == rule)
        assert set(re.findall(r"`(test_\w+)`", told)) == mine != set()
    assert {name.split("_")[1].upper() for name in there} == {rule for rule, _ in rows}
