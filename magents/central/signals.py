"""Turning an agent's opinion over a block into timed changes of conviction."""

from collections.abc import Callable, Iterator, Mapping
from itertools import repeat
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from magents.book.marks import forward_fill
from magents.model.agents import SignalAgent
from magents.model.bars import Floats, Panel
from magents.model.errors import BrokenPromiseError
from magents.model.facts import FactTable
from magents.model.records import Signal
from magents.model.ticks import Block

Where = tuple[npt.NDArray[np.intp], ...]
"""Rows and columns."""


class Changes(NamedTuple):
    """Where an agent changed its mind in a block.

    Attributes:
        block: the block. where: the changes, in order of row and column.
        held, before: convictions in the rows, and in the row before each. evidence: by name.
    """

    block: Block
    where: Where
    held: Floats
    before: Floats
    evidence: Mapping[str, Floats]


class AgentSeat:
    """One agent at work on one panel for one pod, with the conviction it held last.

    Attributes:
        follow: shown the changes of each block, future ones too, where somebody follows.
    """

    def __init__(self, pod: str, agent: SignalAgent, panel: Panel) -> None:
        """Start with a conviction of 0 everywhere."""
        self.pod = pod
        self.agent = agent
        self.panel = panel
        self._held: Floats = np.zeros(len(panel.instruments))
        self._told = self._held
        self._close: Floats = np.full(len(panel.instruments), np.nan)
        self.follow: Callable[[Changes], None] | None = None

    def evaluate(self, block: Block, news: Mapping[str, FactTable]) -> Iterator[Signal]:
        """Evaluate the agent over a block now; return its changes in order of time and column.

        Raises:
            BrokenPromiseError: the answer has not the shape of the block, or a conviction is
                infinite.
            ValueError, TypeError: the answer is not made of numbers.
        """
        wanted = {kind: news[kind] for kind in self.agent.inputs if kind in news}
        opinion = self.agent.evaluate(block, wanted)
        conviction = self._numbers(opinion.conviction, block)
        if np.isinf(conviction).any():
            msg = f"agent {self.agent.name} of pod {self.pod} has an infinite conviction"
            raise BrokenPromiseError(msg)
        evidence = {name: self._numbers(each, block) for name, each in opinion.evidence.items()}
        closes = forward_fill(block.marks, self._close)
        self._close = closes[-1].copy()
        held = forward_fill(conviction, self._held)
        before = np.vstack([self._told, held[:-1]])
        self._held = self._told = held[-1].copy()
        where = np.nonzero(held != before)
        if self.follow is not None:
            self.follow(Changes(block, where, held, before, evidence))
        return self._signals(block, where, (held, before, closes), evidence)

    def warm_up(self, block: Block) -> None:
        """Let the agent see rows from before the run; what it makes of them it says with the next.

        Raises: as :meth:`evaluate`.
        """
        told, self.follow, follow = self._told, None, self.follow
        self.evaluate(block, {})
        self._told, self.follow = told, follow

    def _numbers(self, table: Floats, block: Block) -> Floats:
        """Return one table of an answer, which must be numbers and have the block's shape."""
        if table.shape != block.marks.shape:
            msg = (
                f"agent {self.agent.name} of pod {self.pod} answered with shape "
                f"{table.shape}, the block has {block.marks.shape}"
            )
            raise BrokenPromiseError(msg)
        return np.asarray(table, np.float64)

    def _signals(
        self,
        block: Block,
        where: Where,
        tables: tuple[Floats, Floats, Floats],
        evidence: Mapping[str, Floats],
    ) -> Iterator[Signal]:
        """Return a signal for each place where conviction changed, in order of row and column.

        Each is made when it is asked for, without a line of Python.
        """
        rows, columns = where
        times = block.ts[rows].tolist()
        instruments = map(self.panel.instruments.__getitem__, columns.tolist())
        conviction, previous, close = (picked(table, where).tolist() for table in tables)
        numbers = [picked(table, where).tolist() for table in evidence.values()]
        each = zip(*numbers, strict=True) if numbers else repeat(())
        reasons = map(dict, map(zip, repeat(list(evidence)), each))
        who = repeat(self.pod), repeat(self.agent.name)
        return map(Signal, times, *who, instruments, conviction, previous, close, times, reasons)


def picked(table: Floats, where: Where) -> Floats:
    """Return the numbers at some places, fit for the record: what is not finite is 0 there."""
    values = table[where]
    return np.where(np.isfinite(values), values, 0.0)
