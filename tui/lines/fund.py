"""Rows about the fund: limits, breaches, events, feeds, queues, instruments, questions."""

from collections.abc import Sequence

from magents.model.snapshots import (
    AskRow,
    Breach,
    EventRow,
    FeedRow,
    InstrumentRow,
    LimitUse,
    QueueRow,
)
from tui.charts.rows import Charset, plain
from tui.charts.spark import gauge
from tui.format import NONE, Zone, age, change, money, percent, price, quantity, times, tone
from tui.table import Cell, Column, Line

GAUGE = 16
LIMITS = (
    Column("WHERE"),
    Column("RULE"),
    Column("VALUE", "right"),
    Column("LIMIT", "right"),
    Column("USE", "right"),
    Column("GAUGE", rank=1, grow=True),
)
BREACHES = (
    Column("TIME", rank=1),
    Column("POD"),
    Column("RULE"),
    Column("VALUE", "right"),
    Column("LIMIT", "right"),
    Column("WHAT WAS DONE", grow=True),
)
EVENTS = (
    Column("TIME"),
    Column("KIND", rank=2),
    Column("POD"),
    Column("WHAT HAPPENED", grow=True, least=40),
)
LOG = (
    Column("NO", "right", rank=3),
    Column("TIME"),
    Column("LEVEL", rank=4),
    Column("KIND", rank=2),
    Column("POD"),
    Column("WHAT HAPPENED", grow=True, least=36),
)
FEEDS = (
    Column("SOURCE"),
    Column("STATE"),
    Column("AGE", "right"),
    Column("RATE/S", "right"),
    Column("SEEN", "right"),
    Column("GAPS", "right"),
    Column("NOTE", rank=1, grow=True),
)
QUEUES = (
    Column("QUEUE"),
    Column("NOW", "right"),
    Column("BOUND", "right"),
    Column("PEAK", "right"),
    Column("LOST", "right"),
    Column("WHEN FULL", rank=1, grow=True),
)
INSTRUMENTS = (
    Column("INSTRUMENT", grow=True),
    Column("LAST", "right"),
    Column("CHANGE", "right"),
    Column("HELD", "right", rank=1),
)
ASKS = (
    Column("NO", "right", rank=3),
    Column("TIME", rank=2),
    Column("POD"),
    Column("MODEL", rank=4),
    Column("COST", "right"),
    Column("TOKENS", "right", rank=5),
    Column("QUESTION", grow=True),
)
LEVELS = {"error": "loss", "warning": "warn", "info": "muted"}
SIGNS = {"error": "✖ ", "warning": "! ", "info": "  "}
UNITS = {
    "leverage": "x",
    "gross": "x",
    "net": "x",
    "single_name": "%",
    "price_collar": "%",
    "buying_power": "money",
    "order_rate": "orders",
}
"""Of what a rule limits: a multiple of capital, a share, or a number."""
FEED_STATES = {"ok": "gain", "stale": "warn", "down": "loss", "ended": "muted"}


def limits(rows: Sequence[LimitUse], charset: Charset) -> list[Line]:
    """Return a row a limit, with how much of it is used."""
    return [
        Line(
            f"{row.pod} {row.rule}",
            (
                Cell(row.pod or "fund", "strong"),
                Cell(row.rule),
                Cell(measure(row.value, row.unit), "", row.value),
                Cell(measure(row.limit, row.unit) if row.limit else "none", "", row.limit),
                Cell(percent(row.use, 0), use_style(row.use), row.use),
                Cell(plain(gauge(row.use, GAUGE, charset)), use_style(row.use) or "gain", row.use),
            ),
        )
        for row in rows
    ]


def use_style(share: float) -> str:
    """Return the style of a limit's use: worth a look from four fifths, bad from all of it."""
    return "loss" if share >= 1 else "warn" if share >= 0.8 else ""  # noqa: PLR2004


def measure(value: float, unit: str) -> str:
    """Write a value in its unit: a multiple, a share or an amount."""
    if unit == "x":
        return times(value)
    return percent(value) if unit == "%" else money(value)


def breaches(rows: Sequence[Breach], zone: Zone) -> list[Line]:
    """Return a row a breach, newest first."""
    return [
        Line(
            f"{at}",
            (
                Cell(zone.stamp(row.ts), "muted", row.ts),
                Cell(row.pod or "fund", "strong"),
                Cell(row.rule),
                Cell(_number(row.rule, row.value), "loss", row.value),
                Cell(_number(row.rule, row.limit), "", row.limit),
                Cell(row.action),
            ),
        )
        for at, row in reversed(list(enumerate(rows)))
    ]


def _number(rule: str, value: float) -> str:
    """Write a value of a rule in its unit, with the digits that tell it from its limit."""
    unit = UNITS.get(rule, "")
    if unit == "x":
        return f"{value:,.3f}x"
    if unit == "%":
        return percent(value)
    return money(value) if unit or abs(value) >= 1000 else f"{value:.4g}"  # noqa: PLR2004


def events(rows: Sequence[EventRow], zone: Zone) -> list[Line]:
    """Return a row an event, newest first, short enough for a corner of the overview."""
    return [
        Line(
            str(row.number),
            (
                Cell(zone.brief(row.ts), "muted", row.ts),
                Cell(row.kind, "muted"),
                Cell(row.pod, "strong"),
                _told(row),
            ),
        )
        for row in reversed(rows)
    ]


def log(rows: Sequence[EventRow], zone: Zone) -> list[Line]:
    """Return a row an event, newest first, with its level and number."""
    return [
        Line(
            str(row.number),
            (
                Cell(str(row.number), "muted", row.number),
                Cell(zone.stamp(row.ts), "muted", row.ts),
                Cell(row.level, LEVELS[row.level]),
                Cell(row.kind),
                Cell(row.pod, "strong"),
                _told(row),
            ),
        )
        for row in reversed(rows)
    ]


def _told(row: EventRow) -> Cell:
    style = "" if row.level == "info" else LEVELS[row.level]
    return Cell(SIGNS[row.level] + row.text, style)


def feeds(rows: Sequence[FeedRow]) -> list[Line]:
    """Return a row a source of data; what is late says so in a word."""
    return [
        Line(
            row.source,
            (
                Cell(row.source, "strong"),
                Cell(row.state if row.state == "ok" else row.state.upper(), FEED_STATES[row.state]),
                Cell(age(row.age), FEED_STATES[row.state], row.age),
                Cell(f"{row.rate:,.1f}", "", row.rate),
                Cell(f"{row.seen:,}", "", row.seen),
                Cell(f"{row.gaps:,}", "warn" if row.gaps else "", row.gaps),
                Cell(row.note, "muted"),
            ),
        )
        for row in rows
    ]


def queues(rows: Sequence[QueueRow]) -> list[Line]:
    """Return a row a queue; a full one stands out."""
    return [
        Line(
            row.name,
            (
                Cell(row.name, "strong"),
                Cell(
                    f"{row.depth:,}",
                    use_style(row.depth / row.bound if row.bound else 0),
                    row.depth,
                ),
                Cell(f"{row.bound:,}", "muted", row.bound),
                Cell(f"{row.peak:,}", "", row.peak),
                Cell(f"{row.lost:,}", "loss" if row.lost else "", row.lost),
                Cell(row.rule, "warn" if "WAIT NOW" in row.rule else "muted"),
            ),
        )
        for row in rows
    ]


def instruments(rows: Sequence[InstrumentRow]) -> list[Line]:
    """Return a row an instrument."""
    return [
        Line(
            row.instrument,
            (
                Cell(row.instrument, "strong"),
                Cell(price(row.last), "", row.last),
                Cell(change(row.change), tone(row.change), row.change),
                Cell(
                    quantity(row.held) if row.held else NONE, "" if row.held else "muted", row.held
                ),
            ),
        )
        for row in rows
    ]


def asks(rows: Sequence[AskRow], zone: Zone) -> list[Line]:
    """Return a row a question, newest first."""
    return [
        Line(
            str(row.number),
            (
                Cell(str(row.number), "muted", row.number),
                Cell(zone.brief(row.ts), "muted", row.ts),
                Cell(row.pod, "strong"),
                Cell(row.model, "muted"),
                Cell(f"{row.cost:.4f}", "", row.cost),
                Cell(f"{row.tokens:,}", "", row.tokens),
                Cell(row.question),
            ),
        )
        for row in reversed(rows)
    ]
