"""Rows about pods: the table of all, and what one holds, works on and thinks."""

from collections.abc import Sequence

from magents.model.snapshots import PodRow, PositionRow, SignalRow, Thought
from tui.charts.rows import Charset
from tui.charts.spark import spark
from tui.format import (
    Zone,
    change,
    conviction,
    money,
    percent,
    places,
    price,
    quantity,
    signed,
    times,
    tone,
)
from tui.table import Cell, Column, Line

TREND = 12
"""Cells of a pod's sparkline."""
PODS = (
    Column("POD"),
    Column("STATE", rank=2),
    Column("VALUE", "right"),
    Column("DAY", "right"),
    Column("TOTAL", "right", rank=1),
    Column("RETURN", "right", rank=3),
    Column("DD", "right"),
    Column("GROSS", "right", rank=4),
    Column("NET", "right", rank=5),
    Column("LIMIT", "right", rank=6),
    Column("WORK", "right", rank=7),
    Column("FILLS", "right", rank=8),
    Column("TREND", rank=2),
    Column("STRATEGY", rank=9, grow=True),
)
POSITIONS = (
    Column("INSTRUMENT"),
    Column("UNITS", "right"),
    Column("AVERAGE", "right", rank=2),
    Column("LAST", "right", rank=1),
    Column("WORTH", "right"),
    Column("GAIN", "right"),
)
SIGNALS = (
    Column("AGENT"),
    Column("INSTRUMENT"),
    Column("CONVICTION", "right"),
    Column("WAS", "right", rank=2),
    Column("SINCE", rank=1),
    Column("EVIDENCE", rank=3, grow=True),
)
THOUGHTS = (Column("TIME"), Column("AGENT"), Column("REASONING", grow=True))
WORSE = {"halted": "loss", "flattening": "warn", "flat": "loss"}


def pods(rows: Sequence[PodRow], charset: Charset) -> list[Line]:
    """Return a row a pod."""
    return [Line(row.pod, _pod(row, charset)) for row in rows]


def _pod(row: PodRow, charset: Charset) -> tuple[Cell, ...]:
    gain = row.total / row.capital if row.capital else 0.0
    cents = places(row.capital)
    return (
        Cell(row.pod, "strong"),
        Cell(row.state.upper() if row.state in WORSE else row.state, WORSE.get(row.state, "")),
        Cell(money(row.value, cents), "", row.value),
        Cell(signed(row.day, cents), tone(row.day), row.day),
        Cell(signed(row.total, cents), tone(row.total), row.total),
        Cell(change(gain), tone(gain), gain),
        Cell(percent(row.drawdown), tone(row.drawdown), row.drawdown),
        Cell(times(row.gross), "", row.gross),
        Cell(_net(row.net), "", row.net),
        Cell(percent(row.use, 0), _use(row.use), row.use),
        Cell(str(row.working), "", row.working),
        Cell(f"{row.fills:,}", "", row.fills),
        Cell(spark(row.trend, TREND, charset), tone(row.total), row.total),
        Cell(row.reason or row.strategy, "loss" if row.reason else "muted"),
    )


def _net(value: float) -> str:
    return f"+{times(value)}" if value > 0 else times(value)


def _use(share: float) -> str:
    return "loss" if share >= 1 else "warn" if share >= 0.8 else ""  # noqa: PLR2004 - as gauges


def positions(rows: Sequence[PositionRow]) -> list[Line]:
    """Return a row a holding."""
    return [
        Line(
            row.instrument,
            (
                Cell(row.instrument, "strong"),
                Cell(quantity(row.quantity), "", row.quantity),
                Cell(price(row.average), "", row.average),
                Cell(price(row.last), "", row.last),
                Cell(money(row.worth, 2), "", row.worth),
                Cell(signed(row.gain, 2), tone(row.gain), row.gain),
            ),
        )
        for row in rows
    ]


def signals(rows: Sequence[SignalRow], zone: Zone) -> list[Line]:
    """Return a row an agent and instrument, with the numbers it was made of."""
    return [
        Line(
            f"{row.agent} {row.instrument}",
            (
                Cell(row.agent, "strong"),
                Cell(row.instrument),
                Cell(conviction(row.conviction), tone(row.conviction), row.conviction),
                Cell(conviction(row.previous), "muted", row.previous),
                Cell(zone.brief(row.ts), "muted", row.ts),
                Cell(evidence(row.evidence), "muted"),
            ),
        )
        for row in rows
    ]


def evidence(numbers: dict[str, float]) -> str:
    """Write the numbers of a signal: ``fast 12.31, slow 11.92``."""
    return ", ".join(f"{name} {value:.6g}" for name, value in numbers.items())


def thoughts(rows: Sequence[Thought], zone: Zone) -> list[Line]:
    """Return a row a thought, newest first."""
    return [
        Line(
            f"{row.ts} {row.agent} {row.text}",
            (Cell(zone.brief(row.ts), "muted", row.ts), Cell(row.agent, "strong"), Cell(row.text)),
        )
        for row in sorted(rows, key=lambda thought: thought.ts, reverse=True)
    ]
