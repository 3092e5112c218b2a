"""Filters of live venues, V7 and V17 to V21: each by its number, and the same as the emulators'."""

from decimal import Decimal

import ccxt
import pytest

from brokers.emulators.binance.shapes import filters as binance_filters
from brokers.emulators.bybit.shapes import instrument as bybit_shape
from brokers.emulators.core.filters import check_shape
from brokers.emulators.core.orders import Ask, RefusedError, Why
from brokers.emulators.core.orders import Kind as AskKind
from brokers.emulators.markets import BINANCE, BYBIT
from brokers.simulated.settings import Venue
from brokers.simulated.venue_rules.band import PriceBandRule
from brokers.simulated.venue_rules.base import VenueQuestion, check_all
from brokers.simulated.venue_rules.build import halts_in, rules_of
from brokers.simulated.venue_rules.least import MinQuantityRule
from brokers.simulated.venue_rules.market_size import MarketSizeRule
from brokers.simulated.venue_rules.most import MaxNotionalRule
from brokers.simulated.venue_rules.open_orders import OpenOrdersRule
from brokers.simulated.venue_rules.price_range import PriceRangeRule
from feeds.live.filters import NO_END, filters_of
from feeds.live.markets import instrument_of
from magents.assembly import World, needed_rules
from magents.book.worth import Rules
from magents.model.instruments import Filters
from magents.model.orders import OrderType, Side
from tests.builders import coin, order

BTC = "BTC/USDT"


def said(rule, filters, resting=(), last=100.0, **how):
    asked = order(instrument=BTC, **how)
    return rule.refusal(VenueQuestion(asked, coin(filters=filters), last, resting=resting))


@pytest.mark.parametrize(
    ("quantity", "refusal"),
    [("0.01", ""), ("0.009", "quantity 0.009 is below the least in one order, 0.01")],
)
def test_v17_no_order_is_smaller_than_the_venue_takes(quantity, refusal):
    assert said(MinQuantityRule(), Filters(min_quantity=Decimal("0.01")), quantity=quantity) == (
        refusal
    )
    assert said(MinQuantityRule(), None, quantity=quantity) == ""


@pytest.mark.parametrize(
    ("quantity", "end"),
    [
        (4, ""),
        (122, "above the most, 120"),
        (1, "below the least, 2"),
        (5, "no multiple of its lot, 2"),
    ],
)
@pytest.mark.parametrize("prices", [{}, {"type": OrderType.STOP, "stop": 90}])
def test_v18_orders_without_a_limit_have_a_size_of_their_own(quantity, end, prices):
    filters = Filters(market_lot=Decimal(2), market_min=Decimal(2), market_max=Decimal(120))
    text = said(MarketSizeRule(), filters, quantity=quantity, **prices)
    assert text.endswith(end)
    assert bool(text) == bool(end)
    assert said(MarketSizeRule(), filters, quantity=quantity, type=OrderType.LIMIT, limit=1) == ""


def test_v19_so_many_orders_may_be_open_and_so_many_stops():
    filters, rule = Filters(max_orders=3, max_stops=1), OpenOrdersRule()
    limit = order(id="a", instrument=BTC, type=OrderType.LIMIT, limit=1)
    stop = order(id="b", instrument=BTC, type=OrderType.STOP, stop=1)
    other = {"id": "c", "type": OrderType.STOP, "stop": 1}
    assert said(rule, filters, (limit, limit), id="c") == ""
    assert said(rule, filters, (limit, limit, limit), id="c").startswith("3 orders are open")
    assert said(rule, filters, (limit, stop), **other).startswith("1 stops are open")
    assert said(rule, filters, (limit, limit), **other) == ""
    assert said(rule, None, (limit,) * 9, id="c") == ""


def test_v19_an_amendment_is_no_new_order():
    resting = [order(id=name, instrument=BTC, type=OrderType.LIMIT, limit=1) for name in "abc"]
    changed = {"id": "b", "type": OrderType.LIMIT, "limit": 2}
    assert said(OpenOrdersRule(), Filters(max_orders=3), resting, **changed) == ""


@pytest.mark.parametrize(
    ("price", "refusal"),
    [(5, ""), (1, "the limit 1 is below the least, 2"), (11, "the limit 11 is above the most, 10")],
)
def test_v20_prices_lie_in_the_range_of_the_venue(price, refusal):
    filters = Filters(min_price=Decimal(2), max_price=Decimal(10))
    assert said(PriceRangeRule(), filters, type=OrderType.LIMIT, limit=price) == refusal


@pytest.mark.parametrize(
    ("how", "worth"),
    [
        ({"quantity": 2, "type": OrderType.LIMIT, "limit": 50}, ""),
        ({"quantity": 3, "type": OrderType.LIMIT, "limit": 50}, "150, more than the most, 100"),
        ({"quantity": 1}, "100, more than the most, 99"),
        ({"quantity": 2, "type": OrderType.STOP, "stop": 45}, ""),
    ],
)
def test_v21_no_order_is_worth_more_than_the_venue_takes(how, worth):
    filters = Filters(max_notional=Decimal(100), market_notional=Decimal(99))
    text = said(MaxNotionalRule(), filters, **how)
    assert text == (f"the order is worth {worth}" if worth else "")
    assert said(MaxNotionalRule(), Filters(min_quantity=Decimal(1)), **how) == ""
    assert said(MaxNotionalRule(), filters, last=float("nan"), quantity=1) == ""


@pytest.mark.parametrize(
    ("side", "limit", "refused"),
    [
        (Side.BUY, 500, False),
        (Side.BUY, 501, True),
        (Side.BUY, 19, True),
        (Side.SELL, 201, True),
        (Side.SELL, 51, False),
    ],
)
def test_v7_each_side_has_a_band_of_its_own(side, limit, refused):
    filters = Filters(buy_band=(0.2, 5.0), sell_band=(0.5, 2.0))
    text = said(PriceBandRule(), filters, side=side, type=OrderType.LIMIT, limit=limit)
    assert bool(text) == refused


# -- what the venues say -------------------------------------------------------------------------


def binance(market):
    """Return what ccxt makes of a market of the emulated Binance."""
    raw = {
        "symbol": market.symbol,
        "status": "TRADING",
        "baseAsset": market.base,
        "quoteAsset": market.quote,
        "isSpotTradingAllowed": True,
        "permissionSets": [["SPOT"]],
        "filters": binance_filters(market),
    }
    unread = {"crossMarginPairsData": [], "isolatedMarginPairsData": []}
    return ccxt.binance({"options": unread}).parse_market(raw)


def test_binances_filters_are_read():
    found = filters_of(binance(BINANCE[0]))
    assert (found.market_max, found.market_lot, found.market_min) == (Decimal(120), None, None)
    assert (found.max_orders, found.max_stops) == (200, 5)
    assert found.buy_band == found.sell_band == (0.2, 5.0)
    assert found.min_quantity == BINANCE[0].min_quantity
    assert (found.min_price, found.max_price) == (BINANCE[0].min_price, BINANCE[0].max_price)


def test_futures_name_their_filters_differently():
    listed = [
        {"filterType": "PERCENT_PRICE", "multiplierUp": "1.05", "multiplierDown": "0.95"},
        {"filterType": "MAX_NUM_ORDERS", "limit": 200},
        {"filterType": "MARKET_LOT_SIZE", "stepSize": "0.001", "minQty": "0.001", "maxQty": "120"},
    ]
    found = filters_of({"info": {"filters": listed}})
    assert found.buy_band == found.sell_band == (0.95, 1.05)
    assert (found.max_orders, found.market_lot) == (200, Decimal("0.001"))


@pytest.mark.parametrize("market", BYBIT)
def test_bybits_largest_market_order_is_read(market):
    assert filters_of({"info": bybit_shape(market)}).market_max == market.max_market


def test_bybits_bands_are_read_of_coins_and_have_one_end_each():
    coins = filters_of({"info": bybit_shape(BYBIT[0]), "spot": True})
    assert (coins.buy_band, coins.sell_band) == ((0.0, 1.05), (0.95, NO_END))
    assert filters_of({"info": bybit_shape(BYBIT[1]), "spot": False}).buy_band is None


def test_okx_counts_coins_without_a_limit_in_money_and_contracts_in_contracts():
    listed = {"maxMktSz": "900", "maxMktAmt": "1000", "maxLmtAmt": "20000"}
    coins = filters_of({"info": listed, "spot": True})
    assert (coins.market_max, coins.market_notional) == (None, Decimal(900))
    assert coins.max_notional == Decimal(20_000)
    contracts = filters_of({"info": listed, "spot": False})
    assert (contracts.market_max, contracts.market_notional) == (Decimal(900), Decimal(1000))


@pytest.mark.parametrize("quantity", ["523", "524"])
def test_paper_and_the_emulated_binance_take_the_same_worth_at_most(quantity):
    traded = instrument_of("binance", BTC, binance(BINANCE[0]), several=False)
    asked = order(instrument=BTC, quantity=quantity, type=OrderType.LIMIT, limit=17191)
    refusal = check_all([MaxNotionalRule()], VenueQuestion(asked, traded, 17_000.0)).refusal
    how = {"quantity": quantity, "limit": 17191}
    assert bool(refusal) == (emulated(BINANCE[0], how, Decimal(17_000)) is Why.NOTIONAL)
    assert bool(refusal) == (Decimal(quantity) * 17191 > 9_000_000)


@pytest.mark.parametrize(("side", "limit", "refused"), [(1, 106, 1), (1, 9, 0), (-1, 94, 1)])
def test_paper_and_the_emulated_bybit_have_the_same_bands(side, limit, refused):
    market = BYBIT[0]
    found = filters_of({"info": bybit_shape(market), "spot": True})
    how = {"type": OrderType.LIMIT, "limit": limit}
    text = said(PriceBandRule(), found, side=Side.BUY if side > 0 else Side.SELL, **how)
    why = emulated(market, {"quantity": 1, "limit": limit, "side": side})
    assert (bool(text), why is Why.BAND) == (bool(refused), bool(refused))


def test_a_market_that_asks_nothing_has_no_filters():
    assert filters_of({"limits": {"amount": {"min": None}}, "info": {}}) is None


ASKS = {
    "small": ({"quantity": "0.000001"}, Why.TOO_SMALL),
    "large": ({"quantity": 9001, "limit": 100}, Why.TOO_LARGE),
    "at market": ({"quantity": 121}, Why.MARKET_TOO_LARGE),
    "off the lot": ({"quantity": "1.000001"}, Why.STEP),
    "off the tick": ({"quantity": 1, "limit": "100.001"}, Why.TICK),
    "far above": ({"quantity": 1, "limit": 501}, Why.BAND),
    "far below": ({"quantity": 1, "limit": 19}, Why.BAND),
    "out of range": ({"quantity": 1, "limit": 1_000_001}, Why.PRICE_RANGE),
    "worth little": ({"quantity": "0.01", "limit": 100}, Why.NOTIONAL),
    "well": ({"quantity": 1, "limit": 100}, None),
    "well at market": ({"quantity": 119}, None),
}


@pytest.mark.parametrize("name", ASKS)
def test_paper_refuses_what_the_emulated_venue_refuses(name):
    how, why = ASKS[name]
    market = BINANCE[0]
    traded = instrument_of("binance", BTC, binance(market), several=False)
    limited = {"type": OrderType.LIMIT} if "limit" in how else {}
    question = VenueQuestion(order(instrument=BTC, **how, **limited), traded, 100.0)
    venue = Venue()
    refusal = check_all(rules_of(venue, halts_in(venue)), question).refusal
    assert bool(refusal) == (why is not None), refusal
    assert emulated(market, how) is why


def emulated(market, how, last=Decimal(100)):
    """Return why the emulator refuses, ``None`` where it does not."""
    limit = how.get("limit")
    ask = Ask(
        account="a",
        market=market,
        side=how.get("side", 1),
        kind=AskKind.MARKET if limit is None else AskKind.LIMIT,
        quantity=Decimal(str(how["quantity"])),
        price=None if limit is None else Decimal(str(limit)),
    )
    try:
        check_shape(ask, last)
    except RefusedError as error:
        return error.why
    return None


@pytest.mark.parametrize("filters", [None, Filters(max_orders=2), Filters(market_max=Decimal(1))])
def test_a_backtest_without_such_filters_asks_none_of_these_rules(filters):
    world = World([coin(filters=filters)], [], Rules(), lambda _: 1.0, lambda *_: None)
    asked = {type(rule) for rule in needed_rules(Venue(), None, world)}
    sizes = {MinQuantityRule, MarketSizeRule, PriceRangeRule, MaxNotionalRule}
    assert (sizes <= asked) == (filters is not None)
    assert (OpenOrdersRule in asked) == (filters == Filters(max_orders=2))
