"""Every limit: an order just inside it, one on it, one beyond it.

A share costs 100 and the fund has 10,000, so a share is one percent of the fund.
"""

import pytest

from magents.assembly import rules
from magents.model.records import Fill, Verdict
from magents.model.time import MINUTE, SECOND
from tests.builders import NAN, Script, block, feed, settings, trade

FLAT = block([[100.0, 100.0]] * 4)
CLOSES = FLAT.ts.tolist()
LOOSE = {
    "initial_capital": 10_000,
    "max_leverage": 50.0,
    "max_single_name": 50.0,
    "max_orders_per_minute": 1_000,
}


def buys(quantity, name="AAA", side="buy", **how):
    """Return a script that sends one order on the first close."""

    async def script(desk):
        await desk.clock.until(CLOSES[0])
        await getattr(desk, side)(name, quantity, **how)

    return script


def verdicts(*scripts, bars=FLAT, **limits):
    """Return the verdicts on what pods ``a``, ``b``, ... send, all other limits being loose."""
    pods = [Script(name, script) for name, script in zip("abc", scripts, strict=False)]
    return trade(pods, feed(bars), **{**LOOSE, **limits}).journal.of(Verdict)


def failed(verdict):
    """Return the rules that an order broke."""
    return {check.rule for check in verdict.checks if not check.ok}


def broken(script, *others, **limits):
    """Return the rules that the last order of the scripts broke."""
    return failed(verdicts(script, *others, **limits)[-1])


BELOW_ON_ABOVE = [(-1, False), (0, False), (1, True)]


@pytest.mark.parametrize(("more", "refused"), BELOW_ON_ABOVE)
def test_single_name_is_a_part_of_the_funds_equity(more, refused):
    assert broken(buys(25 + more), max_single_name=0.25) == ({"single_name"} if refused else set())


@pytest.mark.parametrize(("more", "refused"), BELOW_ON_ABOVE)
def test_single_name_counts_what_other_pods_ordered_already(more, refused):
    found = broken(buys(10), buys(15 + more), max_single_name=0.25)
    assert found == ({"single_name"} if refused else set())


@pytest.mark.parametrize(("more", "refused"), BELOW_ON_ABOVE)
@pytest.mark.parametrize("side", ["buy", "sell"])
def test_gross_is_over_the_funds_equity_and_counts_shorts_as_longs(more, refused, side):
    assert broken(buys(50 + more, side=side), max_gross=0.5) == ({"gross"} if refused else set())


@pytest.mark.parametrize(("more", "refused"), BELOW_ON_ABOVE)
def test_gross_counts_approved_orders_of_everybody_as_filled(more, refused):
    found = broken(buys(20), buys(30 + more, "BBB", "sell"), max_gross=0.5)
    assert found == ({"gross"} if refused else set())


@pytest.mark.parametrize(("more", "refused"), BELOW_ON_ABOVE)
@pytest.mark.parametrize("side", ["buy", "sell"])
def test_net_is_over_the_funds_equity_either_way(more, refused, side):
    assert broken(buys(50 + more, side=side), max_net=0.5) == ({"net"} if refused else set())


@pytest.mark.parametrize(("more", "refused"), BELOW_ON_ABOVE)
def test_leverage_is_over_the_pods_own_equity(more, refused):
    found = broken(buys(25 + more), buys(1), max_pod_leverage=0.5)
    first = verdicts(buys(25 + more), buys(1), max_pod_leverage=0.5)[0]
    assert failed(first) == ({"leverage"} if refused else set())
    assert found == set(), "the other pod has room of its own"


@pytest.mark.parametrize(("quantity", "refused"), [(99, False), (100, False), (101, True)])
def test_buying_power_is_leverage_times_equity(quantity, refused):
    wide = {"max_gross": 50.0, "max_net": 50.0, "max_pod_leverage": 50.0, "max_leverage": 1.0}
    assert broken(buys(quantity), **wide) == ({"buying_power"} if refused else set())


@pytest.mark.parametrize(("quantity", "refused"), [(49, False), (50, False), (51, True)])
def test_buying_power_pays_the_commission_too(quantity, refused):
    wide = {"max_gross": 50.0, "max_net": 50.0, "max_pod_leverage": 50.0, "max_leverage": 0.75}
    found = broken(buys(quantity), transaction_cost=0.5, **wide)
    assert found == ({"buying_power"} if refused else set())


@pytest.mark.parametrize(
    ("price", "refused"),
    [(109.99, False), (110, False), (110.01, True), (90.01, False), (90, False), (89.99, True)],
)
@pytest.mark.parametrize("kind", ["limit", "stop"])
def test_price_collar_holds_limits_and_stops_near_the_last_close(kind, price, refused):
    found = broken(buys(1, **{kind: price}), price_collar=0.1)
    assert found == ({"price_collar"} if refused else set())


def test_price_collar_refuses_what_has_no_close_yet():
    bars = block([[100.0, NAN]] * 4)
    assert broken(buys(1, "BBB"), bars=bars) == {"price_collar"}


def sends(pairs):
    """Return a script that sends an order so many nanoseconds after the first close, each."""

    async def script(desk):
        for after in pairs:
            await desk.clock.until(CLOSES[0] + after)
            await desk.buy("AAA", 1)

    return script


@pytest.mark.parametrize(
    ("after", "refused"),
    [
        ([0, 0], [False, False]),
        ([0, 0, 0], [False, False, False]),
        ([0, 0, 0, 0], [False, False, False, True]),
        ([0, 0, 0, MINUTE - 1], [False, False, False, True]),
        ([0, 0, 0, MINUTE], [False, False, False, False]),
        ([0, SECOND, 2 * SECOND, MINUTE, MINUTE], [False, False, False, False, True]),
    ],
)
def test_order_rate_counts_the_last_minute(after, refused):
    found = verdicts(sends(after), max_orders_per_minute=3)
    assert [failed(verdict) == {"order_rate"} for verdict in found] == refused


def test_order_rate_is_each_pods_own():
    found = verdicts(sends([0] * 3), sends([0] * 3), max_orders_per_minute=3)
    assert [verdict.accepted for verdict in found] == [True] * 6


@pytest.mark.parametrize(("listed", "refused"), [("AAA", True), ("BBB", False)])
def test_restricted_instruments_cannot_be_traded(listed, refused):
    assert broken(buys(1), restricted=(listed,)) == ({"restricted"} if refused else set())


async def sends_and_raises(desk):
    await desk.clock.until(CLOSES[0])
    await desk.buy("AAA", 1)
    raise ValueError("stumbled")


def test_nothing_of_a_halted_pod_passes():
    assert broken(sends_and_raises) == {"halt"}


# -- together ----------------------------------------------------------------------------------

ONLY = {
    "halt": (sends_and_raises, {}),
    "restricted": (buys(1), {"restricted": ("AAA",)}),
    "price_collar": (buys(1, limit=150), {"price_collar": 0.1}),
    "order_rate": (sends([0, 0]), {"max_orders_per_minute": 1}),
    "single_name": (buys(2), {"max_single_name": 0.01}),
    "gross": (buys(2), {"max_gross": 0.01}),
    "net": (buys(2), {"max_net": 0.01}),
    "leverage": (buys(2), {"max_pod_leverage": 0.01}),
    "buying_power": (
        buys(101),
        {"max_leverage": 1.0, "max_gross": 50.0, "max_net": 50.0, "max_pod_leverage": 50.0},
    ),
}


@pytest.mark.parametrize("name", sorted(ONLY))
def test_each_rule_alone_keeps_some_order_from_the_market(name):
    """Taking any one rule away would let one of these orders through."""
    script, limits = ONLY[name]
    run = trade([Script("a", script)], feed(FLAT), **{**LOOSE, **limits})
    refused = run.journal.of(Verdict)[-1]
    assert failed(refused) == {name}
    assert refused.order not in {fill.order for fill in run.journal.of(Fill)}


def test_there_is_a_test_for_every_rule_of_the_fund():
    assert set(ONLY) == {"halt"} | {rule.name for rule in rules(settings())}


def test_a_verdict_has_the_number_and_the_limit_of_every_rule():
    (verdict,) = verdicts(buys(20, limit=105), max_gross=3.0, max_single_name=0.5)
    checks = {check.rule: (check.value, check.limit) for check in verdict.checks}
    assert verdict.checks[0].rule == "halt"
    assert set(checks) == set(ONLY)
    assert checks["gross"] == (0.21, 3.0)
    assert checks["single_name"] == (0.21, 0.5)
    assert checks["price_collar"] == (0.05, 0.1)
    assert checks["buying_power"] == (2_100, 500_000)


def holds_and_then(side, quantity):
    """Return a script that buys 25 shares, waits for them to double, and trades again."""

    async def script(desk):
        await desk.clock.until(CLOSES[0])
        await desk.buy("AAA", 25)
        await desk.clock.until(CLOSES[2])
        await getattr(desk, side)("AAA", quantity)

    return script


DOUBLED = block([100.0, 200.0, 200.0, 200.0], opens=[100.0, 100.0, 200.0, 200.0])
TIGHT = {"max_single_name": 0.25, "max_gross": 0.25, "max_net": 0.25, "max_pod_leverage": 0.25}


@pytest.mark.parametrize("quantity", [1, 24, 25])
def test_orders_that_reduce_pass_whatever_the_exposure(quantity):
    assert broken(holds_and_then("sell", quantity), bars=DOUBLED, **TIGHT) == set()


def test_an_order_that_adds_is_refused_once_the_exposure_is_over_the_limit():
    found = broken(holds_and_then("buy", 1), bars=DOUBLED, **TIGHT)
    assert found == {"single_name", "gross", "net", "leverage"}


def test_an_order_that_turns_a_position_counts_with_what_it_adds():
    found = broken(holds_and_then("sell", 200), bars=FLAT, **TIGHT)
    assert {"single_name", "gross", "leverage"} <= found


def test_limits_are_those_of_the_phase_and_instant_of_the_decision():
    """An order sent before the close of a bar is judged at the close before it."""

    async def script(desk):
        await desk.clock.until(CLOSES[1])
        await desk.buy("AAA", 25)

    bars = block([50.0, 100.0, 400.0, 400.0])
    (verdict,) = verdicts(script, bars=bars, max_single_name=0.25)
    assert verdict.accepted
