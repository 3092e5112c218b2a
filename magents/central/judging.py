"""All rules asked about one order; the usual ones together, by the same sums."""

from collections.abc import Sequence

from magents.central.risk_rules import (
    DIGITS,
    BuyingPowerRule,
    GrossRule,
    HaltRule,
    LeverageRule,
    NetRule,
    OrderRateRule,
    PriceCollarRule,
    Question,
    RestrictedRule,
    Rule,
    SingleNameRule,
)
from magents.model.records import Check

Checks = tuple[Check, ...]
Gate = tuple[HaltRule, RestrictedRule, PriceCollarRule, OrderRateRule]
Use = tuple[SingleNameRule, GrossRule, NetRule, LeverageRule, BuyingPowerRule]

GATE = (HaltRule, RestrictedRule, PriceCollarRule, OrderRateRule)
USE = (SingleNameRule, GrossRule, NetRule, LeverageRule, BuyingPowerRule)


class Judge:
    """Asks the rules in their order.

    The usual rules are asked together: four at the gate, of which three mostly have nothing to
    say, and five limits on the use of equity that share most of what they reckon.  The answers are
    those of rule by rule (``tests/properties/test_judging.py``).

    Args:
        rules: all of them are asked about every order.
    """

    def __init__(self, rules: Sequence[Rule]) -> None:
        """Look whether the rules are the usual ones."""
        self._rules = tuple(rules)
        self._usual: tuple[Gate, Use] | None = None
        if tuple(type(rule) for rule in rules) == GATE + USE:
            self._usual = self._rules[: len(GATE)], self._rules[len(GATE) :]  # type: ignore[assignment]

    def checks(self, question: Question) -> tuple[Checks, bool]:
        """Return the answers of all rules, and whether all are yes."""
        if self._usual is None:
            return _with_answer(self.one_by_one(question))
        gate, use = self._usual
        first, passed = _at_the_gate(gate, question)
        if question.increase:
            last, within = _use_of_equity(use, question)
            return first + last, passed and within
        single, gross, net, leverage, power = use
        nothing = single.nothing, gross.nothing, net.nothing, leverage.nothing, power.nothing
        return first + nothing, passed

    def one_by_one(self, question: Question) -> Checks:
        """Return the same, each rule on its own; not asked where it has nothing to judge."""
        if question.increase:
            return tuple([rule.check(question) for rule in self._rules])
        return tuple([r.nothing if r.spends else r.check(question) for r in self._rules])


def _with_answer(checks: Checks) -> tuple[Checks, bool]:
    return checks, all(check.ok for check in checks)


def _at_the_gate(rules: Gate, q: Question) -> tuple[Checks, bool]:
    """Return what halts, the list of what nobody may trade, price and pace make of an order."""
    halt, restricted, collar, rate = rules
    order, mark = q.order, q.mark
    special = halt.fund or order.pod in halt.halted or order.instrument in restricted.instruments
    if special or not q.price == mark > 0:
        return _with_answer(tuple([rule.check(q) for rule in rules]))
    pace = rate.pace(order.pod, q.now)
    return (halt.nothing, restricted.nothing, collar.nothing, pace), pace.ok


def _use_of_equity(rules: Use, q: Question) -> tuple[Checks, bool]:
    """Return what an order that adds exposure makes of the equity in use, and if that may be."""
    e, row, more = q.exposure, q.row, q.increase
    equity, own_equity = e.equity, e.pod_equity[row]
    if not (equity > 0 and own_equity > 0):
        return _with_answer(tuple([rule.check(q) for rule in rules]))
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
