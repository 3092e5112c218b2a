"""What reports and trades do to an order. Fills win over everything, whenever they come."""

from brokers.ccxt_sandbox.truth.messages import (
    Report,
    Told,
    ToldChange,
    ToldFill,
    ToldForeign,
    Trade,
)
from brokers.ccxt_sandbox.truth.rows import (
    FINAL,
    Amended,
    CancelWanted,
    Filled,
    Moved,
    State,
)
from brokers.ccxt_sandbox.truth.state import Tracked
from brokers.ccxt_sandbox.truth.turn import Turn
from magents.model.money import ZERO
from magents.model.orders import OrderState, Side

ENDS = {
    State.CANCELLED: OrderState.CANCELLED,
    State.EXPIRED: OrderState.EXPIRED,
    State.FILLED: OrderState.CANCELLED,
    State.ABSENT: OrderState.CANCELLED,
}
"""How the fund calls an end without complete fills; what fills late must stay possible."""


def working(turn: Turn, order: Tracked, venue_id: str) -> None:
    """Take note that the venue has an order."""
    news = order.unsure
    if not news and (order.venue_id or not venue_id):
        return
    turn.write(Moved(turn.now, order.client, State.WORKING, venue_id))
    order.misses = order.looks = 0
    if news and not order.filled:
        turn.tell(Told(order.intent, OrderState.ACCEPTED))
    if order.cancel:
        turn.cancel(order)


def unknown(turn: Turn, order: Tracked, why: str) -> None:
    """Admit that nobody knows whether the venue has an order."""
    if order.state is State.INTENT:
        turn.write(Moved(turn.now, order.client, State.UNKNOWN, note=why))
        turn.tell(Told(order.intent, OrderState.UNKNOWN, why))
    turn.look_in(order, turn.patience.wait(order.looks))


def refused(turn: Turn, order: Tracked, why: str) -> None:
    """End an order that the venue has refused, or that never left."""
    state = OrderState.CANCELLED if order.cancel or order.filled else OrderState.REJECTED
    turn.tell(Told(order.intent, state, why))
    turn.write(Moved(turn.now, order.client, State.REJECTED, note=why))


def end(turn: Turn, order: Tracked, state: State, note: str = "") -> None:
    """End an order without it being filled wholly."""
    if order.amend is not None:
        turn.write(Amended(turn.now, order.client, done=False))
    turn.write(Moved(turn.now, order.client, state, note=note))
    turn.tell(Told(order.intent, ENDS[state], note))


def seen(turn: Turn, order: Tracked, report: Report) -> None:
    """Take in what the venue says of an order of ours; old news never undo newer."""
    if order.final:
        _risen(turn, order, report)
        return
    working(turn, order, report.venue_id)
    order.touched = turn.now
    order.misses = 0
    _amended(turn, order, report)
    if report.filled is not None and report.filled > order.reported:
        order.reported = report.filled
    if report.state in FINAL:
        order.ending = _ending(order, report)
    settle(turn, order)


def _ending(order: Tracked, report: Report) -> State:
    """Return how an order has ended by what the venue says.

    A venue cuts an order that only reduces to what there is to close, and calls that filled: of
    what was sent, the rest is gone.
    """
    size, filled = report.quantity, report.filled
    cut = order.intent.reduce_only and size is not None and size < order.quantity
    if cut and filled is not None and filled == size:
        return State.CANCELLED
    return report.state


def settle(turn: Turn, order: Tracked) -> None:
    """End an order once its fills make up what the venue reported; ask for those that lack."""
    if order.final:
        return
    if order.reported > order.filled and not order.disowned:
        turn.look_in(order, turn.patience.wait(order.looks))
    elif order.ending is not None:
        if order.ending is State.FILLED and order.left and not order.disowned:
            # Filled, they say, but not how much: only trades count.
            turn.look_in(order, turn.patience.wait(order.looks))
        else:
            end(turn, order, order.ending)


def traded(turn: Turn, trade: Trade) -> bool:
    """Book a trade once; return whether it could be told whose it is."""
    if (trade.symbol, trade.trade) in turn.truth.fills:
        return True
    order = turn.truth.find(trade.client, trade.symbol, trade.venue_id)
    if order is None and any(each.intent.symbol == trade.symbol for each in turn.truth.unsure()):
        return False  # Perhaps of an order whose answer is still out.
    if order is None or not _fits(order, trade):
        _foreign(turn, trade)
        return True
    _fill(turn, order, trade)
    return True


def _fits(order: Tracked, trade: Trade) -> bool:
    """Return whether an order can have made this trade."""
    buys = order.intent.side is Side.BUY
    return (
        not order.disowned and (trade.quantity > ZERO) == buys and abs(trade.quantity) <= order.left
    )


def _fill(turn: Turn, order: Tracked, trade: Trade) -> None:
    before, complete = order.state, abs(trade.quantity) == order.left
    if order.unsure:
        # A venue may fill before it answers.
        turn.write(Moved(turn.now, order.client, State.WORKING, trade.venue_id))
    row = _row(turn, trade, order.client, complete=complete)
    turn.write(row)
    order.misses = 0
    turn.tell(ToldFill(order.intent, row))
    if complete:
        return
    if before is State.ABSENT:
        # It is there after all, and nobody here wants it any more.
        turn.write(Moved(turn.now, order.client, State.WORKING, trade.venue_id))
        _unwanted(turn, order)
    elif before in FINAL:
        turn.tell(Told(order.intent, ENDS[before], "filled late"))
    else:
        settle(turn, order)


def _foreign(turn: Turn, trade: Trade) -> None:
    row = _row(turn, trade, "", complete=False)
    turn.write(row)
    turn.tell(ToldForeign(row))


def _row(turn: Turn, trade: Trade, client: str, *, complete: bool) -> Filled:
    return Filled(
        turn.now,
        client=client,
        trade=trade.trade,
        number=len(turn.truth.fills) + 1,
        symbol=trade.symbol,
        quantity=trade.quantity,
        price=trade.price,
        fee=trade.fee,
        fee_currency=trade.fee_currency,
        at=trade.at,
        complete=complete,
    )


def _risen(turn: Turn, order: Tracked, report: Report) -> None:
    """Deal with an order that was given up and is at the venue all the same."""
    if order.state not in {State.ABSENT, State.REJECTED} or report.state in FINAL:
        more = report.filled is not None and report.filled > order.filled
        if more and not order.disowned:
            turn.look(order)
        return
    turn.note(f"order {order.intent.order} is at the venue after all; cancelling it", loud=True)
    turn.write(Moved(turn.now, order.client, State.WORKING, report.venue_id))
    _unwanted(turn, order)


def _unwanted(turn: Turn, order: Tracked) -> None:
    if not order.cancel:
        turn.write(CancelWanted(turn.now, order.client))
    turn.cancel(order)


def _amended(turn: Turn, order: Tracked, report: Report) -> None:
    """Tell from what the venue shows whether an amendment was taken."""
    wanted = order.amend
    if wanted is None or report.quantity is None:
        return
    same = (wanted.quantity is None or wanted.quantity == report.quantity) and (
        wanted.limit is None or wanted.limit == report.limit
    )
    if same:
        amended(turn, order)


def amended(turn: Turn, order: Tracked) -> None:
    """Take note that the venue has taken the amendment."""
    wanted = order.amend
    if wanted is None:
        return
    turn.write(Amended(turn.now, order.client, done=True))
    turn.tell(ToldChange(order.intent, wanted.quantity, wanted.limit))
