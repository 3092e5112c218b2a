"""Who works for the fund, and the parts of it that others may look at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from magents.book.equity import EquityRecorder
from magents.book.ledger import Ledger
from magents.book.marks import Marks
from magents.central.back_office import BackOffice
from magents.central.data_team import DataTeam
from magents.central.execution_team import ExecutionTeam
from magents.central.exposure import Exposure
from magents.central.orders import OrderTable
from magents.central.risk_team import RiskTeam
from magents.central.venue import Venue
from magents.config import Settings
from magents.journal.writing import MemoryJournal
from magents.model.bars import Panel
from magents.model.ports import Clock, Feed, Log
from magents.model.records import Halt, Notice
from magents.runtime.supervisor import Running, Supervisor
from pods.base import Pod
from pods.desk import Desk


@dataclass(frozen=True, slots=True)
class Hire:
    """A pod to be employed: its code, and its share of the capital (``None``: an equal one)."""

    pod: Pod
    capital: float | None = None


@dataclass(slots=True)
class Staff:
    """A pod at work."""

    pod: Pod
    desk: Desk
    halted: str = ""
    task: Running | None = None
    inputs: list[str] = field(default_factory=list)


def too_slow(staff: Mapping[str, Staff], now: int) -> list[Notice]:
    """Say which pods were too slow to read what the market said."""
    found = []
    for name, each in staff.items():
        lost = each.desk.market.statistics().dropped
        if lost:
            text = f"read too slowly: the {lost} oldest of its bars and signals were dropped"
            found.append(Notice(now, "inbox", text, lost, pod=name))
    return found


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a fund, for whoever shows or commands it; to be read between two instants."""

    settings: Settings
    feed: Feed
    clock: Clock
    journal: MemoryJournal
    log: Log
    supervisor: Supervisor
    panels: Sequence[Panel]
    marks: Marks
    ledger: Ledger
    equity: EquityRecorder
    orders: OrderTable
    exposure: Exposure
    risk: RiskTeam
    execution: ExecutionTeam
    office: BackOffice
    data: DataTeam
    venue: Venue
    staff: Mapping[str, Staff]
    halts: list[Halt]
