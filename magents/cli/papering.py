"""One paper session from flags to exit code."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

import click

from magents.cli.console import err, note, out, print_json
from magents.cli.doors import door_file, doors_in
from magents.cli.exits import FAILED
from magents.cli.folders import find, is_paper, is_sandbox
from magents.cli.job import run_folder
from magents.cli.keeping import keep
from magents.cli.live_options import check_live, live_overrides, seconds
from magents.cli.live_room import live_room
from magents.cli.live_running import Ended, Plan, at_venue, run_live
from magents.cli.live_status import status_of
from magents.cli.options import overrides
from magents.cli.resolving import resolved
from magents.cli.running import JOURNAL
from magents.cli.tables import show_summary
from magents.config import Loaded, from_plain, load
from magents.journal.past import past_in
from magents.model.errors import ConfigError

PAPER = "paper"


def paper(config: Path | None, flags: Mapping[str, Any]) -> int:
    """Run a paper session and show what came of it; return the exit code.

    Raises:
        UserError: a setting is wrong; nothing is written then.
        Retry: a venue cannot be reached at the start.
    """
    loaded = _settings(config, flags, PAPER)
    check_live(loaded)
    duration = seconds(flags["duration"])
    stand = door_file(flags)
    doors = {} if stand is None else doors_in(stand)
    quiet = flags["quiet"] or flags["as_json"]
    with _folder(loaded, flags) as folder, _watched(quiet=quiet) as watch:
        past = past_in(folder / JOURNAL) if flags["resume"] else None
        if not quiet:
            note(_greeting(loaded, folder))
        plan = Plan(
            PAPER,
            folder,
            duration,
            doors,
            at_venue=at_venue,
            tell=note,
            watch=watch,
            show=live_room(folder, PAPER, flags),
            past=past,
        )
        ended = run_live(loaded, plan)
        summary = keep(ended.result, folder, report=loaded.settings.report.generate)
    _show(summary, folder, as_json=flags["as_json"], quiet=quiet)
    return _code(ended)


def _settings(config: Path | None, flags: Mapping[str, Any], stem: str) -> Loaded:
    """Return the settings of the flags, or those of the run that is resumed."""
    given = {name: value for name, value in flags.items() if name in _SETTINGS}
    if flags["resume"] is None:
        return resolved(load(config, {**overrides(given), **live_overrides(flags)}))
    path = _resumed(flags, stem) / "config.json"
    return resolved(from_plain(json.loads(path.read_text("utf-8")), str(path)))


def _resumed(flags: Mapping[str, Any], stem: str) -> Path:
    """Return the folder of the session that goes on.

    Raises:
        ConfigError: it is of another kind: a replay, a backtest, or the other live one.
    """
    is_one = _KINDS[stem]
    folder = find(flags["resume"], Path(flags["report_dir"] or "results"), is_one)
    if not is_one(folder):
        raise ConfigError(
            f"--resume: {folder.name} is not a session of magents {stem}; name one that is, such "
            f"as {stem}-0001 (magents runs lists them)"
        )
    return folder


_KINDS: Mapping[str, Callable[[Path], bool]] = {PAPER: is_paper, "sandbox": is_sandbox}


def _folder(
    loaded: Loaded, flags: Mapping[str, Any], stem: str = PAPER
) -> AbstractContextManager[Path]:
    """Return the folder of a new run, or of the one that is resumed."""
    if flags["resume"] is None:
        return run_folder(loaded, stem)
    return nullcontext(_resumed(flags, stem))


_SETTINGS = (
    "initial_capital",
    "strategies",
    "seed",
    "generate_report",
    "report_dir",
)


def _greeting(loaded: Loaded, folder: Path) -> str:
    live = loaded.settings.live
    return (
        f"paper: {', '.join(live.symbols)} on {', '.join(live.venues)}. This process holds no "
        f"keys: orders go to the simulated exchange.\n"
        f"{folder} takes journal and recording; Ctrl-C ends the session"
    )


@contextmanager
def _watched(*, quiet: bool) -> Iterator[Any]:
    """Show how the session is doing, in one line, where somebody looks."""
    console = err()
    if quiet or not console.is_terminal:
        yield _unseen
        return
    with console.status("connecting") as status:
        yield lambda beat: status.update(status_of(beat))


def _unseen(_: Mapping[str, Any]) -> None:
    """Show nothing."""


def _show(summary: Mapping[str, Any], folder: Path, *, as_json: bool, quiet: bool) -> None:
    if as_json:
        print_json(summary)
    elif not quiet:
        show_summary(summary, folder, out())
        click.echo(f"magents replay {folder} runs the session again from its recording", err=True)


def _code(ended: Ended) -> int:
    """Return 0 for a session that was ended on purpose; say why where it was not."""
    if ended.failure is None:
        return 0
    click.echo(f"Error: {ended.failure}", err=True)
    return FAILED
