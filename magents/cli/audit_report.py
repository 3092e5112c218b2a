"""A look-ahead audit from flags to words."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import msgspec
from rich.text import Text

from magents.audit import MODES, AuditReport, Finding
from magents.cli.auditing import lookahead
from magents.cli.console import err, out, print_json
from magents.cli.entries import kind, told
from magents.config import load, pods
from magents.config.names import hint
from magents.model.errors import ConfigError
from magents.model.orders import Order
from magents.model.records import Signal
from magents.model.time import iso, parse_instant


def audit(
    config: Path | None,
    given: Mapping[str, Any],
    instants: Sequence[str] | None,
    modes: Sequence[str] | None,
) -> AuditReport:
    """Audit the pods that config and flags name.

    Raises:
        UserError: a setting, an instant, a mode or the data are wrong.
    """
    loaded = load(config, given)
    pods(loaded)
    when = None if instants is None else [_instant(text) for text in instants]
    how = MODES if modes is None else [_mode(name) for name in modes]
    with err().status("auditing"):
        return lookahead(loaded, instants=when, modes=how)


def print_audit(report: AuditReport) -> None:
    """Say what was tried, and every decision that knew the future."""
    console = out()
    tried = f"decisions: {report.decisions:,}, instants tried: {len(report.instants)}"
    console.print(f"{tried}, data spoilt by: {', '.join(report.modes)}", soft_wrap=True)
    for finding in report.findings:
        console.print(_told(finding), soft_wrap=True)
    if report.clean:
        console.print(Text("no look-ahead found", style="bold green"))
    else:
        console.print(Text(f"look-ahead found: {len(report.findings)}", style="bold red"))


def print_audit_json(report: AuditReport) -> None:
    """Write the audit as one JSON object."""
    print_json(
        {
            "clean": report.clean,
            "decisions": report.decisions,
            "instants": [iso(instant) for instant in report.instants],
            "modes": list(report.modes),
            "findings": [_row(finding) for finding in report.findings],
        }
    )


def _instant(text: str) -> int:
    try:
        return parse_instant(text)
    except ValueError:
        msg = f'--instants: expected a date or time such as 2014-01-31T21:00, got "{text}"'
        raise ConfigError(msg) from None


def _mode(name: str) -> str:
    if name not in MODES:
        msg = f"--modes: there is no mode {name}{hint(name, MODES)}"
        raise ConfigError(msg)
    return name


def _told(finding: Finding) -> Text:
    spoilt = f"decided {iso(finding.ts)}, changed by {finding.mode} after {iso(finding.instant)}"
    return Text.assemble(
        ("look-ahead ", "bold red"),
        (finding.pod, "bold"),
        f" {spoilt}",
        f"\n  with all data:    {_decision(finding.expected)}",
        f"\n  without a future: {_decision(finding.got)}",
    )


def _decision(found: str) -> str:
    if not found:
        return "nothing"
    entry = msgspec.json.decode(found, type=Order | Signal)
    return f"{kind(entry)} {entry.instrument} {told(entry)}"


def _row(finding: Finding) -> dict[str, Any]:
    return {**asdict(finding), "ts": iso(finding.ts), "instant": iso(finding.instant)}
