"""One replay of a recording from flags to exit code."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from magents.cli.console import err, note, out, print_json
from magents.cli.exits import FAILED, RunNotFoundError
from magents.cli.folders import LAST, find, journal_of, newest, runs
from magents.cli.job import run_folder
from magents.cli.keeping import keep
from magents.cli.options import overrides
from magents.cli.progress import progress_bar
from magents.cli.replay_parts import Part, parts_of, replay_parts, sessions_in
from magents.cli.replaying import recording_at
from magents.cli.running import JOURNAL
from magents.cli.serving import serve
from magents.cli.tables import show_summary
from magents.journal.reading import begins_as, stored_digest
from magents.model.errors import UserError

REPLAY = "replay"
_SETTINGS = ("initial_capital", "strategies", "seed", "generate_report", "report_dir", "speed")


def replay(name: str, config: Path | None, flags: Mapping[str, Any]) -> int:
    """Replay a recording and show it; return the exit code.

    Raises:
        UserError: there is no such recording, or a setting is wrong.
    """
    from feeds.live.recording import files_of

    report_dir = Path(flags["report_dir"] or "results")
    name = _meant(name, report_dir)
    place = recording_at(name, report_dir)
    if place is None:
        return _run_again(name, report_dir, flags)
    given = overrides({key: flags[key] for key in _SETTINGS})
    parts = parts_of(files_of(place), config, given, _session_journal(name, report_dir))
    if flags["serve"] or flags["listen"]:
        return _served(parts, flags)
    quiet = flags["quiet"] or flags["as_json"]
    played: list[tuple[str, Path]] = []
    for session in sessions_in(parts):
        played = [
            _once(session, flags, quiet=quiet, again=number > 0) for number in range(flags["times"])
        ]
        if len({digest for digest, _ in played}) > 1:
            click.echo(f"Error: {place} did not come out the same each time", err=True)
            return FAILED
    if not quiet and not parts[-1].paper:
        text = f"orders are simulated now: `magents parity {name}` holds them against the venue's"
        click.echo(text, err=True)
    elif parts[-1].own:
        digest, folder = played[-1]
        _compare(name, report_dir, digest, folder, quiet=quiet)
    return 0


def _meant(name: str, report_dir: Path) -> str:
    """Return which run is meant: the last one is the last that is no replay itself."""
    if name != LAST:
        return name
    own = [each for each in runs(report_dir) if not each.name.startswith(f"{REPLAY}-")]
    return newest(own).name if own else name


def _once(
    parts: Sequence[Part], flags: Mapping[str, Any], *, quiet: bool, again: bool
) -> tuple[str, Path]:
    """Play all parts into a folder of their own and show it; return the digest and the folder."""
    loaded = parts[-1].loaded
    with run_folder(loaded, REPLAY) as folder:
        with progress_bar(err(), quiet=quiet) as show:
            result = replay_parts(parts, folder, show)
        summary = keep(result, folder, report=loaded.settings.report.generate)
    if again and not quiet:
        click.echo(f"{folder.name}: digest {result.digest}", err=True)
    else:
        _show(summary, folder, as_json=flags["as_json"], quiet=quiet)
    return result.digest, folder


def _session_journal(name: str, report_dir: Path) -> Path | None:
    """Return the journal of the session itself, where there is one."""
    try:
        path = journal_of(name, report_dir)
    except UserError:
        return None
    return path if path.is_file() else None


def _run_again(name: str, report_dir: Path, flags: Mapping[str, Any]) -> int:
    """Run a finished backtest again, with its commands, and compare the digests."""
    from magents.cli.served import replay_run

    try:
        folder = find(name, report_dir)
    except RunNotFoundError as error:
        raise RunNotFoundError(f"{error}, and {name} is no recording") from None
    if json.loads((folder / "config.json").read_text("utf-8")).get("live", {}).get("venues"):
        raise RunNotFoundError(
            f"{folder} has no recording: it is a replay, or its session never began; replay the "
            f"session itself, such as paper-0001"
        )
    quiet = flags["quiet"] or flags["as_json"]
    given = overrides({key: flags[key] for key in ("speed", "report_dir", "generate_report")})
    digest, summary, fresh = replay_run(folder, given, flags)
    _show(summary, fresh, as_json=flags["as_json"], quiet=quiet)
    _compare(name, report_dir, digest, fresh, quiet=quiet)
    return 0


def _served(parts: Sequence[Part], flags: Mapping[str, Any]) -> int:
    """Replay a recording so that viewers may attach: all stretches of its last run."""
    from magents.cli.replay_stretches import span_of, stretch_of
    from magents.cli.served import stage_of

    *others, session = sessions_in(parts)
    if others:
        note(f"there are {len(others) + 1} runs in this recording; the screen shows the last")
    stage = stage_of(REPLAY, flags, [stretch_of(part) for part in session], span_of(session))
    _, summary, folder = serve(session[0].loaded, stage)
    _show(summary, folder, as_json=flags["as_json"], quiet=flags["quiet"] or flags["as_json"])
    return 0


def _compare(name: str, report_dir: Path, digest: str, folder: Path, *, quiet: bool) -> None:
    """Say whether the session's own journal came out again, where it is there."""
    session = _session_journal(name, report_dir)
    if session is None or quiet:
        return
    found = stored_digest(session)
    if found is None:
        many = begins_as(folder / JOURNAL, session)
        told = f"the {many} records that the session had when it died are the replay's, one by one"
        same = many is not None
    else:
        same, told = found[0] == digest, "the journal is the session's, record by record"
    differs = f"the session's journal differs; `magents parity {name}` says where"
    click.echo(told if same else differs, err=True)


def _show(summary: Mapping[str, Any], folder: Path, *, as_json: bool, quiet: bool) -> None:
    if as_json:
        print_json(summary)
    elif not quiet:
        show_summary(summary, folder, out())
