"""A backtest that can be attached to, from flags to exit code."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from magents.cli.console import note
from magents.cli.exits import INTERRUPTED
from magents.cli.folders import journal_of
from magents.cli.job import View, show
from magents.cli.options import overrides
from magents.cli.resolving import resolved
from magents.cli.running import JOURNAL
from magents.cli.serving import Stage, commands_of, serve
from magents.cli.stretches import NO_SPAN, Span, Stretch
from magents.config import load


def served_backtest(
    config: Path | None, given: Mapping[str, Any], shown: Mapping[str, Any], view: View
) -> int:
    """Run a backtest that viewers may attach to; return the exit code.

    Raises:
        UserError: a setting or data file is wrong; nothing is written then.
    """
    wanted = {name: value for name, value in given.items() if name != "commands"}
    loaded = resolved(load(config, overrides(wanted)))
    named = given.get("commands")
    report_dir = Path(loaded.settings.report.dir)
    commands = commands_of(journal_of(named, report_dir)) if named else []
    stage = stage_of("backtest", shown, [Stretch(loaded, commands=commands)])
    if not view.quiet and not shown["wait"]:
        note("`magents attach` opens the screen of this run")
    result, summary, folder = serve(loaded, stage)
    show(summary, folder, view)
    return INTERRUPTED if result.stopped == "interrupted" else 0


def replay_run(
    folder: Path, given: Mapping[str, Any], shown: Mapping[str, Any]
) -> tuple[str, Mapping[str, Any], Path]:
    """Run a finished backtest again with its commands; return digest, summary and folder.

    Raises:
        UserError: its folder is not whole, or its data are not there any more.
    """
    loaded = resolved(load(folder / "config.json", given))
    stretch = Stretch(loaded, commands=commands_of(folder / JOURNAL))
    stage = stage_of("replay", shown, [stretch])
    result, summary, fresh = serve(loaded, stage)
    return result.digest, summary, fresh


def stage_of(
    stem: str,
    shown: Mapping[str, Any],
    stretches: Sequence[Stretch],
    span: Span = NO_SPAN,
) -> Stage:
    """Return how a run is shown, by the flags of its command.

    Args:
        stem: what its folder is called. shown: the flags. stretches: of the run. span: when it is.
    """
    return Stage(
        stem=stem,
        wait=shown["wait"],
        minutes=shown["minutes"],
        listen=shown["listen"] or "",
        token_file=shown["token_file"],
        tls_cert=shown["tls_cert"],
        tls_key=shown["tls_key"],
        stretches=stretches,
        span=span,
    )
