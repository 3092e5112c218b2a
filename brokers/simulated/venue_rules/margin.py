"""M1: nothing is opened that the account cannot carry."""

from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple

from brokers.simulated.venue_rules.base import Rule, VenueQuestion
from magents.model.money import ZERO, plain
from magents.model.orders import Order


class Room(NamedTuple):
    """Initial margin that an order adds, equity that is free for it, and all equity."""

    more: Decimal
    free: Decimal
    equity: Decimal


class MarginRule(Rule):
    """Refuses orders whose initial margin is not there.

    Orders that can only reduce are judged by what they may reduce (rule B21), not here.

    Args:
        room: reckons for an order; ``None`` while there are no prices to reckon with.
    """

    number = "M1"

    def __init__(self, room: Callable[[Order], Room | None]) -> None:
        """Keep who reckons."""
        self._room = room

    def refusal(self, question: VenueQuestion) -> str:
        """Return the refusal."""
        order = question.order
        if order.reduce_only or order.parent:
            return ""
        room = self._room(order)
        if room is None or room.more <= max(ZERO, room.free):
            return ""
        return (
            f"it needs {plain(room.more)} more of initial margin, and of an equity of "
            f"{plain(room.equity)} the limit is {plain(max(ZERO, room.free))}"
        )
