"""What a pod is. Most pods name a signal agent, a sizing rule and an execution agent.

A free-form pod overrides :meth:`Pod.run` instead and does what it likes behind its desk.
"""

from collections.abc import Sequence
from typing import Any, ClassVar

import msgspec

from magents.central.delivery import Heard
from magents.model.agents import SignalAgent
from magents.model.bars import Panel
from pods.agents.execution import ExecutionAgent, TargetExecution
from pods.combining import WeightedMean
from pods.desk import Desk
from pods.sizing import FractionOfCapital, Sizing


class NoSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The config of a pod that has no settings."""


class Pod:
    """An independent strategy with its own book.

    Class attributes, for the registry:
        id: the name in configs. aliases: other names. summary: one sentence.
        levels: of data that its agents judge, such as ``quotes``; empty for bars where there are
        any. source: where the idea comes from. config_type: a frozen msgspec struct, every field
        documented and with a default.
    """

    id: ClassVar[str] = ""
    aliases: ClassVar[tuple[str, ...]] = ()
    summary: ClassVar[str] = ""
    source: ClassVar[str] = ""
    levels: ClassVar[frozenset[str]] = frozenset()
    config_type: ClassVar[type[msgspec.Struct]] = NoSettings

    def __init__(self, name: str, config: Any = None) -> None:  # noqa: ANN401 - config_type's own
        """Take a name, unique in the fund, and a config of :attr:`config_type`."""
        self.name = name
        self.config: Any = self.config_type() if config is None else config

    @property
    def stepped(self) -> bool:
        """Return whether it awaits nothing but its desk, and needs no task of asyncio's."""
        return False

    def judged(self, panels: Sequence[Panel]) -> list[Panel]:
        """Return the panels whose data its agents judge."""
        levels = self.levels or ({"bars"} & {panel.level for panel in panels})
        return [panel for panel in panels if not levels or panel.level in levels]

    def agents(self, panel: Panel) -> Sequence[SignalAgent]:
        """Return fresh signal agents for one panel; none by default."""
        del panel
        return ()

    async def run(self, desk: Desk) -> None:
        """Trade until cancelled."""
        raise NotImplementedError


class SignalPod(Pod):
    """A pod driven by signal agents: it acts when they change their minds, and sleeps else."""

    @property
    def stepped(self) -> bool:
        """Return whether all it awaits is of this class; an execution agent may await anything."""
        own = type(self)
        return own.run is SignalPod.run and own.execution is SignalPod.execution

    def sizing(self) -> Sizing:
        """Return the sizing rule; a tenth of the capital a position by default."""
        return FractionOfCapital(0.1)

    def execution(self) -> ExecutionAgent:
        """Return the execution agent; market orders to target by default."""
        return TargetExecution(self.sizing())

    def combiner(self) -> WeightedMean:
        """Return how the agents' opinions become one; equal weights by default."""
        return WeightedMean()

    async def run(self, desk: Desk) -> None:
        """Act on each signal as it arrives."""
        combiner, execution = self.combiner(), self.execution()
        for agent in desk.agents:
            combiner.seat(agent)
        while True:
            for heard in await desk.market.get_all():
                if isinstance(heard, Heard):
                    signal = heard.signal
                    conviction = combiner.hear(signal.agent, signal.instrument, signal.conviction)
                    await execution.act(desk, heard, conviction)
