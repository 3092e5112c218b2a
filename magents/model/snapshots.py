"""What a screen is shown: frozen frames; what it may ask is in ``magents.model.controls``.

A frame is made by the fund at a bounded rate and drawn whenever it arrives; nothing is pushed per
event, and no frame holds anything of the engine.  Amounts are floats in the fund's currency: a
frame is for eyes, the journal has the exact ones.  Instants are nanoseconds UTC; 0 means none.
"""

from typing import Literal

import msgspec

Page = Literal["overview", "pods", "pod", "market", "blotter", "risk", "data", "desk", "log"]
State = Literal["playing", "paused", "finished", "stopped"]
"""``finished``: the data ended; ``stopped``: somebody or something ended the run before."""
MarkKind = Literal["fill", "refusal", "notice", "breach", "halt", "kill"]
Level = Literal["info", "warning", "error"]
PodState = Literal["trading", "halted", "flattening", "flat"]


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """What every screen shows at its top and bottom.

    Attributes:
        run: the run's id. mode: ``backtest``, ``replay``, ``paper`` or ``sandbox``.
        seq: the frame's number, counted from 1. start, end: the run's ends; end 0 when open.
        computed: the newest instant there is. shown: the frame's own; earlier in a review.
        reason: why it is paused or stopped, where there is something to say.
        speed: multiple of real time; 0 is as fast as it goes.
        records: how many the journal has. rate: records a second of real time.
        review: whether the frame is a recorded one.
        controls: whether this viewer may command. holder: who may, if anyone.
        killed: why the fund was killed, empty while it was not.
        value, initial: the fund's worth now and at the start. day: gain since the day began.
        drawdown: share below the peak, 0 or negative. gross, net: exposure over value.
        warnings, breaches: how many so far.
    """

    run: str
    mode: str
    seq: int
    start: int
    end: int
    computed: int
    shown: int
    state: State
    reason: str = ""
    speed: float = 0.0
    records: int = 0
    rate: float = 0.0
    review: bool = False
    controls: bool = True
    holder: str = ""
    killed: str = ""
    currency: str = "USD"
    value: float = 0.0
    initial: float = 0.0
    day: float = 0.0
    drawdown: float = 0.0
    gross: float = 0.0
    net: float = 0.0
    warnings: int = 0
    breaches: int = 0


class Curve(msgspec.Struct, frozen=True):
    """A value over time, thinned to at most some hundred points; both of one length."""

    ts: tuple[int, ...] = ()
    value: tuple[float, ...] = ()


class PodRow(msgspec.Struct, frozen=True, kw_only=True):
    """A pod in a table. ``drawdown`` is 0 or negative; exposures are over the pod's value."""

    pod: str
    strategy: str
    state: PodState
    capital: float
    value: float
    day: float
    total: float
    drawdown: float
    gross: float
    net: float
    working: int
    fills: int
    use: float = 0.0
    """The most used of its limits, as a share of it."""
    trend: tuple[float, ...] = ()
    """Its value at a few points, oldest first."""
    reason: str = ""
    """Why it does not trade, where it does not."""


class LimitUse(msgspec.Struct, frozen=True):
    """How much of a limit is used. ``pod`` is empty for the fund; ``unit``: x, %, or money."""

    pod: str
    rule: str
    value: float
    limit: float
    unit: str = ""

    @property
    def use(self) -> float:
        """Return the share of the limit that is used."""
        return abs(self.value / self.limit) if self.limit else 0.0


class Breach(msgspec.Struct, frozen=True):
    """A limit was met: an order refused, or a pod stopped."""

    ts: int
    pod: str
    rule: str
    value: float
    limit: float
    action: str


class EventRow(msgspec.Struct, frozen=True):
    """Something that happened, told in a line. ``number`` is that of its journal record."""

    number: int
    ts: int
    kind: str
    level: Level
    pod: str
    text: str
    instrument: str = ""
    order: str = ""


class Mark(msgspec.Struct, frozen=True):
    """Something on the time line; at most one of a kind in each of its pieces."""

    ts: int
    kind: MarkKind


class OrderRow(msgspec.Struct, frozen=True, kw_only=True):
    """An order. ``quantity`` and ``filled`` are signed; ``note`` says why it is as it is."""

    id: str
    ts: int
    pod: str
    instrument: str
    type: str
    quantity: float
    filled: float
    limit: float | None
    stop: float | None
    tif: str
    state: str
    note: str = ""


class FillRow(msgspec.Struct, frozen=True):
    """A fill; ``quantity`` signed, ``fee`` in the fund's currency, ``rule`` as in docs/fills.md."""

    id: int
    ts: int
    order: str
    pod: str
    instrument: str
    quantity: float
    price: float
    fee: float
    rule: str


class PositionRow(msgspec.Struct, frozen=True):
    """A holding; ``quantity`` signed, ``worth`` and ``gain`` in the fund's currency."""

    instrument: str
    quantity: float
    average: float
    last: float
    worth: float
    gain: float


class SignalRow(msgspec.Struct, frozen=True):
    """What an agent thinks of an instrument now, and the numbers it was made of."""

    agent: str
    instrument: str
    ts: int
    conviction: float
    previous: float
    evidence: dict[str, float] = {}


class Thought(msgspec.Struct, frozen=True):
    """An agent's latest reasoning in words, or what a pod did or did not do about it."""

    ts: int
    agent: str
    text: str


class PodDetail(msgspec.Struct, frozen=True, kw_only=True):
    """Everything about one pod."""

    row: PodRow
    curve: Curve = Curve()
    positions: tuple[PositionRow, ...] = ()
    orders: tuple[OrderRow, ...] = ()
    signals: tuple[SignalRow, ...] = ()
    thoughts: tuple[Thought, ...] = ()
    limits: tuple[LimitUse, ...] = ()


class InstrumentRow(msgspec.Struct, frozen=True):
    """An instrument in a list; ``change`` since the close before, a share; ``held`` signed."""

    instrument: str
    last: float
    change: float
    ts: int
    held: float = 0.0


class BarRow(msgspec.Struct, frozen=True):
    """A bar with what the fund did in it; ``ts`` its close, ``bought``/``sold`` units."""

    ts: int
    open: float
    high: float
    low: float
    close: float
    volume: float
    bought: float = 0.0
    sold: float = 0.0


class Book(msgspec.Struct, frozen=True):
    """The best levels of an order book: prices and sizes, best first."""

    ts: int
    bids: tuple[tuple[float, float], ...]
    asks: tuple[tuple[float, float], ...]


class MarketView(msgspec.Struct, frozen=True, kw_only=True):
    """One instrument: its newest bars, its book where there is one."""

    instrument: str
    daily: bool = False
    bars: tuple[BarRow, ...] = ()
    book: Book | None = None


class FeedRow(msgspec.Struct, frozen=True, kw_only=True):
    """A source of data. Ages and offsets in nanoseconds; -1 where unknown."""

    source: str
    state: Literal["ok", "stale", "down", "ended"]
    age: int = -1
    rate: float = 0.0
    """Messages, or rows of a panel, a second of real time, of late."""
    seen: int = 0
    gaps: int = 0
    note: str = ""


class QueueRow(msgspec.Struct, frozen=True):
    """A bounded queue; ``peak`` the most it held, ``lost`` what its rule dropped."""

    name: str
    depth: int
    bound: int
    peak: int
    lost: int
    rule: str


class DataView(msgspec.Struct, frozen=True, kw_only=True):
    """How the world comes in."""

    feeds: tuple[FeedRow, ...] = ()
    queues: tuple[QueueRow, ...] = ()
    offset: int | None = None
    """The venue's clock less ours in nanoseconds, where measured."""


class AskRow(msgspec.Struct, frozen=True, kw_only=True):
    """A question put to the AI team; ``answer`` is empty while it waits."""

    number: int
    ts: int
    pod: str
    model: str
    question: str
    answer: str = ""
    cost: float = 0.0
    tokens: int = 0


class RiskView(msgspec.Struct, frozen=True, kw_only=True):
    """Every limit's use, what met one, and the ladder: its rungs and how far up it stands."""

    limits: tuple[LimitUse, ...] = ()
    breaches: tuple[Breach, ...] = ()
    ladder: tuple[str, ...] = ("trading", "halted", "flattening", "killed")
    rung: int = 0


class Breakpoint(msgspec.Struct, frozen=True):
    """Stand still at such an event; empty fields match all.

    ``any`` is a fill, refusal, breach, decision or halt.  Of the fund's value it is ``below``, or
    ``above`` where that is not 0.
    """

    kind: Literal["fill", "refusal", "breach", "decision", "any", "value"]
    pod: str = ""
    instrument: str = ""
    below: float = 0.0
    above: float = 0.0

    def reached(self, value: float) -> bool:
        """Return whether the fund's value is where this says."""
        return value > self.above if self.above else value < self.below


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """What one viewer is shown: the head always, the rest as its :class:`Wish` asks.

    ``curve``, ``pods``, ``gauges`` and ``marks`` come with every frame, ``events`` are the newest
    few; what belongs to a page is there only when the page is wished for.
    """

    head: Head
    curve: Curve = Curve()
    pods: tuple[PodRow, ...] = ()
    gauges: tuple[LimitUse, ...] = ()
    marks: tuple[Mark, ...] = ()
    events: tuple[EventRow, ...] = ()
    breakpoints: tuple[Breakpoint, ...] = ()
    pod: PodDetail | None = None
    instruments: tuple[InstrumentRow, ...] = ()
    market: MarketView | None = None
    orders: tuple[OrderRow, ...] = ()
    fills: tuple[FillRow, ...] = ()
    risk: RiskView | None = None
    data: DataView | None = None
    asks: tuple[AskRow, ...] = ()


class Wish(msgspec.Struct, frozen=True):
    """What a viewer looks at: a page, and of what; ``newest`` bounds lists of orders and events."""

    page: Page = "overview"
    pod: str = ""
    instrument: str = ""
    newest: int = 500
