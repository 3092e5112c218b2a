"""At the door of the venue: the rules an order must meet to come in."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from brokers.simulated.venue_rules.base import (
    Answer,
    Rule,
    VenueQuestion,
    check_all,
    check_plain,
)
from brokers.simulated.venue_rules.known import KnownRule
from magents.model.instruments import Instrument
from magents.model.orders import Order

NAN = float("nan")


class Admission:
    """Asks the rules of the venue about each order.

    Args:
        instruments: what is traded here, by id. rules: asked in order until one refuses.
        price: the last price of an instrument, NaN before the first.
        resting: the fund's open orders in an instrument.

    Attributes:
        meets: whether any rule looks at the other orders. alone: whether none does.
        for_plain: the rules that are asked about plain orders.
    """

    def __init__(
        self,
        instruments: Mapping[str, Instrument],
        rules: Sequence[Rule],
        price: Callable[[str], float],
        resting: Callable[[str], Sequence[Order]],
    ) -> None:
        """Keep the rules."""
        self._instruments = instruments
        self._known = KnownRule(instruments)
        self._rules = tuple(rules)
        self.for_plain = tuple(rule for rule in rules if rule.asks_plain)
        self._price = price
        self._resting = resting
        self.meets = any(rule.looks_around for rule in rules)
        self.alone = not self.meets

    def answer(self, order: Order, now: int, held: Decimal) -> Answer:
        """Return what the venue says to an order from somebody who holds so many units."""
        unknown = self._known.refusal(order)
        if unknown:
            return Answer(unknown)
        instrument = self._instruments[order.instrument]
        unpriced = order.limit is None and order.stop is None
        last = NAN if unpriced else self._price(order.instrument)
        resting = self._resting(order.instrument) if self.meets else ()
        question = VenueQuestion(order, instrument, last, now, held, resting)
        return check_all(self._rules, question)

    def refusal_of_plain(self, order: Order, now: int, held: Decimal) -> str:
        """Return why a plain order is refused, where no rule looks at others; "" if it is not."""
        instrument = self._instruments.get(order.instrument)
        if instrument is None:
            return self._known.refusal(order)
        return check_plain(self.for_plain, VenueQuestion(order, instrument, NAN, now, held))
