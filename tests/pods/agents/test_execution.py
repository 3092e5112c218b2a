"""Orders of a pod are worth what its rule says, however many coins a contract has."""

from decimal import Decimal

import pytest

from magents.model.instruments import Instrument, Kind
from pods.agents.execution import in_contracts

UNITS = Decimal("2.5")


@pytest.mark.parametrize(("size", "contracts"), [("0.01", "250"), ("1", "2.5"), ("50", "0.05")])
def test_a_contract_of_several_coins_counts_for_several(size, contracts):
    traded = Instrument(id="BTC/USDT:USDT", kind=Kind.PERPETUAL, multiplier=Decimal(size))
    units = in_contracts(UNITS, traded)

    assert units == Decimal(contracts)
    assert units * traded.multiplier == UNITS


def test_inverse_contract_is_left_as_it_is():
    traded = Instrument(id="BTC/USD:BTC", kind=Kind.INVERSE_PERPETUAL, multiplier=Decimal(100))
    assert in_contracts(UNITS, traded) == UNITS
