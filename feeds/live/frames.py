"""What comes from outside, in order: messages, answers, connections that open and close.

A frame is what a recording holds; what it means for the fund is decided by the code that also reads
live frames, so that a recording says the same again.
"""

from enum import StrEnum
from typing import NamedTuple

import msgspec


class Kind(StrEnum):
    """What a frame is."""

    BEGIN = "begin"
    """The session begins; ``text`` is JSON of :class:`Opening`."""
    SUBSCRIBED = "sub"
    """A subscription that ccxt noted; ``place`` is the connection, ``text`` its JSON."""
    OUT = "out"
    """A message that was sent."""
    MESSAGE = "ws"
    """A message that came, as it came."""
    ANSWER = "rest"
    """The body of a REST answer; ``place`` is method and address without secrets."""
    FAILED = "fail"
    """A REST request that got no answer; ``text`` says why."""
    OPENED = "open"
    CLOSED = "close"
    """A connection opened, or is gone; ``text`` says why."""
    STALE = "stale"
    """Nobody may trust what a symbol's book says; ``place`` is the symbol, empty for all."""
    POLLED = "poll"
    """Something that was asked for now and then; ``text`` is ccxt's answer as JSON."""
    OFFSET = "clock"
    """The venue's clock less ours; ``text`` in nanoseconds."""
    END = "end"
    """The session ends; ``text`` says why."""


class Trade(NamedTuple):
    """A trade; ``side``: +1 the buyer took, -1 the seller, 0 unknown; ``ts`` is the venue's."""

    symbol: str
    ts: int
    price: float
    size: float
    side: int
    id: str


class Top(NamedTuple):
    """Best bid and offer; NaN where a side is empty or the book may not be trusted."""

    symbol: str
    bid: float
    ask: float
    bid_size: float
    ask_size: float


class Level(NamedTuple):
    """A level of the book; ``side``: +1 bid, -1 ask; size 0 takes it away."""

    side: int
    price: float
    size: float


class Depth(NamedTuple):
    """Levels that changed; with ``reset`` the book was empty before."""

    symbol: str
    levels: tuple[Level, ...]
    reset: bool
    mid: float


class Candle(NamedTuple):
    """A bar of the venue's as it stands; ``ts`` is its opening."""

    symbol: str
    timeframe: str
    ts: int
    open: float
    high: float
    low: float
    close: float
    volume: float


class Funding(NamedTuple):
    """A perpetual's funding rate; ``next_ts`` is when it is paid next, 0 where unknown."""

    symbol: str
    rate: float
    next_ts: int


class Note(NamedTuple):
    """Something a reader of the run should know; it happened so many ``times``."""

    text: str
    times: int = 1


class Missed(NamedTuple):
    """A funding that was due while nobody ran: when (ms UTC), its rate, the price at that time."""

    at: int
    rate: float
    price: float


Event = Trade | Top | Depth | Candle | Funding | Note


class Frame(msgspec.Struct, array_like=True, omit_defaults=True):
    """One thing from outside.

    Attributes:
        seq: its number in the session, from 1. instant: the fund's when it was told, 0 before.
        stamp: when it came, nanoseconds UTC by this machine's clock.
        venue: whose. place: connection, address or symbol. text: as it came.
    """

    seq: int
    instant: int
    stamp: int
    venue: str
    kind: Kind
    place: str
    text: str


class Opening(msgspec.Struct, kw_only=True):
    """What a session begins with.

    Attributes:
        format: of the recording. magents, ccxt: versions.
        markets: by venue, by symbol, as ccxt describes them.
        offsets: by venue, its clock less ours in nanoseconds.
        candles: by venue, by symbol: bars from before the session, as ccxt gives them.
        tests: venues whose prices are those of their test network.
        settings: the run's resolved settings, for the replay. feed: the feed's own.
        mode: what the run calls itself. after: how many records its journal had when this process
            took it up, 0 for the first. until: the instant of the last of them.
        fundings: by venue, by symbol: what was due in between.
        lacking: in words, what of all this could not be had.
    """

    format: int = 1
    magents: str = ""
    ccxt: str = ""
    markets: dict[str, dict[str, dict[str, object]]]
    offsets: dict[str, int] = {}
    candles: dict[str, dict[str, list[list[float | None]]]] = {}
    tests: list[str] = []
    settings: dict[str, object] = {}
    feed: dict[str, object] = {}
    mode: str = ""
    after: int = 0
    until: int = 0
    fundings: dict[str, dict[str, list[Missed]]] = {}
    lacking: list[str] = []
