"""The limits: one small class a rule. Each answers with the number, the limit and the result."""

from collections import deque
from collections.abc import Collection
from typing import Protocol

import msgspec

from magents.central.exposure import Exposure
from magents.model.orders import Order
from magents.model.records import Check
from magents.model.time import MINUTE

DIGITS = 6
"""Digits after the point in recorded numbers."""

ENDLESS = 1e300
"""More than any limit. Infinity could be recorded but not read again: JSON has none."""


class Question(msgspec.Struct, frozen=True, gc=False):
    """An order as the rules see it, with what it would do.

    Attributes:
        price: the limit or stop price, else the last close. mark: the last close. 0 for none.
        increase: how much it may add to the pod's gross exposure, in money, 0 when it reduces.
        signed: the order's units as a float, positive bought. row: the pod's, in the exposure.
        units: the fund's net units in the instrument once all approved orders and this one fill, as
            many as they count for: a contract of a tenth of a coin is 0.1.
    """

    order: Order
    now: int
    price: float
    mark: float
    increase: float
    units: float
    exposure: Exposure
    signed: float
    row: int


class Rule(Protocol):
    """A limit on orders.

    Attributes:
        nothing: the answer for an order that uses nothing of the limit; made once a rule.
        spends: whether it asks for nothing but what an order may add to exposure.
    """

    name: str
    nothing: Check
    spends: bool

    def check(self, question: Question) -> Check:
        """Judge one order."""
        ...


def _answer(rule: str, value: float, limit: float) -> Check:
    value = round(value, DIGITS)
    return Check(rule, value, limit, value <= limit)


def _nothing(rule: str, limit: float) -> Check:
    """Return the answer for an order that uses nothing of a limit; made once a rule."""
    return Check(rule, 0.0, limit, ok=True)


class HaltRule:
    """Nothing passes from a halted pod, or from anybody while the fund is halted."""

    name = "halt"
    spends = False

    def __init__(self) -> None:
        """Nobody is halted."""
        self.nothing = _nothing(self.name, 0.0)
        self.halted: set[str] = set()
        self.fund = False

    def check(self, question: Question) -> Check:
        """Value 1 means halted."""
        if self.fund or question.order.pod in self.halted:
            return _answer(self.name, 1.0, 0.0)
        return self.nothing


class RestrictedRule:
    """Instruments nobody may trade."""

    name = "restricted"
    spends = False

    def __init__(self, instruments: Collection[str]) -> None:
        """Keep the list."""
        self.nothing = _nothing(self.name, 0.0)
        self.instruments = frozenset(instruments)

    def check(self, question: Question) -> Check:
        """Value 1 means on the list."""
        if question.order.instrument in self.instruments:
            return _answer(self.name, 1.0, 0.0)
        return self.nothing


class PriceCollarRule:
    """A limit or stop price must be near the last close; any order needs a last close."""

    name = "price_collar"
    spends = False

    def __init__(self, collar: float) -> None:
        """Allow this fraction of the last close either way."""
        self.nothing = _nothing(self.name, collar)
        self.collar = collar

    def check(self, question: Question) -> Check:
        """Value is the distance as a fraction; endless where no close is known."""
        mark = question.mark
        if question.price == mark > 0:
            return self.nothing
        if not mark > 0:
            return Check(self.name, ENDLESS, self.collar, ok=False)
        return _answer(self.name, abs(question.price / mark - 1), self.collar)


class OrderRateRule:
    """Orders of one pod in the last minute of the run's own time."""

    name = "order_rate"
    spends = False

    def __init__(self, per_minute: int) -> None:
        """Allow this many."""
        self.nothing = _nothing(self.name, float(per_minute))
        self.per_minute = per_minute
        self._sent: dict[str, deque[int]] = {}

    def check(self, question: Question) -> Check:
        """Value counts this order too."""
        return self.pace(question.order.pod, question.now)

    def pace(self, pod: str, now: int) -> Check:
        """Judge one more order of a pod, and count it if it may go on."""
        sent = self._sent.get(pod)
        if sent is None:
            sent = self._sent[pod] = deque()
        last_minute = now - MINUTE
        if sent and sent[-1] <= last_minute:
            sent.clear()
        while sent and sent[0] <= last_minute:
            sent.popleft()
        count = len(sent) + 1
        if count > self.per_minute:
            return Check(self.name, float(count), self.nothing.limit, ok=False)
        sent.append(now)
        return Check("order_rate", float(count), self.nothing.limit, True)  # noqa: FBT003


class UseRule:
    """A limit on how much of the equity is in use; what adds no exposure always passes."""

    name = ""
    spends = True

    def __init__(self, limit: float) -> None:
        """Allow this many times the equity."""
        self.nothing = _nothing(self.name, limit)
        self.limit = limit

    def check(self, question: Question) -> Check:
        """Judge one order, all approved ones counted as filled."""
        if not question.increase:
            return self.nothing
        used, equity = self.use(question)
        # With no equity left any amount is endlessly much.
        value = round(used / equity, DIGITS) if equity > 0 else ENDLESS * (used > 0)
        return Check(self.name, value, self.limit, value <= self.limit)

    def use(self, question: Question) -> tuple[float, float]:
        """Return exposure with this order filled, and the equity it is measured by."""
        raise NotImplementedError


class SingleNameRule(UseRule):
    """The fund's holding of one instrument, as a fraction of the fund's equity."""

    name = "single_name"

    def use(self, question: Question) -> tuple[float, float]:
        """Return the worth of the fund's units, and its equity."""
        return abs(question.units) * question.price, question.exposure.equity


class GrossRule(UseRule):
    """Long plus short of the whole fund over its equity."""

    name = "gross"

    def use(self, question: Question) -> tuple[float, float]:
        """Return gross and equity."""
        e = question.exposure
        return e.gross + sum(e.pending) + question.increase, e.equity


class NetRule(UseRule):
    """Long less short of the whole fund over its equity, either way."""

    name = "net"

    def use(self, question: Question) -> tuple[float, float]:
        """Return net and equity."""
        e, more = question.exposure, question.increase
        return abs(e.net + more if question.signed > 0 else e.net - more), e.equity


class LeverageRule(UseRule):
    """Gross exposure of one pod over the pod's own equity.

    Attributes:
        own: limits of single pods, where they are not that of all.
    """

    name = "leverage"

    def __init__(self, limit: float) -> None:
        """Allow this many times the equity to every pod."""
        super().__init__(limit)
        self.own: dict[str, LeverageRule] = {}

    def check(self, question: Question) -> Check:
        """Judge one order by its pod's limit."""
        own = self.own.get(question.order.pod) if self.own else None
        return super().check(question) if own is None else own.check(question)

    def use(self, question: Question) -> tuple[float, float]:
        """Return the pod's gross and its equity."""
        e, row = question.exposure, question.row
        return e.pod_gross[row] + e.pending[row] + question.increase, e.pod_equity[row]


class BuyingPowerRule:
    """What an order may cost, with its fee, against what the pod may still spend."""

    name = "buying_power"
    spends = True

    def __init__(self, max_leverage: float, fee_rate: float) -> None:
        """Spend up to leverage times equity; fees are a fraction of the notional."""
        self.nothing = _nothing(self.name, 0.0)
        self.max_leverage = max_leverage
        self.fee_rate = fee_rate

    def check(self, question: Question) -> Check:
        """Value is what the order needs, limit what is left, both in money."""
        if not question.increase:
            return self.nothing
        e, row = question.exposure, question.row
        power = e.pod_equity[row] * self.max_leverage - e.pod_gross[row] - e.pending[row]
        needed = round(question.increase * (1 + self.fee_rate), DIGITS)
        power = round(power, DIGITS)
        return Check(self.name, needed, power, needed <= power)
