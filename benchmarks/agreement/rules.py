"""What each peer does differently, as exact predictions.

A difference is explained only if the peer's fill is the predicted one, to the bar and the price.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from benchmarks.agreement.tickets import Candle, Done, Ticket

NEAR = 1e-6


class Difference(NamedTuple):
    """A way to fill that is not ours.

    Attributes:
        peer: who does it. ours: our rules in ``docs/fills.md`` that say otherwise.
        text: what the peer does, and what we do.
    """

    peer: str
    ours: str
    text: str


DIFFERENCES = {
    "Z1": Difference(
        "zipline",
        "B2 to B5, B8",
        "Limits and stops are compared with closes only, and fill at that close: what a bar "
        "touched on its way, its open included, does not count, and the price may be far beyond "
        "the stop. Here the whole bar counts.",
    ),
    "T1": Difference(
        "backtrader, nautilus",
        "B8",
        "A stop-limit order whose stop the open has passed, but whose limit the open does not "
        "allow, works as a limit order in the rest of that bar. Here it waits for the next bar.",
    ),
    "T2": Difference(
        "backtrader",
        "B8",
        "A stop-limit order whose stop is reached inside a bar, with the limit on the far side of "
        "the stop, fills at its limit if the bar moved back and closed there or better: the "
        "price must have come by after the stop. Here it waits for the next bar.",
    ),
    "N1": Difference(
        "nautilus",
        "B2",
        "A resting limit order that a bar opens beyond fills at its limit, not at the better open.",
    ),
    "N2": Difference(
        "nautilus",
        "B4",
        "A stop order that a bar opens beyond fills at the stop, a price better than the market "
        "had (only in the older version).",
    ),
    "N3": Difference(
        "nautilus",
        "B8",
        "A stop-limit order that a bar opens beyond, still within the limit, fills at its stop, a "
        "price better than the market had.",
    ),
    "N4": Difference(
        "nautilus",
        "B8",
        "A bar is four prices: open, high, low, close. A stop-limit order whose stop is reached "
        "jumps to the next of them, so that its limit may be passed at once, and may be met by one "
        "after it in the same bar. Here it fills at the stop if the limit allows that.",
    ),
    "N5": Difference(
        "nautilus",
        "C4",
        "An order that fills at its own price moves the market there for the other orders of that "
        "moment, which may miss a price that the bar has. Sent alone, the order fills as here.",
    ),
}


class Predicted(NamedTuple):
    """What a peer must do with an order.

    Attributes:
        session, price: of the fill; empty and 0 for none. why: the difference that leads there.
    """

    session: str
    price: float
    why: str

    def agrees(self, fill: Done | None) -> bool:
        """Return whether this is what the peer did."""
        if fill is None:
            return not self.session
        return self.session == fill.session and abs(self.price - fill.price) < NEAR


Predictor = Callable[[Ticket, Sequence[Candle]], Predicted]


def bars_of(ticket: Ticket, candles: Sequence[Candle]) -> list[Candle]:
    """Return the bars that an order takes part in."""
    later = [candle for candle in candles if candle.session > ticket.session]
    return later[:1] if ticket.tif == "day" else later


def zipline(ticket: Ticket, candles: Sequence[Candle]) -> Predicted:
    """Look at closes only."""
    if ticket.type == "market":
        return Predicted("", 0.0, "")
    sign, waiting = ticket.sign, bool(ticket.stop)
    for bar in bars_of(ticket, candles):
        waiting = waiting and (bar.close - ticket.stop) * sign < 0
        if not waiting and (not ticket.limit or (bar.close - ticket.limit) * sign <= 0):
            return Predicted(bar.session, bar.close, "Z1")
    return Predicted("", 0.0, "Z1")


def backtrader(ticket: Ticket, candles: Sequence[Candle]) -> Predicted:
    """Let stop-limit orders work on in the bar that triggers them."""
    if ticket.type != "stop_limit":
        return Predicted("", 0.0, "")
    sign, why, waiting = ticket.sign, "", True
    for bar in bars_of(ticket, candles):
        if waiting and (bar.open - ticket.stop) * sign < 0:
            reach = bar.high if sign > 0 else bar.low
            if (reach - ticket.stop) * sign < 0:
                continue
            waiting, why = False, why or "T2"
            price = _inside(ticket, bar)
        else:
            why = why or "T1"
            waiting, price = False, _limit(ticket, bar)
        if price:
            return Predicted(bar.session, price, why)
    return Predicted("", 0.0, why)


def _limit(ticket: Ticket, bar: Candle) -> float:
    """Return at what price a limit order fills in a bar, 0 where it does not."""
    sign = ticket.sign
    if (bar.open - ticket.limit) * sign <= 0:
        return bar.open
    reach = bar.low if sign > 0 else bar.high
    return ticket.limit if (reach - ticket.limit) * sign <= 0 else 0.0


def _inside(ticket: Ticket, bar: Candle) -> float:
    """Return at what price backtrader fills a stop-limit order triggered inside a bar."""
    sign = ticket.sign
    if (ticket.limit - ticket.stop) * sign >= 0:
        return ticket.stop
    back = bar.open > bar.close if sign > 0 else bar.open <= bar.close
    return ticket.limit if back and (bar.close - ticket.limit) * sign <= 0 else 0.0


def nautilus(ticket: Ticket, candles: Sequence[Candle]) -> Predicted:
    """Walk from open to high, low and close."""
    walk = _Walk(ticket, market_in_gaps=True)
    return walk.through(candles)


def nautilus311(ticket: Ticket, candles: Sequence[Candle]) -> Predicted:
    """Walk likewise; stops fill at their price even in gaps."""
    walk = _Walk(ticket, market_in_gaps=False)
    return walk.through(candles)


class _Walk:
    """An order that meets the four prices of each bar, one after the other.

    Args:
        market_in_gaps: whether a stop that is passed by an open fills at the open.
    """

    def __init__(self, ticket: Ticket, *, market_in_gaps: bool) -> None:
        """Wait for the stop, where there is one."""
        self._ticket = ticket
        self._sign = ticket.sign
        self._market_in_gaps = market_in_gaps
        self._waiting = bool(ticket.stop)
        self._new = True
        self._best = ticket.limit
        self._why = ""

    def through(self, candles: Sequence[Candle]) -> Predicted:
        """Return where the order fills."""
        if self._ticket.type == "market":
            return Predicted("", 0.0, "")
        for bar in bars_of(self._ticket, candles):
            for price, at_open in _path(bar):
                paid = self._meet(price, at_open=at_open)
                self._new = False
                if paid:
                    return Predicted(bar.session, paid, self._why)
        return Predicted("", 0.0, self._why)

    def _meet(self, price: float, *, at_open: bool) -> float:
        """Return what a fill at this moment costs, 0 without one."""
        ticket = self._ticket
        if self._waiting:
            if (price - ticket.stop) * self._sign < 0:
                return 0.0
            self._waiting = False
            return self._trigger(price, at_open=at_open)
        if (price - ticket.limit) * self._sign > 0:
            return 0.0
        if self._new:
            return price
        self._why = self._why or "N1"
        return max(price, self._best, key=lambda x: x * self._sign)

    def _trigger(self, price: float, *, at_open: bool) -> float:
        ticket = self._ticket
        if not ticket.limit:
            self._why = "N2"
            return price if at_open and self._market_in_gaps else ticket.stop
        if not self._new:
            self._best = min(ticket.limit, ticket.stop, key=lambda x: x * self._sign)
        if (price - ticket.limit) * self._sign > 0:
            self._why = "T1" if at_open else "N4"
            return 0.0
        self._why = "N3" if at_open else "N4"
        stop_first = not self._new and (ticket.limit - ticket.stop) * self._sign > 0
        return ticket.stop if stop_first else price


def _path(bar: Candle) -> Iterator[tuple[float, bool]]:
    """Yield the prices of a bar, and whether each is its open."""
    yield bar.open, True
    yield bar.high, False
    yield bar.low, False
    yield bar.close, False


PREDICTORS: dict[str, Predictor] = {
    "zipline": zipline,
    "backtrader": backtrader,
    "nautilus": nautilus,
    "nautilus311": nautilus311,
}
