"""What happens to instruments without a trade: dividends, splits, funding, rates and the like.

Each event has an instant ``ts`` at which it takes effect.  A :class:`Timeline` holds those of one
kind in order.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Generic, Protocol, TypeVar

import msgspec

from magents.model.money import ONE, ZERO


class Event(Protocol):
    """Anything with an instant."""

    @property
    def ts(self) -> int:
        """Return when it takes effect."""
        ...


E = TypeVar("E", bound=Event)


class Dividend(msgspec.Struct, frozen=True, gc=False):
    """Cash a share, in the instrument's currency; ``ts`` is the opening of the ex-date."""

    ts: int
    instrument: str
    amount: Decimal


class Split(msgspec.Struct, frozen=True, gc=False):
    """``ratio`` new shares for one old; below 1 for a reverse split."""

    ts: int
    instrument: str
    ratio: Decimal


class Exchange(msgspec.Struct, frozen=True, gc=False):
    """A share turns into ``ratio`` shares of another and ``cash``: new symbol, or merger."""

    ts: int
    instrument: str
    becomes: str
    ratio: Decimal = ONE
    cash: Decimal = ZERO


class Delisting(msgspec.Struct, frozen=True, gc=False):
    """Trading ends; holders get ``price`` a share, the last price where it is ``None``."""

    ts: int
    instrument: str
    price: Decimal | None = None


class Funding(msgspec.Struct, frozen=True, gc=False):
    """A perpetual's funding; ``rate`` is a fraction of the position, longs pay where positive.

    The position is valued by ``price``; where it is ``None``, by the last one known then.
    """

    ts: int
    instrument: str
    rate: Decimal
    price: Decimal | None = None


class Borrow(msgspec.Struct, frozen=True, gc=False):
    """From ``ts`` on, lending costs ``rate`` a year; ``available`` units, ``None`` for plenty."""

    ts: int
    instrument: str
    rate: Decimal
    available: Decimal | None = None


class Rate(msgspec.Struct, frozen=True, gc=False):
    """From ``ts`` on, money costs ``rate`` a year, a fraction, before the broker's spread."""

    ts: int
    currency: str
    rate: Decimal


class Timeline(Generic[E]):
    """Events in the order of their instants; those of one instant keep the order given."""

    __slots__ = ("_rows", "_ts")

    def __init__(self, events: Iterable[E] = ()) -> None:
        """Sort them."""
        self._rows = tuple(sorted(events, key=lambda event: event.ts))
        self._ts = [event.ts for event in self._rows]

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._rows)

    def __iter__(self) -> Iterator[E]:
        """Go through them in order."""
        return iter(self._rows)

    @property
    def instants(self) -> list[int]:
        """Return all instants, in order."""
        return self._ts

    def at(self, ts: int) -> tuple[E, ...]:
        """Return what takes effect at exactly that instant."""
        return self._rows[bisect_left(self._ts, ts) : bisect_right(self._ts, ts)]

    def asof(self, ts: int) -> E | None:
        """Return the last event at that instant or before, ``None`` before the first."""
        row = bisect_right(self._ts, ts)
        return self._rows[row - 1] if row else None


@dataclass(frozen=True)
class Events:
    """All that is known to happen.

    Attributes:
        borrow: by instrument. rates: by currency.
        coverage: by instrument, between which instants all its dividends are known; those of an
            instrument that is not there are unknown, not zero.
    """

    dividends: Timeline[Dividend] = field(default_factory=Timeline)
    splits: Timeline[Split] = field(default_factory=Timeline)
    exchanges: Timeline[Exchange] = field(default_factory=Timeline)
    delistings: Timeline[Delisting] = field(default_factory=Timeline)
    funding: Timeline[Funding] = field(default_factory=Timeline)
    borrow: Mapping[str, Timeline[Borrow]] = field(default_factory=dict)
    rates: Mapping[str, Timeline[Rate]] = field(default_factory=dict)
    coverage: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    def covered(self, instrument: str, start: int, end: int) -> bool:
        """Return whether all dividends between two instants are known."""
        first, last = self.coverage.get(instrument, (end, start))
        return first <= start and end <= last
