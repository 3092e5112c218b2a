"""Execution agents: conviction to orders."""

from decimal import Decimal
from functools import lru_cache
from typing import Protocol

from magents.central.delivery import Heard
from magents.model.instruments import Instrument, Kind
from magents.model.money import ONE
from magents.model.records import Signal
from pods.desk import Desk
from pods.sizing import Sizing


class ExecutionAgent(Protocol):
    """Acts on a new conviction about one instrument."""

    async def act(self, desk: Desk, heard: Heard, conviction: float) -> None:
        """Send what orders it takes.

        Args:
            desk: the pod's door. heard: the signal that changed it.
            conviction: of all the pod's agents together.
        """
        ...


class TargetExecution:
    """Holds what the sizing rule says, by market orders: one at each change of conviction."""

    def __init__(self, sizing: Sizing) -> None:
        """Size by this rule."""
        self._sizing = sizing

    async def act(self, desk: Desk, heard: Heard, conviction: float) -> None:
        """Order what is missing to the target."""
        signal = heard.signal
        coins = self._sizing.units(conviction, signal.close, desk.capital)
        units = in_contracts(coins, desk.instrument(signal.instrument))
        reason = reason_for(signal, conviction)
        await desk.target(signal.instrument, units, signal=heard.seq, reason=reason)


def in_contracts(units: Decimal, traded: Instrument) -> Decimal:
    """Return units as the market counts them, where one is a contract of more or less than one.

    An inverse contract is a number of dollars, whatever the price: it is left as it is.
    """
    size = traded.multiplier
    if size == ONE or traded.kind is Kind.INVERSE_PERPETUAL:
        return units
    return units / size


def reason_for(signal: Signal, conviction: float) -> str:
    """Say in words what a signal has changed, and the pod's conviction after it."""
    # Minus zero equals zero and would be remembered for it.
    return _reason(signal.agent, signal.previous + 0.0, signal.conviction + 0.0, conviction + 0.0)


@lru_cache(maxsize=1024)
def _reason(agent: str, previous: float, conviction: float, pod: float) -> str:
    """Say in words what happened: ``crossover 0 to 1``; most agents say few different things."""
    return f"{agent} {previous:g} to {conviction:g}, pod now {pod:g}"
