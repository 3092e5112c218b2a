"""A venue of perpetuals in memory: positions, fees told late and rightly, funding."""

from decimal import Decimal

from brokers.ccxt_sandbox.truth.holdings import Market
from brokers.ccxt_sandbox.truth.messages import Payment, Trade
from brokers.ccxt_sandbox.truth.rows import State
from tests.brokers.sandbox.memory import CAPITAL, LOT, SYMBOL, Habits, Storm, Venue

MARKETS = {SYMBOL: Market(SYMBOL, "BTC", "USDT", LOT, contract=True)}
GUESSED, CHARGED = Decimal("0.01"), (Decimal("0.01"), Decimal("0.02"), Decimal("-0.005"))


class Perpetuals(Venue):
    """Charges what its log says, which is not always what a fill says; pays funding at times.

    Money is counted as if positions were paid in full, which is what a snapshot says.
    """

    def __init__(self, rng):
        super().__init__(rng)
        self.held = {"USDT": CAPITAL + 5000, SYMBOL: Decimal(2)}
        self.log = []

    def fill(self, now, order, part):
        order.filled += part
        signed = part * order.side.sign
        price = self.price if order.limit is None else order.limit
        trade, charged = f"t{len(self.trades) + 1}", self.rng.choice(CHARGED)
        told = Trade(trade, order.venue_id, SYMBOL, signed, price, "", GUESSED, "USDT", now)
        self.trades.append(told)
        self.log.append(Payment(f"fee {trade}", SYMBOL, -charged, "USDT", trade, now))
        self.held[SYMBOL] += signed
        self.held["USDT"] -= signed * price + charged
        if order.filled == order.quantity:
            order.state = State.FILLED
        self.news += [told, order.report()]

    def walk(self, now):
        super().walk(now)
        if self.rng.random() < 0.05 and self.held[SYMBOL]:
            paid = (-self.held[SYMBOL] * self.price / 10_000).quantize(Decimal("0.0001"))
            self.log.append(Payment(f"log {len(self.log)}", SYMBOL, paid, "USDT", "", now))
            self.held["USDT"] += paid

    def payments(self, since, until):
        return tuple(each for each in self.log if since <= each.at <= until)


def storm(seed, habits=None, crash_at=0):
    """Return a storm at a venue of perpetuals."""
    return Storm(seed, habits or Habits(), crash_at, markets=MARKETS, kind=Perpetuals)


def check(found):
    """Every payment is in the books once, and the fund was told of each."""
    found.check()
    booked = found.machine.truth.paid
    fundings = {each.key: each.amount for each in found.venue.log if not each.trade}
    assert {key: booked[key].amount for key in fundings} == fundings
    assert {paid.number for paid in booked.values()} == found.fund.paid.keys()
