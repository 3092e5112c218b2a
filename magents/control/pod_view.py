"""Pods as a screen shows them: rows of a table, and everything about one."""

from collections.abc import Sequence

from magents.commanding import Commander
from magents.control.curves import Curves
from magents.control.minds import Minds
from magents.control.rows import order_row, thought
from magents.control.valuing import Worth
from magents.control.watching import Seen, Watch
from magents.model.orders import CLOSED
from magents.model.snapshots import (
    Curve,
    LimitUse,
    PodDetail,
    PodRow,
    PodState,
    PositionRow,
)
from magents.staff import Parts, Staff

SHOWN = 200
FEW = 20
"""Of each list in what is recorded for going back."""


class PodViews:
    """Makes rows and details of pods.

    Args:
        parts: of the fund. commander: knows who is halted. watch, curves: what was before.

    Attributes:
        minds: what the agents want.
    """

    def __init__(self, parts: Parts, commander: Commander, watch: Watch, curves: Curves) -> None:
        """Look at one fund."""
        self._parts = parts
        self._commander = commander
        self._watch = watch
        self._curves = curves
        self.minds = Minds(parts)

    def rows(self, worth: Worth) -> tuple[PodRow, ...]:
        """Return all pods, by name."""
        working: dict[str, int] = {}
        for live in self._parts.orders.open_of():
            working[live.order.pod] = working.get(live.order.pod, 0) + 1
        return tuple(
            self._row(row, staff, worth, working.get(name, 0))
            for row, (name, staff) in enumerate(self._parts.staff.items(), 1)
        )

    def detail(self, row: PodRow, worth: Worth, now: int) -> PodDetail:
        """Return everything about one pod."""
        orders = [s for s in self._watch.orders.values() if s.order.pod == row.pod]
        return self._detail(row, worth, self._curves.pod(row.pod, now, row.value), orders, SHOWN)

    def details(self, rows: Sequence[PodRow], worth: Worth) -> tuple[PodDetail, ...]:
        """Return what is kept of all pods: the same, without curves and with less of each."""
        orders: dict[str, list[Seen]] = {row.pod: [] for row in rows}
        for seen in self._watch.orders.values():
            orders.setdefault(seen.order.pod, []).append(seen)
        return tuple(self._detail(r, worth, Curve(), orders[r.pod], FEW) for r in rows)

    def _detail(
        self, row: PodRow, worth: Worth, curve: Curve, orders: Sequence[Seen], most: int
    ) -> PodDetail:
        shown = [s for s in orders if s.state not in CLOSED] or orders[-FEW:]
        thoughts = list(self._watch.thoughts.get(row.pod, ()))
        return PodDetail(
            row=row,
            curve=curve,
            positions=self._positions(row.pod, worth),
            orders=tuple(order_row(seen) for seen in shown[-most:]),
            signals=tuple(self.minds.of(row.pod, most, self._watch.tally.halted.get(row.pod))),
            thoughts=tuple(thought(r) for r in thoughts[-most:]),
            limits=(self.limit(row.pod, row.gross),),
        )

    def limit(self, pod: str, gross: float) -> LimitUse:
        """Return the use of a pod's own limit."""
        for rule in self._parts.risk.rules:
            own = getattr(rule, "own", None)
            if own is not None:
                return LimitUse(pod, rule.name, gross, own.get(pod, rule).limit, "x")
        return LimitUse(pod, "leverage", gross, 0.0, "x")

    def _row(self, column: int, staff: Staff, worth: Worth, working: int) -> PodRow:
        name = staff.pod.name
        value, capital = worth.pods[name], float(self._parts.ledger.books[name].allocated)
        peak = max(float(self._curves.peaks[column]), value, 1e-12)
        gross = worth.pod_gross[name] / value if value > 0 else 0.0
        state, reason = self._state(staff)
        return PodRow(
            pod=name,
            strategy=type(staff.pod).id or type(staff.pod).__name__,
            state=state,
            capital=capital,
            value=value,
            day=value - float(self._curves.day_start[column]),
            total=value - capital,
            drawdown=value / peak - 1,
            gross=gross,
            net=worth.pod_net[name] / value if value > 0 else 0.0,
            working=working,
            fills=self._watch.tally.pod_fills.get(name, 0),
            use=self.limit(name, gross).use,
            trend=self._curves.trend(name),
            reason=reason,
        )

    def _state(self, staff: Staff) -> tuple[PodState, str]:
        commander, name = self._commander, staff.pod.name
        if name in commander.closing:
            state: PodState = "flattening" if self._holds(staff) else "flat"
            return state, commander.killed or "flattened by command"
        if staff.halted:
            return "halted", staff.halted
        if name in commander.held:
            by_command = "halted by command" + _not_sent(staff.desk.kept_back)
            return "halted", commander.killed or by_command
        return "trading", ""

    def _holds(self, staff: Staff) -> bool:
        """Return whether a pod holds anything that could be sold: less than a lot is dust."""
        desk, known = staff.desk, self._parts.marks.where
        return any(
            abs(units) >= desk.instrument(name).lot
            for name, units in desk.positions.items()
            if name in known
        )

    def _positions(self, pod: str, worth: Worth) -> tuple[PositionRow, ...]:
        rows = []
        rules = self._parts.ledger.rules
        units = rules.per_unit(worth.prices) if rules.special or rules.pairs else worth.prices
        for name, held in sorted(self._parts.ledger.books[pod].positions.items()):
            if not held.quantity:
                continue
            quantity, cost = float(held.quantity), float(held.cost)
            last, unit = worth.prices.get(name, 0.0), units.get(name, 0.0)
            rate = unit / last if last else 0.0
            value = quantity * unit
            rows.append(
                PositionRow(name, quantity, cost / quantity, last, value, value - cost * rate)
            )
        return tuple(rows)


def _not_sent(orders: int) -> str:
    return f", {orders:,} orders not sent" if orders else ""
