"""Exact amounts: ``Decimal`` on a fixed grid of 1e-8, floats only for measures.

Every amount that reaches the ledger is rounded once, when it is made, to a multiple of
:data:`GRID`.  Sums of such amounts are exact in the default 28-digit context up to 1e20, so books
add up to the last digit.
"""

from decimal import ROUND_HALF_EVEN, Decimal

GRID = Decimal("0.00000001")
ZERO = Decimal(0)
ONE = Decimal(1)


def exact(value: "Decimal | float | str") -> Decimal:
    """Turn a number into the ``Decimal`` a person would write for it.

    A float goes through its shortest repr, so ``67.7142`` becomes ``Decimal("67.7142")``.
    """
    if type(value) is Decimal:
        return value
    if isinstance(value, float):
        # Not repr(value): numpy's floats are floats too, and write themselves otherwise.
        return Decimal(float.__repr__(value))
    return Decimal(str(value))


def on_grid(amount: Decimal) -> Decimal:
    """Round an amount of money or units to the grid, half to even."""
    return amount.quantize(GRID, ROUND_HALF_EVEN)


def to_step(value: Decimal, step: Decimal, rounding: str) -> Decimal:
    """Round ``value`` to a multiple of ``step`` (tick or lot) with a ``decimal`` rounding mode."""
    if step == ONE:
        return value.quantize(ONE, rounding)
    return (value / step).quantize(ONE, rounding) * step


def plain(amount: Decimal) -> str:
    """Write an amount without exponent or trailing zeros: ``Decimal("1.500")`` is ``"1.5"``."""
    text = format(amount, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
