"""Maintenance margin along a segment of prices, in floats: the same rules, a block at once.

It only says where to look: what is called and what is sold is decided on exact amounts.  A kind
that is not here is reckoned row by row.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import NamedTuple

import numpy as np

from brokers.simulated.kinds.base import Quote
from brokers.simulated.kinds.fx import rate_of
from brokers.simulated.kinds.registry import nature
from magents.model.bars import Floats, Instants
from magents.model.instruments import FutureTerms, Instrument, Kind, OptionTerms, PerpetualTerms
from magents.model.money import exact

CHEAP = 5.0
"""Shares under this price need more when short."""


class Along(NamedTuple):
    """What margin is reckoned from, each of shape [R].

    Attributes:
        at: instants. price: of the instrument. worth: of a unit, in the fund's money.
        rate: what the instrument's currency is worth. underlying: its price, 0 while unknown.
    """

    at: Instants
    price: Floats
    worth: Floats
    rate: Floats
    underlying: Floats


Needed = Callable[[Instrument, float, Along], Floats]


def maintenance(instrument: Instrument, units: float, along: Along) -> Floats:
    """Return the margin that signed units need at each row, in the fund's money."""
    return _NEEDED.get(instrument.kind, _by_row)(instrument, units, along)


def _share(instrument: Instrument, units: float, along: Along) -> Floats:
    value = np.abs(units * along.worth)
    if units >= 0:
        return value * 0.25
    shares = abs(units) * float(instrument.multiplier) * along.rate
    cheap = np.maximum(value, shares * 2.5)
    return np.where(along.price < CHEAP, cheap, np.maximum(value * 0.3, shares * 5.0))


def _whole(_: Instrument, units: float, along: Along) -> Floats:
    return np.abs(units * along.worth)


def _tenth(_: Instrument, units: float, along: Along) -> Floats:
    return np.abs(units * along.worth) * 0.1


def _pair(instrument: Instrument, units: float, along: Along) -> Floats:
    return np.abs(units * along.worth) * float(rate_of(instrument))


def _from_terms(instrument: Instrument, units: float, along: Along) -> Floats:
    terms = instrument.terms
    usual = FutureTerms(0) if instrument.kind is Kind.FUTURE else PerpetualTerms()
    known = terms if isinstance(terms, FutureTerms | PerpetualTerms) else usual
    return np.abs(units * along.worth) * float(known.maintenance)


def _option(instrument: Instrument, units: float, along: Along) -> Floats:
    premium = np.abs(units * along.worth)
    terms = instrument.terms
    if units >= 0 or not isinstance(terms, OptionTerms):
        return premium
    strike, call = float(terms.strike), terms.right == "call"
    spot = np.where(along.underlying == 0, strike, along.underlying)
    gain = spot - strike if call else strike - spot
    risk = np.maximum(0.2 * spot + np.minimum(0.0, gain), 0.1 * (spot if call else strike))
    return premium + abs(units) * float(instrument.multiplier) * risk * along.rate


def _by_row(instrument: Instrument, units: float, along: Along) -> Floats:
    kind, held = nature(instrument), exact(units)

    def one(row: int) -> float:
        spot = along.underlying[row]
        quote = Quote(_exact(along.price[row]), int(along.at[row]), _exact(spot) if spot else None)
        return float(kind.maintenance(instrument, held, quote)) * float(along.rate[row])

    return np.array([one(row) if along.price[row] else 0.0 for row in range(len(along.at))])


def _exact(value: float) -> Decimal:
    return exact(float(value))


_NEEDED: Mapping[Kind, Needed] = {
    Kind.EQUITY: _share,
    Kind.ETF: _share,
    Kind.SPOT_CRYPTO: _whole,
    Kind.FX: _pair,
    Kind.FUTURE: _from_terms,
    Kind.PERPETUAL: _from_terms,
    Kind.INVERSE_PERPETUAL: _from_terms,
    Kind.OPTION: _option,
    Kind.BOND: _tenth,
}
