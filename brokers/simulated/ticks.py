"""What the markets of trades, quotes and depth share.

One instrument a market.  An order takes part in rows after the instant at which it arrived; a row
fills it in phase ``FILLS`` of the row's instant, before anybody decides on that row.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from msgspec.structs import replace

from brokers.simulated.market import Execution, Outcome, Step, Working
from brokers.simulated.taken import Claim, Taken
from brokers.simulated.tape import NAN, Close, Tape, first
from brokers.simulated.trigger import TRAILING, follow_on, trigger_row, waits, with_limit
from magents.model.bars import Floats, Panel
from magents.model.money import GRID, ZERO
from magents.model.orders import Order, Side, TimeInForce
from magents.model.ticks import Block
from magents.model.time import Phase

_NOW_OR_NEVER = frozenset({TimeInForce.IOC, TimeInForce.FOK, TimeInForce.AT_OPEN})


class Meets(StrEnum):
    """Which quote or book an order meets that was on its way for a while."""

    NEXT = "next"
    """The first one after it arrived, always."""
    STANDING = "standing"
    """The one in force as it arrives, if it was decided on before that instant."""


class Plan(NamedTuple):
    """What an order waits for.

    Attributes:
        row: of the block, -1 the one before. act: does it.
        later: whether it is only an end that may lie beyond the block.
    """

    step: Step
    row: int
    act: Callable[[Working, int], Outcome]
    later: bool = False


class Part(NamedTuple):
    """An execution and what it takes from an offer."""

    execution: Execution
    claim: Claim


class _Asked(NamedTuple):
    """An order that asked for its next step, and how it was then."""

    working: Working
    order: Order


class TickMarket(ABC):
    """One instrument's ticks.

    Args:
        panel: whose ticks. lot: parts of an offer are multiples of it.
        meets: what an order meets that was on its way for a while.
        cap: the part of what is offered that we may have, all orders together.
    """

    lag = 0
    """Rows between the one that triggers an order and the first that may fill it."""

    def __init__(
        self,
        panel: Panel,
        lot: Decimal = GRID,
        *,
        meets: Meets = Meets.NEXT,
        cap: float | None = None,
    ) -> None:
        """Start without ticks."""
        self.panel = panel
        self._standing = meets is Meets.STANDING
        self._tape = Tape()
        self._taken = Taken(lot, cap)
        self._asked: dict[str, _Asked] = {}

    # -- what the exchange asks ----------------------------------------------------------------

    def load(self, block: Block) -> None:
        """Take the next block; orders still waiting have been through the one before."""
        for working, _ in self._asked.values():
            if working.found is None or working.found.later:
                self._carry(working, len(self._tape))
        self._asked.clear()
        self._read(block)

    def end(self) -> None:
        """The last session has closed."""
        self._tape.ended = True

    def arrive(self, working: Working) -> None:
        """Let the order take part from the first row after it arrived; see rule 1 of a level."""
        asked = self._asked.get(working.order.id)
        row = self._tape.first_after(working.arrived.ts)
        if asked is not None:
            self._carry(working, row)
        working.row = row
        if asked is None or not _keeps_place(asked.order, working.order):
            self._join(working)

    def follow(self, working: Working, parent: Working) -> None:
        """Let a child take part from the row after the one that filled its parent."""
        if parent.order.instrument != working.order.instrument:
            self.arrive(working)
            return
        working.row = parent.row
        self._join(working)

    def next(self, working: Working) -> Step | None:
        """Return when something happens to the order next."""
        # A row at the start of a block may still be one from before the order came.
        working.row = max(working.row, self._tape.first_after(working.arrived.ts))
        plan = self._seek(working, self._stop(working)) or self._ending(working)
        working.found = plan
        self._asked[working.order.id] = _Asked(working, working.order)
        return None if plan is None else plan.step

    def act(self, working: Working) -> Outcome:
        """Do what the order's step is."""
        plan: Plan = working.found
        return plan.act(working, plan.row)

    # -- what a level says ---------------------------------------------------------------------

    @abstractmethod
    def _read(self, block: Block) -> None:
        """Put a block on the tape."""

    @abstractmethod
    def _meeting_row(self, working: Working, stop: int) -> int:
        """Return the first row that may fill an order, -1 where there is none."""

    @abstractmethod
    def _parts(self, working: Working, row: int, *, taker: bool) -> Sequence[Part]:
        """Return what an order gets at a row, within what is there."""

    @abstractmethod
    def _closing_parts(self, working: Working, row: int) -> Sequence[Part]:
        """Return what an order gets at the close of a session, whose last row is given."""

    def _crosses(self, working: Working, price: float) -> bool:
        """Return whether a limit order would take at a price."""
        return at_or_better(working.order.side, price, limit_of(working.order))

    def _known(self, working: Working) -> float:
        """Return what would fill the order as it arrives, NaN where that is not known."""
        return self._tape.offer(working.row - 1, working.order.side.sign).price

    def _reach(self, sign: int) -> Floats:
        """Return what would fill orders of a side at each row."""
        return self._tape.side(sign).price

    def _queue_up(self, working: Working, row: int) -> None:  # noqa: B027 - where there is a queue
        """Take a place at the limit's price; what comes before ``row`` is known."""

    def _move_up(self, working: Working, until: int) -> None:  # noqa: B027
        """Let what was ahead of an order at its price go, up to a row."""

    # -- coming in, and going on to the next block ---------------------------------------------

    def _join(self, working: Working) -> None:
        order = working.order
        if order.type in TRAILING and np.isnan(working.extreme):
            working.extreme = self._known(working)
        working.seen = False
        if order.limit is None or waits(working):
            return
        self._queue_up(working, working.row)
        known = self._known(working)
        working.seen = not self._crosses(working, known) if known == known else order.post_only  # noqa: PLR0124 - NaN

    def _carry(self, working: Working, until: int) -> None:
        """Note what rows up to ``until`` have left of an order that none of them filled."""
        if waits(working):
            follow_on(working, self._reach(working.order.side.sign), until)
        elif until > working.row:
            self._move_up(working, until)
            working.seen = True

    def _stands(self, working: Working) -> bool:
        """Return whether an order meets what is in force as it arrives."""
        order = working.order
        late = working.arrived.ts > order.ts and working.stamp == 0
        return self._standing and late and not order.parent

    # -- what comes next -----------------------------------------------------------------------

    def _seek(self, working: Working, stop: int) -> Plan | None:
        """Return what happens to an order first in rows ``working.row`` to ``stop``."""
        order = working.order
        if order.tif is TimeInForce.AT_CLOSE:
            return self._closing(working)
        if waits(working):
            prices = self._reach(order.side.sign)[:stop]
            return self._plan(trigger_row(working, prices), 0, self._trigger)
        if not working.seen and (order.post_only or self._stands(working)):
            known = self._known(working)
            if order.post_only or known == known:  # noqa: PLR0124 - NaN
                act = self._refuse if order.post_only else self._meet_standing
                at = working.arrived
                return Plan(Step(at.ts, at.phase, 1, at.ts), working.row - 1, act)
        return self._meeting(working, stop)

    def _meeting(self, working: Working, stop: int) -> Plan | None:
        """Return when something may fill an order."""
        return self._plan(self._meeting_row(working, stop), 1, self._meet)

    def _plan(self, row: int, rank: int, act: Callable[[Working, int], Outcome]) -> Plan | None:
        if row < 0:
            return None
        ts = int(self._tape.ts[row])
        return Plan(Step(ts, Phase.FILLS, rank, ts), row, act)

    def _stop(self, working: Working) -> int:
        """Return the row before which the order's time is over."""
        order = working.order
        if order.tif is TimeInForce.DAY:
            return self._tape.session_stop(working.arrived.ts)
        if order.tif is TimeInForce.GTD:
            return self._tape.first_after(order.expires)
        return len(self._tape)

    def _ending(self, working: Working) -> Plan | None:
        """Return when the order's time is over, where that is known."""
        order = working.order
        if order.tif is TimeInForce.GTD:
            step = Step(order.expires, Phase.FILLS, 2, order.expires)
            return Plan(step, -1, lambda *_: Outcome(ended="gtd"), later=True)
        if order.tif is not TimeInForce.DAY:
            return None
        close = self._tape.session_close(working.arrived.ts)
        if close is None:
            return None
        return Plan(_at_close(close, 2), -1, lambda *_: Outcome(ended="day"), later=True)

    def _closing(self, working: Working) -> Plan | None:
        close = self._tape.session_close(working.arrived.ts)
        if close is None:
            return None
        return Plan(_at_close(close, 1), close.row, self._meet_closing)

    def _chance_row(self, working: Working, stop: int) -> int:
        """Return the first row that has a price; for an order at the open, of a session."""
        start = working.row
        if working.order.tif is TimeInForce.AT_OPEN:
            start = self._tape.session_start(start)
            if start < 0:
                return -1
        prices = self._reach(working.order.side.sign)
        if start < stop and prices[start] == prices[start]:
            return start
        return first(~np.isnan(prices[start:stop]), start)

    # -- doing it ------------------------------------------------------------------------------

    def _refuse(self, working: Working, row: int) -> Outcome:
        """End a post-only order that would take."""
        del working, row
        return Outcome(ended="post_only")

    def _trigger(self, working: Working, row: int) -> Outcome:
        """Make an order a market or limit order, and let it meet the same row if it may."""
        price = float(self._reach(working.order.side.sign)[row])
        follow_on(working, self._reach(working.order.side.sign), row + 1)
        working.order = with_limit(working)
        working.triggered = True
        working.row = row + self.lag
        if working.order.limit is not None:
            self._queue_up(working, row + 1)
            working.seen = not self._crosses(working, price)
            if working.order.post_only and not working.seen:
                return Outcome(triggered=True, ended="post_only")
        if self.lag or self._meeting_row(working, row + 1) != row:
            return Outcome(triggered=True)
        return replace(self._meet(working, row), triggered=True)

    def _meet(self, working: Working, row: int) -> Outcome:
        """Let an order take what a row gives it."""
        taker = working.order.limit is None or (row == working.row and not working.seen)
        parts = self._parts(working, row, taker=taker)
        working.row = row + 1
        working.seen = working.seen or not taker
        return self._give(working, parts)

    def _meet_standing(self, working: Working, row: int) -> Outcome:
        """Let an order take what is in force as it arrives."""
        return self._give(working, self._parts(working, row, taker=True))

    def _meet_closing(self, working: Working, row: int) -> Outcome:
        working.row = row + 1
        parts = self._closing_parts(working, row)
        outcome = self._give(working, parts)
        return outcome if parts else Outcome(ended="at_close")

    def _give(self, working: Working, parts: Sequence[Part]) -> Outcome:
        """Use up what an order takes; a fill-or-kill order takes all or nothing."""
        whole = sum((part.execution.quantity for part in parts), ZERO)
        if working.order.tif is TimeInForce.FOK and whole < working.left:
            return Outcome(ended="fok")
        self._taken.claim(working, tuple(part.claim for part in parts))
        return Outcome(tuple(part.execution for part in parts))

    def _now_or_never(self, working: Working) -> bool:
        return working.order.limit is None or self._once(working)

    def _once(self, working: Working) -> bool:
        """Return whether an order has one chance."""
        return working.order.tif in _NOW_OR_NEVER

    def _forget_rows(self) -> None:
        """Let go of what was taken of rows that are over; the last one may still count."""
        self._taken.keep(lambda key: key[1] >= self._tape.base - 1)


def limit_of(order: Order) -> float:
    """Return an order's limit, NaN where it has none."""
    return NAN if order.limit is None else float(order.limit)


def at_or_better(side: Side, price: float, limit: float) -> bool:
    """Return whether a price is as good as a limit, or better."""
    return price <= limit if side is Side.BUY else price >= limit


def _at_close(close: Close, rank: int) -> Step:
    return Step(close.ts, Phase.CLOSE, rank, close.ts)


def _keeps_place(before: Order, after: Order) -> bool:
    """Return whether an amended order keeps its place: only its size got smaller."""
    same = before.limit == after.limit and before.stop == after.stop
    return same and after.quantity <= before.quantity
