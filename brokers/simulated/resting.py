"""An order in the queue at its price, and what trades leave for it."""

from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple

from brokers.simulated.market import Working
from brokers.simulated.queue import Event, Place, after
from brokers.simulated.taken import Key

Room = Callable[[Key, float, Decimal], Decimal]


class Resting:
    """A limit order in a book.

    Attributes:
        place: where it stands. since: up to when that is known.
        looked: the last instant at which it looked for more trades.
        began: its units when a trade first came to its price; an iceberg's slices count from it.
    """

    __slots__ = ("began", "looked", "place", "since", "working")

    def __init__(self, working: Working, place: Place, since: int) -> None:
        """Stand at the end of the queue."""
        self.working = working
        self.place = place
        self.since = since
        self.looked = -1
        self.began: Decimal | None = None

    def go_on(self, until: int) -> None:
        """Note that everything up to an instant is reckoned with."""
        self.since = max(self.since, until)
        self.working.queue = self.place.ahead

    def slice_left(self, left: Decimal) -> Decimal:
        """Return what is left of the slice that is shown: all, unless it is an iceberg."""
        display = self.working.order.display
        if display is None or self.began is None:
            return left
        return min(left, display - (self.began - left) % display)


class Served(NamedTuple):
    """A part that a trade filled."""

    key: Key
    quantity: Decimal
    rule: str


class Serving:
    """Lets trades one after the other reach an order.

    Args:
        resting: the order. room: says what is left of a trade for us.
    """

    def __init__(self, resting: Resting, room: Room) -> None:
        """Start with nothing served."""
        self._resting = resting
        self._room = room
        self._left = resting.working.left
        self.place = resting.place
        self.served: list[Served] = []
        if resting.began is None:
            resting.began = self._left

    def see(self, event: Event, key: Key) -> None:
        """Take note of an event, and of what it leaves for the order."""
        self.place, over = after(self.place, event)
        while over > 0 and self._left > 0:
            most = self._left if event.through else self._resting.slice_left(self._left)
            quantity = self._room(key, over, most)
            if not quantity:
                return
            self._left -= quantity
            self.served.append(Served(key, quantity, "D7" if event.through else "D6"))
            over -= float(quantity)
            # What we took is still there for others: in the history we were not there.
            traded = max(0.0, self.place.traded - float(quantity))
            self.place = self.place._replace(traded=traded)
            if event.through or quantity < most:
                return
            over = self._behind(over)

    def _behind(self, over: float) -> float:
        """Queue the next slice behind what the level shows; return what of a trade reaches it."""
        shown = max(0.0, self.place.level - self.place.traded)
        taken = min(shown, over)
        self.place = self.place._replace(ahead=shown - taken)
        return over - taken
