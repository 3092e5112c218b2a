"""What kind of thing a journal record is, to somebody who watches."""

from magents.model.orders import Order, OrderState
from magents.model.records import Command, Entry, Fill, Halt, Notice, OrderEvent, Signal, Verdict

NOTHING: tuple[str, ...] = ()
NO_LIMITS = frozenset({"halt", "restricted"})
"""Checks that refuse without a limit being met; they are asked first."""


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


def met_a_limit(verdict: Verdict) -> bool:
    """Return whether a limit refused an order, and not only a halt or the list of who may trade."""
    # Asked of every refusal of a run that somebody watches.
    checks = verdict.checks
    if not checks[0].ok:
        return checks[0].rule not in NO_LIMITS
    return len(checks) == 1 or checks[1].ok or checks[1].rule not in NO_LIMITS


def _verdict(verdict: Verdict) -> tuple[str, ...]:
    if verdict.accepted:
        return NOTHING
    return ("refusal", "breach") if met_a_limit(verdict) else ("refusal",)
