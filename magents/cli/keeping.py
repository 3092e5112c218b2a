"""What is left of a run in its folder, besides the journal and the log."""

import json
from pathlib import Path
from typing import Any

from magents.analytics.summary import write_tables
from magents.model.results import RunResult


def keep(result: RunResult, folder: Path, *, report: bool) -> dict[str, Any]:
    """Write config, tables, summary and, if wanted, the report; return the summary."""
    write_json(folder / "config.json", result.config)
    write_tables(result, folder)
    if report:
        write_page(result, folder)
    return summary_of(folder)


def summary_of(folder: Path) -> dict[str, Any]:
    """Return the summary that a run left in its folder."""
    summary: dict[str, Any] = json.loads((folder / "summary.json").read_text("utf-8"))
    return summary


def write_page(result: RunResult, folder: Path) -> Path:
    """Write ``report.html`` and return its path."""
    from magents.analytics.report import write_report

    page = folder / "report.html"
    write_report(result, page)
    return page


def write_json(path: Path, value: object) -> None:
    """Write one JSON value; decimals and dates as text."""
    path.write_text(json.dumps(value, indent=2, default=str) + "\n", "utf-8")
