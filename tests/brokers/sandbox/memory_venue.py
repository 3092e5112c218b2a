"""A venue in memory with every bad habit of real ones; it never lies about trades."""

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from brokers.ccxt_sandbox.truth.holdings import Market
from brokers.ccxt_sandbox.truth.messages import (
    Report,
    Trade,
)
from brokers.ccxt_sandbox.truth.rows import State
from magents.model.money import ZERO
from magents.model.orders import Side
from magents.model.time import SECOND

SYMBOL = "BTC/USDT"
MARKETS = {SYMBOL: Market(SYMBOL, "BTC", "USDT", Decimal("0.001"))}
CAPITAL = Decimal(100_000)
START = 1_700_000_000 * SECOND
LOT = Decimal("0.001")


@dataclass
class Resting:
    """An order as the venue has it."""

    client: str
    venue_id: str
    side: Side
    quantity: Decimal
    limit: Decimal | None
    filled: Decimal = ZERO
    state: State = State.WORKING
    born: int = 0

    def report(self):
        return Report(
            self.client, self.venue_id, SYMBOL, self.state, self.filled, self.quantity, self.limit
        )


@dataclass
class Habits:
    """How bad the venue is: chances, and spans in seconds."""

    lost: float = 0.0  # the request never arrives, and no answer comes
    deaf: float = 0.0  # it is processed, and no answer comes
    busy: float = 0.0
    failing: float = 0.0  # a query comes to nothing
    hidden: float = 0.0  # for how long what is new cannot be found
    drop: float = 0.0  # of stream messages
    double: float = 0.0
    late: float = 0.0
    outage: float = 0.0  # of the stream, at each message
    crash: float = 0.0  # at each commit
    quirk: float = 0.0  # odd refusals of cancels, orders of strangers, units from nowhere


class Venue:
    """Matches one symbol at a price that walks; nothing here ever lies about trades."""

    def __init__(self, rng):
        self.rng = rng
        self.price = Decimal(1000)
        self.orders = {}
        self.created = Counter()
        self.trades = []
        self.seen_at = {}
        self.held = {"USDT": CAPITAL + 5000, "BTC": Decimal(2)}
        self.news = []

    def create(self, now, intent):
        self.created[intent.client] += 1
        order = Resting(
            intent.client,
            f"v{len(self.orders) + 1}",
            intent.side,
            intent.quantity,
            intent.limit,
            born=now,
        )
        self.orders[order.venue_id] = order
        self.news.append(order.report())
        self.match(now, order)
        return order

    def match(self, now, order):
        """Fill what the price allows, sometimes in parts."""
        while order.state is State.WORKING and self._meets(order):
            left = order.quantity - order.filled
            part = left if left <= LOT or self.rng.random() < 0.6 else (left / 2).quantize(LOT)
            self.fill(now, order, part)
            if order.limit is not None and self.rng.random() < 0.5:
                break

    def fill(self, now, order, part):
        order.filled += part
        signed = part * order.side.sign
        price = self.price if order.limit is None else order.limit
        in_base = order.side is Side.BUY and self.rng.random() < 0.5
        fee, asset = (part * Decimal("0.001"), "BTC") if in_base else (Decimal("0.01"), "USDT")
        trade = Trade(
            f"t{len(self.trades) + 1}", order.venue_id, SYMBOL, signed, price, "", fee, asset, now
        )
        self.trades.append(trade)
        self.held["BTC"] += signed
        self.held["USDT"] -= signed * price
        self.held[asset] -= fee
        if order.filled == order.quantity:
            order.state = State.FILLED
        self.news += [trade, order.report()]

    def payments(self, _since, _until):
        """Return money without a trade; of spot there is none."""
        return ()

    def cancel(self, order):
        if order.state is not State.WORKING:
            return False
        order.state = State.CANCELLED
        self.news.append(order.report())
        return True

    def walk(self, now):
        self.price += Decimal(self.rng.randint(-3, 3))
        for order in list(self.orders.values()):
            self.match(now, order)

    def find(self, client):
        found = [each for each in self.orders.values() if each.client == client]
        return found[-1] if found else None

    def _meets(self, order):
        if order.limit is None:
            return True
        return (order.limit - self.price) * order.side.sign >= 0
