"""Settings with every kind of value."""

from decimal import Decimal
from typing import Annotated, Literal

import msgspec


class Leg(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part.

    Attributes:
        weight: its share.
    """

    weight: float = 1.0


class Wide(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Settings with every kind of value.

    Attributes:
        name: what it is called, which has no default and a meaning that goes on for long enough
            to be wrapped.
        fast: bars. slow: more bars.
    """

    name: str
    fast: int = 3
    slow: int = 5
    weights: dict[str, float] = {}
    leg: Leg = Leg()
    legs: tuple[Leg, ...] = ()
    cap: Annotated[float, msgspec.Meta(ge=0, le=1)] | None = None
    sides: list[Literal["long", "short"]] = []
    amount: Decimal = Decimal(1)

    def __post_init__(self):
        if self.fast >= self.slow:
            msg = f"fast must be below slow, which is {self.slow}"
            raise ValueError(msg)
        if not self.name:
            msg = "give it a name"
            raise ValueError(msg)
