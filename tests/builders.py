"""Small worlds for tests: everything has a default, override one thing."""

import asyncio
import functools
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

import numpy as np

from feeds.memory import MemoryFeed
from magents.config import Settings
from magents.config.settings import Data, Exchange, Global, Risk, Run
from magents.fund import Fund, Hire
from magents.journal.writing import MemoryJournal
from magents.model.agents import Opinion, SignalAgent
from magents.model.bars import BarBlock, Floats, Panel
from magents.model.facts import FactTable
from magents.model.instruments import Instrument, Kind
from magents.model.orders import Order, OrderType, Side
from magents.model.records import Entry, Fill, OrderEvent, Signal
from magents.model.results import RunResult
from magents.model.time import DAY, HOUR, parse_instant
from magents.runtime.clock import VirtualClock
from magents.runtime.loop import VirtualLoop
from pods.base import Pod
from pods.desk import Desk

T = TypeVar("T")
MONDAY = parse_instant("2024-01-01")
OPENING, CLOSING = 14 * HOUR + HOUR // 2, 21 * HOUR
NAN = float("nan")


def run(make: Callable[[], Awaitable[T]], start: int = 0, speed: float | None = None) -> T:
    """Run a coroutine in simulated time that starts at an instant."""

    async def main() -> T:
        return await make()

    with asyncio.Runner(loop_factory=lambda: VirtualLoop(start, speed)) as runner:
        return runner.run(main())


def simulated(test: Callable[..., Awaitable[None]]) -> Callable[..., None]:
    """Let an ``async def`` test run in simulated time."""

    @functools.wraps(test)
    def wrapped(*args: Any, **kwargs: Any) -> None:
        run(lambda: test(*args, **kwargs))

    return wrapped


def virtual_clock() -> VirtualClock:
    """Return the clock of the running virtual loop."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, VirtualLoop)
    return VirtualClock(loop)


# -- the market --------------------------------------------------------------------------------


def instrument(name: str = "AAA", **how: Any) -> Instrument:
    """Return a share, or whatever ``how`` makes of it."""
    return Instrument(id=name, **how)


def coin(name: str = "BTC/USDT", **how: Any) -> Instrument:
    """Return a coin that trades in small parts, always."""
    parts = {"kind": Kind.SPOT_CRYPTO, "currency": "USDT", "lot": Decimal("0.0001")}
    return Instrument(id=name, **{**parts, "calendar": "24/7", **how})


def panel(*names: str, name: str = "XNYS 1d", bar: str = "1d", days: float = 252) -> Panel:
    """Return a panel of these instruments, ``AAA`` by default."""
    return Panel(name, names or ("AAA",), bar, days, days)


def block(
    closes: Any,
    *,
    of: Panel | None = None,
    opens: Any = None,
    highs: Any = None,
    lows: Any = None,
    start: int = MONDAY + OPENING,
    length: int = CLOSING - OPENING,
    every: int = DAY,
) -> BarBlock:
    """Return bars from tables of shape [T, I] or lists of shape [T]; flat at the closes."""
    close = _table(closes)
    names = ["AAA", "BBB", "CCC", "DDD"][: close.shape[1]]
    opened = close if opens is None else _table(opens)
    high = np.maximum(opened, close) if highs is None else _table(highs)
    low = np.minimum(opened, close) if lows is None else _table(lows)
    open_ts = start + np.arange(len(close), dtype=np.int64) * every
    volume = np.where(np.isnan(close), np.nan, 1000.0)
    return BarBlock(
        of or panel(*names), open_ts, open_ts + length, opened.copy(), high, low, close, volume
    )


def candles(*rows: tuple[float, float, float, float], **how: Any) -> BarBlock:
    """Return bars of one instrument from (open, high, low, close) a row."""
    opens, highs, lows, closes = ([row[i] for row in rows] for i in range(4))
    return block(closes, opens=opens, highs=highs, lows=lows, **how)


def walk(rows: int, of: Panel | None = None, seed: int = 1, gaps: float = 0.0, **how: Any) -> Any:
    """Return bars of a random walk around 100, a part of them missing."""
    of = of or panel("AAA", "BBB")
    draw = np.random.default_rng(seed)
    shape = (rows, len(of.instruments))
    close = np.round(100 * np.exp(np.cumsum(draw.normal(0, 0.02, shape), axis=0)), 2)
    opens = np.round(np.vstack([np.full(shape[1], 100.0), close[:-1]]) * 1.001, 2)
    highs = np.round(np.maximum(opens, close) * (1 + draw.random(shape) * 0.01), 2)
    lows = np.round(np.minimum(opens, close) * (1 - draw.random(shape) * 0.01), 2)
    for table in (opens, highs, lows, close):
        table[draw.random(shape) < 0 if not gaps else _holes(seed, shape, gaps)] = np.nan
    return block(close, of=of, opens=opens, highs=highs, lows=lows, **how)


def always_open(rows: int, *names: str, seed: int = 2, **how: Any) -> BarBlock:
    """Return four-hour bars of a coin, or of several, one after the other without a pause."""
    of = panel(*(names or ("BTC/USDT",)), name="24/7 4h", bar="4h", days=365)
    return walk(rows, of, seed, start=MONDAY, length=4 * HOUR, every=4 * HOUR, **how)


def feed(*whole: BarBlock, facts: dict[str, FactTable] | None = None, **how: Any) -> MemoryFeed:
    """Return a feed of these bars; coins where the name has a slash, else shares."""
    names = [name for each in whole for name in each.panel.instruments]
    made = [coin(name, **how) if "/" in name else instrument(name, **how) for name in names]
    return MemoryFeed(made, whole, facts)


def fact_table(kind: str, *rows: tuple[int, str, float]) -> FactTable:
    """Return facts from (known_at, instrument, value) rows."""
    return FactTable(
        kind,
        np.array([row[0] for row in rows], np.int64),
        np.array([row[1] for row in rows], object),
        {"value": np.array([row[2] for row in rows], np.float64)},
    )


def _table(values: Any) -> Floats:
    table = np.array(values, np.float64)
    return table[:, None] if table.ndim == 1 else table


def _holes(seed: int, shape: tuple[int, int], gaps: float) -> Any:
    return np.random.default_rng(seed + 1000).random(shape) < gaps


# -- orders and fills --------------------------------------------------------------------------


def order(side: str = "buy", quantity: Any = 10, **how: Any) -> Order:
    """Return a market order, or what a limit and a stop price make of it, or ``type`` says."""
    for name in ("limit", "stop", "trail", "trail_percent", "limit_offset", "display"):
        if how.get(name) is not None:
            how[name] = Decimal(str(how[name]))
    given = tuple(name for name in ("limit", "stop") if how.get(name) is not None)
    kind = OrderType("_".join(reversed(given)) or "market")
    some = {"ts": 0, "id": "pod:1", "pod": "pod", "instrument": "AAA", "type": kind, **how}
    return Order(side=Side(side), quantity=Decimal(str(quantity)), **some)


def fill(number: int = 1, quantity: Any = 10, price: Any = 100, **how: Any) -> Fill:
    """Return a fill of a whole order, without commission."""
    some = {"ts": 0, "pod": "pod", "order": f"pod:{number}", "instrument": "AAA"}
    more = {"commission": Decimal(0), "bar_ts": 0, "rule": "B1", "complete": True}
    amounts = {"quantity": Decimal(str(quantity)), "price": Decimal(str(price))}
    return Fill(id=number, **{**some, **more, **amounts, **how})


# -- pods and funds ----------------------------------------------------------------------------


class Script(Pod):
    """A pod that does what a coroutine function says, with the agents it is given."""

    def __init__(
        self,
        name: str,
        script: Callable[[Desk], Awaitable[None]],
        agents: Callable[[Panel], Sequence[SignalAgent]] = lambda _: (),
    ) -> None:
        super().__init__(name)
        self._script = script
        self._make = agents

    def agents(self, panel: Panel) -> Sequence[SignalAgent]:
        return self._make(panel)

    async def run(self, desk: Desk) -> None:
        await self._script(desk)


class Plan:
    """An agent with a conviction for each close, told in advance."""

    inputs: tuple[str, ...] = ()

    def __init__(self, by_close: dict[int, float], name: str = "plan") -> None:
        self.name = name
        self._by_close = by_close

    def evaluate(self, block: BarBlock, news: Any) -> Opinion:
        column = np.array([self._by_close.get(int(ts), NAN) for ts in block.ts])
        return Opinion(np.broadcast_to(column[:, None], block.close.shape).copy())


class Notebook(MemoryJournal):
    """A journal that also keeps its records."""

    def __init__(self) -> None:
        super().__init__()
        self.entries: list[Entry] = []

    def append(self, record: Entry) -> int:
        self.entries.append(record)
        return super().append(record)

    def extend(self, records: Sequence[Entry]) -> None:
        self.entries += records
        super().extend(records)

    def of(self, *kinds: type, pod: str | None = None) -> list[Any]:
        """Return the records of these kinds, in order, of one pod or of all."""
        chosen = (entry for entry in self.entries if isinstance(entry, kinds))
        return [entry for entry in chosen if pod is None or entry.pod == pod]


@dataclass
class Traded:
    """What a run left behind."""

    result: RunResult
    journal: Notebook

    def decisions(self, pod: str | None = None) -> list[Any]:
        """Return signals and orders, without the numbers that link them."""
        return [_unlinked(entry) for entry in self.journal.of(Signal, Order, pod=pod)]

    def states(self, order_id: str) -> list[str]:
        """Return what became of an order, as the venue and the desk told it."""
        events = self.journal.of(OrderEvent, Fill)
        return [_state(event) for event in events if event.order == order_id]


def settings(**how: Any) -> Settings:
    """Return settings with some overridden by their own names, whatever section they are in.

    Books are compared in whole after every batch of events, and trading costs nothing.
    """
    how = {"check": True, "transaction_cost": 0.0, **how}
    if "initial_capital" in how:
        how["initial_capital"] = Decimal(how["initial_capital"])
    parts = {
        name: section(**{key: how.pop(key) for key in section.__struct_fields__ if key in how})
        for name, section in (("global_", Global), ("data", Data), ("risk", Risk), ("run", Run))
    }
    parts["exchange"] = how.pop("exchange", Exchange())
    assert not how, f"no such settings: {sorted(how)}"
    return Settings(**parts)


def trade(pods: Sequence[Pod], bars: MemoryFeed, speed: float | None = None, **how: Any) -> Traded:
    """Run a fund of these pods to the end of the data."""
    journal = Notebook()

    async def main() -> RunResult:
        hires = [Hire(pod) for pod in pods]
        return await Fund(settings(**how), bars, hires, virtual_clock(), journal).run()

    return Traded(run(main, speed=speed), journal)


def _unlinked(entry: Any) -> Any:
    if not isinstance(entry, Order):
        return entry
    return Order(**{n: 0 if n == "signal" else getattr(entry, n) for n in Order.__struct_fields__})


def _state(event: OrderEvent | Fill) -> str:
    return "fill" if isinstance(event, Fill) else event.state.value
