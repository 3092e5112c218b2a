"""Turning an agent's opinion over a block into timed changes of conviction."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from magents.book.marks import forward_fill
from magents.model.agents import SignalAgent
from magents.model.bars import Floats, Panel
from magents.model.errors import BrokenPromiseError
from magents.model.facts import FactTable
from magents.model.records import Signal
from magents.model.ticks import Block


class Change(NamedTuple):
    """One instrument's conviction changed at a row of the block."""

    row: int
    column: int
    conviction: float
    previous: float


class AgentSeat:
    """One agent at work on one panel for one pod, with the conviction it held last."""

    def __init__(self, pod: str, agent: SignalAgent, panel: Panel) -> None:
        """Start with a conviction of 0 everywhere."""
        self.pod = pod
        self.agent = agent
        self.panel = panel
        self._held: Floats = np.zeros(len(panel.instruments))
        self._close: Floats = np.full(len(panel.instruments), np.nan)

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
        return self._signals(block, closes, self._changes(conviction), evidence)

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
        closes: Floats,
        changes: Sequence[Change],
        evidence: Mapping[str, Floats],
    ) -> Iterator[Signal]:
        for change in changes:
            row, column = change.row, change.column
            yield Signal(
                int(block.ts[row]),
                self.pod,
                self.agent.name,
                self.panel.instruments[column],
                change.conviction,
                change.previous,
                _number(closes[row, column]),
                int(block.ts[row]),
                {name: _number(table[row, column]) for name, table in evidence.items()},
            )

    def _changes(self, conviction: Floats) -> list[Change]:
        """Return where conviction differs from the row before; NaN changes nothing."""
        held = forward_fill(conviction, self._held)
        before = np.vstack([self._held, held[:-1]])
        self._held = held[-1].copy()
        rows, columns = np.nonzero(held != before)
        return [
            Change(*each)
            for each in zip(
                rows.tolist(),
                columns.tolist(),
                held[rows, columns].tolist(),
                before[rows, columns].tolist(),
                strict=True,
            )
        ]


def _number(value: float) -> float:
    """Return a number fit for the record: finite values as they are, others as 0."""
    value = float(value)
    return value if np.isfinite(value) else 0.0
