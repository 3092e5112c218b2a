"""What a check of a data directory found, as tables and as plain values."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from feeds.check import CheckReport, FactCheck, FileCheck, InstrumentCheck
from magents.cli.console import out
from magents.model.time import iso

_INSTANTS = ("first", "last", "first_known", "last_known", "ts")
_NAMES = 4
"""Names of instruments or days shown at most in a cell."""
_LINES = 40
"""Remarks shown at most."""


def as_plain(report: CheckReport) -> dict[str, Any]:
    """Return the report ready for JSON, instants as ISO 8601."""
    plain = {"clean": report.clean, "bad_rows": report.bad_rows, **asdict(report)}
    return {name: _plain(name, value) for name, value in plain.items()}


def print_check(report: CheckReport) -> None:
    """Write the tables, then what is wrong."""
    console = out()
    console.print(_table(_FILE, map(_file, report.files)))
    console.print(_table(_INSTRUMENT, map(_instrument, report.instruments)))
    if report.facts:
        console.print(_table(_FACT, map(_fact, report.facts)))
    remarks = list(_remarks(report))
    for line in remarks[:_LINES]:
        console.print(line, soft_wrap=True)
    if len(remarks) > _LINES:
        console.print(f"{len(remarks) - _LINES:,} lines more; --json has everything")
    _conclude(report, console)


_FILE = ("file", "form", "calendar", "bar", "instruments", ">rows", "from", "to", ">bad rows")
_INSTRUMENT = ("instrument", "panel", ">rows", "from", "to", ">missing days", ">jumps")
_FACT = ("facts", ">rows", ">instruments", "known from", "to")


def _table(headings: Sequence[str], rows: Iterator[list[Text]]) -> Table:
    """Return a table; a heading that begins with ``>`` is of a column of numbers."""
    table = Table(header_style="bold", box=box.ROUNDED)
    for heading in headings:
        table.add_column(heading.lstrip(">"), justify="right" if heading[0] == ">" else "left")
    for row in rows:
        table.add_row(*row)
    return table


def _file(found: FileCheck) -> list[Text]:
    bad = sum(reason.count for reason in found.bad)
    return [
        Text(found.path.name),
        Text(f"{found.form}, {found.layout}"),
        Text(found.calendar),
        Text(found.bar),
        Text(_some(found.instruments)),
        Text(f"{found.rows:,}"),
        _day(found.first),
        _day(found.last),
        _alarm(bad, "red"),
    ]


def _instrument(found: InstrumentCheck) -> list[Text]:
    return [
        Text(found.instrument),
        Text(found.panel),
        Text(f"{found.rows:,}"),
        _day(found.first),
        _day(found.last),
        _alarm(found.missing, "yellow"),
        _alarm(found.jumps, "yellow"),
    ]


def _fact(found: FactCheck) -> list[Text]:
    counts = [Text(f"{number:,}") for number in (found.rows, found.instruments)]
    return [Text(found.kind), *counts, _day(found.first_known), _day(found.last_known)]


def _remarks(report: CheckReport) -> Iterator[Text]:
    for file in report.files:
        for bad in file.bad:
            yield Text(f"bad: {bad.reason} ({bad.count:,} rows)", style="red")
            yield from (Text(f"  {example}") for example in bad.examples)
    for found in report.instruments:
        if found.missing:
            days = _some(found.gaps, found.missing)
            yield Text(f"missing: {found.instrument} has no bar on {days}", style="yellow")
        for jump in found.first_jumps:
            when = iso(jump.ts)[:10]
            words = f"jump: {found.instrument} moves by {jump.log_return:+.2f} (log) on {when}"
            yield Text(words, style="yellow")
    yield from (Text(f"note: {text}", style="yellow") for text in report.notices)


def _conclude(report: CheckReport, console: Console) -> None:
    if report.clean:
        console.print(Text("a run reads all of it", style="bold green"))
    else:
        words = "a run stops at the first bad row, unless told --on-bad-row drop"
        console.print(Text(words, style="bold red"), soft_wrap=True)


def _some(names: Sequence[str], total: int | None = None) -> str:
    rest = (total or len(names)) - min(len(names), _NAMES)
    return ", ".join(names[:_NAMES]) + (f" and {rest:,} more" if rest else "")


def _day(instant: int | None) -> Text:
    return Text("" if instant is None else iso(instant)[:10])


def _alarm(count: int, style: str) -> Text:
    return Text(f"{count:,}", style=style if count else "")


def _plain(name: str, value: object) -> object:
    if name in _INSTANTS and isinstance(value, int):
        return iso(value)
    if isinstance(value, dict):
        return {key: _plain(key, inner) for key, inner in value.items()}
    if isinstance(value, tuple):
        return [_plain("", inner) for inner in value]
    return value
