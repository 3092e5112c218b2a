"""What each agent wants of each instrument now.

Read from the agents' own seats when somebody looks, not from the journal: a large fund changes its
mind thousands of times a second, and keeping up with that would cost more than all the rest.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from magents.central.signals import AgentSeat, Changes, picked
from magents.model.bars import Floats
from magents.model.records import Signal
from magents.model.snapshots import SignalRow
from magents.staff import Parts

Ints = npt.NDArray[np.int64]


class _Coming(NamedTuple):
    """Changes in the present block, in order of time; those after now are not shown to anybody."""

    ts: Ints
    columns: npt.NDArray[np.intp]
    conviction: Floats
    previous: Floats
    evidence: dict[str, Floats]


class Mind:
    """The newest change of one agent about each instrument of a panel.

    Args:
        seat: whose changes are followed from now on.
    """

    def __init__(self, seat: AgentSeat) -> None:
        """Know nothing yet."""
        self.pod = seat.pod
        self._agent = seat.agent.name
        self._instruments = seat.panel.instruments
        count = len(self._instruments)
        self._ts: Ints = np.zeros(count, np.int64)
        self._conviction: Floats = np.zeros(count)
        self._previous: Floats = np.zeros(count)
        self._evidence: dict[str, Floats] = {}
        self._coming: _Coming | None = None
        self._come = 0
        seat.follow = self._follow

    def wanted(self, until: int) -> Iterator[tuple[bool, int, "Mind", int]]:
        """Yield whether it wants anything, since when, itself and the column, of each instrument.

        Args:
            until: an instant, never earlier than the time before.
        """
        self._settle(until)
        there = np.flatnonzero(self._ts)
        wants = (self._conviction[there] != 0).tolist()
        for wanted, ts, at in zip(wants, self._ts[there].tolist(), there.tolist(), strict=True):
            yield wanted, ts, self, at

    def row(self, at: int) -> SignalRow:
        """Return what it wants of the instrument in a column."""
        known = {name: float(each[at]) for name, each in self._evidence.items()}
        return SignalRow(
            self._agent,
            self._instruments[at],
            int(self._ts[at]),
            float(self._conviction[at]),
            float(self._previous[at]),
            {name: value for name, value in known.items() if value == value},  # noqa: PLR0124
        )

    def recall(self, signal: Signal) -> None:
        """Take in what the agent said earlier, where it is this one."""
        if signal.agent != self._agent or signal.instrument not in self._instruments:
            return
        self._note(
            [self._instruments.index(signal.instrument)],
            np.array([signal.ts]),
            (np.array([signal.conviction]), np.array([signal.previous])),
            {name: np.array([value]) for name, value in signal.evidence.items()},
        )

    def _follow(self, changes: Changes) -> None:
        """Take up the changes of the next block; all of the one before have come."""
        if self._coming is not None and len(self._coming.ts):
            self._settle(int(self._coming.ts[-1]))
        where = changes.where
        self._coming = _Coming(
            changes.block.ts[where[0]],
            where[1],
            picked(changes.held, where),
            picked(changes.before, where),
            {name: picked(each, where) for name, each in changes.evidence.items()},
        )
        self._come = 0

    def _settle(self, until: int) -> None:
        """Note the changes up to an instant; of several of one instrument the last one stays."""
        coming = self._coming
        if coming is None:
            return
        since, self._come = self._come, int(coming.ts.searchsorted(until, "right"))
        if self._come <= since:
            return
        new = slice(since, self._come)
        self._note(
            coming.columns[new],
            coming.ts[new],
            (coming.conviction[new], coming.previous[new]),
            {name: each[new] for name, each in coming.evidence.items()},
        )

    def _note(
        self,
        at: npt.NDArray[np.intp] | list[int],
        ts: Ints,
        convictions: tuple[Floats, Floats],
        evidence: dict[str, Floats],
    ) -> None:
        self._ts[at] = ts
        self._conviction[at], self._previous[at] = convictions
        for name in evidence.keys() - self._evidence.keys():
            self._evidence[name] = np.full(len(self._instruments), np.nan)
        for name, known in self._evidence.items():
            known[at] = evidence.get(name, np.nan)


class Minds:
    """The minds of all agents of a fund.

    Args:
        parts: of the fund, not running yet.
    """

    def __init__(self, parts: Parts) -> None:
        """Follow all agents from now on."""
        self._parts = parts
        self._minds: dict[str, list[Mind]] = {}
        for seat in parts.data.seats():
            self._minds.setdefault(seat.pod, []).append(Mind(seat))

    def recall(self, signal: Signal) -> None:
        """Take in what an agent said before this process took the run up."""
        for mind in self._minds.get(signal.pod, ()):
            mind.recall(signal)

    def of(self, pod: str, most: int, left: int | None = None) -> list[SignalRow]:
        """Return a pod's newest changes: all, by agent and instrument, or those that matter most.

        Args:
            most: how many at most: those with a conviction first, the newest of them first.
            left: since when the pod is not listened to any more.
        """
        known = self._parts.clock.now() - self._parts.data.late
        until = known if left is None else min(known, left)
        found = [each for mind in self._minds.get(pod, ()) for each in mind.wanted(until)]
        if len(found) > most:
            found.sort(key=lambda each: each[:2], reverse=True)
        return [mind.row(at) for _, _, mind, at in found[:most]]
