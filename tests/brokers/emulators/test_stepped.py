"""Emulators on a stepped clock: the same seed gives the same venue, frame by frame."""

import hashlib
from decimal import Decimal

import msgspec
import pytest

from brokers.emulators.admin import state
from brokers.emulators.core.events import Traded
from brokers.emulators.core.orders import Ask, Kind
from brokers.emulators.settings import VENUES, EmulatorSettings
from brokers.emulators.venue import Venue
from magents.model.errors import ConfigError, DataError

STEPPED = EmulatorSettings(clock="stepped", seed=3)


def opened(**changes):
    venue = Venue(msgspec.structs.replace(STEPPED, **changes))
    venue.account("ann", {"USDT": "10000", "USD": "10000"})
    venue.begin()
    return venue


def played(seconds, steps=1, **changes):
    """Return a digest of all that happens, with an order in the middle."""
    venue, digest = opened(**changes), hashlib.sha256()
    venue.exchange.listeners.append(lambda event: digest.update(_told(event).encode()))
    for step in range(steps):
        venue.advance(seconds / steps)
        if step == steps // 2 or steps == 1:
            market = next(iter(venue.exchange.markets.values()))
            price = Decimal(17140)
            quantity = Decimal("0.01")
            venue.exchange.place(
                Ask(account="ann", market=market, side=1, price=price, quantity=quantity)
            )
    return digest.hexdigest(), state(venue)


def _told(event):
    if isinstance(event, Traded):
        return f"{event.market.key} {event.number} {event.price} {event.quantity} {event.time}"
    return type(event).__name__


@pytest.mark.parametrize("name", VENUES)
def test_same_seed_repeats_everything(name):
    assert played(90, venue=name) == played(90, venue=name)


def test_other_seed_is_another_day():
    assert played(60)[0] != played(60, seed=4)[0]


def test_prices_stay_within_the_recorded_minute():
    venue = opened()
    seen = []
    venue.exchange.listeners.append(seen.append)
    venue.advance(59)

    minute = venue.crowds["spot:BTCUSDT"].tape.minute(180)
    prices = [float(e.price) for e in seen if isinstance(e, Traded) and e.market.base == "BTC"]
    assert minute.low <= min(prices) <= max(prices) <= minute.high
    assert prices[0] == minute.open


def test_volume_is_the_recorded_one():
    venue = opened()
    seen = []
    venue.exchange.listeners.append(seen.append)
    venue.advance(60)

    minute = venue.crowds["spot:BTCUSDT"].tape.minute(180)
    first = [e for e in seen if isinstance(e, Traded) and e.market.base == "BTC"]
    own = sum(float(e.quantity) for e in first if e.time < STEPPED.start_ms + 60_000)
    assert own == pytest.approx(minute.volume, rel=0.05)


def test_resting_order_is_filled_when_the_market_comes_through_it():
    venue = opened()
    market = venue.market("BTCUSDT")
    venue.advance(1)
    price = venue.exchange.last[market.key] - 5
    order = venue.exchange.place(
        Ask(account="ann", market=market, side=1, price=price, quantity=Decimal("0.01"))
    )
    crowd = venue.crowds[market.key]
    crowd.move(price - 50)

    assert order.status.value == "FILLED"
    assert [fill.price for fill in order.fills] == [price]
    assert all(fill.maker for fill in order.fills)


def test_books_never_cross_while_the_recording_plays():
    venue = opened()
    for _ in range(120):
        venue.advance(1)
        for book in venue.exchange.books.values():
            assert book.best(1) < book.best(-1)


def test_burst_makes_as_many_trades():
    venue = opened()
    seen = []
    venue.exchange.listeners.append(lambda e: seen.append(e) if isinstance(e, Traded) else None)
    venue.crowds["spot:BTCUSDT"].burst(1000)

    assert len(seen) >= 1000


def test_funding_is_paid_at_eight_hours():
    venue = opened(venue="bybit", speed=0.001, start_ms=1_670_918_395_000)
    market = venue.market("BTCUSDT", "linear")
    venue.exchange.wallets.position("ann", market).trade(Decimal("0.1"), Decimal(17000))
    before = venue.exchange.wallets.of("ann").free["USDT"]
    venue.advance(10)

    rate = venue.funding(market, 1)  # what was announced before
    paid = before - venue.exchange.wallets.of("ann").free["USDT"]
    mark = venue.exchange.settler.mark(market.key)
    assert paid == pytest.approx(Decimal("0.1") * mark * rate, rel=Decimal("0.001"))


WRONG = [
    ({"on": "order.plaice", "do": "hang"}, "order.plaice"),
    ({"on": "order.place", "do": "explode"}, "explode"),
    ({"on": "order.place", "do": "hang", "secs": 3}, "secs"),
    ({"do": "hang"}, "on"),
]


@pytest.mark.parametrize(("rule", "words"), WRONG)
def test_wrong_rules_are_refused_by_name(rule, words):
    with pytest.raises(ConfigError, match=words):
        opened().faults.add(rule)


def test_data_that_is_no_recording_is_refused(tmp_path):
    path = tmp_path / "no.parquet"
    path.write_text("no")
    with pytest.raises(DataError, match=r"no\.parquet"):
        opened(data=path)


def test_position_that_cannot_be_carried_is_closed_in_the_market():
    venue = opened(venue="bybit", speed=0.001)
    market = venue.market("BTCUSDT", "linear")
    venue.exchange.wallets.position("ann", market).leverage = Decimal(100)
    venue.exchange.place(
        Ask(account="ann", market=market, side=1, kind=Kind.MARKET, quantity=Decimal(5))
    )
    venue.advance(1)
    held = venue.exchange.wallets.position("ann", market)
    assert held.size == 5

    venue.crowds[market.key].move(Decimal(15_150))
    venue.advance(1)

    last = venue.exchange.registry.all("ann")[-1]
    assert held.size == 0
    assert (last.ask.label, last.side, last.filled) == ("Liquidation", -1, 5)
