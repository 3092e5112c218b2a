"""How much worse than the quoted price an order fills that takes liquidity.

A model is a sum of parts, each a fraction of the price; the sum is applied against the trader and
rounded to the tick against them, once.  Limit orders that rest never slip.
"""

import math
from collections.abc import Callable, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import NamedTuple, Protocol

from brokers.simulated.draws import Draws
from magents.model.instruments import Instrument
from magents.model.money import GRID, ONE, ZERO, exact, on_grid, to_step
from magents.model.orders import Side

NAN = float("nan")
MOST = ONE
"""No fill is worse than this part of its price, whatever the parts add up to."""
_DIGITS = 12


class Slippage(Protocol):
    """A price model for orders that take liquidity.

    Attributes:
        free: whether prices always stay as they are.
    """

    free: bool

    def price(
        self,
        quoted: Decimal,
        side: Side,
        instrument: Instrument,
        quantity: Decimal = ZERO,
        volume: float = NAN,
        fill: str = "",
    ) -> Decimal:
        """Return the price that an order pays or gets, never better than quoted.

        Args:
            quoted: the price that the market shows. side: of the order.
            instrument: for its tick. quantity: units of the fill, of either sign.
            volume: units that traded in the bar, or stood at the price; NaN where unknown.
            fill: a name for the fill, such as ``ma:12/1``: random models draw by it.
        """
        ...


class Taking(NamedTuple):
    """A fill that takes liquidity; fields as in :meth:`Slippage.price`, quantity positive."""

    quoted: Decimal
    side: Side
    instrument: Instrument
    quantity: Decimal
    volume: float
    fill: str

    @property
    def share(self) -> float:
        """Return the fill as a part of the volume, 0 where that is not known."""
        if math.isnan(self.volume):
            return 0.0
        if self.volume <= 0:
            return math.inf
        return float(self.quantity) / self.volume


class Part(Protocol):
    """One reason for a worse price."""

    def part(self, taking: Taking) -> float:
        """Return by how much the price is worse, a fraction of it, zero or more."""
        ...


def worse(quoted: Decimal, side: Side, instrument: Instrument, part: Decimal) -> Decimal:
    """Return a price that is worse by a part of itself, on the tick, rounded against the trader.

    A sale never brings less than one tick where the quoted price is above that.
    """
    step = instrument.tick
    if side is Side.BUY:
        price = quoted + abs(quoted) * part
        return on_grid(price) if step is None else to_step(price, step, ROUND_CEILING)
    price = quoted - abs(quoted) * part
    price = on_grid(price) if step is None else to_step(price, step, ROUND_FLOOR)
    least = GRID if step is None else step
    return least if price < least <= quoted else price


class BasisPointSlippage:
    """A fixed part of the price.

    Args:
        bps: basis points of the price; 0 leaves prices as they are.
    """

    def __init__(self, bps: float) -> None:
        """Keep the part exact."""
        self._part = exact(bps) / 10_000
        self.free = not self._part

    def price(
        self,
        quoted: Decimal,
        side: Side,
        instrument: Instrument,
        quantity: Decimal = ZERO,
        volume: float = NAN,
        fill: str = "",
    ) -> Decimal:
        """Return the worse price."""
        part = self._part
        return worse(quoted, side, instrument, part) if part else quoted


class PartsSlippage:
    """The sum of several parts."""

    free = False

    def __init__(self, parts: Sequence[Part]) -> None:
        """Keep the parts, in order."""
        self._parts = tuple(parts)

    def price(
        self,
        quoted: Decimal,
        side: Side,
        instrument: Instrument,
        quantity: Decimal = ZERO,
        volume: float = NAN,
        fill: str = "",
    ) -> Decimal:
        """Return the worse price."""
        taking = Taking(quoted, side, instrument, abs(quantity), volume, fill)
        # Binary noise in the last digits must not cost a whole tick.
        whole = round(math.fsum(part.part(taking) for part in self._parts), _DIGITS)
        return worse(quoted, side, instrument, min(exact(whole), MOST)) if whole else quoted


class BasisPoints:
    """A fixed part of the price, to be added to others."""

    def __init__(self, bps: float) -> None:
        """Turn basis points into a fraction."""
        self._part = bps / 10_000

    def part(self, taking: Taking) -> float:
        """Return the fraction."""
        return self._part


class VolumeShare:
    """Impact that grows with the square of the share of the volume.

    ``impact * (quantity / volume)**2``, as zipline's ``VolumeShareSlippage`` has it (there with
    0.1).  Nothing where the volume is unknown.
    """

    def __init__(self, impact: float) -> None:
        """Keep the price impact of taking the whole volume, a fraction of the price."""
        self._impact = impact

    def part(self, taking: Taking) -> float:
        """Return the fraction."""
        return self._impact * taking.share**2 if self._impact else 0.0


class SquareRootImpact:
    """Impact that grows with the square root of the share of the volume.

    ``coefficient * sigma * sqrt(quantity / volume)`` with the volatility over the time in which
    the volume traded; because both volume and variance grow with time, it is the same for bars of
    any length.  Nothing where the volume is unknown.

    Almgren, Thum, Hauptmann and Li, "Direct estimation of equity market impact" (Risk, 2005) find
    a power of 3/5; Toth et al., "Anomalous price impact and the critical nature of liquidity in
    financial markets" (Physical Review X 1, 2011) a power of about 1/2 and a coefficient of
    order 1.

    Args:
        coefficient: Y in the papers. sigma: an instrument's volatility over one of its bars.
    """

    def __init__(self, coefficient: float, sigma: Callable[[str], float]) -> None:
        """Keep the law."""
        self._coefficient = coefficient
        self._sigma = sigma

    def part(self, taking: Taking) -> float:
        """Return the fraction."""
        scale = self._coefficient * self._sigma(taking.instrument.id)
        return scale * math.sqrt(taking.share) if scale else 0.0


class RandomSlippage:
    """A random part of the price, drawn for each fill by its name, so in no order.

    Args:
        bps: basis points on average. draws: how they vary.
    """

    def __init__(self, bps: float, draws: Draws) -> None:
        """Keep the mean as a fraction."""
        self._mean = bps / 10_000
        self._draws = draws

    def part(self, taking: Taking) -> float:
        """Return the fraction."""
        return self._mean * self._draws.factor(f"slippage/{taking.fill}") if self._mean else 0.0
