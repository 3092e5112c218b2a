"""How much worse than the quoted price a market order fills."""

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Protocol

from magents.model.instruments import Instrument
from magents.model.money import ONE, exact, on_grid, to_step
from magents.model.orders import Side


class Slippage(Protocol):
    """A price model for orders that take liquidity; limit orders never slip."""

    def price(self, quoted: Decimal, side: Side, instrument: Instrument) -> Decimal:
        """Return the price an order of that side pays or gets."""
        ...


class BasisPointSlippage:
    """A fixed part of the price, always against the trader, rounded to the tick against them.

    Args:
        bps: basis points of the price; 0 leaves prices as they are.
    """

    def __init__(self, bps: float) -> None:
        """Keep the two factors exact."""
        part = exact(bps) / 10_000
        self._factors = {Side.BUY: ONE + part, Side.SELL: ONE - part}
        self._none = not part

    def price(self, quoted: Decimal, side: Side, instrument: Instrument) -> Decimal:
        """Return the worse price."""
        if self._none:
            return quoted
        price = quoted * self._factors[side]
        if instrument.tick is None:
            return on_grid(price)
        return to_step(price, instrument.tick, ROUND_CEILING if side is Side.BUY else ROUND_FLOOR)
