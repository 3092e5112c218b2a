"""A run in stretches: each goes on where the process before it was taken up."""

import dataclasses
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from magents.cli.running import JOURNAL
from magents.config import Loaded
from magents.journal.past import Past, past_of
from magents.journal.reading import read
from magents.model.ports import Feed
from magents.model.records import Command
from magents.model.results import RunResult
from magents.runtime.clock import VirtualClock

if TYPE_CHECKING:
    from magents.control.room import Room


@dataclasses.dataclass(frozen=True, slots=True)
class Stretch:
    """What one process of a run went through.

    Attributes:
        loaded: the fund's settings. feed: where data come from, by default from what they name.
        commands: what the fund was told. keeps: records the journal had when the run was taken
            up, ``None`` for all.
    """

    loaded: Loaded
    feed: Callable[[VirtualClock], Feed] | None = None
    commands: Sequence[Command] = ()
    keeps: int | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Span:
    """When a run begins and ends, and how long its stretches last together, nanoseconds."""

    start: int = 0
    end: int = 0
    lasts: int = 0


NO_SPAN = Span()
"""The data say it."""
Play = Callable[[Stretch, Past | None, "Room | None", ExitStack], "tuple[RunResult, Room]"]
"""Plays one stretch, given what was before and the room that showed it."""


def play_all(stretches: Sequence[Stretch], folder: Path, play: Play) -> "tuple[RunResult, Room]":
    """Play stretches into one journal; one that somebody ends is the last.

    Args:
        stretches: at least one. folder: of the run. play: plays one.
    """
    first, *others = stretches
    with ExitStack() as parts:
        result, room = play(first, None, None, parts)
    bars, before = result.bars, first
    for stretch in others:
        if result.stopped:
            break
        past = _taken_up(folder / JOURNAL, before, result)
        with ExitStack() as parts:
            result, room = play(stretch, past, room, parts)
        bars, before = bars + result.bars, stretch
    return dataclasses.replace(result, bars=bars), room


def recall(room: "Room", before: "Room | None", journal: Path) -> None:
    """Let a room show what the journal has from before."""
    room.go_on_from(before, read(journal))


def _taken_up(journal: Path, stretch: Stretch, result: RunResult) -> Past:
    """Return what the next stretch goes on from: what the session had on the disk."""
    from magents.cli.replay_parts import curve_of
    from magents.journal.live import cut

    if stretch.keeps is not None:
        cut(journal, stretch.keeps)
    past = past_of(journal)
    past.curve = curve_of(result.equity)
    return past
