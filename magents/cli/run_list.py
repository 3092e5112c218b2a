"""The runs in a directory: one row a run, from the summaries they left."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich import box
from rich.table import Table
from rich.text import Text

from magents.cli.console import out
from magents.cli.keeping import summary_of
from magents.cli.tables import percent, signed

_UNFINISHED = "unfinished"


def rows(folders: Iterable[Path]) -> list[dict[str, Any]]:
    """Return one row a run; a run without a summary did not finish."""
    return [_row(folder) for folder in folders]


def print_runs(found: Sequence[Mapping[str, Any]]) -> None:
    """Write the table."""
    table = Table(header_style="bold", box=box.ROUNDED)
    for heading in ("run", "pods", "from", "to"):
        table.add_column(heading)
    for heading in ("return", "max DD"):
        table.add_column(heading, justify="right")
    table.add_column("state")
    for row in found:
        table.add_row(*_cells(row))
    out().print(table)


def _row(folder: Path) -> dict[str, Any]:
    if not (folder / "summary.json").is_file():
        return {"run": folder.name, "state": _UNFINISHED}
    summary = summary_of(folder)
    return {
        "run": folder.name,
        "pods": list(summary["pods"]),
        "start": summary["run"]["start"],
        "end": summary["run"]["end"],
        "total_return": summary["fund"]["total_return"],
        "max_drawdown": summary["fund"]["max_drawdown"],
        "state": _state(summary),
        "digest": summary["digest"],
    }


def _state(summary: Mapping[str, Any]) -> str:
    halted = [halt["pod"] for halt in summary["halts"]]
    if halted:
        return f"HALTED {', '.join(halted)}"
    return summary["run"]["stopped"] or "ok"


def _cells(row: Mapping[str, Any]) -> list[Text]:
    if row["state"] == _UNFINISHED:
        return [Text(row["run"]), *(Text("") for _ in range(5)), Text(_UNFINISHED, "yellow")]
    style = "bold red" if row["state"].startswith("HALTED") else ""
    return [
        Text(row["run"]),
        Text(", ".join(row["pods"])),
        *(Text((row[day] or "")[:10]) for day in ("start", "end")),
        signed(percent(row["total_return"])),
        Text(percent(row["max_drawdown"])),
        Text(row["state"], style),
    ]
