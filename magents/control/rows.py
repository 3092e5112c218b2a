"""Journal records as rows of a screen's tables: pure functions."""

from decimal import Decimal

from magents.control.kinds import kinds_of
from magents.control.tally import Numbered
from magents.control.watching import Seen, refusal
from magents.model.orders import Order
from magents.model.records import (
    Adjustment,
    Allocation,
    CashFlow,
    Command,
    Entry,
    Fill,
    Halt,
    Notice,
    OrderEvent,
    Signal,
    Verdict,
)
from magents.model.snapshots import Breach, EventRow, FillRow, Level, OrderRow, Thought


def order_row(seen: Seen) -> OrderRow:
    """Return an order as a row."""
    order = seen.order
    return OrderRow(
        id=order.id,
        ts=order.ts,
        pod=order.pod,
        instrument=order.instrument,
        type=str(order.type),
        quantity=float(order.signed),
        filled=float(seen.filled),
        limit=_price(order.limit),
        stop=_price(order.stop),
        tif=str(order.tif),
        state=str(seen.state),
        note=seen.note,
    )


def fill_row(fill: Fill) -> FillRow:
    """Return a fill as a row."""
    return FillRow(
        fill.id,
        fill.ts,
        fill.order,
        fill.pod,
        fill.instrument,
        float(fill.quantity),
        float(fill.price),
        float(fill.commission),
        fill.rule,
    )


def event_row(numbered: Numbered) -> EventRow:
    """Return an event as a row."""
    number, record = numbered
    return EventRow(
        number,
        record.ts,
        kind_of(record),
        _level(record),
        getattr(record, "pod", ""),
        words(record),
        getattr(record, "instrument", ""),
        getattr(record, "order", ""),
    )


def breaches_of(record: Entry) -> list[Breach]:
    """Return the limits that a record says were met."""
    if isinstance(record, Halt):
        return [Breach(record.ts, record.pod, "halt", 1.0, 0.0, record.reason)]
    if not isinstance(record, Verdict) or "breach" not in kinds_of(record):
        return []
    return [
        Breach(record.ts, record.pod, c.rule, c.value, c.limit, f"refused {record.order}")
        for c in record.checks
        if not c.ok
    ]


def kind_of(record: Entry) -> str:
    """Return one word for what a record is."""
    kinds = kinds_of(record)
    return kinds[0] if kinds else str(record.__struct_config__.tag)


def words(record: Entry) -> str:  # noqa: PLR0911 - one line a kind
    """Return a record in words, in one line."""
    match record:
        case Fill():
            side = "bought" if record.quantity > 0 else "sold"
            amount = f"{units(abs(record.quantity))} {record.instrument}"
            return f"{side} {amount} at {paid(record.price)} (rule {record.rule})"
        case Verdict():
            return f"{record.order} refused: {refusal(record)}"
        case OrderEvent():
            return f"{record.order} {record.state}" + (f": {record.note}" if record.note else "")
        case Halt():
            return f"halted: {record.reason}"
        case Command():
            what = f" {record.rule} to {record.limit:g}" if record.rule else ""
            return f"{record.command}{what} by {record.by or 'command'}"
        case Notice():
            return f"{record.source}: {record.text}"
        case CashFlow():
            return f"{record.cause} {paid(record.amount)} {record.currency} {record.instrument}"
        case Adjustment():
            return f"{record.cause} of {record.instrument}: {units(record.units)} units"
        case Allocation():
            return f"{paid(record.amount)} allocated"
        case _:
            return _thought(record)


def units(amount: Decimal) -> str:
    """Write units with thousands, and as many decimals as there are."""
    text = format(amount, ",f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def paid(amount: Decimal) -> str:
    """Write a price or a sum with thousands: two decimals, more only where it is below 1."""
    return f"{amount:,.2f}" if abs(amount) >= 1 or not amount else units(amount)


def _conviction(value: float) -> str:
    """Write a conviction with its sign; none has none."""
    return f"{value:+.3g}" if value else "0"


def thought(record: Entry) -> Thought:
    """Return what a pod thought or did as a line."""
    agent = record.agent if isinstance(record, Signal) else "desk"
    if isinstance(record, Verdict):
        agent = "risk"
    return Thought(record.ts, agent, words(record))


def _thought(record: Entry) -> str:
    if isinstance(record, Signal):
        evidence = ", ".join(f"{name} {value:.6g}" for name, value in record.evidence.items())
        return (
            f"{record.instrument}: conviction {_conviction(record.previous)} to "
            f"{_conviction(record.conviction)} at {record.close:g}"
            + (f" ({evidence})" if evidence else "")
        )
    if isinstance(record, Order):
        price = f" limit {units(record.limit)}" if record.limit is not None else ""
        why = f": {record.reason}" if record.reason else ""
        amount = f"{units(record.quantity)} {record.instrument}"
        return f"{record.id}: {record.side} {amount}, {record.type}{price}{why}"
    return ""


def _level(record: Entry) -> Level:
    if isinstance(record, Halt) or (isinstance(record, Command) and record.command == "kill"):
        return "error"
    warning = isinstance(record, Command | Notice | Verdict | OrderEvent)
    return "warning" if warning else "info"


def _price(price: Decimal | None) -> float | None:
    return None if price is None else float(price)
