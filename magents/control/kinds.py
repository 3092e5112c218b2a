"""What kind of thing a journal record is, to somebody who watches."""

from magents.model.orders import Order, OrderState
from magents.model.records import Command, Entry, Fill, Halt, Notice, OrderEvent, Signal, Verdict

NOTHING: tuple[str, ...] = ()
NO_LIMITS = frozenset({"halt", "restricted"})
"""Checks that refuse without a limit being met."""


def kinds_of(record: Entry) -> tuple[str, ...]:  # noqa: PLR0911 - one line a kind
    """Return what a record is: ``fill``, ``refusal``, ``breach``, ``decision``, ``halt``, ..."""
    if isinstance(record, Fill):
        return ("fill",)
    if isinstance(record, Verdict):
        return _verdict(record)
    if isinstance(record, Signal | Order):
        return ("decision",)
    if isinstance(record, OrderEvent):
        return ("refusal",) if record.state is OrderState.REJECTED else NOTHING
    if isinstance(record, Halt):
        return ("halt", "breach")
    if isinstance(record, Notice):
        return ("notice",)
    if isinstance(record, Command):
        return {"kill": ("kill",), "halt": ("halt",), "flatten": ("halt",)}.get(
            record.command, NOTHING
        )
    return NOTHING


def _verdict(verdict: Verdict) -> tuple[str, ...]:
    if verdict.accepted:
        return NOTHING
    met = [check.rule for check in verdict.checks if not check.ok]
    return ("refusal",) if NO_LIMITS.issuperset(met) else ("refusal", "breach")
