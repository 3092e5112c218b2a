"""All rules asked about one order; those on the use of equity together, by the same sums."""

from collections.abc import Sequence

from magents.central.risk_rules import (
    DIGITS,
    BuyingPowerRule,
    GrossRule,
    LeverageRule,
    NetRule,
    Question,
    Rule,
    SingleNameRule,
)
from magents.model.records import Check

Checks = tuple[Check, ...]
Use = tuple[SingleNameRule, GrossRule, NetRule, LeverageRule, BuyingPowerRule]

_USE = (SingleNameRule, GrossRule, NetRule, LeverageRule, BuyingPowerRule)


class Judge:
    """Asks the rules in their order.

    The five limits on the use of equity, last in the usual order, share most of what they reckon
    and are reckoned together: the same numbers as rule by rule (``tests/properties``).

    Args:
        rules: all of them are asked about every order.
    """

    def __init__(self, rules: Sequence[Rule]) -> None:
        """Look whether the usual limits come last."""
        last = tuple(rules[-len(_USE) :])
        usual = tuple(type(rule) for rule in last) == _USE
        self._rules = tuple(rules)
        self._first = self._rules[: -len(_USE)]
        self._use: Use | None = last if usual else None  # type: ignore[assignment]

    def checks(self, question: Question) -> tuple[Checks, bool]:
        """Return the answers of all rules, and whether all are yes."""
        use = self._use
        if use is None:
            checks = self.one_by_one(question)
            return checks, all(check.ok for check in checks)
        first = [rule.check(question) for rule in self._first]
        accepted = True
        for check in first:
            if not check.ok:
                accepted = False
        if not question.increase:
            return (*first, *[rule.nothing for rule in use]), accepted
        last, within = _use_of_equity(use, question)
        return (*first, *last), accepted and within

    def one_by_one(self, question: Question) -> Checks:
        """Return the same, each rule on its own; not asked where it has nothing to judge."""
        if question.increase:
            return tuple([rule.check(question) for rule in self._rules])
        return tuple([r.nothing if r.spends else r.check(question) for r in self._rules])


def _use_of_equity(rules: Use, q: Question) -> tuple[Checks, bool]:
    """Return what an order that adds exposure makes of the equity in use, and if that may be."""
    e, row, more = q.exposure, q.row, q.increase
    equity, own_equity = e.equity, e.pod_equity[row]
    if not (equity > 0 and own_equity > 0):
        checks = tuple([rule.check(q) for rule in rules])
        return checks, all(check.ok for check in checks)
    single, gross, net, leverage, power = rules
    own = leverage.own.get(q.order.pod, leverage) if leverage.own else leverage
    own_gross, own_pending = e.pod_gross[row], e.pending[row]
    name_used = round(abs(q.units) * q.price / equity, DIGITS)
    gross_used = round((e.gross + sum(e.pending) + more) / equity, DIGITS)
    net_used = round(abs(e.net + more if q.signed > 0 else e.net - more) / equity, DIGITS)
    own_used = round((own_gross + own_pending + more) / own_equity, DIGITS)
    needed = round(more * (1 + power.fee_rate), DIGITS)
    left = round(own_equity * power.max_leverage - own_gross - own_pending, DIGITS)
    name_fits, gross_fits = name_used <= single.limit, gross_used <= gross.limit
    net_fits, own_fits, affordable = net_used <= net.limit, own_used <= own.limit, needed <= left
    checks = (
        Check("single_name", name_used, single.limit, name_fits),
        Check("gross", gross_used, gross.limit, gross_fits),
        Check("net", net_used, net.limit, net_fits),
        Check("leverage", own_used, own.limit, own_fits),
        Check("buying_power", needed, left, affordable),
    )
    return checks, name_fits and gross_fits and net_fits and own_fits and affordable
