"""Contributions add up to the fund's change in value, whatever the rounding."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from magents.analytics.attribution import activity_of, attribute, failed_checks
from magents.analytics.series import returns_of
from magents.model.money import ZERO
from magents.model.records import Allocation


@pytest.mark.parametrize("seed", range(4))
def test_adds_up_to_the_cent(make, seed):
    run = make(days=120, seed=seed, calm=0.2)
    split = attribute(run)
    assert sum((row.net for row in split.pods), ZERO) + split.rest == split.change
    assert split.change == (run.final_equity - run.initial_capital).quantize(Decimal("0.01"))
    assert abs(split.rest) <= Decimal("0.03")
    for row in split.pods:
        assert row.gross - row.commission + row.other == row.net
        assert abs(row.other) <= Decimal("0.01")


cents = st.integers(-(10**12), 10**12).map(lambda n: Decimal(n) / 10**8)


@given(st.lists(cents, min_size=4, max_size=4), cents)
def test_adds_up_for_any_amounts(make, gains, rest):
    run = make(days=3, calm=0.0)
    share = run.initial_capital / 4
    values = {pod: share + gain for pod, gain in zip(run.pod_equity, gains, strict=True)}
    total = sum(values.values(), ZERO) + rest
    split = attribute(replace(run, pod_equity=values, final_equity=total))
    assert sum((row.net for row in split.pods), ZERO) + split.rest == split.change


def test_interest_is_neither_trading_nor_lost(make):
    run = make(days=60)
    pod = next(iter(run.pod_equity))
    paid = Decimal("12.34")
    values = {**run.pod_equity, pod: run.pod_equity[pod] + paid}
    split = attribute(replace(run, pod_equity=values, final_equity=run.final_equity + paid))
    assert abs(split.pods[0].other - paid) <= Decimal("0.01")


def test_turnover_and_costs_by_hand(make):
    run = make(days=252, pods=("one",), names=("X",), calm=0.1)
    traded = sum(abs(float(f.quantity * f.price)) for f in run.fills)
    activity = activity_of(run, "one")
    assert float(activity.traded) == pytest.approx(traded)
    average = float(run.equity.pods["one"].mean())
    assert activity.turnover == pytest.approx(traded / 2 / average)
    assert activity.commission_bp == pytest.approx(10.0, rel=1e-6)
    assert activity_of(run).commission == activity.commission


def test_refusals_count_the_first_rule_that_failed(long_run):
    rules = failed_checks(long_run)
    assert sum(rules.values()) == len(long_run.refusals)
    assert list(rules.values()) == sorted(rules.values(), reverse=True)


def test_capital_moved_in_is_no_gain(make):
    run = make(days=40, calm=0.0)
    pod, row = run.allocations[0].pod, 20
    extra = Decimal(100_000)
    pods = {name: values.copy() for name, values in run.equity.pods.items()}
    pods[pod][row:] += float(extra)
    moved = Allocation(int(run.equity.ts[row]), pod, extra)
    changed = replace(
        run,
        equity=replace(run.equity, pods=pods),
        allocations=[*run.allocations, moved],
        pod_equity={**run.pod_equity, pod: run.pod_equity[pod] + extra},
    )
    series = returns_of(changed, pod)
    assert series.wealth.tolist() == pytest.approx(returns_of(run, pod).wealth.tolist())
    assert series.profit.tolist() == pytest.approx([0.0] * len(series.profit))
    assert attribute(changed).pods[0].net == attribute(run).pods[0].net


def test_the_convention_says_what_annualises(long_run, short_run):
    daily, bars = returns_of(long_run), returns_of(short_run)
    assert daily.periods_per_year == 252
    assert "Daily returns" in daily.convention
    assert bars.periods_per_year == 525_600
    assert "525,600 bars a year" in bars.convention
