"""Journal records as one line each, for people."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import msgspec

from magents.model.money import plain
from magents.model.orders import Order
from magents.model.records import (
    Adjustment,
    Allocation,
    Amendment,
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

_COLUMNS = ("ts", "pod", "order", "instrument")


def kind(entry: Entry) -> str:
    """Return the record's kind as the journal has it."""
    return str(entry.__struct_config__.tag)


def column(entry: Entry, name: str) -> str:
    """Return a field as text, ``""`` where the record has none."""
    return str(getattr(entry, name, ""))


def order_id(entry: Entry) -> str:
    """Return the id of the order the record is about, ``""`` where it is about none."""
    return entry.id if isinstance(entry, Order) else column(entry, "order")


def told(entry: Entry) -> str:
    """Say what the record holds beyond time, kind, pod, order and instrument."""
    return _TELLERS.get(type(entry), _fields)(entry)


def _fields(entry: Entry, *others: str) -> str:
    """Name every field that is not at its default and is not told in another way."""
    told = {*_COLUMNS, *others}
    values = (
        (field.name, getattr(entry, field.name), field.default)
        for field in msgspec.structs.fields(entry)
        if field.name not in told
    )
    return ", ".join(f"{name} {_word(value)}" for name, value, usual in values if value != usual)


def _word(value: object) -> str:
    return plain(value) if isinstance(value, Decimal) else str(value)


def _order(entry: Order) -> str:
    head = f"{entry.side} {plain(entry.quantity)} {entry.type}"
    more = _fields(entry, "id", "side", "quantity", "type", "signal", "reason")
    words = ", ".join(part for part in (head, more) if part)
    return words + (f": {entry.reason}" if entry.reason else "")


def _signal(entry: Signal) -> str:
    numbers = ", ".join(f"{name} {value:.6g}" for name, value in entry.evidence.items())
    change = f"{entry.agent}: {entry.previous:+.3g} to {entry.conviction:+.3g}"
    return f"{change} at close {entry.close:g}" + (f" ({numbers})" if numbers else "")


def _verdict(entry: Verdict) -> str:
    if entry.accepted:
        return f"accepted by {len(entry.checks)} rules"
    failed = [check for check in entry.checks if not check.ok]
    reasons = (f"{check.rule} {check.value:.6g} against {check.limit:.6g}" for check in failed)
    return "refused: " + ", ".join(reasons)


def _fill(entry: Fill) -> str:
    done = "" if entry.complete else ", in part"
    amount = f"{plain(entry.quantity)} at {plain(entry.price)}"
    return f"#{entry.id} {amount}, commission {plain(entry.commission)}, rule {entry.rule}{done}"


def _order_event(entry: OrderEvent) -> str:
    return entry.state + (f": {entry.note}" if entry.note else "")


def _command(entry: Command) -> str:
    what = f" {entry.rule} to {entry.limit:g}" if entry.rule else ""
    return f"{entry.command}{what}" + (f" by {entry.by}" if entry.by else "")


def _notice(entry: Notice) -> str:
    return f"{entry.source}: {entry.text}" + (f" ({entry.count} times)" if entry.count > 1 else "")


def _amendment(entry: Amendment) -> str:
    now = ((name, getattr(entry, name)) for name in ("quantity", "limit", "stop"))
    return "now " + ", ".join(f"{name} {plain(value)}" for name, value in now if value is not None)


def _cash(entry: CashFlow) -> str:
    done = "received" if entry.amount > 0 else "paid"
    amount = f"{entry.cause}: {done} {plain(abs(entry.amount))} {entry.currency}".rstrip()
    on = f" on {plain(entry.units)}" if entry.units else ""
    return amount + on + (f" at {entry.rate:.6g}" if entry.rate else "")


def _adjustment(entry: Adjustment) -> str:
    sign = "+" if entry.units > 0 else ""
    words = f"{entry.cause}: {sign}{plain(entry.units)} units"
    cost = f" at a cost of {plain(entry.cost)}" if entry.cost else ""
    return words + cost + (f", which become {entry.becomes}" if entry.becomes else "")


def _allocation(entry: Allocation) -> str:
    return plain(entry.amount)


def _halt(entry: Halt) -> str:
    return entry.reason


_TELLERS: dict[type, Callable[[Any], str]] = {
    Order: _order,
    Signal: _signal,
    Verdict: _verdict,
    OrderEvent: _order_event,
    Fill: _fill,
    Amendment: _amendment,
    CashFlow: _cash,
    Adjustment: _adjustment,
    Allocation: _allocation,
    Command: _command,
    Halt: _halt,
    Notice: _notice,
}
