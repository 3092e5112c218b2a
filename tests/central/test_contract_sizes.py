"""Limits count a contract for what it is worth: many coins, or a part of one."""

from decimal import Decimal

import pytest

from magents.model.instruments import Kind, PerpetualTerms
from tests.builders import MONDAY, Script, block, feed, panel, trade

HOUR = 3_600_000_000_000
SWAP = {"kind": Kind.PERPETUAL, "currency": "USDT", "terms": PerpetualTerms(), "base": "BTC"}


def refused(size, units, side="buy", **limits):
    """Order so many contracts at 100 with a fund of 10,000; return the rules that refuse it."""
    of = panel("BTC/USDT", name="24/7 4h", bar="4h", days=365)
    how = {"start": MONDAY, "length": 4 * HOUR, "every": 4 * HOUR}
    bars = block([100.0] * 6, of=of, **how)

    async def script(desk):
        await desk.clock.until(int(bars.ts[0]))
        await getattr(desk, side)("BTC/USDT", units)

    usual = {"initial_capital": 10_000, "max_single_name": 0.25, "max_leverage": 2.0}
    swap = {**SWAP, "lot": Decimal("0.01"), "multiplier": Decimal(size)}
    run = trade([Script("pod", script)], feed(bars, **swap), **{**usual, **limits})
    return [
        check.rule for verdict in run.result.refusals for check in verdict.checks if not check.ok
    ]


@pytest.mark.parametrize("side", ["buy", "sell"])
@pytest.mark.parametrize(("size", "most"), [("0.01", 2500), ("1", 25), ("50", "0.5")])
def test_the_largest_position_is_a_quarter_of_the_fund_whatever_a_contract_is(size, most, side):
    assert refused(size, most, side) == []
    assert refused(size, Decimal(most) + 1, side) == ["single_name"]


@pytest.mark.parametrize("size", ["0.01", "50"])
def test_what_a_pod_can_pay_is_reckoned_in_money(size):
    coins = 199 / Decimal(size)
    roomy = {"max_single_name": 5.0, "max_gross": 5.0, "max_net": 5.0}
    assert refused(size, coins, **roomy) == []
    assert "leverage" in refused(size, coins * Decimal("1.01"), **roomy)
