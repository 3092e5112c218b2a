"""Price-time matching of one market, in whole ticks and whole lots.

Best price first, and within a price first come, first served.  Integers only, so nothing is lost to
rounding; what a tick and a lot are worth is the market's business.
"""

from bisect import bisect_left, insort
from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple

BUY, SELL = 1, -1


class SelfTrade(Enum):
    """What happens where somebody would trade with himself, named as the venues do."""

    NONE = "NONE"
    EXPIRE_TAKER = "EXPIRE_TAKER"
    EXPIRE_MAKER = "EXPIRE_MAKER"
    EXPIRE_BOTH = "EXPIRE_BOTH"


class Resting:
    """An order that waits in the book.

    Attributes:
        order: its number. owner: whose it is. side: :data:`BUY` or :data:`SELL`.
        price: ticks. left: lots not traded yet.
    """

    __slots__ = ("left", "order", "owner", "price", "side")

    def __init__(self, order: int, owner: str, side: int, price: int, left: int) -> None:
        self.order, self.owner, self.side, self.price, self.left = order, owner, side, price, left


class Match(NamedTuple):
    """A trade: who waited, at which price, how many lots."""

    maker: Resting
    price: int
    lots: int


class Taken(NamedTuple):
    """What taking came to.

    Attributes:
        matches: the trades, in order. left: lots not traded.
        expired: orders taken off because they were the taker's own, with the lots they had.
        stopped: whether the taker must go no further, because it met itself.
    """

    matches: list[Match]
    left: int
    expired: list[Match]
    stopped: bool


class Ladder:
    """One side: levels by price, each a queue in order of arrival."""

    def __init__(self, side: int) -> None:
        self._side = side
        self._keys: list[int] = []
        self._levels: dict[int, dict[int, Resting]] = {}
        self._sums: dict[int, int] = {}

    def add(self, resting: Resting) -> None:
        """Put an order at the end of its level's queue."""
        key = -self._side * resting.price
        if key not in self._levels:
            insort(self._keys, key)
            self._levels[key], self._sums[key] = {}, 0
        self._levels[key][resting.order] = resting
        self._sums[key] += resting.left

    def shrink(self, resting: Resting, lots: int) -> None:
        """Take lots off an order that keeps its place; the last lot takes the order off."""
        key = -self._side * resting.price
        resting.left -= lots
        self._sums[key] -= lots
        if not resting.left:
            del self._levels[key][resting.order]
        if not self._levels[key]:
            del self._levels[key], self._sums[key]
            del self._keys[bisect_left(self._keys, key)]

    def best(self) -> int | None:
        """Return the best price, ticks."""
        return -self._side * self._keys[0] if self._keys else None

    def first(self) -> Resting:
        """Return the order that trades next."""
        return next(iter(self._levels[self._keys[0]].values()))

    def size(self, price: int) -> int:
        """Return the lots at a price."""
        return self._sums.get(-self._side * price, 0)

    def levels(self, many: int | None = None) -> Iterator[tuple[int, int]]:
        """Yield price and lots of the levels, best first."""
        for key in self._keys[:many]:
            yield -self._side * key, self._sums[key]

    def orders(self) -> Iterator[Resting]:
        """Yield the orders, the next to trade first."""
        for key in self._keys:
            yield from self._levels[key].values()


class MatchingBook:
    """Both sides of one market.

    ``touched`` collects the levels that changed, for whoever publishes differences and empties it;
    ``updates`` counts the changes.
    """

    def __init__(self) -> None:
        self._sides = {BUY: Ladder(BUY), SELL: Ladder(SELL)}
        self._where: dict[int, Resting] = {}
        self.touched: dict[tuple[int, int], None] = {}
        self.updates = 0

    def __contains__(self, order: int) -> bool:
        return order in self._where

    def best(self, side: int) -> int | None:
        """Return the best price of a side, ticks."""
        return self._sides[side].best()

    def size(self, side: int, price: int) -> int:
        """Return the lots of a side at a price."""
        return self._sides[side].size(price)

    def levels(self, side: int, many: int | None = None) -> list[tuple[int, int]]:
        """Return price and lots of a side's levels, best first."""
        return list(self._sides[side].levels(many))

    def orders(self, side: int) -> Iterator[Resting]:
        """Yield a side's orders, the next to trade first."""
        return self._sides[side].orders()

    def get(self, order: int) -> Resting | None:
        """Return an order that waits here."""
        return self._where.get(order)

    def crosses(self, side: int, price: int) -> bool:
        """Say whether an order of that side and limit would trade at once."""
        best = self.best(-side)
        return best is not None and side * price >= side * best

    def reachable(self, side: int, limit: int | None, owner: str = "") -> int:
        """Return the lots an order could trade at once, those of its owner left out."""
        total = 0
        for resting in self._sides[-side].orders():
            if limit is not None and side * resting.price > side * limit:
                break
            if not owner or resting.owner != owner:
                total += resting.left
        return total

    def rest(self, resting: Resting) -> None:
        """Let an order wait; it must not cross."""
        if self.crosses(resting.side, resting.price):
            raise ValueError("an order that crosses must take first")
        self._where[resting.order] = resting
        self._sides[resting.side].add(resting)
        self._touch(resting)

    def cancel(self, order: int) -> int:
        """Take an order off and return its lots; 0 where it does not wait here."""
        resting = self._where.pop(order, None)
        if resting is None:
            return 0
        left = resting.left
        self._sides[resting.side].shrink(resting, left)
        self._touch(resting)
        return left

    def reduce(self, order: int, lots: int) -> None:
        """Leave an order with fewer lots, one at least; it keeps its place in the queue."""
        resting = self._where[order]
        if not 0 < lots <= resting.left:
            raise ValueError("only fewer lots keep the place in the queue")
        self._sides[resting.side].shrink(resting, resting.left - lots)
        self._touch(resting)

    def hit(self, order: int, lots: int) -> Match:
        """Trade with one resting order whatever stands before it, at most all it has."""
        maker = self._where[order]
        return self._trade(maker, min(lots, maker.left))

    def take(
        self,
        side: int,
        limit: int | None,
        lots: int,
        owner: str = "",
        rule: SelfTrade = SelfTrade.NONE,
    ) -> Taken:
        """Trade an order against those that wait, as far as its limit reaches."""
        matches: list[Match] = []
        expired: list[Match] = []
        while lots and self._meets(side, limit):
            maker = self._sides[-side].first()
            if owner and maker.owner == owner and rule is not SelfTrade.NONE:
                if rule is not SelfTrade.EXPIRE_TAKER:
                    expired.append(Match(maker, maker.price, self.cancel(maker.order)))
                if rule is not SelfTrade.EXPIRE_MAKER:
                    return Taken(matches, lots, expired, stopped=True)
                continue
            traded = min(lots, maker.left)
            matches.append(self._trade(maker, traded))
            lots -= traded
        return Taken(matches, lots, expired, stopped=False)

    def _meets(self, side: int, limit: int | None) -> bool:
        """Say whether there is somebody to trade with within the limit."""
        return self.best(-side) is not None if limit is None else self.crosses(side, limit)

    def _trade(self, maker: Resting, lots: int) -> Match:
        self._sides[maker.side].shrink(maker, lots)
        if not maker.left:
            del self._where[maker.order]
        self._touch(maker)
        return Match(maker, maker.price, lots)

    def _touch(self, resting: Resting) -> None:
        self.updates += 1
        self.touched[(resting.side, resting.price)] = None
