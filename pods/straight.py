"""Orders of a pod of signals, written at once: what its run would make of each signal."""

from decimal import ROUND_DOWN, Decimal

from magents.model.money import to_step
from magents.model.orders import BUY, MARKET, SELL, Order
from magents.model.records import Signal
from pods.agents.execution import reason_for
from pods.base import Pod, SignalPod
from pods.combining import WeightedMean
from pods.desk import Desk
from pods.sizing import FractionOfCapital


class Writer:
    """Writes the orders of one pod that has one agent and trades to target.

    Args:
        desk: the pod's. sizing: of the pod.
    """

    def __init__(self, desk: Desk, sizing: FractionOfCapital) -> None:
        """Write for this desk."""
        self._desk = desk
        self._units, self._pod = sizing.units, desk.pod
        self._held = desk.position
        self._lots = {name: desk.instrument(name).lot for name in desk.instruments}

    @property
    def idle(self) -> bool:
        """Return whether the pod has read all it was told, and may send orders."""
        desk = self._desk
        return not (desk.held or desk.wants_updates or len(desk.market))

    def wanted(self, signal: Signal) -> Decimal:
        """Return the signed units to order on a signal, a multiple of the lot; 0 for none.

        Only while the pod has no order at work in the instrument.
        """
        name = signal.instrument
        target = self._units(signal.conviction, signal.close, self._desk.capital)
        return to_step(target - self._held(name), self._lots[name], ROUND_DOWN)

    def order(self, now: int, seq: int, signal: Signal, units: Decimal) -> Order:
        """Return the order of so many signed units, with the desk's next number."""
        side, quantity = (BUY, units) if units > 0 else (SELL, -units)
        return Order(
            now, self._desk.next_id(), self._pod, signal.instrument,
            side, quantity, MARKET, None, None, seq, reason_for(signal, signal.conviction),
        )  # fmt: skip


def writer_for(pod: Pod, desk: Desk) -> Writer | None:
    """Return who writes a pod's orders, ``None`` where it does more than trade to target."""
    if not isinstance(pod, SignalPod) or not pod.stepped or len(desk.agents) != 1:
        return None
    sizing = pod.sizing()
    if type(sizing) is not FractionOfCapital or type(pod.combiner()) is not WeightedMean:
        return None
    return Writer(desk, sizing)
