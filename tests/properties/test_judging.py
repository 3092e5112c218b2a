"""Rules asked together give what each gives on its own."""

from copy import deepcopy
from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from magents.central.judging import Judge
from magents.central.limits import change_limit
from magents.central.risk_rules import (
    BuyingPowerRule,
    GrossRule,
    HaltRule,
    LeverageRule,
    NetRule,
    OrderRateRule,
    PriceCollarRule,
    Question,
    RestrictedRule,
    SingleNameRule,
)
from magents.model.records import Command
from tests.builders import order

MONEY = st.floats(-1e9, 1e9, allow_nan=False)
WORTH = st.floats(0, 1e9, allow_nan=False)
LIMIT = st.floats(0.01, 10)
FEW = st.integers(1, 3)


@st.composite
def exposures(draw):
    pods = draw(FEW)

    def each(numbers):
        return draw(st.lists(numbers, min_size=pods, max_size=pods))

    return SimpleNamespace(
        equity=draw(MONEY),
        gross=draw(WORTH),
        net=draw(MONEY),
        pending=each(WORTH),
        pod_gross=each(WORTH),
        pod_equity=each(MONEY),
    )


@st.composite
def questions(draw):
    exposure = draw(exposures())
    row = draw(st.integers(0, len(exposure.pending) - 1))
    signed = draw(st.floats(-1e6, 1e6, allow_nan=False))
    mark = draw(st.sampled_from([0.0, 99.5, 100.0]))
    return Question(
        order("buy", 1, pod="abc"[row]),
        5,
        draw(st.sampled_from([mark, 99.0])),
        mark,
        draw(st.sampled_from([0.0, 1e-9, 5.0]) | WORTH),
        draw(MONEY),
        exposure,
        signed,
        row,
    )


@st.composite
def rules(draw):
    halt = HaltRule()
    halt.halted.update(draw(st.sets(st.sampled_from("ab"))))
    leverage = LeverageRule(draw(LIMIT))
    for pod in draw(st.sets(st.sampled_from("abc"))):
        leverage.own[pod] = LeverageRule(draw(LIMIT))
    usual = [
        halt,
        RestrictedRule(draw(st.sampled_from([[], ["AAA"]]))),
        PriceCollarRule(draw(LIMIT)),
        OrderRateRule(draw(st.integers(1, 3))),
        SingleNameRule(draw(LIMIT)),
        GrossRule(draw(LIMIT)),
        NetRule(draw(LIMIT)),
        leverage,
        BuyingPowerRule(draw(LIMIT), draw(st.floats(0, 0.01))),
    ]
    left_out = draw(st.sampled_from([None, None, None, 2, 5, 8]))
    return [rule for i, rule in enumerate(usual) if i != left_out]


@given(rules(), st.lists(questions(), min_size=1, max_size=5))
def test_rules_asked_together_answer_as_one_by_one(rules, asked):
    together, alone = Judge(rules), Judge(deepcopy(rules))
    for question in asked:
        checks = alone.one_by_one(question)
        assert together.checks(question) == (checks, all(check.ok for check in checks))


@given(rules(), questions(), LIMIT)
def test_a_limit_that_is_changed_holds_at_once(rules, question, limit):
    together, alone = Judge(rules), Judge(again := deepcopy(rules))
    assert together.checks(question)[0] == alone.one_by_one(question)
    for each in (rules, again):
        change_limit(each, Command(5, "limit", rule="gross", limit=limit))
    assert together.checks(question)[0] == alone.one_by_one(question)
