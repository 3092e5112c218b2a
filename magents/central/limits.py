"""Changing a limit while the fund runs: which can be, and how."""

from collections.abc import Sequence

from msgspec.structs import replace

from magents.central.risk_rules import (
    BuyingPowerRule,
    LeverageRule,
    OrderRateRule,
    PriceCollarRule,
    Rule,
    UseRule,
)
from magents.model.records import Command

Changeable = UseRule | PriceCollarRule | OrderRateRule | BuyingPowerRule


def limits_of(rules: Sequence[Rule]) -> dict[str, float]:
    """Return the limits that can be changed, by the rule's name."""
    return {rule.name: _limit(rule) for rule in rules if isinstance(rule, Changeable)}


def problem_with_limit(rules: Sequence[Rule], command: Command) -> str:
    """Return why a limit cannot be changed as told, empty where it can."""
    known = limits_of(rules)
    if command.rule not in known:
        return f"there is no limit {command.rule}; there is {', '.join(known)}"
    if not 0 < command.limit < float("inf"):
        return f"a limit must be above 0, got {command.limit:g}"
    if command.pod and command.rule != LeverageRule.name:
        return f"a pod of its own has only the limit {LeverageRule.name}, not {command.rule}"
    return ""


def change_limit(rules: Sequence[Rule], command: Command) -> None:
    """Change a limit of the fund, or of one pod; orders judged from now on meet the new one."""
    for rule in rules:
        if rule.name != command.rule:
            continue
        if command.pod and isinstance(rule, LeverageRule):
            rule.own[command.pod] = LeverageRule(command.limit)
        elif isinstance(rule, Changeable):
            _change(rule, command.limit)


def _limit(rule: Changeable) -> float:
    if isinstance(rule, UseRule):
        return rule.limit
    if isinstance(rule, PriceCollarRule):
        return rule.collar
    return float(rule.per_minute) if isinstance(rule, OrderRateRule) else rule.max_leverage


def _change(rule: Changeable, limit: float) -> None:
    if isinstance(rule, BuyingPowerRule):
        rule.max_leverage = limit
        return
    if isinstance(rule, UseRule):
        rule.limit = limit
    elif isinstance(rule, PriceCollarRule):
        rule.collar = limit
    else:
        rule.per_minute = int(limit)
    rule.nothing = replace(rule.nothing, limit=limit)
