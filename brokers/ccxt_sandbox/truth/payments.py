"""Money without a trade: each booked once, by the venue's own id of it."""

from collections.abc import Iterable
from decimal import Decimal

from brokers.ccxt_sandbox.truth.messages import Payment, ToldPaid
from brokers.ccxt_sandbox.truth.rows import Paid
from brokers.ccxt_sandbox.truth.state import Truth
from brokers.ccxt_sandbox.truth.turn import Turn
from magents.model.money import ZERO


def take(turn: Turn, payments: Iterable[Payment]) -> None:
    """Book what is new: funding as it is, fees by what they differ from what was booked."""
    for payment in sorted(payments, key=lambda each: (each.at, each.key)):
        if payment.key in turn.truth.paid:
            continue
        if payment.trade:
            _mend(turn, payment)
        elif payment.amount:
            _book(turn, payment, "")


def _mend(turn: Turn, payment: Payment) -> None:
    """Book by how much a fee was off; a trade that is not known yet is seen to another time."""
    fill = turn.truth.fills.get((payment.symbol, payment.trade))
    if fill is None or fill.fee_currency != payment.currency:
        return
    off = payment.amount + fill.fee
    if abs(off) > turn.patience.usual_dust:
        mended = Payment(payment.key, payment.symbol, off, payment.currency, at=payment.at)
        _book(turn, mended, fill.client)


def _book(turn: Turn, payment: Payment, client: str) -> None:
    row = Paid(
        turn.now,
        key=payment.key,
        number=len(turn.truth.paid) + 1,
        symbol=payment.symbol,
        amount=payment.amount,
        currency=payment.currency,
        client=client,
        at=payment.at,
    )
    turn.write(row)
    turn.tell(told(turn.truth, row))


def told(truth: Truth, row: Paid) -> ToldPaid:
    """Return how a payment is told: with the order it mends, or who held the contract then."""
    if row.client:
        return ToldPaid(row, truth.orders[row.client].intent)
    held: dict[str, Decimal] = {"": truth.adopted.get(row.symbol, ZERO)}
    for fill in truth.fills.values():
        if fill.symbol == row.symbol and fill.at <= row.at:
            order = truth.orders.get(fill.client)
            pod = "" if order is None or order.disowned else order.intent.pod
            held[pod] = held.get(pod, ZERO) + fill.quantity
    return ToldPaid(row, None, {pod: units for pod, units in held.items() if units})
