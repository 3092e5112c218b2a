"""The market of one instrument's trades: rules T1 to T13 in ``docs/fills.md``."""

from collections.abc import Sequence
from decimal import Decimal

import numpy as np

from brokers.simulated.market import Execution, Working
from brokers.simulated.taken import Claim
from brokers.simulated.tape import Hits, Offers, first
from brokers.simulated.ticks import Part, TickMarket, at_or_better, limit_of
from magents.model.bars import Floats, Panel
from magents.model.errors import BrokenPromiseError
from magents.model.money import GRID
from magents.model.orders import Side
from magents.model.ticks import Block, Signs, TradeBlock

THROUGH = float("inf")
"""Nobody knows the queue: a limit fills only when a trade goes through it."""
TOUCH = 0.0
"""There is no queue: a trade at the limit fills it."""

_RESTED = frozenset({"T4", "T5"})
_NO_SIGNS: Signs = np.empty(0, np.int8)


class TradeMarket(TickMarket):
    """Trades as they were printed.

    Args:
        panel: whose trades. lot: parts of a trade are multiples of it.
        ahead: units assumed ahead of a limit order at its price; :data:`THROUGH`, :data:`TOUCH`
            or anything between. cap: the part of a trade that we may have, all orders together.
    """

    lag = 1

    def __init__(
        self,
        panel: Panel,
        lot: Decimal = GRID,
        *,
        ahead: float = THROUGH,
        cap: float | None = None,
    ) -> None:
        """Start without trades."""
        super().__init__(panel, lot, cap=cap)
        self._ahead = ahead
        self._aggressor = _NO_SIGNS

    def _read(self, block: Block) -> None:
        if not isinstance(block, TradeBlock):
            raise BrokenPromiseError(f"{self.panel.name} got a block of {block.panel.level}")
        both = Offers(block.price, block.size)
        self._aggressor = block.side
        self._tape.load(block.ts, both, both)
        self._forget_rows()

    def _crosses(self, working: Working, price: float) -> bool:
        """Return whether a price is strictly better than the limit."""
        return _through(working.order.side, price, limit_of(working.order))

    def _queue_up(self, working: Working, row: int) -> None:
        working.queue = self._ahead

    def _move_up(self, working: Working, until: int) -> None:
        if 0 < working.queue < THROUGH:
            passed = self._passing(working, until)
            working.queue = max(0.0, working.queue - float(passed.sum()))

    def _meeting_row(self, working: Working, stop: int) -> int:
        if self._now_or_never(working):
            return self._chance_row(working, stop)
        prices, limit = self._tape.side(1).price[:stop], limit_of(working.order)
        ahead = prices[working.row :]
        hits: Hits = ahead < limit if working.order.side is Side.BUY else ahead > limit
        if working.queue < THROUGH:
            hits = hits | (np.cumsum(self._passing(working, stop)) > working.queue)
        return first(hits, working.row)

    def _passing(self, working: Working, until: int) -> Floats:
        """Return how much went by at the limit's price, row by row: hits from the other side."""
        rows = slice(working.row, until)
        prices, sizes = self._tape.side(1)
        at = prices[rows] == limit_of(working.order)
        at &= self._aggressor[rows] != working.order.side.sign
        return np.where(at, sizes[rows], 0.0)

    def _parts(self, working: Working, row: int, *, taker: bool) -> Sequence[Part]:
        order, limit = working.order, limit_of(working.order)
        price = self._tape.offer(row, order.side.sign).price
        if order.limit is None:
            return self._part(working, row, price, "T2")
        if not _through(order.side, price, limit):
            return self._at_limit(working, row)
        working.queue = 0.0
        return self._part(working, row, price if taker else limit, "T3" if taker else "T4")

    def _at_limit(self, working: Working, row: int) -> Sequence[Part]:
        """Rule T5: what a trade at the limit leaves for the order behind the queue."""
        over = float(self._passing(working, row + 1).sum()) - working.queue
        if not over > 0:
            return ()
        working.queue, working.seen = 0.0, True
        return self._part(working, row, limit_of(working.order), "T5", over)

    def _closing_parts(self, working: Working, row: int) -> Sequence[Part]:
        order = working.order
        price = self._tape.offer(row, order.side.sign).price
        if order.limit is not None and not at_or_better(order.side, price, limit_of(order)):
            return ()
        return self._part(working, row, price, "T13")

    def _part(
        self, working: Working, row: int, price: float, rule: str, most: float = THROUGH
    ) -> Sequence[Part]:
        """Return the execution cut to what is left of the trade."""
        size = self._tape.offer(row, 1).size
        key = (0, self._tape.base + row)
        quantity = self._taken.room(key, min(size, most), working.left)
        if not quantity or price != price:  # noqa: PLR0124 - NaN
            return ()
        maker, slips = rule in _RESTED, working.order.limit is None
        made = Execution(quantity, price, rule, maker, slips, 0, size)
        return (Part(made, Claim(key, quantity)),)


def _through(side: Side, price: float, limit: float) -> bool:
    return price < limit if side is Side.BUY else price > limit
