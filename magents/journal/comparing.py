"""An order's prices held against the bars it met."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from msgspec.structs import replace

from magents.model.bars import BarBlock, Floats
from magents.model.money import plain
from magents.model.orders import Order, OrderType, Side
from magents.model.records import Amendment, Fill
from magents.model.time import iso

_T = OrderType
_LIMITS = frozenset({_T.LIMIT, _T.STOP_LIMIT, _T.LIMIT_IF_TOUCHED})
_STOPS = frozenset({_T.STOP, _T.STOP_LIMIT})
_TOUCHES = frozenset({_T.MARKET_IF_TOUCHED, _T.LIMIT_IF_TOUCHED})
_AT_OPEN = frozenset({"B1", "B2", "B4", "B15", "B17"})
_AT_TRIGGER = frozenset({"B5", "B8", "B10"})


class Candle(NamedTuple):
    """One bar of one instrument."""

    open_ts: int
    ts: int
    open: float
    high: float
    low: float
    close: float
    volume: float


class Candles:
    """Bars of one instrument in order, without the rows in which it has none."""

    def __init__(self, candles: Sequence[Candle]) -> None:
        """Keep them."""
        self._candles = list(candles)
        self._by_close = {candle.ts: candle for candle in candles}

    def __len__(self) -> int:
        """Return the number of bars."""
        return len(self._candles)

    def at(self, close: int) -> Candle | None:
        """Return the bar that closes at an instant."""
        return self._by_close.get(close)

    def between(self, start: int, end: int | None) -> "Candles":
        """Return the bars that open from ``start`` on and close by ``end``."""
        return Candles(
            [c for c in self._candles if c.open_ts >= start and (end is None or c.ts <= end)]
        )

    def best(self, name: str, *, highest: bool) -> Candle:
        """Return the bar with the highest high or the lowest low; there must be one."""
        return (max if highest else min)(self._candles, key=lambda c: float(getattr(c, name)))


def candles_of(blocks: Sequence[BarBlock], instrument: str) -> Candles:
    """Return one instrument's bars from blocks of its panel."""
    return Candles([c for block in blocks for c in _rows(block, instrument)])


def _rows(block: BarBlock, instrument: str) -> list[Candle]:
    column = block.panel.instruments.index(instrument)
    tables: list[Floats] = [block.open, block.high, block.low, block.close, block.volume]
    there = np.flatnonzero(~np.isnan(block.close[:, column]))
    columns = [block.open_ts, block.ts, *(table[:, column] for table in tables)]
    return [Candle(*row) for row in zip(*(c[there].tolist() for c in columns), strict=True)]


@dataclass(frozen=True)
class Prices:
    """An order as amended so far."""

    order: Order

    def amended(self, change: Amendment) -> "Prices":
        """Return it with one amendment more."""
        wanted = {name: getattr(change, name) for name in ("quantity", "limit", "stop")}
        given = {name: value for name, value in wanted.items() if value is not None}
        return Prices(replace(self.order, **given))


def prices_of(order: Order) -> Prices:
    """Return an order before any amendment."""
    return Prices(order)


def reaches(order: Order) -> list[tuple[str, str]]:
    """Return which price of the order waits for which extreme of a bar."""
    buying = order.side is Side.BUY
    found = []
    if order.type in _STOPS:
        found.append(("stop", "high" if buying else "low"))
    if order.type in _TOUCHES:
        found.append(("stop", "low" if buying else "high"))
    if order.type in _LIMITS or (order.type is _T.MARKET and order.limit is not None):
        found.append(("limit", "low" if buying else "high"))
    return found


def compared(order: Order, candle: Candle) -> str:
    """Say how the order's prices stand to the bar's: ``open 101 > limit 98``."""
    pairs = [
        _against(name, getattr(candle, name), price, float(getattr(order, price)))
        for price, extreme in reaches(order)
        for name in ("open", extreme)
    ]
    return f"Compared, to {order.side}: {', '.join(pairs)}." if pairs else ""


def _against(one: str, value: float, other: str, price: float) -> str:
    sign = "=" if value == price else "<" if value < price else ">"
    return f"{one} {value:g} {sign} {other} {price:g}"


def quoted(order: Order, fill: Fill, candle: Candle) -> float | None:
    """Return the price a fill had before slippage, where its rule says which."""
    if fill.rule in _AT_OPEN:
        return candle.open
    if fill.rule == "B18":
        return candle.close
    if fill.rule == "B3" and order.limit is not None:
        return float(order.limit)
    if fill.rule in _AT_TRIGGER and order.stop is not None:
        rises = ("stop", "high") in reaches(order)
        stop = float(order.stop)
        return max(stop, candle.open) if rises else min(stop, candle.open)
    return None


def nearest(order: Order, candles: Candles) -> str:
    """Say how near the bars of an order's life came to its prices."""
    if not len(candles):
        return "No bar opened and closed while it worked."
    said = [_nearest(order, candles, *pair) for pair in reaches(order)]
    count = f"{len(candles):,} bars" if len(candles) > 1 else "one bar"
    return f"It worked through {count}: {'; '.join(said)}." if said else ""


def _nearest(order: Order, candles: Candles, price: str, extreme: str) -> str:
    candle = candles.best(extreme, highest=extreme == "high")
    wanted, best = getattr(order, price), getattr(candle, extreme)
    reached = best >= float(wanted) if extreme == "high" else best <= float(wanted)
    words = "reached" if reached else f"never reached, by {abs(best - float(wanted)):.6g}"
    superlative = "highest" if extreme == "high" else "lowest"
    return (
        f"the {superlative} {extreme} was {best:g}, in the bar that closed {iso(candle.ts)}, "
        f"and its {price} of {plain(wanted)} was {words}"
    )
