"""Funding of a real perpetual: a constant position pays exactly the sum over all stamps."""

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from brokers.simulated.sessions import Sessions
from feeds.events import Openings, Rows, funding, funding_names
from magents.model.events import Events, Timeline
from magents.model.instruments import Instrument, Kind
from magents.model.money import exact, on_grid
from magents.model.time import HOUR
from tests.brokers.carry.bank import Bank
from tests.brokers.carry.rows import DAY, HERE, frame, shared

PERP = Instrument(
    id="BTC/USDT:USDT", kind=Kind.PERPETUAL, currency="USDT", venue="binance", calendar="24/7"
)
NAMES = dict.fromkeys(funding_names(PERP), PERP.id)
EITHER = ["excerpt", pytest.param("whole", marks=pytest.mark.evidence)]


@pytest.fixture(scope="module", params=EITHER)
def market(request):
    """Return the funding of the perpetual, and closes by instant."""
    if request.param == "excerpt":
        rates, bars = HERE / "funding_binance_2022h1.parquet", HERE / "btcusdt_4h_2022h1.parquet"
    else:
        rates = shared("crypto/funding_rates_2020_2023.parquet")
        bars = shared("crypto/binance_btcusdt_4h_2018_2025.parquet")
    table = frame(bars)
    closes = pd.Series(table.close.to_numpy(), table.ts.to_numpy() + 4 * HOUR)
    return funding(Rows(rates, Openings({})), NAMES), closes


def last(closes, ts):
    """Return the last close at an instant or before, exact."""
    return exact(float(closes.iloc[closes.index.searchsorted(ts, "right") - 1]))


@pytest.mark.parametrize("units", ["1.5", "-0.3"])
def test_a_constant_position_pays_the_exact_sum(market, units):
    events, closes = market
    units = Decimal(units)
    bank = Bank([PERP], Events(funding=Timeline(events)), pod=10**6)
    bank.now = events[0].ts - 1
    bank.trade(PERP.id, units, last(closes, bank.now))
    for event in events:
        bank.prices[PERP.id] = last(closes, event.ts)
        bank.play(event.ts)
    expected = [-on_grid(on_grid(units * last(closes, e.ts)) * e.rate) for e in events]
    assert bank.amounts("funding") == expected
    assert bank.cash() == 10**6 + sum(expected) == 10**6 + bank.position(PERP.id).carry
    floats = np.array([float(last(closes, e.ts)) * float(e.rate) for e in events])
    assert float(sum(expected)) == pytest.approx(-float(units) * floats.sum(), rel=1e-9)


def test_with_daily_settlement_the_end_is_price_and_funding(market):
    events, closes = market
    start, end = events[0].ts, events[-1].ts
    days = {"24/7": Sessions.daily(start, end)}
    bank = Bank([PERP], Events(funding=Timeline(events)), days, pod=10**6)
    bank.now = start - 1
    bank.trade(PERP.id, 2, last(closes, start))
    while (head := bank.carry.next_after(bank.now)) is not None and head[0] <= end:
        bank.prices[PERP.id] = last(closes, head[0])
        bank.due(head[0])
    moved = 2 * (last(closes, end) - last(closes, start))
    assert bank.gain() == moved + sum(bank.amounts("funding"))
    assert len(bank.amounts("settlement")) >= (end - start) // DAY - 2
