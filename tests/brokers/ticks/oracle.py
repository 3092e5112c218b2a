"""The rules for trades and quotes, read slowly: one row after the other, no searching."""

from decimal import ROUND_FLOOR, Decimal
from math import isnan

from magents.model.orders import OrderType, Side, TimeInForce

LOT = Decimal(1)
_STOPS = {OrderType.STOP, OrderType.STOP_LIMIT}
_TOUCHES = {OrderType.MARKET_IF_TOUCHED, OrderType.LIMIT_IF_TOUCHED}


class Slow:
    """One order on one tape.

    Args:
        rows: (ts, what a buy meets, its size, what a sell meets, its size, aggressor).
        strict: whether a limit needs prices beyond it (trades) or at it (quotes).
        lag: rows between a trigger and the first fill. ahead: the queue, for trades.
    """

    def __init__(self, order, arrived, rows, *, strict, ahead=float("inf")):
        self.order, self.arrived, self.rows = order, arrived, rows
        self.buying = order.side is Side.BUY
        self.strict, self.ahead = strict, ahead
        self.left = order.quantity
        self.waiting = order.type not in {OrderType.MARKET, OrderType.LIMIT}
        self.rested = False
        self.fills, self.over = [], False
        self.limit = None if order.limit is None else float(order.limit)

    def run(self):
        """Return the fills as (ts, quantity, price)."""
        known = [row for row in self.rows if row[0] <= self.arrived]
        if known and self.limit is not None and not self.waiting:
            price = self.price(known[-1])
            self.rested = not isnan(price) and not self.takes(price)
            if self.order.post_only and not isnan(price) and not self.rested:
                return []
            self.rested = self.rested or self.order.post_only
        elif self.order.post_only and not self.waiting:
            self.rested = True
        for row in self.rows[len(known) :]:
            if self.over or not self.left:
                break
            self.see(row)
        return self.fills

    def price(self, row):
        return row[1] if self.buying else row[3]

    def better(self, price, than, *, strictly):
        if self.buying:
            return price < than if strictly else price <= than
        return price > than if strictly else price >= than

    def takes(self, price):
        return self.better(price, self.limit, strictly=self.strict)

    def see(self, row):
        price = self.price(row)
        if self.waiting:
            if not self.reached(price):
                return
            self.waiting = False
            if self.limit is not None:
                self.rested = not self.takes(price)
                if self.order.post_only and not self.rested:
                    self.over = True
                    return
            if self.strict:
                return
        self.meet(row, price)

    def reached(self, price):
        stop = float(self.order.stop)
        up = self.buying != (self.order.type in _TOUCHES)
        return price >= stop if up else price <= stop

    def meet(self, row, price):
        size = row[2] if self.buying else row[4]
        once = self.order.tif in {TimeInForce.IOC, TimeInForce.FOK}
        if isnan(price):
            self.rested = True
            return
        self.over = once
        paid, room = self.terms(row, price, size)
        quantity = min(self.left, Decimal(str(room)).quantize(LOT, ROUND_FLOOR))
        if self.order.tif is TimeInForce.FOK and quantity < self.left:
            return
        if quantity > 0:
            self.left -= quantity
            self.fills.append((row[0], float(quantity), paid))

    def terms(self, row, price, size):
        """Return the price and the room a row has for the order."""
        if self.limit is None:
            return price, size
        if self.takes(price):
            self.ahead = 0.0
            return (self.limit if self.rested else price), size
        self.rested = True
        if self.strict and price == self.limit and row[5] != self.order.side.sign:
            over = size - self.ahead
            self.ahead = max(0.0, self.ahead - size)
            return self.limit, max(0.0, over)
        return price, 0.0
