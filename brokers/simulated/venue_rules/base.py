"""What a rule is asked, and what all rules together answer."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import ClassVar, NamedTuple

import msgspec

from magents.model.instruments import Instrument
from magents.model.money import ZERO
from magents.model.orders import Order

NAN = float("nan")


DIGITS = 12


def moved(price: float, reference: float) -> float:
    """Return by which fraction a price is above a reference, negative below.

    Rounded, so that binary noise does not decide where a move equals its limit: 105 is exactly 5 %
    above 100.
    """
    return round(price / reference - 1, DIGITS)


class VenueQuestion(msgspec.Struct, frozen=True, gc=False):
    """An order that has just come, and what the venue knows.

    Attributes:
        order: what is asked for. instrument: what it is for.
        last: the last price, NaN before the first. now: the present instant.
        held: signed units held by whoever sent the order.
        resting: the fund's other orders at the venue in that instrument.
    """

    order: Order
    instrument: Instrument
    last: float = NAN
    now: int = 0
    held: Decimal = ZERO
    resting: Sequence[Order] = ()


class Cancel(NamedTuple):
    """Another order that a rule takes off the venue, and why."""

    order: str
    note: str


class Rule:
    """One rule of a venue.

    Attributes:
        number: of the rule, as the table of rules has it.
        asks_plain: whether it may ever refuse a plain order, see :attr:`Order.plain`.
        looks_around: whether it asks for the fund's other orders.
    """

    number: ClassVar[str]
    asks_plain: ClassVar[bool] = True
    looks_around: ClassVar[bool] = False

    def refusal(self, question: VenueQuestion) -> str:
        """Return in one sentence why the order is refused; empty where it is not."""
        raise NotImplementedError

    def cancels(self, question: VenueQuestion) -> tuple[Cancel, ...]:
        """Return which other orders have to go because of this one; most rules know none."""
        return ()


class Answer(msgspec.Struct, frozen=True, gc=False):
    """What the venue does with an order.

    Attributes:
        refusal: number of the rule and its sentence; empty where the order is accepted.
        cancels: other orders that have to go, whether it is accepted or not.
    """

    refusal: str = ""
    cancels: tuple[Cancel, ...] = ()


YES = Answer()


def check_all(rules: Iterable[Rule], question: VenueQuestion) -> Answer:
    """Ask the rules in order until one refuses."""
    cancels: tuple[Cancel, ...] = ()
    for rule in rules:
        cancels += rule.cancels(question)
        said = rule.refusal(question)
        if said:
            return Answer(f"{rule.number}: {said}", cancels)
    return Answer("", cancels) if cancels else YES


def check_plain(rules: Iterable[Rule], question: VenueQuestion) -> str:
    """Ask rules that take no other orders away; return the first refusal, "" where none is."""
    for rule in rules:
        said = rule.refusal(question)
        if said:
            return f"{rule.number}: {said}"
    return ""
