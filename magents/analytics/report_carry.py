"""The part of the report on what holding brought and cost."""

from collections.abc import Sequence
from decimal import Decimal

from magents.analytics.carrying import ByCause, settled
from magents.analytics.findings import Findings
from magents.analytics.html import Row, name_cell, note, num, table
from magents.analytics.text import money
from magents.model.money import ZERO


def carry(found: Findings) -> str:
    """Return carry by pod and cause; nothing where nothing moved without a trade."""
    split, causes = found.split, found.split.causes
    paid = settled(found.result)
    parts = []
    if causes:
        rows = [_row(row.pod, row.carry, causes) for row in split.pods if row.carry]
        rows += [_row("House book", split.house, causes)] if split.house else []
        owners: Sequence[ByCause] = [*(row.carry for row in split.pods), split.house]
        sums = {cause: sum((o.get(cause, ZERO) for o in owners), ZERO) for cause in causes}
        head = ("", *(cause.capitalize() for cause in causes), "Carry")
        parts = ["<h3>Carry</h3>", table(head, rows, foot=_row("All", sums, causes)), _told()]
    if paid:
        told = ", ".join(f"{pod} {money(amount, sign=True)}" for pod, amount in paid.items())
        parts.append(note(f"Settled in cash, and in gross P&L already, not in carry: {told}."))
    return "".join(parts)


def _told() -> str:
    return note(
        "What moved without a trade: dividends, interest, fees of borrowing, funding and the like;",
        "part of net P&L. The house gets what netting of interest between pods saves.",
    )


def _row(name: str, amounts: ByCause, causes: Sequence[str]) -> Row:
    cells = [num(money(amounts.get(cause, ZERO), sign=True)) for cause in causes]
    total: Decimal = sum(amounts.values(), ZERO)
    return (name_cell(name), *cells, num(money(total, sign=True)))
