"""What a venue charges for a fill: pure schedules, exact on the money grid.

A fee is positive, a rebate negative.  What depends on the order and not on the fill alone (a
minimum, a flat fee) is reckoned on the order so far, so that many small fills cost what one whole
fill costs.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple, Protocol

import msgspec

from magents.model.instruments import Instrument, Kind
from magents.model.money import ZERO, exact, on_grid
from magents.model.time import DAY


class PaidIn(StrEnum):
    """The currency of a fee that is a fraction of what was traded."""

    QUOTE = "quote"
    """The currency of the price."""
    BASE = "base"
    """What is traded: ``BTC`` of ``BTC/USDT``."""
    RECEIVED = "received"
    """What the trader gets: base when buying, quote when selling."""


class FeeQuestion(msgspec.Struct, frozen=True, gc=False):
    """A fill, and what its order came to before it.

    Attributes:
        instrument: what was traded. quantity: signed units. price: per unit.
        notional: signed money, on the grid, with the multiplier.
        maker: whether the order rested. ts: the instant of the fill.
        filled: units of the order filled before, positive. traded: their notional, positive.
        paid: fees charged for them.
    """

    instrument: Instrument
    quantity: Decimal
    price: Decimal
    notional: Decimal
    maker: bool
    ts: int
    filled: Decimal = ZERO
    traded: Decimal = ZERO
    paid: Decimal = ZERO


class Fee(msgspec.Struct, frozen=True, gc=False):
    """An amount on the money grid, negative for a rebate, and its currency."""

    amount: Decimal
    currency: str


class Fees(Protocol):
    """A fee schedule.

    Attributes:
        plain: the fraction of the notional that every fill costs, in the currency of the price;
            ``None`` where it is not as simple as that.
    """

    plain: Decimal | None

    def charge(self, question: FeeQuestion) -> Fee:
        """Return what a fill costs."""
        ...


class PercentageFees:
    """A fraction of the notional of every fill.

    Args:
        rate: 0.001 means 10 basis points. paid_in: the currency of the fee.
    """

    def __init__(self, rate: float, paid_in: PaidIn = PaidIn.QUOTE) -> None:
        """Keep the rate exact."""
        self.rate = exact(rate)
        self._paid_in = paid_in
        self.plain: Decimal | None = self.rate if paid_in is PaidIn.QUOTE else None

    def charge(self, question: FeeQuestion) -> Fee:
        """Return the fee."""
        return part_of(question, self.rate, self._paid_in)


class MakerTakerFees:
    """One fraction for orders that rested, another for those that took.

    Args:
        maker, taker: fractions of the notional; a negative one is a rebate.
        paid_in: the currency of the fee.
    """

    plain: Decimal | None = None

    def __init__(self, maker: float, taker: float, paid_in: PaidIn = PaidIn.QUOTE) -> None:
        """Keep the rates exact."""
        self._rates = (exact(taker), exact(maker))
        self._paid_in = paid_in

    def charge(self, question: FeeQuestion) -> Fee:
        """Return the fee."""
        return part_of(question, self._rates[question.maker], self._paid_in)


class Tier(NamedTuple):
    """Rates that hold from a 30-day volume on; fractions of the notional."""

    volume: Decimal
    maker: Decimal
    taker: Decimal


class TieredFees:
    """Maker and taker rates that fall with the volume of the last 30 days.

    The volume is that of the 30 whole UTC days before the day of the fill, as most venues reckon
    it once a day; so the order of fills within a day does not matter.  Volumes in several
    currencies are added as they are.

    Args:
        tiers: in any order; the one from the lowest volume also holds below it.
        paid_in: the currency of the fee.
    """

    plain: Decimal | None = None

    def __init__(self, tiers: Sequence[Tier], paid_in: PaidIn = PaidIn.QUOTE) -> None:
        """Start without any volume."""
        self._tiers = sorted(tiers)
        self._paid_in = paid_in
        self._volume = RollingVolume()

    def charge(self, question: FeeQuestion) -> Fee:
        """Return the fee, and count the fill."""
        tier = self.tier(question.ts)
        self._volume.add(question.ts, abs(question.notional))
        return part_of(question, tier.maker if question.maker else tier.taker, self._paid_in)

    def tier(self, ts: int) -> Tier:
        """Return the tier that holds at an instant; instants may not go back by a day."""
        volume = self._volume.before(ts)
        reached = [tier for tier in self._tiers if tier.volume <= volume]
        return reached[-1] if reached else self._tiers[0]


class RollingVolume:
    """Volume by UTC day, of the last 30 whole days and the present one."""

    def __init__(self, days: int = 30) -> None:
        """Start empty."""
        self._days = days
        self._past: deque[tuple[int, Decimal]] = deque()
        self._total = ZERO
        self._today = 0
        self._sum = ZERO

    def before(self, ts: int) -> Decimal:
        """Return the volume of the whole days before that of an instant."""
        self._turn(ts // DAY)
        return self._total

    def add(self, ts: int, amount: Decimal) -> None:
        """Count an amount on its day."""
        self._turn(ts // DAY)
        self._sum += amount

    def _turn(self, day: int) -> None:
        if day > self._today:
            self._past.append((self._today, self._sum))
            self._total += self._sum
            self._today, self._sum = day, ZERO
        while self._past and self._past[0][0] < self._today - self._days:
            self._total -= self._past.popleft()[1]


class PerUnitFees:
    """Money for each share or contract, with a minimum and a maximum an order.

    Args:
        rate: money a unit.
        minimum: the least an order costs, once any of it fills.
        maximum: the most an order costs, a fraction of its notional; it wins over the minimum.
            ``None`` for none.
    """

    plain: Decimal | None = None

    def __init__(self, rate: float, minimum: float = 0.0, maximum: float | None = None) -> None:
        """Keep the numbers exact."""
        self._rate = exact(rate)
        self._minimum = exact(minimum)
        self._maximum = None if maximum is None else exact(maximum)

    def charge(self, question: FeeQuestion) -> Fee:
        """Return what the order owes by now, less what it has paid."""
        units = question.filled + abs(question.quantity)
        due = max(units * self._rate, self._minimum)
        if self._maximum is not None:
            due = min(due, (question.traded + abs(question.notional)) * self._maximum)
        return Fee(on_grid(due) - question.paid, question.instrument.currency)


class OwnFees:
    """Schedules of single instruments, and one for all others.

    Args:
        own: by instrument. others: of what is not among them.
    """

    plain: Decimal | None = None

    def __init__(self, own: Mapping[str, Fees], others: Fees) -> None:
        """Keep the schedules."""
        self._own = own
        self._others = others

    def charge(self, question: FeeQuestion) -> Fee:
        """Return the fee by the instrument's own schedule."""
        return self._own.get(question.instrument.id, self._others).charge(question)


class FlatFees:
    """The same amount for every order that fills at all, charged with its first fill."""

    plain: Decimal | None = None

    def __init__(self, amount: float) -> None:
        """Keep the amount exact."""
        self._amount = on_grid(exact(amount))

    def charge(self, question: FeeQuestion) -> Fee:
        """Return the amount, or nothing where the order has filled before."""
        amount = ZERO if question.filled else self._amount
        return Fee(amount, question.instrument.currency)


_PAIRS = frozenset({Kind.SPOT_CRYPTO, Kind.FX})


def base_of(instrument: Instrument) -> str:
    """Return the currency that a unit of a pair is; ``""`` for what is no currency."""
    if instrument.base or instrument.kind not in _PAIRS:
        return instrument.base if instrument.kind in _PAIRS else ""
    return instrument.id.partition("/")[0]


def part_of(question: FeeQuestion, rate: Decimal, paid_in: PaidIn) -> Fee:
    """Return a fraction of a fill in the currency asked for; in quote for what is no pair."""
    buying = question.quantity > 0
    wants_base = paid_in is PaidIn.BASE or (paid_in is PaidIn.RECEIVED and buying)
    base = base_of(question.instrument) if wants_base else ""
    if base:
        return Fee(on_grid(abs(question.quantity) * rate), base)
    return Fee(on_grid(abs(question.notional) * rate), question.instrument.currency)
