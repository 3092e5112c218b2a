"""Cash dividends: whoever holds at the opening of the ex-date is paid, whoever is short pays."""

from collections.abc import Iterable

from brokers.simulated.carry.moves import Units, cash, held
from brokers.simulated.kinds.base import Item
from brokers.simulated.kinds.registry import has
from magents.model.events import Dividend, Events
from magents.model.instruments import Instrument
from magents.model.records import CashFlow, Notice

_NAMED = 5


def dividend(event: Dividend, instrument: Instrument, units: Units) -> list[CashFlow]:
    """Return ``units * amount`` for each pod.

    The lender of a short share is owed what the issuer pays (substitute payment).
    """
    ts, amount, rate = event.ts, event.amount, float(event.amount)
    return [
        cash(ts, pod, instrument, "dividend", each * amount, each, rate)
        for pod, each in held(units)
    ]


def unknown(events: Events, traded: Iterable[Instrument], start: int, end: int) -> Notice | None:
    """Say of how many shares not all dividends between two instants are known.

    Returns:
        ``None`` where all are, or where the data say nothing of dividends at all.
    """
    shares = [each.id for each in traded if has(each, Item.DIVIDEND)]
    missing = sorted(name for name in shares if not events.covered(name, start, end))
    if not missing or not (events.coverage or len(events.dividends)):
        return None
    names = ", ".join(missing[:_NAMED]) + (", ..." if len(missing) > _NAMED else "")
    text = (
        f"of {len(shares)} shares traded the dividends of {len(missing)} are not all known "
        f"({names}); unknown is not zero"
    )
    return Notice(end, "dividends", text)
