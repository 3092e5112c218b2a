"""Rows about orders and fills."""

from collections.abc import Sequence

from magents.model.snapshots import FillRow, OrderRow
from tui.format import NONE, Zone, money, price, quantity
from tui.table import Cell, Column, Line

ORDERS = (
    Column("ORDER"),
    Column("TIME", rank=3),
    Column("POD"),
    Column("INSTRUMENT"),
    Column("SIDE"),
    Column("UNITS", "right"),
    Column("FILLED", "right", rank=2),
    Column("TYPE", rank=4),
    Column("LIMIT", "right", rank=5),
    Column("STOP", "right", rank=7),
    Column("TIF", rank=8),
    Column("STATE"),
    Column("NOTE", grow=True, least=26),
)
FILLS = (
    Column("FILL", "right"),
    Column("TIME", rank=1),
    Column("ORDER", rank=4),
    Column("POD"),
    Column("INSTRUMENT"),
    Column("SIDE"),
    Column("UNITS", "right"),
    Column("PRICE", "right"),
    Column("WORTH", "right", rank=2),
    Column("FEE", "right", rank=3),
    Column("RULE", rank=5, grow=True),
)
STATES = {
    "rejected": "loss",
    "refused": "loss",
    "denied": "loss",
    "expired": "warn",
    "cancelled": "muted",
    "filled": "muted",
    "unknown": "warn",
}


def orders(rows: Sequence[OrderRow], zone: Zone) -> list[Line]:
    """Return a row an order, newest first."""
    return [Line(row.id, _order(row, zone)) for row in reversed(rows)]


def _order(row: OrderRow, zone: Zone) -> tuple[Cell, ...]:
    state = row.state.lower()
    return (
        Cell(row.id, "strong"),
        Cell(zone.stamp(row.ts), "muted", row.ts),
        Cell(row.pod),
        Cell(row.instrument),
        side(row.quantity),
        Cell(quantity(abs(row.quantity)), "", abs(row.quantity)),
        Cell(quantity(abs(row.filled)), "", abs(row.filled)),
        Cell(row.type, "muted"),
        _level(row.limit),
        _level(row.stop),
        Cell(row.tif, "muted"),
        Cell(row.state, STATES.get(state, "accent")),
        Cell(row.note, "loss" if STATES.get(state) == "loss" else "muted"),
    )


def fills(rows: Sequence[FillRow], zone: Zone) -> list[Line]:
    """Return a row a fill, newest first."""
    return [Line(str(row.id), _fill(row, zone)) for row in reversed(rows)]


def _fill(row: FillRow, zone: Zone) -> tuple[Cell, ...]:
    worth = abs(row.quantity * row.price)
    return (
        Cell(str(row.id), "muted", row.id),
        Cell(zone.stamp(row.ts), "muted", row.ts),
        Cell(row.order, "strong"),
        Cell(row.pod),
        Cell(row.instrument),
        side(row.quantity),
        Cell(quantity(abs(row.quantity)), "", abs(row.quantity)),
        Cell(price(row.price), "", row.price),
        Cell(money(worth), "", worth),
        Cell(money(row.fee, 2), "", row.fee),
        Cell(row.rule, "muted"),
    )


def side(units: float) -> Cell:
    """Return which way units go, told by word and by colour."""
    return Cell("buy", "gain") if units > 0 else Cell("sell", "loss")


def _level(value: float | None) -> Cell:
    return Cell(NONE, "muted", 0.0) if value is None else Cell(price(value), "", value)
