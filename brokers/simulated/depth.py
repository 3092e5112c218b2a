"""The market of one instrument's order book: rules D1 to D14 in ``docs/fills.md``.

Rows of one instant are one message: the book is looked at after the last of them.
"""

from collections.abc import Sequence
from decimal import Decimal

import numpy as np

from brokers.simulated.book import Book, Updates
from brokers.simulated.market import Execution, Outcome, Step, Working
from brokers.simulated.prints import Prints
from brokers.simulated.queue import Event, Place, after
from brokers.simulated.resting import Resting, Served, Serving
from brokers.simulated.taken import Claim
from brokers.simulated.tape import BUY, NAN, SELL, Offers, first
from brokers.simulated.ticks import Meets, Part, Plan, TickMarket, at_or_better, limit_of
from magents.model.bars import Floats, Panel
from magents.model.errors import BrokenPromiseError
from magents.model.money import GRID, ZERO
from magents.model.orders import TimeInForce
from magents.model.ticks import Block, DepthBlock, TradeBlock
from magents.model.time import Phase

NO_UPDATES = Updates(np.empty(0, np.int8), np.empty(0), np.empty(0), np.empty(0, np.int8))
PRINT = 0
"""The side under which trades are counted as used up."""


class DepthMarket(TickMarket):
    """An order book kept from snapshots and updates, and the trades that go with it.

    Args:
        panel: whose book. lot: parts of a level are multiples of it.
        meets: what an order meets that was on its way for a while.
        cap: the part of a level or trade that we may have, all orders together.
    """

    def __init__(
        self,
        panel: Panel,
        lot: Decimal = GRID,
        *,
        meets: Meets = Meets.NEXT,
        cap: float | None = None,
    ) -> None:
        """Start with an empty book."""
        super().__init__(panel, lot, meets=meets, cap=cap)
        self._book = Book()
        self._rows = NO_UPDATES
        self._applied = 0
        self._tops: dict[int, Floats] | None = None
        self._prints = Prints()
        self._resting: dict[str, Resting] = {}

    # -- data ----------------------------------------------------------------------------------

    def load(self, block: Block) -> None:
        """Take the next updates, or the next trades that go with them (nobody need ask again)."""
        if isinstance(block, TradeBlock):
            for resting in self._resting.values():
                self._pass(resting, self._prints.until)
            self._taken.keep(lambda key: key[0] != PRINT)
            self._prints.load(block)
            return
        asked = self._asked.copy()
        super().load(block)
        self._resting = {name: each for name, each in self._resting.items() if name in asked}

    def _read(self, block: Block) -> None:
        if not isinstance(block, DepthBlock):
            raise BrokenPromiseError(f"{self.panel.name} got a block of {block.panel.level}")
        self._advance(len(self._tape))
        self._rows = Updates(block.side, block.price, block.size, block.reset)
        self._applied, self._tops = 0, None
        nothing = Offers(np.broadcast_to(NAN, len(block)), np.broadcast_to(NAN, len(block)))
        self._tape.load(block.ts, nothing, nothing)

    def _advance(self, stop: int) -> None:
        """Bring the book to the state before a row; what was used up of changed levels is new."""
        if stop <= self._applied:
            return
        rows = self._rows.cut(self._applied, stop)
        self._applied = stop
        self._book.apply(rows)
        if self._taken.empty:
            return
        if rows.reset.any():
            self._taken.keep(lambda key: key[0] == PRINT)
        for side, price in zip(rows.side.tolist(), rows.price.tolist(), strict=True):
            self._taken.refresh((-side, -side * price))

    def shown(self, now: int) -> Book:
        """Return the book as it is known at an instant, as a copy."""
        book = self._book.copy()
        row = int(self._tape.ts.searchsorted(now, "right"))
        if row > self._applied:
            book.apply(self._rows.cut(self._applied, row))
        return book

    def _reach(self, sign: int) -> Floats:
        """Return the best price after each message, NaN at its other rows; worked out once."""
        if self._tops is None:
            self._tops = self._best_prices()
        return self._tops[sign]

    def _best_prices(self) -> dict[int, Floats]:
        book, ts = self._book.copy(), self._tape.ts
        tops = {BUY: np.full(len(ts), NAN), SELL: np.full(len(ts), NAN)}
        last = np.append(np.diff(ts) != 0, True)[self._applied :].tolist()
        columns = zip(*(each.tolist() for each in self._rows.cut(self._applied)), strict=True)
        for row, (side, price, size, reset) in enumerate(columns, self._applied):
            book.put(side, price, size, reset=bool(reset))
            if last[row - self._applied]:
                tops[BUY][row], tops[SELL][row] = book.best(BUY), book.best(SELL)
        return tops

    def _known(self, working: Working) -> float:
        self._advance(working.row)
        return self._book.best(working.order.side.sign)

    # -- the queue -----------------------------------------------------------------------------

    def _join(self, working: Working) -> None:
        """Take a place; an order with one chance meets the next message and no queue (B15)."""
        super()._join(working)
        if self._once(working):
            working.seen = False

    def _queue_up(self, working: Working, row: int) -> None:
        """Rule D5: all that is shown at the price is ahead; unknown where it is not shown."""
        self._advance(row)
        order, price = working.order, limit_of(working.order)
        side = -order.side.sign
        shown = self._book.size(side, price)
        ahead = shown if self._book.shows(side, price) else NAN
        since = working.arrived.ts if row == 0 else int(self._tape.ts[row - 1])
        resting = Resting(working, Place(ahead, shown), max(since, working.arrived.ts))
        working.queue = ahead
        self._resting[order.id] = resting

    def _move_up(self, working: Working, until: int) -> None:
        resting = self._resting.get(working.order.id)
        if resting is not None:
            self._pass(resting, int(self._tape.ts[until - 1]))

    def _pass(self, resting: Resting, until: int) -> None:
        """Move up in the queue by what happened up to an instant; none of it was a fill."""
        for event in self._events(resting, until):
            resting.place, _ = after(resting.place, event)
        resting.go_on(until)

    def _events(self, resting: Resting, until: int) -> list[Event]:
        """Return what happens at the price after ``since``: trades, then what the book shows."""
        order, price = resting.working.order, limit_of(resting.working.order)
        trades = self._prints.events(order.side.sign, price, resting.since, until)
        changes = self._changes(order.side.sign, price, resting.since, until)
        return sorted(trades + changes, key=lambda event: (event.ts, event.number < 0))

    def _changes(self, sign: int, price: float, since: int, until: int) -> list[Event]:
        """Return the sizes that a level takes, one a message."""
        start, stop = self._tape.ts.searchsorted([since, until], "right").tolist()
        rows = self._rows.cut(start, stop)
        at = (rows.side == sign) & (rows.price == price)
        sizes: dict[int, float] = {}
        for row in np.flatnonzero(at | (rows.reset != 0)).tolist():
            ts = int(self._tape.ts[start + row])
            if rows.reset[row]:
                sizes[ts] = self._absent(sign, price, start + row)
            if at[row]:
                sizes[ts] = float(rows.size[row])
        return [Event(ts, -1, size) for ts, size in sizes.items()]

    def _absent(self, sign: int, price: float, row: int) -> float:
        """Return what a snapshot says of a level it lacks: 0, or NaN beyond its last level."""
        stop = self._tape.first_after(int(self._tape.ts[row]))
        mine = self._rows.side[row:stop] == sign
        prices = sign * self._rows.price[row:stop][mine]
        return 0.0 if len(prices) and sign * price > prices.min() else NAN

    # -- what comes next -----------------------------------------------------------------------

    def _meeting(self, working: Working, stop: int) -> Plan | None:
        plan = super()._meeting(working, stop)
        if self._now_or_never(working) or not working.seen or not stop:
            return plan
        resting = self._resting[working.order.id]
        until = int(self._tape.ts[stop - 1]) if plan is None else plan.step.ts
        hit = self._hit_ts(resting, until)
        if hit is not None and (plan is None or hit < until):
            return Plan(Step(hit, Phase.FILLS, 1, hit), -1, self._hit)
        ts = self._prints.until
        if hit is None and resting.since <= ts < until and ts != resting.looked:
            return Plan(Step(ts, Phase.END, 1, ts), -1, self._look_again)
        return plan

    def _hit_ts(self, resting: Resting, until: int) -> int | None:
        """Return when a trade first reaches a resting order."""
        place = resting.place
        for event in self._events(resting, until):
            place, over = after(place, event)
            if over > 0:
                return event.ts
        return None

    def _meeting_row(self, working: Working, stop: int) -> int:
        """Return the end of the first message after arrival, then of those that offer more."""
        start = working.row
        if working.order.tif is TimeInForce.AT_OPEN:
            return self._chance_row(working, stop)
        if not working.seen:
            return self._message_end(start) if start < stop else -1
        sign, limit = working.order.side.sign, limit_of(working.order)
        rows = self._rows.cut(start, stop)
        offers = (rows.side == -sign) & (rows.size > 0)
        if working.order.limit is not None:
            offers &= sign * rows.price <= sign * limit
        row = first(offers, start)
        return row if row < 0 else self._message_end(row)

    def _message_end(self, row: int) -> int:
        return self._tape.first_after(int(self._tape.ts[row])) - 1

    # -- doing it ------------------------------------------------------------------------------

    def _meet(self, working: Working, row: int) -> Outcome:
        self._advance(row + 1)
        parts: list[Part] = []
        if working.order.limit is not None:
            parts = self._served(working, int(self._tape.ts[row]))
        left = working.left - sum((part.execution.quantity for part in parts), ZERO)
        taker = working.order.limit is None or not working.seen
        parts += self._walk(working, left, taker=taker)
        working.row = row + 1
        working.seen = True
        return self._give(working, parts)

    def _hit(self, working: Working, row: int) -> Outcome:
        """Let a trade between two messages reach an order."""
        ts = working.found.step.ts
        parts = self._served(working, ts)
        working.row = max(working.row, self._tape.first_after(ts))
        return self._give(working, parts)

    def _look_again(self, working: Working, row: int) -> Outcome:
        """Go on where the trades loaded when this was planned ended: the next are there now."""
        resting = self._resting[working.order.id]
        resting.looked = working.found.step.ts
        self._pass(resting, resting.looked)
        return Outcome()

    def _served(self, working: Working, until: int) -> list[Part]:
        """Rules D5 to D7: what trades up to an instant leave for an order in its queue."""
        resting = self._resting[working.order.id]
        if not working.seen:
            self._pass(resting, until)
            return []
        serving = Serving(resting, self._taken.room)
        for event in self._events(resting, until):
            serving.see(event, (PRINT, event.number))
        resting.place = serving.place
        resting.go_on(until)
        limit = limit_of(working.order)
        return [self._print_part(served, limit) for served in serving.served]

    def _print_part(self, served: Served, limit: float) -> Part:
        size = self._prints.size(int(served.key[1]))
        made = Execution(served.quantity, limit, served.rule, True, False, 0, size)  # noqa: FBT003
        return Part(made, Claim(served.key, served.quantity))

    def _parts(self, working: Working, row: int, *, taker: bool) -> Sequence[Part]:
        self._advance(row + 1)
        working.seen = True
        return self._walk(working, working.left, taker=taker)

    def _closing_parts(self, working: Working, row: int) -> Sequence[Part]:
        self._advance(row + 1)
        return self._walk(working, working.left, taker=True, rule="D14")

    def _walk(self, working: Working, left: Decimal, *, taker: bool, rule: str = "") -> list[Part]:
        """Take level after level: at their prices, or at the limit of an order that rested."""
        order, limit = working.order, limit_of(working.order)
        parts: list[Part] = []
        for sign, key, size in self._book.levels(order.side.sign):
            price = sign * key
            if not left or (order.limit is not None and not at_or_better(order.side, price, limit)):
                break
            quantity = self._taken.room((sign, key), size, left)
            if not quantity:
                continue
            left -= quantity
            paid = price if taker else limit
            named = rule or ("D4" if not taker else "D2" if order.limit is None else "D3")
            made = Execution(quantity, paid, named, not taker, slips=False, bar_ts=0, volume=size)
            parts.append(Part(made, Claim((sign, key), quantity)))
        return parts
