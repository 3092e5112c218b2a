"""The look-ahead audit: spoil everything after an instant; nothing decided up to it may change.

A run is compared with runs whose data are cut, emptied or made absurd after an instant T.  A
decision (a signal or an intent) up to T that differs was made with knowledge of the future.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import zip_longest

import msgspec

from feeds.audit import CutFeed
from magents.config import Loaded
from magents.fund import Fund, Hire
from magents.journal.writing import MemoryJournal
from magents.model.orders import Order
from magents.model.ports import Feed
from magents.model.records import Entry, Signal
from magents.model.time import AT_DATA, Phase
from magents.runtime.clock import VirtualClock
from magents.runtime.loop import VirtualLoop

MODES = ("cut", "nan", "absurd")
INSTANTS = 8
"""How many instants are tried when none are given."""

Decision = Order | Signal
Drive = Callable[[VirtualLoop, Fund], object]


@dataclass(frozen=True, slots=True)
class Finding:
    """A decision that knew the future.

    Attributes:
        pod: whose. ts: when it was decided. instant: after which the data were spoilt.
        mode: how. expected: as decided with all data, got: with the future spoilt; JSON, empty
            where there is none.
    """

    pod: str
    ts: int
    instant: int
    mode: str
    expected: str
    got: str


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What an audit tried and found; at most one finding a pod, instant and mode."""

    instants: Sequence[int]
    modes: Sequence[str]
    decisions: int
    findings: Sequence[Finding]

    @property
    def clean(self) -> bool:
        """Return whether no look-ahead was found."""
        return not self.findings


class _Witness(MemoryJournal):
    """A journal that also keeps decisions, each with the phase it was made in."""

    def __init__(self, clock: VirtualClock) -> None:
        super().__init__()
        self._clock = clock
        self.decisions: list[tuple[int, Decision]] = []

    def append(self, record: Entry) -> int:
        if isinstance(record, Decision):
            self.decisions.append((self._clock.phase(), record))
        return super().append(record)

    def extend(self, records: Sequence[Entry]) -> None:
        """Add records; signals and orders that come many at once were made as data came."""
        made = [record for record in records if isinstance(record, Decision)]
        self.decisions += [(AT_DATA, record) for record in made]
        super().extend(records)

    def until(self, instant: int) -> list[Decision]:
        """Return decisions made before anything later than ``instant`` could be seen."""
        return [
            decision
            for phase, decision in self.decisions
            if decision.ts < instant or (decision.ts == instant and phase < Phase.OPEN)
        ]


def lookahead(
    loaded: Loaded,
    feed: Feed,
    hires: "Callable[[], Sequence[Hire]]",
    drive: Drive,
    *,
    instants: Sequence[int] | None = None,
    modes: Sequence[str] = MODES,
) -> AuditReport:
    """Audit the pods of a run for look-ahead.

    Args:
        loaded: checked settings. feed: the data. hires: makes fresh pods for each run.
        drive: runs a fund on a loop to its end.
        instants: after which to spoil the data; by default some at which decisions were made.
        modes: ``cut`` the data off, ``nan`` empty them, ``absurd`` make them senseless.
    """
    whole = _decide(loaded, feed, hires(), drive)
    if instants is None:
        instants = _telling(whole)
    findings = []
    for instant in instants:
        for mode in modes:
            spoilt = _decide(loaded, CutFeed(feed, instant, mode), hires(), drive)
            findings += _differences(whole.until(instant), spoilt.until(instant), instant, mode)
    return AuditReport(instants, modes, len(whole.decisions), findings)


def _decide(loaded: Loaded, feed: Feed, hires: Sequence[Hire], drive: Drive) -> _Witness:
    """Run a fund and return the decisions it made."""
    loop = VirtualLoop()
    clock = VirtualClock(loop)
    witness = _Witness(clock)
    drive(loop, Fund(loaded.settings, feed, hires, clock, witness))
    return witness


def _telling(whole: _Witness) -> list[int]:
    """Return instants at which decisions were made, evenly spread: there a cheat shows."""
    made = sorted({decision.ts for _, decision in whole.decisions})
    if len(made) <= INSTANTS:
        return made
    return [made[i * (len(made) - 1) // (INSTANTS - 1)] for i in range(INSTANTS)]


def _differences(
    expected: Sequence[Decision], got: Sequence[Decision], instant: int, mode: str
) -> list[Finding]:
    """Return the first difference of each pod."""
    findings = []
    for pod in sorted({d.pod for d in expected} | {d.pod for d in got}):
        ours = [d for d in expected if d.pod == pod]
        theirs = [d for d in got if d.pod == pod]
        for one, other in zip_longest(ours, theirs):
            if _plain(one) != _plain(other):
                ts = min(d.ts for d in (one, other) if d is not None)
                findings.append(Finding(pod, ts, instant, mode, _plain(one), _plain(other)))
                break
    return findings


def _plain(decision: Decision | None) -> str:
    """Return a decision as JSON, without the number of the signal it answers."""
    if decision is None:
        return ""
    if isinstance(decision, Order):
        decision = msgspec.structs.replace(decision, signal=0)
    return msgspec.json.encode(decision).decode()
