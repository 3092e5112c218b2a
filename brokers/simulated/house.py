"""The rules of the house: what a venue asks of orders, when it halts, what it books and how."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import NamedTuple

from brokers.simulated.carry.schedule import Carry
from brokers.simulated.venue_rules.base import Rule
from brokers.simulated.venue_rules.breakers import Breakers
from brokers.simulated.venue_rules.halts import Halts
from brokers.simulated.venue_rules.lot import LotRule
from brokers.simulated.venue_rules.validity import ValidityRule
from brokers.simulated.warden import Terms
from magents.book.worth import Rules


def _no_price(_: str) -> float:
    """Know no price."""
    return float("nan")


def _no_matter(_: str, __: Decimal) -> None:
    """Do nothing."""


class House(NamedTuple):
    """What makes one venue different from another.

    Attributes:
        rules: which orders it takes. halts: when nothing fills. breakers: what adds to them.
        carry: what comes due between trades. booking: how instruments are booked.
        price: the last price of an instrument, NaN before the first.
        on_split: told instrument and ratio of each split.
        margin: how margin is enforced; ``None`` for not at all.
    """

    rules: Sequence[Rule] = (LotRule(), ValidityRule())
    halts: Halts | None = None
    breakers: Breakers | None = None
    carry: Carry | None = None
    booking: Rules = Rules()
    price: Callable[[str], float] = _no_price
    on_split: Callable[[str, Decimal], None] = _no_matter
    margin: Terms | None = None


PLAIN_HOUSE = House()
