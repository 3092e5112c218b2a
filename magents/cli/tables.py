"""The summary of a run on the terminal: the fund, its pods, and what a reader should know."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

Summary = Mapping[str, Any]

_HEADINGS = ("capital", "P&L", "return", "Sharpe", "max DD", "trades", "fills", "costs")
_CARRY = "carry"
_NOTHING = "n/a"
_COLOURS = {"+": "green", "-": "red"}
_LIVE = frozenset({"paper", "sandbox"})
_NOTICES = 10
"""Notices shown at most; all are in the summary file."""


def show_summary(summary: Summary, folder: Path, console: Console) -> None:
    """Print a run's summary.

    Args:
        summary: as :func:`magents.analytics.summary.summarise` makes it.
        folder: the run's folder.
        console: where to print.
    """
    console.print(_title(summary["run"]))
    console.print(_table(summary))
    for line in _remarks(summary):
        console.print(line, soft_wrap=True)
    console.print(Text(f"digest {summary['digest']}", style="dim"), soft_wrap=True)
    console.print(Text(f"run folder {folder}", style="dim"), soft_wrap=True)


def money(amount: str | None) -> str:
    """Write an amount for people: ``-1,234.50``."""
    return _NOTHING if amount is None else f"{Decimal(amount):,.2f}"


def gain(amount: str) -> str:
    """Write a profit or a loss for people: ``+1,234.50``."""
    return _unsigned_zero(f"{Decimal(amount):+,.2f}")


def percent(fraction: float | None) -> str:
    """Write a fraction for people: ``+1.25%``."""
    return _NOTHING if fraction is None else _unsigned_zero(f"{fraction:+.2%}")


def signed(text: str) -> Text:
    """Colour a number by its sign; zero and n/a stay plain."""
    return Text(text, style=_COLOURS.get(text[0], ""))


def _unsigned_zero(text: str) -> str:
    """Take the sign off what was rounded to nothing."""
    return text if text.strip("+-0.,%") else text.lstrip("+-")


def _title(run: Summary) -> Text:
    what = "rows heard" if run["mode"] in _LIVE else "bars"
    told = f"  {run['mode']}  {_span(run)}  {run['bars']:,} {what}"
    title = Text.assemble((run["id"], "bold"), told)
    if run["stopped"]:
        title.append(f"  stopped early: {run['stopped']}", "bold yellow")
    return title


def _within_a_day(run: Summary) -> bool:
    """Return whether a run lasted less than a day: annual figures of it mean nothing."""
    start, end = run["start"], run["end"]
    if not start or not end:
        return False
    return datetime.fromisoformat(end) - datetime.fromisoformat(start) < timedelta(days=1)


def _span(run: Summary) -> str:
    """Say from when to when a run went: days, or times where it lasted less than one."""
    ends = [each for each in (run["start"], run["end"]) if each]
    if _within_a_day(run):
        first, last = (each[:19].replace("T", " ") for each in ends)
        return f"{first} to {last if last[:10] != first[:10] else last[11:]} UTC"
    return " to ".join(each[:10] for each in ends)


def _table(summary: Summary) -> Table:
    table = Table(header_style="bold", box=box.ROUNDED)
    table.add_column("pod", overflow="fold")
    carried = summary.get(_CARRY, {})
    with_carry = _has_carry(carried)
    for heading in (*_HEADINGS, *([_CARRY] if with_carry else [])):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("state")
    halted = {halt["pod"] for halt in summary["halts"]}
    for name, figures in summary["pods"].items():
        shares = summary["contribution"]["pods"][name]
        cells = _cells(figures, shares["capital"], shares["net"], summary["run"])
        cells += [signed(gain(shares["carried"]))] if with_carry else []
        table.add_row(Text(name), *cells, _state(halted=name in halted))
    made = summary["contribution"]["house_and_rounding"]
    if abs(Decimal(made)) >= WORTH_A_ROW:
        table.add_row("house", "", signed(gain(made)), style="dim")
    table.add_section()
    cells = _fund(summary) + ([signed(gain(carried["total"]))] if with_carry else [])
    table.add_row("fund", *cells, summary["run"]["stopped"] or "", style="bold")
    return table


WORTH_A_ROW = 1
"""What the book of nobody must have made to be shown: less is rounding."""


def _has_carry(carried: Summary) -> bool:
    """Return whether holding brought or cost anything."""
    return bool(carried.get("pods") or carried.get("house"))


def _fund(summary: Summary) -> list[Text]:
    capital = summary["run"]["initial_capital"]
    return _cells(summary["fund"], capital, summary["contribution"]["change"], summary["run"])


def _cells(figures: Summary, capital: str, net: str, run: Summary) -> list[Text]:
    return [
        Text(money(capital)),
        signed(gain(net)),
        signed(percent(figures["total_return"])),
        _sharpe(figures, run),
        Text(percent(figures["max_drawdown"])),
        Text(f"{figures['trades']['closed']:,}"),
        Text(f"{figures['fills']:,}"),
        Text(money(figures["commission"])),
    ]


def _sharpe(figures: Summary, run: Summary) -> Text:
    """Grey out a ratio of too few returns; of some hours there is none."""
    ratio = figures["sharpe"]
    if ratio is None or _within_a_day(run):
        return Text(_NOTHING)
    return Text(f"{ratio:.2f}", style="" if figures["reliable"] else "dim")


def _state(*, halted: bool) -> Text:
    return Text("HALTED", style="bold red") if halted else Text("ok", style="green")


def _remarks(summary: Summary) -> Iterator[Text]:
    for halt in summary["halts"]:
        when = halt["ts"][:10]
        yield Text(f"HALTED {halt['pod']} on {when}: {halt['reason']}", style="bold red")
    if summary["refusals"]:
        told = ", ".join(f"{rule} {count:,}" for rule, count in summary["refusals"].items())
        yield Text(f"orders refused by rule: {told}", style="yellow")
    yield from _notices(summary["notices"])


def _notices(notices: Sequence[Summary]) -> Iterator[Text]:
    for notice in notices[:_NOTICES]:
        who = ": ".join(part for part in (notice["source"], notice["pod"]) if part)
        times = f" ({notice['count']:,} times)" if notice["count"] > 1 else ""
        yield Text(f"note: {who}: {notice['text']}{times}", style="yellow")
    if len(notices) > _NOTICES:
        yield Text(f"note: {len(notices) - _NOTICES} more in summary.json", style="yellow")
