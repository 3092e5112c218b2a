"""A slow reading of docs/fills.md: one order, one bar after the other, no vectors."""

from typing import NamedTuple

from magents.model.orders import OrderType, Side

TRAILING = {OrderType.TRAILING_STOP, OrderType.TRAILING_STOP_LIMIT}
TOUCHED = {OrderType.MARKET_IF_TOUCHED, OrderType.LIMIT_IF_TOUCHED}


class Bar(NamedTuple):
    opened: float
    high: float
    low: float


class Slow:
    """Reads bars for an order that fills whole.

    Args:
        order: to read for. through: whether a limit must be traded through.
        first: ``high`` or ``low``, whatever a bar reaches first; otherwise what is worse.
    """

    def __init__(self, order, *, through=False, first=""):
        self.order = order
        self.through = through
        self.first = first
        self.sign = 1 if order.side is Side.BUY else -1
        self.limit = None if order.limit is None else float(order.limit)
        self.best = None
        self.triggered = order.type in {OrderType.MARKET, OrderType.LIMIT}

    def read(self, bars):
        """Return (row, price, whether at the open, rule) of the fill, or ``None``."""
        for row, bar in enumerate(bars):
            if bar.opened == bar.opened:
                met = self._bar(bar)
                if met is not None:
                    return row, *met
        return None

    def _bar(self, bar):
        if self.triggered:
            return self._working(bar)
        stop, gap = self._levels(bar)
        rises = (self.sign > 0) != (self.order.type in TOUCHED)
        gapped = bar.opened >= gap if rises else bar.opened <= gap
        reached = bar.high >= stop if rises else bar.low <= stop
        self._follow(bar)
        if not gapped and not reached:
            return None
        self.triggered = True
        price = bar.opened if gapped else stop
        if self.order.type is OrderType.TRAILING_STOP_LIMIT:
            offset = self.sign * float(self.order.limit_offset)
            self.limit = round((gap if gapped else stop) + offset, 8)
        if self.limit is not None and not self._good(price, self.limit):
            return self._comes_back(bar) if gapped else None
        return price, gapped, self._rule(gapped=gapped)

    def _comes_back(self, bar):
        """Read the rest of a bar whose open has passed the stop, but not as the limit allows."""
        reach = bar.low if self.sign > 0 else bar.high
        if not self._good(reach, self.limit) or (self.through and reach == self.limit):
            return None
        return self.limit, False, self._rule(gapped=True)

    def _working(self, bar):
        if self.limit is None:
            return bar.opened, True, "B1"
        reach = bar.low if self.sign > 0 else bar.high
        if self.through and reach == self.limit:
            return None
        if self._good(bar.opened, self.limit):
            return bar.opened, True, "B2"
        return (self.limit, False, "B3") if self._good(reach, self.limit) else None

    def _good(self, price, limit):
        return price <= limit if self.sign > 0 else price >= limit

    def _levels(self, bar):
        """Return the stop inside the bar, and the one that its open may have gapped over."""
        if self.order.type not in TRAILING:
            return float(self.order.stop), float(self.order.stop)
        gap = self._beyond(self.best) if self.best is not None else -self.sign * float("-inf")
        led = self.first == ("low" if self.sign > 0 else "high")
        seen = [bar.low if self.sign > 0 else bar.high] if led else [bar.opened]
        seen += [] if self.best is None else [self.best]
        return self._beyond(min(seen) if self.sign > 0 else max(seen)), gap

    def _follow(self, bar):
        if self.sign > 0:
            self.best = bar.low if self.best is None else min(self.best, bar.low)
        else:
            self.best = bar.high if self.best is None else max(self.best, bar.high)

    def _beyond(self, best):
        if self.order.trail_percent is not None:
            return round(best + self.sign * abs(best) * float(self.order.trail_percent) / 100, 8)
        return round(best + self.sign * float(self.order.trail), 8)

    def _rule(self, *, gapped):
        if self.order.type in TRAILING:
            return "B9"
        if self.order.type is OrderType.STOP:
            return "B4" if gapped else "B5"
        return "B8" if self.order.type is OrderType.STOP_LIMIT else "B10"
