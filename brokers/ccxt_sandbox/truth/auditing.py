"""Comparing with the venue: open orders, trades, holdings. Differences are believed slowly."""

from collections.abc import Mapping
from decimal import Decimal
from itertools import islice

from brokers.ccxt_sandbox.truth import fates, payments
from brokers.ccxt_sandbox.truth.holdings import Holdings
from brokers.ccxt_sandbox.truth.memory import Memory
from brokers.ccxt_sandbox.truth.messages import (
    Ask,
    Lane,
    Report,
    Request,
    Snapshot,
    ToldAdopted,
    Trade,
)
from brokers.ccxt_sandbox.truth.rows import KEPT_LESS, Adopted, Audited, Filled, Frozen, State
from brokers.ccxt_sandbox.truth.turn import Turn
from magents.model.money import ZERO, plain


class Auditor:
    """Asks for snapshots and draws conclusions.

    Attributes:
        orderly: whether everything agreed since the view was last broken; only then are new
            orders sent.
        due: when the next audit is due. asking: whether one is under way.
        settled: so many fills had been booked when holdings agreed last.
        margined: whether money moves without a trade, so that a session ends with an audit.
    """

    def __init__(self, holdings: Holdings) -> None:
        """Be out of order until the first audit."""
        self.orderly = False
        self.due = 0
        self.asking = False
        self.foreign: dict[str, Report] = {}
        self.margined = holdings.margined
        self._holdings = holdings
        self._memory = Memory()
        self._suspects: dict[str, Decimal] = {}
        self._times = self.settled = 0

    def ask(self, turn: Turn, lane: Lane = Lane.QUERY) -> None:
        """Ask for a snapshot, one at a time."""
        if self.asking:
            return
        self.asking = True
        since = max(turn.truth.began or turn.now, turn.truth.cursor - turn.patience.overlap)
        since = self._memory.since(turn, since)
        turn.requests.append(Request(Ask.AUDIT, lane, turn.now, since=since))

    def soon(self, turn: Turn, span: int) -> None:
        """Have an audit after a while, unless one is due earlier."""
        self.due = min(self.due, turn.now + span) if self.due else turn.now + span

    def failed(self, turn: Turn) -> None:
        """Try again: an audit that did not come about says nothing."""
        self.asking = False
        self.due = 0
        self.soon(turn, turn.patience.surprise)

    def take(self, turn: Turn, asked: Request, found: Snapshot) -> None:
        """Draw conclusions from a snapshot."""
        self.asking = False
        self.due = turn.now + turn.patience.audit
        before = len(turn.truth.fills) + len(turn.truth.paid)
        strays = self._trades(turn, found.trades)
        payments.take(turn, found.payments)
        self._opens(turn, found.opens)
        _missing(turn, asked, found.opens)
        self._remember(turn, asked, found)
        now = len(turn.truth.fills) + len(turn.truth.paid)
        if strays or now != before or not _quiet(turn, asked):
            if not self.orderly:
                self.due = turn.now + turn.patience.surprise
            return
        self._compare(turn, asked, found)

    def _remember(self, turn: Turn, asked: Request, found: Snapshot) -> None:
        """Freeze once the venue has forgotten, for long enough, what it told us itself."""
        why = self._memory.judge(turn, asked, found)
        if why:
            freeze(turn, why)
        elif self._memory.doubtful:
            self.soon(turn, turn.patience.confirm_wait)

    def _trades(self, turn: Turn, trades: tuple[Trade, ...]) -> bool:
        """Book trades; return whether some cannot be told yet whose they are."""
        strays = False
        for trade in sorted(trades, key=lambda each: each.at):
            strays |= not fates.traded(turn, trade)
        return strays

    def _opens(self, turn: Turn, opens: tuple[Report, ...]) -> None:
        foreign = {}
        for report in opens:
            order = turn.truth.find(report.client, report.symbol, report.venue_id)
            if order is not None:
                fates.seen(turn, order, report)
            else:
                foreign[report.venue_id] = report
                if report.venue_id not in self.foreign:
                    turn.note(f"order {report.venue_id} in {report.symbol} is not ours; left alone")
        self.foreign = foreign

    def _compare(self, turn: Turn, asked: Request, found: Snapshot) -> None:
        patience = turn.patience
        diffs = self._holdings.differences(turn.truth, found, patience.dust, patience.usual_dust)
        if not diffs:
            self._agree(turn, asked)
        elif turn.truth.cursor == 0 and not turn.truth.orders:
            self._adopt(turn, diffs, "there at the start")
            self._agree(turn, asked)
        elif patience.overcharged and self._less_was_kept(turn, diffs):
            self._adopt(turn, diffs, KEPT_LESS)
            self._agree(turn, asked)
        else:
            self._suspect(turn, asked, diffs)

    def _less_was_kept(self, turn: Turn, diffs: Mapping[str, Decimal]) -> bool:
        """Return whether fees booked too high explain what the venue holds more."""
        booked: dict[str, Decimal] = {}
        for fill in islice(turn.truth.fills.values(), self.settled, None):
            booked[fill.fee_currency] = booked.get(fill.fee_currency, ZERO) + fill.fee
        dust = turn.patience.dust
        return all(
            ZERO < diff <= booked.get(asset, ZERO) + dust.get(asset, ZERO)
            for asset, diff in diffs.items()
        )

    def _agree(self, turn: Turn, asked: Request) -> None:
        self._suspects, self._times = {}, 0
        self.orderly = True
        self.settled = len(turn.truth.fills)
        turn.write(Audited(turn.now, asked.asked))

    def _suspect(self, turn: Turn, asked: Request, diffs: Mapping[str, Decimal]) -> None:
        """Hold new orders until a difference has gone, or has stayed the same."""
        self.orderly = False
        self._times = self._times + 1 if diffs == self._suspects else 1
        self._suspects = dict(diffs)
        self.due = turn.now + turn.patience.confirm_wait
        if self._times < turn.patience.confirm:
            if self._times == 1:
                turn.note(f"the venue holds {_named(diffs)} than the books; looking again")
            return
        for asset, diff in diffs.items():
            if self._holdings.lacks(turn.truth, asset, diff):
                freeze(
                    turn,
                    f"the venue holds less {asset} than the pods' books, by {plain(abs(diff))}: "
                    "the account was reset or is traded by somebody else; begin a new run",
                )
        self._adopt(turn, diffs, "found at the venue; no trade explains it")
        self._agree(turn, asked)

    def _adopt(self, turn: Turn, diffs: Mapping[str, Decimal], note: str) -> None:
        for asset, amount in diffs.items():
            turn.write(Adopted(turn.now, asset, amount, note))
            turn.tell(ToldAdopted(asset, amount, note))


def freeze(turn: Turn, why: str) -> None:
    """Let no new order leave any more, in this process and all later ones."""
    if not turn.truth.frozen:
        turn.write(Frozen(turn.now, why))
        turn.note(why, loud=True)


def _missing(turn: Turn, asked: Request, opens: tuple[Report, ...]) -> None:
    """Look at every order that should be open and is not, unless it was only just touched."""
    there = {(report.symbol, report.venue_id) for report in opens}
    clients = {report.client for report in opens}
    for order in list(turn.truth.open.values()):
        known = (order.intent.symbol, order.venue_id) in there or order.client in clients
        old = order.touched < asked.asked - turn.patience.settle
        if order.state is State.WORKING and not known and old:
            turn.look(order)


def _quiet(turn: Turn, asked: Request) -> bool:
    """Return whether holdings can be compared: nothing in the balance, nothing on its way."""
    if any(fill.ts >= asked.asked for fill in _newest(turn)):
        return False
    return not any(
        order.unsure or order.reported > order.filled or order.ending is not None
        for order in turn.truth.open.values()
    )


def _newest(turn: Turn) -> list[Filled]:
    """Return the last fill booked, if there is one."""
    fills = turn.truth.fills
    return [fills[next(reversed(fills))]] if fills else []


def _named(diffs: Mapping[str, Decimal]) -> str:
    return ", ".join(f"{plain(amount)} {asset} more" for asset, amount in diffs.items())
