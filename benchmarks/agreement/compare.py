"""Compares two lists of fills, order by order, and names each difference."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from benchmarks.agreement.rules import NEAR, PREDICTORS, Predicted
from benchmarks.agreement.tickets import Candle, Done, Ticket

FILLED, NEITHER, UNEXPLAINED = "filled alike", "filled by neither", "unexplained"
TOGETHER = "N5"
FEE_NEAR = 2e-5
"""Some keep fees to five decimals."""

Fills = Mapping[int, Done]
Alone = Callable[[Ticket], Fills]
"""Runs a peer again with one order only."""


class Finding(NamedTuple):
    """What became of one order here and there.

    Attributes:
        kind: filled alike, filled by neither, a key of ``DIFFERENCES``, or unexplained.
    """

    ticket: Ticket
    ours: Done | None
    theirs: Done | None
    kind: str


def whole(fills: Iterable[Done]) -> dict[int, Done]:
    """Return the fills by order; each order fills whole and once.

    Raises:
        ValueError: one does not.
    """
    table: dict[int, Done] = {}
    for fill in fills:
        if fill.number in table:
            msg = f"order {fill.number} filled twice"
            raise ValueError(msg)
        table[fill.number] = fill
    return table


def same(ours: Done | None, theirs: Done | None) -> bool:
    """Return whether two fills agree in bar, price, size and fee."""
    if ours is None or theirs is None:
        return ours is theirs
    return (
        ours.session == theirs.session
        and ours.quantity == theirs.quantity
        and abs(ours.price - theirs.price) < NEAR
        and abs(ours.fee - theirs.fee) < FEE_NEAR
    )


def explained(predicted: Predicted, theirs: Done | None, ticket: Ticket) -> str:
    """Return the difference that leads exactly to what the peer did, or that none does."""
    whole_fill = theirs is None or theirs.quantity == ticket.quantity
    known = predicted.why and whole_fill and predicted.agrees(theirs)
    return predicted.why if known else UNEXPLAINED


def compare(
    peer: str,
    tickets: Sequence[Ticket],
    table: Mapping[str, Sequence[Candle]],
    fills: tuple[Fills, Fills],
    alone: Alone,
) -> list[Finding]:
    """Return a finding for each order.

    Args:
        fills: ours and theirs. alone: asked where nothing else explains a difference.
    """
    findings = []
    for ticket in tickets:
        ours, theirs = (each.get(ticket.number) for each in fills)
        if same(ours, theirs):
            kind = NEITHER if ours is None else FILLED
        else:
            predicted = PREDICTORS[peer](ticket, table[ticket.instrument])
            kind = explained(predicted, theirs, ticket)
            if kind == UNEXPLAINED and peer.startswith("nautilus"):
                kind = _together(ticket, ours, predicted, alone)
        findings.append(Finding(ticket, ours, theirs, kind))
    return findings


def _together(ticket: Ticket, ours: Done | None, predicted: Predicted, alone: Alone) -> str:
    """Return whether an order fills as expected once no other is there."""
    by_itself = alone(ticket).get(ticket.number)
    known = same(ours, by_itself) or explained(predicted, by_itself, ticket) != UNEXPLAINED
    return TOGETHER if known else UNEXPLAINED


def counts(findings: Iterable[Finding]) -> dict[str, Counter[str]]:
    """Return how often each kind occurs, by type of order."""
    table: dict[str, Counter[str]] = {}
    for finding in findings:
        table.setdefault(finding.ticket.type, Counter())[finding.kind] += 1
    return table
