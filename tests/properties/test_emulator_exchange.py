"""The emulated exchange: money is conserved and locked for open orders, whatever clients do."""

from collections import Counter
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from brokers.emulators.core.exchange import Exchange
from brokers.emulators.core.market import LINEAR
from brokers.emulators.core.matching import BUY, SELL, SelfTrade
from brokers.emulators.core.orders import ZERO, Ask, Kind, Life, RefusedError
from brokers.emulators.markets import BINANCE, BYBIT

STEPS = st.tuples(
    st.sampled_from(["place", "place", "place", "cancel", "amend"]),
    st.sampled_from(["ann", "bob"]),
    st.sampled_from([BUY, SELL]),
    st.integers(95, 105),
    st.integers(1, 30),
    st.sampled_from(list(Life)),
    st.sampled_from([Kind.LIMIT, Kind.LIMIT, Kind.MARKET]),
    st.sampled_from(list(SelfTrade)),
    st.sampled_from([None, None, 97, 103]),
)


def play(exchange, market, step):
    kind, who, side, price, size, life, form, rule, stop = step
    quantity = Decimal(size) / 10
    limit = None if form is Kind.MARKET else Decimal(price)
    mine = exchange.registry.open(who)
    try:
        if kind == "place":
            life = Life.GTC if form is Kind.MARKET else life
            ask = Ask(account=who, market=market, side=side, kind=form, life=life, price=limit)
            ask.quantity, ask.self_trade = quantity, rule
            ask.stop = None if stop is None else Decimal(stop)
            ask.rising = side == BUY
            exchange.place(ask)
        elif mine and kind == "cancel":
            exchange.cancel(mine[price % len(mine)])
        elif mine:
            exchange.amend(mine[price % len(mine)], quantity=quantity, price=limit)
    except RefusedError:
        return


def opened(market):
    exchange = Exchange([market], lambda: 0)
    for who in ("ann", "bob"):
        exchange.deposit(who, market.quote, Decimal(1000))
        exchange.deposit(who, market.base, Decimal(10))
    exchange.settler.marks[market.key] = Decimal(100)
    return exchange


def totals(exchange):
    wallets = exchange.wallets
    sums = Counter()
    for who in wallets.accounts():
        for asset in wallets.of(who).assets():
            sums[asset] += wallets.of(who).total(asset)
    for asset in list(sums):
        sums[asset] += wallets.world[asset] + wallets.fees[asset]
    return dict(sums)


@given(st.lists(STEPS, max_size=40))
def test_spot_money_is_conserved_and_never_negative(steps):
    market = BINANCE[0]
    exchange = opened(market)
    before = totals(exchange)

    for step in steps:
        play(exchange, market, step)
        assert totals(exchange) == before
        for who in ("ann", "bob"):
            wallet = exchange.wallets.of(who)
            assert all(wallet.free[asset] >= 0 for asset in wallet.assets())
            locked = Counter()
            for order in exchange.registry.open(who):
                locked[order.locked_asset] += order.locked
            assert {a: v for a, v in wallet.locked.items() if v} == {
                a: v for a, v in locked.items() if v
            }


@given(st.lists(STEPS, max_size=40))
def test_spot_clients_alone_give_nothing_to_the_world(steps):
    exchange = opened(BINANCE[0])

    for step in steps:
        play(exchange, BINANCE[0], step)

    assert not any(exchange.wallets.world.values())


@given(st.lists(STEPS, max_size=40))
def test_filled_is_the_sum_of_fills_and_open_orders_are_in_the_book(steps):
    market = BINANCE[0]
    exchange = opened(market)
    for step in steps:
        play(exchange, market, step)

    for order in exchange.registry.orders.values():
        assert order.filled == sum((fill.quantity for fill in order.fills), ZERO)
        assert order.filled <= order.quantity
        resting = exchange.books[market.key].get(order.number)
        if resting is not None:
            assert order.open
            assert market.quantity(resting.left) == order.left


@given(st.lists(STEPS, max_size=40))
def test_linear_positions_sum_to_zero_and_money_is_conserved(steps):
    market = next(market for market in BYBIT if market.kind == LINEAR)
    exchange = opened(market)
    before = totals(exchange)
    for step in steps:
        play(exchange, market, step)

    sizes = [exchange.wallets.position(who, market).size for who in ("ann", "bob")]
    assert sum(sizes) == 0
    assert totals(exchange) == before
