"""Every kind: how it is booked, what margin it needs."""

from decimal import Decimal

import pytest

from brokers.simulated.kinds.base import Item, Quote
from brokers.simulated.kinds.option import intrinsic, terms_of
from brokers.simulated.kinds.registry import KINDS, has, nature
from magents.book.worth import form_of
from magents.model.errors import BrokenPromiseError
from magents.model.instruments import (
    FutureTerms,
    Instrument,
    Kind,
    OptionTerms,
    PerpetualTerms,
)

CALL = OptionTerms("AAA", Decimal(100), 0, "call")
PUT = OptionTerms("AAA", Decimal(100), 0, "put")


def of(kind, **how):
    return Instrument(id="X", kind=kind, **how)


def test_every_kind_is_known_and_booked_by_its_form():
    assert set(KINDS) == set(Kind)
    assert all(KINDS[kind].form is form_of(kind) for kind in Kind)


def test_margined_kinds_are_futures_and_perpetuals_and_they_are_settled():
    margined = {kind for kind, each in KINDS.items() if not each.paid}
    assert margined == {Kind.FUTURE, Kind.PERPETUAL, Kind.INVERSE_PERPETUAL}
    assert margined == {k for k in Kind if has(of(k), Item.SETTLEMENT)}


@pytest.mark.parametrize(
    ("instrument", "units", "quote", "initial", "maintenance"),
    [
        (of(Kind.EQUITY), 100, Quote(Decimal(40)), 2000, 1000),
        (of(Kind.EQUITY), -100, Quote(Decimal(40)), 2000, 1200),
        (of(Kind.EQUITY), -100, Quote(Decimal(8)), 400, 500),
        (of(Kind.EQUITY), -100, Quote(Decimal(4)), 200, 400),
        (of(Kind.ETF), -100, Quote(Decimal(2)), 100, 250),
        (of(Kind.SPOT_CRYPTO), 2, Quote(Decimal(100)), 200, 200),
        (of(Kind.FX, base="EUR"), 1000, Quote(Decimal("1.1")), 22, 22),
        (of(Kind.FX, base="MXN"), 1000, Quote(Decimal("0.05")), Decimal("2.5"), Decimal("2.5")),
        (
            of(Kind.FUTURE, multiplier=Decimal(50), terms=FutureTerms(0, "", 0.06, 0.05)),
            -2,
            Quote(Decimal(4000)),
            24_000,
            20_000,
        ),
        (of(Kind.PERPETUAL, terms=PerpetualTerms(0.02, 0.01)), 1, Quote(Decimal(40_000)), 800, 400),
        (
            of(Kind.INVERSE_PERPETUAL, terms=PerpetualTerms(0.02, 0.01)),
            80_000,
            Quote(Decimal(40_000)),
            Decimal("0.04"),
            Decimal("0.02"),
        ),
        (of(Kind.BOND), 10, Quote(Decimal(99)), 99, 99),
        (of(Kind.OPTION, multiplier=Decimal(100), terms=CALL), 1, Quote(Decimal(5)), 500, 500),
        # 20 percent of 95 less 5 out of the money; then 10 percent of 60.
        (
            of(Kind.OPTION, multiplier=Decimal(100), terms=CALL),
            -1,
            Quote(Decimal(5), 0, Decimal(95)),
            1900,
            1900,
        ),
        (
            of(Kind.OPTION, multiplier=Decimal(100), terms=CALL),
            -1,
            Quote(Decimal(1), 0, Decimal(60)),
            700,
            700,
        ),
        # A put's least is 10 percent of the strike.
        (
            of(Kind.OPTION, multiplier=Decimal(100), terms=PUT),
            -1,
            Quote(Decimal(1), 0, Decimal(150)),
            1100,
            1100,
        ),
    ],
)
def test_margin_of_each_kind(instrument, units, quote, initial, maintenance):
    kind = nature(instrument)
    assert kind.initial(instrument, Decimal(units), quote) == initial
    assert kind.maintenance(instrument, Decimal(units), quote) == maintenance


def test_intrinsic_value_is_never_negative():
    assert [intrinsic(CALL, Decimal(spot)) for spot in (90, 100, 110)] == [0, 0, 10]
    assert [intrinsic(PUT, Decimal(spot)) for spot in (90, 100, 110)] == [10, 0, 0]


def test_only_options_have_terms_of_options():
    with pytest.raises(BrokenPromiseError, match="X has no terms of an option"):
        terms_of(of(Kind.EQUITY))
