"""Maintenance along many prices is what it is at each of them."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brokers.simulated.kinds import arrays
from brokers.simulated.kinds.arrays import Along, maintenance
from brokers.simulated.kinds.base import Quote
from brokers.simulated.margin import line
from magents.book.worth import worth
from magents.model.instruments import (
    BondTerms,
    FutureTerms,
    Instrument,
    Kind,
    OptionTerms,
    PerpetualTerms,
)
from magents.model.money import exact
from magents.model.time import DAY

D = Decimal
BOND = BondTerms(coupon=0.06, maturity=3650 * DAY, issued=0)
CALL = OptionTerms("UND", D(100), 300 * DAY, "call")
PUT = OptionTerms("UND", D(100), 300 * DAY, "put")
KINDS = {
    "equity": Instrument(id="X"),
    "etf": Instrument(id="X", kind=Kind.ETF, multiplier=D(2)),
    "coin": Instrument(id="X", kind=Kind.SPOT_CRYPTO),
    "pair": Instrument(id="EUR/USD", kind=Kind.FX),
    "rare pair": Instrument(id="TRY/USD", kind=Kind.FX),
    "future": Instrument(id="X", kind=Kind.FUTURE, terms=FutureTerms(DAY), multiplier=D(50)),
    "perpetual": Instrument(id="X", kind=Kind.PERPETUAL, terms=PerpetualTerms()),
    "inverse": Instrument(id="X", kind=Kind.INVERSE_PERPETUAL, terms=PerpetualTerms(), base="BTC"),
    "call": Instrument(id="X", kind=Kind.OPTION, terms=CALL, multiplier=D(100)),
    "put": Instrument(id="X", kind=Kind.OPTION, terms=PUT, multiplier=D(100)),
    "bond": Instrument(id="X", kind=Kind.BOND, terms=BOND),
}


@pytest.mark.parametrize("name", KINDS)
@given(
    units=st.integers(-500, 500).filter(bool),
    prices=st.lists(st.integers(1, 40_000), min_size=1, max_size=5),
    spot=st.integers(0, 300),
    rate=st.sampled_from(["1", "0.7", "150"]),
)
def test_margin_along_prices_is_that_at_each_price(name, units, prices, spot, rate):
    instrument, held, at = KINDS[name], D(units), 10 * DAY
    marks = [D(price) / 100 for price in prices]
    underlying = D(spot) if spot else None
    lines = [line(instrument, held, Quote(mark, at, underlying), D(rate)) for mark in marks]
    whole = np.ones(len(marks))
    unit = [float(worth(instrument, D(10**6), mark, at)) / 1e6 for mark in marks]
    along = Along(
        np.full(len(marks), at),
        np.array([float(mark) for mark in marks]),
        np.array(unit) * float(rate),
        whole * float(exact(rate)),
        whole * spot,
    )
    found = maintenance(instrument, float(units), along)
    exactly = [float(each.maintenance) for each in lines]
    assert found == pytest.approx(exactly, rel=1e-5, abs=1e-4)


def test_a_kind_that_is_not_in_the_table_is_reckoned_row_by_row(monkeypatch):
    monkeypatch.setattr(arrays, "_NEEDED", {})
    prices = np.array([4.0, 0.0, 100.0])
    along = Along(np.full(3, DAY), prices, prices, np.ones(3), np.zeros(3))
    assert maintenance(KINDS["equity"], -10.0, along).tolist() == [40.0, 0.0, 300.0]
