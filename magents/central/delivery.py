"""What the data team delivers: items by time, who gets them, and how late."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import msgspec

from magents.central.signals import AgentSeat
from magents.model.bars import Bar
from magents.model.records import Signal
from magents.model.ticks import Quote, Trade
from magents.runtime.inbox import Inbox


class Heard(msgspec.Struct, frozen=True, gc=False):
    """A signal as delivered, with its number in the journal."""

    seq: int
    signal: Signal


MarketItem = Heard | Bar | Trade | Quote

Delay = Callable[[str, int], int]
"""From an instrument and an instant to how long what happened then is on its way."""


class Lag(NamedTuple):
    """How late data reach the pods.

    Attributes:
        delay: of each item; ``None`` for not at all. mean: what history ends before now.
    """

    delay: Delay | None = None
    mean: int = 0


ON_TIME = Lag()


class Source:
    """A stream of timed items for one inbox, of one block; nothing overtakes what came before."""

    __slots__ = ("_delay", "due", "inbox", "items", "key", "next")

    def __init__(
        self,
        key: tuple[Any, ...],
        inbox: "Inbox[MarketItem]",
        items: "Iterator[Signal | Bar | Trade | Quote]",
        delay: Delay | None,
    ) -> None:
        self.key = key
        self.inbox = inbox
        self.items = items
        self.due = 0
        self._delay = delay
        self.advance()

    def advance(self) -> None:
        """Go to the next item, and reckon when it arrives."""
        item = self.next = next(self.items, None)
        if item is not None:
            due = item.ts
            if self._delay is not None:
                due = max(self.due, due + self._delay(item.instrument, due))
            self.due = due


class Seated(NamedTuple):
    """An agent's seat and where its signals go; the rank, from a counter, breaks ties for good."""

    rank: int
    seat: AgentSeat
    inbox: "Inbox[MarketItem]"


class Reader(NamedTuple):
    """Who reads every bar of an instrument."""

    rank: int
    pod: str
    panel: str
    column: int
    inbox: "Inbox[MarketItem]"


Waiting = tuple[int, tuple[Any, ...], Source]
"""Instant, rank, source: who delivers first at an instant depends on names alone."""
