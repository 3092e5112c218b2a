"""The fund: the only place that builds the teams and introduces them to each other."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from brokers.simulated.costs import Models
from magents import __version__
from magents.assembly import (
    World,
    annualising,
    by_fineness,
    carry_of,
    costs_of,
    exchange_of,
    foretell,
    lag_of,
    rules,
    sessions_of,
)
from magents.book.equity import EquityRecorder
from magents.book.ledger import Ledger
from magents.book.marks import Marks
from magents.central.back_office import BackOffice
from magents.central.data_team import DataTeam
from magents.central.execution_team import ExecutionTeam
from magents.central.exposure import Exposure
from magents.central.orders import OrderTable
from magents.central.risk_rules import HaltRule
from magents.central.risk_team import Request, RiskTeam
from magents.central.signals import AgentSeat
from magents.central.venue import Committed, Seat, Venue
from magents.commanding import Commander
from magents.config import Settings, dump
from magents.journal.past import Past
from magents.journal.writing import MemoryJournal
from magents.model.facts import KINDS
from magents.model.instruments import Instrument
from magents.model.ports import BrokerEvent, Clock, EventSink, Feed, Log, SilentLog, Stream
from magents.model.records import Allocation, Command, Halt, Notice
from magents.model.results import Progress, RunResult
from magents.model.ticks import Block
from magents.model.time import Phase
from magents.restoring import begin
from magents.runtime.inbox import Inbox, Overflow
from magents.runtime.supervisor import Supervisor
from magents.shortcut import short_way
from magents.staff import Hire, Parts, Staff, too_slow
from pods.base import Pod
from pods.desk import Desk, Services

__all__ = ["Fund", "Hire", "OnProgress", "OpenVenue"]

ORDERS_WAITING = 10_000
EVENTS_WAITING = 1_000_000

OnProgress = Callable[[Progress], None]
OpenVenue = Callable[[Settings, World, Seat], Venue]
"""From settings, the world and the fund's seat for it to who fills the orders."""


class Fund:
    """One fund for one run.

    Args:
        settings: resolved settings. feed: where data come from. hires: the pods.
        clock: who moves time. journal: where everything is recorded.
        log: where the story of the run is told. progress: told at each block of bars.
        run_id: the run's name, for the result. mode: what the result calls itself.
        venue: who fills orders; by default the simulated exchange.
        commit: makes the journal durable; where given, before anything is sent.
        commands: of an earlier run, to be given again at their instants.
        past: what an earlier run left, to go on from.
    """

    def __init__(  # noqa: PLR0913 - the parts of a fund
        self,
        settings: Settings,
        feed: Feed,
        hires: Sequence[Hire],
        clock: Clock,
        journal: MemoryJournal,
        *,
        log: Log | None = None,
        progress: OnProgress | None = None,
        run_id: str = "",
        mode: str = "backtest",
        venue: OpenVenue | None = None,
        commit: Callable[[], None] | None = None,
        commands: Sequence[Command] = (),
        past: Past | None = None,
    ) -> None:
        """Build the teams."""
        self._mode = mode
        self._open_venue = venue
        self._commit = commit
        self._settings = settings
        self._feed = feed
        self._hires = sorted(hires, key=lambda hire: hire.pod.name)
        self._clock = clock
        self._journal = journal
        self._log = log or SilentLog()
        self._progress = progress
        self._run_id = run_id
        self._supervisor = Supervisor()
        self._halts: list[Halt] = []
        self._notices: list[Notice] = []
        self._started = False
        self._stopped = ""
        self._first = 0
        self._build_books()
        self._build_teams()
        self._staff = {hire.pod.name: self._employ(hire.pod) for hire in self._hires}
        self.parts = self._parts()
        self.commander = Commander(self.parts)
        self._commands = commands
        self._past = past

    # -- building ----------------------------------------------------------------------------

    def _build_books(self) -> None:
        names = [hire.pod.name for hire in self._hires]
        capital = self._settings.global_.initial_capital
        self._panels = by_fineness(self._feed.panels)
        self._marks = Marks(self._panels, self._clock.now)
        currency = self._settings.global_.currency
        self._ledger = Ledger(names, self._feed.instruments, capital, currency)
        self._equity = EquityRecorder(
            self._ledger, self._marks, names, live=isinstance(self._feed, Stream)
        )
        self._orders = OrderTable()
        self._exposure = Exposure(names, self._panels, self._marks, self._ledger)

    def _build_teams(self) -> None:
        settings, clock, journal = self._settings, self._clock, self._journal
        approved: Inbox[Request] = Inbox("execution team", ORDERS_WAITING, Overflow.BLOCK)
        events: Inbox[BrokerEvent] = Inbox("back office", EVENTS_WAITING, Overflow.BLOCK)
        costs = costs_of(settings, self._panels)
        sessions = sessions_of(self._feed)
        world = World(
            self._feed.instruments,
            self._panels,
            self._ledger.rules,
            self._marks.price,
            self._marks.split,
            carry_of(settings, self._feed, self._ledger.rules, sessions),
            sessions,
            self._marks.tables,
        )
        self._broker = self._venue(costs, world, events.offer)
        foretell(self._feed, self._broker.custody)
        self._risk = RiskTeam(
            clock, journal, self._orders, self._exposure, HaltRule(), rules(settings), approved
        )
        spoken_to = self._broker if self._commit is None else Committed(self._broker, self._commit)
        self._execution = ExecutionTeam(self._orders, approved, spoken_to)
        self._office = BackOffice(
            clock,
            events,
            journal,
            self._orders,
            self._ledger,
            self._exposure,
            self._equity,
            self._broker.account,
            self._notify,
            thorough=settings.run.check,
        )
        self._data = DataTeam(
            clock,
            self._feed,
            self._panels,
            journal,
            self._supervisor,
            self._equity,
            (self._marks, self._broker, self),
            settings.run.block_size,
            self.halt,
            lag_of(costs.latency),
        )

    def _venue(self, costs: Models, world: World, sink: EventSink) -> Venue:
        """Return who fills the orders."""
        if self._open_venue is None:
            return exchange_of(self._settings, costs, world, self._clock, sink)
        commit = self._commit or self._journal.flush
        capital = self._settings.global_.initial_capital
        start = self._supervisor.start
        seat = Seat(self._clock, sink, self._journal, commit, start, capital)
        return self._open_venue(self._settings, world, seat)

    def _employ(self, pod: Pod) -> Staff:
        """Give a pod its desk, and its agents their seats at the data team's table."""
        services = Services(
            self._clock,
            self._journal,
            self._data,
            self._orders,
            self._risk,
            self._execution,
            self._marks,
            {instrument.id: instrument for instrument in self._feed.instruments},
        )
        desk = Desk(pod.name, self._ledger.books[pod.name], services)
        staff = Staff(pod, desk)
        for panel in pod.judged(self._feed.panels):
            seats = [AgentSeat(pod.name, agent, panel) for agent in pod.agents(panel)]
            desk.agents += [s.agent.name for s in seats if s.agent.name not in desk.agents]
            self._data.listen(seats, desk.market)
            for seat in seats:
                staff.inputs += [kind for kind in seat.agent.inputs if kind not in staff.inputs]
        return staff

    def _parts(self) -> Parts:
        return Parts(
            self._settings,
            self._feed,
            self._clock,
            self._journal,
            self._log,
            self._supervisor,
            self._panels,
            self._marks,
            self._ledger,
            self._equity,
            self._orders,
            self._exposure,
            self._risk,
            self._execution,
            self._office,
            self._data,
            self._broker,
            self._staff,
            self._halts,
        )

    # -- running -----------------------------------------------------------------------------

    async def run(self) -> RunResult:
        """Trade until the data end, somebody interrupts, or something that may not break does."""
        try:
            await self._supervisor.watch(self._main(), "fund")
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is not None:
                task.uncancel()
            self._stopped = "interrupted"
        finally:
            await self._supervisor.stop()
        return self._close()

    def halt(self, pod: str, error: Exception) -> None:
        """Stop a pod for good: nothing of it is executed any more, open orders are cancelled."""
        staff = self._staff[pod]
        if staff.halted:
            return
        staff.halted = f"{type(error).__name__}: {error}"
        record = Halt(self._clock.now(), pod, staff.halted)
        self._journal.append(record)
        self._halts.append(record)
        self._log.error("pod halted", pod=pod, reason=staff.halted, exc_info=error)
        self._risk.halt.halted.add(pod)
        self._data.forget(staff.desk.market)
        self._supervisor.start(f"winding down {pod}", self._wind_down(staff))

    def on_block(self, block: Block) -> None:
        """Tell how far the run is."""
        if self._progress is not None and self._started:
            now = block.first
            value = self._equity.value()
            self._progress(Progress(now, self._first, self._end(), self._data.bars, value))

    async def _main(self) -> None:
        for name, team in (
            ("back office", self._office),
            ("risk team", self._risk),
            ("execution team", self._execution),
        ):
            self._supervisor.step(name, team.run(), team.inbox.bell)
        self._first = await self._data.prime()
        self._clock.begin(self._first)
        self.commander.schedule(self._commands)
        begin(self.parts, self._past, {hire.pod.name: hire.capital for hire in self._hires})
        self._broker.open()
        self._name_missing_inputs()
        if self._past is not None:
            self.commander.take_up(self._past.standing)
        for name, staff in self._staff.items():
            if staff.halted:
                continue
            work = staff.pod.run(staff.desk)
            if staff.pod.stepped:
                staff.task = self._supervisor.step(name, work, staff.desk.bell, self.halt)
            else:
                staff.task = self._supervisor.start(name, work, self.halt)
        self._data.go_straight(short_way(self.parts))
        self._started = True
        self._log.info("opened", pods=list(self._staff), instruments=len(self._feed.instruments))
        await self._data.run()
        await self._clock.until(self._clock.now(), Phase.END)
        self._broker.finish()
        await self._clock.until(self._clock.now(), Phase.END)

    def _name_missing_inputs(self) -> None:
        """Say which facts a pod's agents ask for and do not get."""
        for name, staff in self._staff.items():
            there = [kind for kind in staff.inputs if kind in self._data.facts]
            missing = [kind for kind in staff.inputs if kind not in self._data.facts]
            if missing:
                text = f"runs on {', '.join(there) or 'bars only'}; no data on {', '.join(missing)}"
                self._notices.append(Notice(self._clock.now(), "inputs", text, pod=name))

    async def _wind_down(self, staff: Staff) -> None:
        """Cancel what a halted pod has in the market, and end its task."""
        for live in self._orders.open_of(staff.pod.name):
            await staff.desk.cancel(live.order.id)
        if staff.task is not None:
            await self._supervisor.stop_one(staff.task)

    def _notify(self, pod: str, event: BrokerEvent) -> None:
        """Pass a booked event to the pod, if it listens."""
        staff = self._staff.get(pod)
        if staff is not None and staff.desk.wants_updates and not staff.halted:
            # A pod that does not read what it asked for is the one to be halted, not the fund.
            self._supervisor.attempt(pod, lambda: staff.desk.updates.offer(event), self.halt)

    # -- closing -----------------------------------------------------------------------------

    def _close(self) -> RunResult:
        """Book what is left, reconcile everything, and sum up."""
        self._office.drain()
        self._ledger.reconcile(self._broker.account)
        self._equity.settle(self._clock.now())
        digest = self._journal.digest()
        self._log.info("closed", fills=len(self._office.fills), digest=digest)
        return RunResult(
            run_id=self._run_id,
            mode=self._mode,
            version=__version__,
            seed=self._settings.global_.seed,
            currency=self._settings.global_.currency,
            initial_capital=self._settings.global_.initial_capital,
            config=dump(self._settings),
            equity=self._equity.table(),
            max_drawdown=self._equity.drawdowns(),
            fills=self._office.fills,
            flows=tuple(self._office.flows),
            adjustments=tuple(self._office.adjustments),
            instruments=self._traded(),
            refusals=self._risk.refusals,
            allocations=self._allocations(),
            halts=self._halts,
            notices=[*self._told(), *self._notices, *self._office.notices],
            orders=self._orders.counts(),
            marks={name: float(price) for name, price in self._marks.exact().items()},
            digest=digest,
            records=self._journal.records,
            bars=self._data.bars,
            stopped=self._stopped,
            inputs={name: self._inputs(staff) for name, staff in self._staff.items()},
            **self._values(),
            **annualising(self._feed.panels),
        )

    def _values(self) -> dict[str, Any]:
        marks = self._marks.exact()
        books = self._ledger.books
        values: Mapping[str, Decimal] = {
            name: book.value(marks, self._clock.now()) for name, book in books.items()
        }
        return {
            "final_equity": sum(values.values(), Decimal(0)),
            "pod_equity": {name: values[name] for name in self._staff},
        }

    def _traded(self) -> tuple[Instrument, ...]:
        """Return what is needed to value all that was traded."""
        names = {name for book in self._ledger.books.values() for name in book.positions}
        names |= {name for name, _ in self._ledger.rules.pairs.values()}
        return tuple(each for each in self._feed.instruments if each.id in names)

    def _told(self) -> list[Notice]:
        """Return the feed's notices, but those on facts that no pod asked for, and others'."""
        asked = self._data.asked
        read = [n for n in self._feed.notices() if n.source not in KINDS or n.source in asked]
        slow = too_slow(self._staff, self._clock.now())
        return read + slow + self._broker.custody.notices(self._first)

    def _allocations(self) -> list[Allocation]:
        books = self._ledger.books
        since = self._first if self._past is None else self._past.since
        return [Allocation(since, name, books[name].allocated) for name in self._staff]

    def _inputs(self, staff: Staff) -> list[str]:
        return ["bars", *(kind for kind in staff.inputs if kind in self._data.facts)]

    def _end(self) -> int | None:
        return self._feed.span()[1] if hasattr(self._feed, "span") else None
