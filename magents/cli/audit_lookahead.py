"""``magents audit lookahead``: prove that strategies do not see the future."""

from pathlib import Path
from typing import Any

import click

from magents.cli.exits import FAILED
from magents.cli.options import Names, json_option, overrides, what_to_run


@click.command("lookahead")
@what_to_run
@click.option("--instants", type=Names(), help="After which to spoil the data.  [default: some]")
@click.option("--modes", type=Names(), default=None, help="How to spoil them: cut,nan,absurd.")
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    /,
    config: Path | None,
    instants: tuple[str, ...] | None,
    modes: tuple[str, ...] | None,
    as_json: bool,  # noqa: FBT001 - click calls by name
    **flags: Any,
) -> None:
    """Spoil the data after an instant: whatever a pod decided up to it must stay the same.

    Exit code 1 where a decision changed: it was made with knowledge of the future.
    """
    from magents.cli.audit_report import audit, print_audit, print_audit_json

    report = audit(config, overrides(flags), instants, modes)
    (print_audit_json if as_json else print_audit)(report)
    ctx.exit(0 if report.clean else FAILED)
