"""Half the spread, as a part of the price, where the data show one price for both sides.

Not for markets that fill at quotes or at a book: there the spread is in the price already.
"""

from collections.abc import Callable, Mapping

from brokers.simulated.slippage import Taking

Quotes = Callable[[str], tuple[float, float]]
"""The best bid and offer known of an instrument; NaN where there is none."""


class HalfSpread:
    """A modelled spread: what one pays from the middle to the other side.

    Args:
        bps: half of the spread in basis points of the price.
        each: instruments with a half-spread of their own.
    """

    def __init__(self, bps: float, each: Mapping[str, float] | None = None) -> None:
        """Turn basis points into fractions."""
        self._part = bps / 10_000
        self._each = {name: own / 10_000 for name, own in (each or {}).items()}

    def part(self, taking: Taking) -> float:
        """Return the fraction."""
        return self._each.get(taking.instrument.id, self._part)


class QuotedSpread:
    """Half of the spread that the quotes show, applied to a price that is not a quote.

    Args:
        quotes: says the quotes known now. fallback: what holds where there are none, or where
            bid and offer are crossed.
    """

    def __init__(self, quotes: Quotes, fallback: HalfSpread) -> None:
        """Look at no quote yet."""
        self._quotes = quotes
        self._fallback = fallback

    def part(self, taking: Taking) -> float:
        """Return the fraction."""
        bid, ask = self._quotes(taking.instrument.id)
        if 0 < bid <= ask:
            return (ask - bid) / (ask + bid)
        return self._fallback.part(taking)
