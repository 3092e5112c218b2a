"""A feed that holds its bars in memory: made of another feed, or of blocks."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import fields

import numpy as np

from feeds.ticks_blocks import whole_instants
from magents.model.bars import BarBlock, Instants, Panel
from magents.model.events import Events
from magents.model.facts import FactTable
from magents.model.instruments import Instrument
from magents.model.ports import Feed
from magents.model.records import Notice
from magents.model.ticks import Block
from magents.model.time import DAY


def join(blocks: Sequence[Block]) -> Block:
    """Return consecutive blocks of one panel as one."""
    first = blocks[0]
    columns = [
        np.concatenate([getattr(block, each.name) for block in blocks])
        for each in fields(first)[1:]
    ]
    return type(first)(first.panel, *columns)


def days_of(block: BarBlock) -> tuple[Instants, Instants]:
    """Return the first opening and the last close of each UTC day of a block."""
    day = (block.ts - 1) // DAY
    starts = np.diff(day, prepend=day[0] - 1) != 0
    ends = np.diff(day, append=day[-1] + 1) != 0
    return block.open_ts[starts], block.ts[ends]


class MemoryFeed:
    """Bars and facts that are there already; for tests, benchmarks, and many runs over one data.

    Args:
        instruments: what is traded. whole: all data of each panel, as one block a panel.
        facts: tables by kind. notices: what is to be told of the data.
    """

    def __init__(
        self,
        instruments: Sequence[Instrument],
        whole: Sequence[Block],
        facts: Mapping[str, FactTable] | None = None,
        notices: Sequence[Notice] = (),
        events: Events | None = None,
    ) -> None:
        """Keep all of it."""
        self.instruments = sorted(instruments, key=lambda i: i.id)
        self.panels: Sequence[Panel] = [block.panel for block in whole]
        self._whole = {block.panel.name: block for block in whole}
        self._facts = dict(facts or {})
        self._notices = list(notices)
        self._events = events or Events()

    @classmethod
    async def of(cls, feed: Feed, currency: str = "USD") -> "MemoryFeed":
        """Read another feed to its end; ``currency`` is the fund's."""
        whole = []
        for panel in feed.panels:
            blocks = [block async for block in feed.blocks(panel, 65_536)]
            if blocks:
                whole.append(join(blocks))
        return cls(feed.instruments, whole, feed.facts(), feed.notices(), feed.events(currency))

    def facts(self) -> Mapping[str, FactTable]:
        """Return the facts by kind."""
        return self._facts

    def events(self, currency: str) -> Events:
        """Return what happens without a trade."""
        del currency
        return self._events

    def sessions(self) -> Mapping[str, tuple[Instants, Instants]]:
        """Return the first opening and the last close of each day with bars, by calendar."""
        found = {}
        codes = {i.id: i.calendar for i in self.instruments}
        for block in self._whole.values():
            if isinstance(block, BarBlock):
                found[codes[block.panel.instruments[0]]] = days_of(block)
        return found

    async def blocks(self, panel: Panel, rows: int) -> AsyncIterator[Block]:
        """Yield the panel's data, ``rows`` rows a block; an instant is never cut in two."""
        whole = self._whole[panel.name]
        start = 0
        while start < len(whole):
            stop = whole_instants(whole.ts[start:], rows)
            yield whole.rows(start, start + stop)
            start += stop

    def notices(self) -> Sequence[Notice]:
        """Return what is to be told of the data."""
        return self._notices

    def span(self) -> tuple[int, int | None]:
        """Return the first opening and the last close."""
        whole = self._whole.values()
        return min(b.first for b in whole), max(int(b.ts[-1]) for b in whole)
