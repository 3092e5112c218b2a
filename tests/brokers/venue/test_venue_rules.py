"""The venue's rules V1 to V16, each by its number."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brokers.simulated.sessions import Sessions
from brokers.simulated.settings import Halt, Venue
from brokers.simulated.venue_rules.auctions import AuctionRule
from brokers.simulated.venue_rules.band import PriceBandRule
from brokers.simulated.venue_rules.base import VenueQuestion, check_all
from brokers.simulated.venue_rules.build import halts_in, rules_of
from brokers.simulated.venue_rules.halts import EVERYTHING, Halted, HaltRule, Halts
from brokers.simulated.venue_rules.known import KnownRule
from brokers.simulated.venue_rules.lot import LotRule
from brokers.simulated.venue_rules.notional import MinNotionalRule
from brokers.simulated.venue_rules.post_only import PostOnlyRule
from brokers.simulated.venue_rules.quantity import MaxQuantityRule
from brokers.simulated.venue_rules.reduce_only import ReduceOnlyRule
from brokers.simulated.venue_rules.self_trade import SelfTrade, SelfTradeRule
from brokers.simulated.venue_rules.sessions import SessionRule, WhenClosed
from brokers.simulated.venue_rules.shortable import ShortableRule
from brokers.simulated.venue_rules.tick import TickRule
from brokers.simulated.venue_rules.validity import ValidityRule
from magents.model.instruments import Kind
from magents.model.orders import OrderType, Side, TimeInForce
from magents.model.time import DAY, HOUR, MINUTE, parse_instant
from tests.builders import NAN, coin, instrument, order

NOON = parse_instant("2014-05-06T12:00:00Z")


def asked(what=None, of=None, **how):
    held = Decimal(str(how.pop("held", 0)))
    how = {"last": 100.0, "now": NOON, **how}
    return VenueQuestion(what or order(), of or instrument(), held=held, **how)


def said(rule, *args, **how):
    return rule.refusal(asked(*args, **how))


# -- V1 to V7: what an order may look like -----------------------------------------------------


def test_v1_only_what_is_traded_here():
    rule = KnownRule({"AAA": instrument()})
    assert rule.refusal(order()) == ""
    assert rule.refusal(order(instrument="ZZZ")) == "V1: ZZZ is not traded here"


@pytest.mark.parametrize(
    ("quantity", "lot", "refusal"),
    [
        (10, "1", ""),
        ("0.3", "0.1", ""),
        ("10.5", "1", "quantity 10.5 is no positive multiple of the lot 1"),
        (0, "1", "quantity 0 is no positive multiple of the lot 1"),
        (-5, "1", "quantity -5 is no positive multiple of the lot 1"),
        (150, "100", "quantity 150 is no positive multiple of the lot 100"),
    ],
)
def test_v2_quantities_are_multiples_of_the_lot(quantity, lot, refusal):
    assert said(LotRule(), order(quantity=quantity), instrument(lot=Decimal(lot))) == refusal


T, F = OrderType, TimeInForce
D = Decimal


@pytest.mark.parametrize(
    ("how", "refusal"),
    [
        ({}, ""),
        ({"limit": 98}, ""),
        ({"type": T.LIMIT}, "a limit order needs a limit price, and has none"),
        ({"limit": 0}, "a limit order needs a limit above 0, and has 0"),
        ({"stop": -1}, "a stop order needs a stop above 0, and has -1"),
        ({"type": T.STOP_LIMIT}, "a stop_limit order needs a stop price, and has none"),
        ({"type": T.TRAILING_STOP, "trail": D(2)}, ""),
        ({"type": T.TRAILING_STOP}, "a trailing_stop order needs one trail, and has 0"),
        (
            {"type": T.TRAILING_STOP, "trail": D(2), "trail_percent": D(2)},
            "a trailing_stop order needs one trail, and has 2",
        ),
        ({"type": T.TRAILING_STOP, "trail": D(0)}, "a trail of 0 is not above 0"),
        (
            {"type": T.TRAILING_STOP, "trail_percent": D(100)},
            "a trail of 100 percent is not below 100",
        ),
        ({"trail": D(1)}, "a market order has no trail, and 1 is given"),
        ({"tif": F.IOC, "limit": 98}, ""),
        ({"tif": F.IOC, "stop": 98}, "a stop order waits for a price, and ioc lets nothing wait"),
        (
            {"tif": F.AT_CLOSE, "stop": 98},
            "a stop order waits for a price, and at_close lets nothing wait",
        ),
        ({"tif": F.GTD, "expires": NOON + 1}, ""),
        (
            {"tif": F.GTD, "expires": NOON},
            "it would expire at 2014-05-06T12:00:00Z, which is not after 2014-05-06T12:00:00Z",
        ),
        ({"limit": 98, "post_only": True}, ""),
        (
            {"post_only": True},
            "post-only is for orders that rest at a limit, not for market gtc",
        ),
        (
            {"limit": 98, "post_only": True, "tif": F.FOK},
            "post-only is for orders that rest at a limit, not for limit fok",
        ),
        ({"limit": 98, "display": D(2)}, ""),
        (
            {"limit": 98, "display": D(11)},
            "a display of 11 is no multiple of the lot 1 up to the quantity 10",
        ),
        ({"display": D(2)}, "a display is for orders that rest at a limit, not for market gtc"),
    ],
)
def test_v3_type_prices_time_and_flags_go_together(how, refusal):
    kind = how.pop("type", None)
    what = order(**how) if kind is None else order(**{**how, "type": kind})
    assert said(ValidityRule(), what) == refusal


def test_v3_prices_of_futures_may_be_below_zero():
    assert said(ValidityRule(), order(limit=-37.63), instrument(kind=Kind.FUTURE)) == ""


@pytest.mark.parametrize("name", ["limit", "stop"])
def test_v4_prices_are_on_the_tick(name):
    cents = instrument(tick=D("0.01"))
    assert said(TickRule(), order(**{name: 10.03}), cents) == ""
    refusal = f"the {name} 10.003 is no multiple of the tick 0.01"
    assert said(TickRule(), order(**{name: 10.003}), cents) == refusal
    assert said(TickRule(), order(**{name: 10.003})) == ""


def test_v5_no_order_is_larger_than_the_venue_takes():
    small = instrument(max_quantity=D(9))
    assert said(MaxQuantityRule(), order(quantity=9), small) == ""
    refusal = "quantity 10 is above the most in one order, 9"
    assert said(MaxQuantityRule(), order(quantity=10), small) == refusal


@pytest.mark.parametrize(
    ("what", "last", "refusal"),
    [
        (order(quantity=1), 100.0, ""),
        (order(quantity=1), 99.5, "the order is worth 99.5, less than the least, 100"),
        (order(quantity=1, limit=90), 100.0, "the order is worth 90, less than the least, 100"),
        (order(quantity=1), NAN, ""),
        (order(quantity=1, reduce_only=True), 1.0, ""),
    ],
)
def test_v6_no_order_is_worth_less_than_the_venue_takes(what, last, refusal):
    assert said(MinNotionalRule(), what, instrument(min_notional=D(100)), last=last) == refusal


@pytest.mark.parametrize("limit", [94, 106])
def test_v7_limits_stay_near_the_last_price(limit):
    banded = instrument(price_band=0.05)
    refusal = (
        f"the limit {limit} is 6.00% away from the last price 100, more than the band of 5.00%"
    )
    assert said(PriceBandRule(), order(limit=limit), banded) == refusal
    assert said(PriceBandRule(), order(limit=105), banded) == ""
    assert said(PriceBandRule(), order(limit=limit), banded, last=NAN) == ""
    assert said(PriceBandRule(), order(), banded) == ""


# -- V8 to V10: when --------------------------------------------------------------------------

OPENS = np.array([NOON - 6 * HOUR, NOON + 18 * HOUR])
NEW_YORK = {"XNYS": Sessions(OPENS, OPENS + 8 * HOUR)}


@pytest.mark.parametrize(
    ("now", "is_open"),
    [
        (OPENS[0] - 1, False),
        (OPENS[0], True),
        (NOON + 2 * HOUR - 1, True),
        (NOON + 2 * HOUR, False),
    ],
)
def test_v8_a_closed_venue_refuses_if_it_is_set_so(now, is_open):
    rule = SessionRule(NEW_YORK, WhenClosed.REFUSE)
    assert (said(rule, now=int(now)) == "") == is_open
    assert said(SessionRule(NEW_YORK, WhenClosed.HOLD), now=int(now)) == ""
    assert said(rule, of=coin(), now=int(now)) == ""
    assert said(rule, order(tif=F.AT_OPEN), now=int(now)) == ""


def test_v8_a_refusal_says_when_it_opens():
    rule = SessionRule(NEW_YORK, WhenClosed.REFUSE)
    said_at = said(rule, now=NOON + 3 * HOUR)
    assert said_at == "XNYS is closed at 2014-05-06T15:00:00Z and opens at 2014-05-07T06:00:00Z"
    assert said(rule, now=NOON + 2 * DAY).endswith("and does not open again")


def test_v9_what_is_halted_is_refused_if_it_is_set_so():
    halts = Halts([Halted(NOON, NOON + HOUR, "AAA", "news")])
    rule = HaltRule(halts, WhenClosed.REFUSE)
    assert said(rule) == "AAA is halted until 2014-05-06T13:00:00Z (news)"
    assert said(rule, now=NOON + HOUR) == ""
    assert said(rule, order(instrument="BBB")) == ""
    assert said(HaltRule(halts, WhenClosed.HOLD)) == ""


def test_v9_a_halt_of_everything_and_one_after_the_other():
    halts = Halts([Halted(NOON, NOON + HOUR, EVERYTHING)])
    halts.add(Halted(NOON + HOUR, NOON + 2 * HOUR, "AAA"))
    assert halts.until("AAA", NOON) == NOON + 2 * HOUR
    assert halts.until("BBB", NOON) == NOON + HOUR
    assert halts.until("BBB", NOON - 1) == NOON - 1


def test_v10_an_auction_must_exist_and_be_in_time():
    rule = AuctionRule(NEW_YORK, 10 * MINUTE)
    close = NOON + 2 * HOUR
    what = order(tif=F.AT_CLOSE)
    refusal = "the closing auction takes orders until 2014-05-06T13:50:00Z, not "
    assert said(rule, what, now=close - 10 * MINUTE) == ""
    assert said(rule, what, now=close - MINUTE) == refusal + "2014-05-06T13:59:00Z"
    assert said(rule, what, now=close + HOUR) == ""
    none = "AAA trades 24/7 and has no auction for at_close orders"
    assert said(rule, what, instrument(calendar="24/7")) == none
    assert said(rule, order(), instrument(calendar="24/7")) == ""


# -- V13 to V16: what else the fund has --------------------------------------------------------

OWN = order("sell", limit=101, id="other:3", pod="other")


@pytest.mark.parametrize(
    ("mode", "refused", "cancelled"),
    [
        (SelfTrade.OFF, False, []),
        (SelfTrade.CANCEL_NEWEST, True, []),
        (SelfTrade.CANCEL_OLDEST, False, ["other:3"]),
        (SelfTrade.CANCEL_BOTH, True, ["other:3"]),
    ],
)
def test_v13_the_fund_does_not_trade_with_itself(mode, refused, cancelled):
    answer = check_all([SelfTradeRule(mode)], asked(order(limit=102), resting=[OWN]))
    refusal = "V13: to buy at 102 would trade with the fund's own order other:3, to sell at 101"
    assert answer.refusal == (refusal if refused else "")
    assert [cancel.order for cancel in answer.cancels] == cancelled


@pytest.mark.parametrize(
    ("what", "meets"),
    [
        (order(), True),
        (order(limit=101), True),
        (order(limit=100.99), False),
        (order("sell"), False),
        (order(stop=105), False),
    ],
)
def test_v13_only_orders_at_crossing_prices_meet(what, meets):
    rule = SelfTradeRule(SelfTrade.CANCEL_NEWEST)
    assert bool(said(rule, what, resting=[OWN])) == meets


@given(st.sampled_from(Side), st.integers(95, 105), st.lists(st.integers(95, 105), max_size=5))
def test_v13_what_is_left_never_crosses(side, price, others):
    other = "sell" if side is Side.BUY else "buy"
    resting = [order(other, limit=p, id=f"o:{n}") for n, p in enumerate(others)]
    question = asked(order(side, limit=price), resting=resting)
    gone = {c.order for c in SelfTradeRule(SelfTrade.CANCEL_OLDEST).cancels(question)}
    left = [float(o.limit) for o in resting if o.id not in gone]
    assert all((p - price) * side.sign > 0 for p in left)


@pytest.mark.parametrize(
    ("side", "limit", "refusal"),
    [
        ("buy", 100, ""),
        ("buy", 101, "post-only, and its limit 101 is above the last price 100"),
        ("sell", 99, "post-only, and its limit 99 is below the last price 100"),
    ],
)
def test_v14_a_post_only_order_that_would_take_is_refused(side, limit, refusal):
    assert said(PostOnlyRule(), order(side, limit=limit, post_only=True)) == refusal
    assert said(PostOnlyRule(), order(side, limit=limit)) == ""
    assert said(PostOnlyRule(), order(side, limit=limit, post_only=True), last=NAN) == ""


@pytest.mark.parametrize(("side", "held", "taken"), [("sell", 5, True), ("sell", 0, False)])
def test_v15_a_reduce_only_order_needs_something_to_reduce(side, held, taken):
    what = order(side, reduce_only=True)
    refusal = "reduce-only, and with 0 units held a sell reduces nothing"
    assert said(ReduceOnlyRule(), what, held=held) == ("" if taken else refusal)
    assert said(ReduceOnlyRule(), order("buy", reduce_only=True), held=5) != ""
    assert said(ReduceOnlyRule(), order("buy", reduce_only=True, parent="pod:9"), held=5) == ""


def test_v16_what_cannot_be_borrowed_cannot_be_sold_short():
    hard = instrument(shortable=False)
    refusal = (
        "AAA cannot be borrowed: a sale of 10 with 4 held would be 6 short, and the limit is 0"
    )
    assert said(ShortableRule(), order("sell"), hard, held=4) == refusal
    assert said(ShortableRule(), order("sell"), hard, held=10) == ""
    assert said(ShortableRule(), order("buy"), hard) == ""
    assert said(ShortableRule(), order("sell")) == ""


# -- all rules together ------------------------------------------------------------------------


def test_the_first_rule_that_refuses_answers_with_its_number():
    rules = rules_of(Venue(), Halts())
    assert check_all(rules, asked()).refusal == ""
    answer = check_all(rules, asked(order(quantity="10.5", limit=0)))
    assert answer.refusal == "V2: quantity 10.5 is no positive multiple of the lot 1"


def test_an_order_refused_for_another_reason_cancels_nothing():
    rules = rules_of(Venue(self_trade="cancel_oldest"), Halts())
    answer = check_all(rules, asked(order(quantity="0.5"), resting=[OWN]))
    assert answer.refusal
    assert answer.cancels == ()


def test_settings_give_the_table_of_halts():
    halt = Halt(instrument="AAA", start="2014-05-06T11:00:00Z", end="2014-05-06T13:00:00Z")
    venue = Venue(halts=(halt,), when_halted="refuse")
    answer = check_all(rules_of(venue, halts_in(venue)), asked())
    assert answer.refusal == "V9: AAA is halted until 2014-05-06T13:00:00Z"
