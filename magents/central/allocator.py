"""Who gets how much capital at the start."""

from collections.abc import Mapping
from decimal import Decimal

from magents.model.money import GRID, exact, to_step


def shares(capital: Decimal, wanted: Mapping[str, float | None]) -> dict[str, Decimal]:
    """Split the fund's capital over pods.

    Args:
        capital: all there is.
        wanted: a fraction by pod; ``None`` takes an equal part of what the others leave.

    Returns:
        Amounts on the money grid, rounded down; what is left over stays with the house.
    """
    fixed = {name: capital * exact(part) for name, part in wanted.items() if part is not None}
    rest = capital - sum(fixed.values(), Decimal(0))
    sharing = len(wanted) - len(fixed)
    return {
        name: to_step(fixed[name] if name in fixed else rest / sharing, GRID, "ROUND_DOWN")
        for name in sorted(wanted)
    }
