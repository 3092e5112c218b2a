"""The records that carry items make, and what they share."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from magents.model.instruments import Instrument
from magents.model.money import ZERO, on_grid
from magents.model.records import Adjustment, CashFlow

Units = Mapping[str, Decimal]
"""By pod, signed units of one instrument."""

Price = Callable[[str], Decimal | None]
"""The last price of an instrument, ``None`` before the first."""

Move = CashFlow | Adjustment

YEAR_360 = Decimal(360)


def held(units: Units) -> Iterator[tuple[str, Decimal]]:
    """Go through the pods that hold something, in the order of their names."""
    return ((pod, units[pod]) for pod in sorted(units) if units[pod])


def cash(  # noqa: PLR0913 - the parts of a cash flow
    ts: int,
    pod: str,
    instrument: Instrument,
    cause: str,
    amount: Decimal,
    units: Decimal = ZERO,
    rate: float = 0.0,
) -> CashFlow:
    """Return money in an instrument's currency, rounded to the grid."""
    return CashFlow(
        ts, pod, instrument.id, cause, on_grid(amount), instrument.currency, units, rate
    )


def closed(
    ts: int,
    pod: str,
    instrument: Instrument,
    cause: str,
    units: Decimal,
    proceeds: Decimal,
) -> list[Move]:
    """Return the end of a paid position: its units go, and money comes for them."""
    moves: list[Move] = [Adjustment(ts, pod, instrument.id, cause, -units)]
    if proceeds:
        moves.append(cash(ts, pod, instrument, "expiry", proceeds, units))
    return moves
