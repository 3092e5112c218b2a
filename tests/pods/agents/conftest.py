"""Tiny made worlds for signal agents: blocks of closes, facts, runs cut into blocks."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from magents.model.agents import Opinion, SignalAgent
from magents.model.bars import BarBlock, Floats, Instants, Panel
from magents.model.facts import FactTable
from magents.model.time import DAY, HOUR, parse_instant

CLOSING = 21 * HOUR


class World:
    """Makes data and runs agents over them."""

    def days(self, first: str, count: int) -> Instants:
        """Return closes of consecutive calendar days."""
        return parse_instant(first) + CLOSING + np.arange(count) * DAY

    def block(self, ts: Instants, closes: Mapping[str, Iterable[float]]) -> BarBlock:
        """Return a block whose bars are flat at the closes."""
        names = tuple(sorted(closes))
        panel = Panel("XNYS 1d", names, "1d", 252, 252)
        table = np.column_stack([np.broadcast_to(closes[name], len(ts)) for name in names])
        tables = [table.astype(np.float64) for _ in range(5)]
        return BarBlock(panel, ts - 6 * HOUR, ts.copy(), *tables)

    def facts(self, kind: str, *rows: tuple[Any, ...], **columns: Sequence[Any]) -> FactTable:
        """Return a table; each row is (known_at, instrument), ISO text or instants."""
        known_at = [parse_instant(row[0]) if isinstance(row[0], str) else row[0] for row in rows]
        order = np.argsort(np.array(known_at, np.int64), kind="stable")
        made = {
            name: np.array(values, object if isinstance(values[0], str) else np.float64)[order]
            for name, values in columns.items()
        }
        instruments = np.array([row[1] for row in rows], object)[order]
        return FactTable(kind, np.array(known_at, np.int64)[order], instruments, made)

    def run(
        self, agent: SignalAgent, block: BarBlock, *tables: FactTable, cuts: Iterable[int] = ()
    ) -> Opinion:
        """Evaluate the agent over the block, cut before some of its rows."""
        parts, last = [], -1
        for start, stop in pairwise([0, *cuts, len(block)]):
            part = block.rows(start, stop)
            now = int(part.ts[-1])
            news = {table.kind: _between(table, last, now) for table in tables}
            last = now
            parts.append(agent.evaluate(part, {k: new for k, new in news.items() if len(new)}))
        names = parts[0].evidence
        return Opinion(
            np.concatenate([part.conviction for part in parts]),
            {name: np.concatenate([part.evidence[name] for part in parts]) for name in names},
        )

    def held(self, opinion: Opinion, block: BarBlock, row: int) -> list[str]:
        """Return who is held at a row."""
        return [block.panel.instruments[i] for i in np.flatnonzero(opinion.conviction[row])]

    def changes(self, conviction: Floats) -> list[int]:
        """Return the rows at which a conviction differs from that of the row before."""
        return [int(row) + 1 for row in np.flatnonzero(np.diff(conviction))]


def _between(table: FactTable, after: int, until: int) -> FactTable:
    return table.take((table.known_at > after) & (table.known_at <= until))


@pytest.fixture
def world() -> World:
    return World()
