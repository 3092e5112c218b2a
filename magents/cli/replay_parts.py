"""Plays all files of a recording as one run: each goes on where the one before was taken up."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from magents.cli.live_running import at_venue
from magents.cli.replaying import replay_file, settings_of
from magents.cli.resolving import resolved
from magents.cli.running import JOURNAL
from magents.config import Loaded
from magents.fund import Fund, OnProgress
from magents.journal.curve import Curve
from magents.journal.live import cut
from magents.journal.past import Past, past_of
from magents.journal.reading import read
from magents.model.errors import BrokenPromiseError, DataError, UserError
from magents.model.records import Command
from magents.model.results import EquityTable, RunResult

PAPER = "paper"


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a recording, and how it fits to the others.

    Attributes:
        path: the file. loaded: the fund's settings. own: whether they are the session's own.
        paper: whether the session's orders were simulated too, so that its journal comes again.
        after: records of the journal when it began. ends: and when it was taken up, ``None`` for
            the last. until: an instant up to which it went on for sure.
        commands: what the fund was told meanwhile.
    """

    path: Path
    loaded: Loaded
    own: bool = True
    paper: bool = True
    after: int = 0
    ends: int | None = None
    until: int = 0
    commands: Sequence[Command] = ()


def parts_of(
    files: Sequence[Path], config: Path | None, given: Mapping[str, Any], journal: Path | None
) -> list[Part]:
    """Return the parts of a recording, in order.

    Args:
        files: of the recording. config, given: settings as for any run.
        journal: the session's own, where it is there; its commands are given again.

    Raises:
        DataError: none of the files begins as a session does. UserError: a setting is wrong.
    """
    from feeds.live.replayed import Recorded

    own = config is None and "strategies" not in given
    parts = []
    for path in files:
        try:
            opening = Recorded(path).opening
        except DataError:
            # A process that never came to trading has left nothing to go on from.
            if len(files) == 1:
                raise
            continue
        paper = opening.mode in {"", PAPER}
        loaded = resolved(settings_of(path, config, given))
        if not paper:
            # Of a session at a test account the simulator must charge what the venue does.
            loaded = Loaded(at_venue(loaded, opening), loaded.lines)
        parts.append((Part(path, loaded, own, paper, opening.after), opening.until))
    if not parts:
        raise DataError(f"{files[0].parent} holds no file that begins as a session does")
    told = _commands(journal) if own else []
    last = _last(journal) if own else 0
    taken_up = [(part.after or None, until) for part, until in parts[1:]]
    ends = [*taken_up, (None, last)]
    return [
        replace(
            part,
            ends=end,
            until=until,
            commands=[c for seq, c in told if seq > part.after and (end is None or seq <= end)],
        )
        for (part, _), (end, until) in zip(parts, ends, strict=True)
    ]


def sessions_in(parts: Sequence[Part]) -> list[list[Part]]:
    """Return the parts by run: one that takes up no journal begins a run of its own."""
    found: list[list[Part]] = []
    for part in parts:
        if part.after and found:
            found[-1].append(part)
        else:
            found.append([part])
    return found


def _commands(journal: Path | None) -> list[tuple[int, Command]]:
    """Return the commands of a session with their numbers, none where it has no journal."""
    found: list[tuple[int, Command]] = []
    with suppress(UserError):
        entries = read(journal, kind="command") if journal is not None else ()
        found += [(seq, entry) for seq, entry in entries if isinstance(entry, Command)]
    return found


def _last(journal: Path | None) -> int:
    """Return the instant of a session's last record, 0 where it has no journal."""
    try:
        return 0 if journal is None else past_of(journal).until
    except UserError:
        return 0


def replay_parts(
    parts: Sequence[Part], folder: Path, progress: OnProgress | None = None
) -> RunResult:
    """Run the fund on all parts, one after the other, into one journal.

    Args:
        parts: of one recording. folder: takes journal and log. progress: told at each block.

    Raises:
        DataError: a part comes to less than the one after it went on from.
    """
    first, *others = parts
    result = _play(first, folder, progress, None)
    bars = result.bars
    for part in others:
        past = past_of(folder / JOURNAL)
        past.curve = curve_of(result.equity)
        result = _play(part, folder, progress, past)
        bars += result.bars
    return replace(result, bars=bars)


def _play(part: Part, folder: Path, progress: OnProgress | None, past: Past | None) -> RunResult:
    """Play one part on top of what came before."""
    result = replay_file(
        part.loaded,
        part.path,
        run_dir=folder,
        progress=progress,
        prepare=_told(part),
        past=past,
        until=part.until,
    )
    if part.ends is not None and part.own and part.paper:
        _cut(part, folder / JOURNAL, part.ends)
    return result


def _told(part: Part) -> Any:  # noqa: ANN401 - a function of a fund
    def tell(fund: Fund) -> None:
        fund.commander.schedule(part.commands)

    return tell


def _cut(part: Part, journal: Path, records: int) -> None:
    """Forget what the session had not on the disk when it died: nobody went on from that."""
    try:
        cut(journal, records)
    except BrokenPromiseError as error:
        raise DataError(f"{part.path} comes to less than was journalled: {error}") from None


def curve_of(equity: EquityTable) -> Curve:
    """Return a table of equity as rows: fund, then pods by name, each value, gross and net."""
    columns = [equity.fund, equity.gross, equity.net]
    for pod in sorted(equity.pods):
        columns += [equity.pods[pod], equity.pod_gross[pod], equity.pod_net[pod]]
    return equity.ts, np.column_stack(columns)
