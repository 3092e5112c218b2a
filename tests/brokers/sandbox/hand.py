"""A machine fed by hand, for tests of single messages."""

from decimal import Decimal

from brokers.ccxt_sandbox.truth.machine import Machine
from brokers.ccxt_sandbox.truth.messages import (
    Answer,
    Ask,
    Place,
    Report,
    Snapshot,
    Tick,
    Told,
    ToldFill,
    Trade,
)
from brokers.ccxt_sandbox.truth.rows import Intent, State
from brokers.ccxt_sandbox.truth.state import Truth
from magents.model.orders import OrderType, Side
from magents.model.time import SECOND
from tests.brokers.sandbox.memory import CAPITAL, MARKETS, START, SYMBOL


class Hand:
    """A machine fed by hand: every request is kept until it is answered."""

    def __init__(self, markets=MARKETS):
        self.now = START
        self.markets, self.asset = markets, markets[SYMBOL].asset
        self.held = {"USDT": CAPITAL, self.asset: Decimal(0)}
        self.machine = Machine(Truth(), markets)
        self.asked, self.news = [], []
        self._take(self.machine.start(self.now, {"USDT": CAPITAL}))
        self.answer(Ask.AUDIT, Snapshot(holdings=self.held))

    def _take(self, turn):
        self.asked += turn.requests
        self.news += turn.news
        return turn

    def say(self, message, after=0.0):
        self.now += int(after * SECOND)
        return self._take(self.machine.handle(self.now, message))

    def place(self, number=1, side="buy", quantity="1", limit=None, pod="pod"):
        intent = Intent(
            self.now,
            client=f"c{number}",
            order=f"{pod}:{number}",
            pod=pod,
            instrument=SYMBOL,
            symbol=SYMBOL,
            side=Side(side),
            quantity=Decimal(quantity),
            type=OrderType.MARKET if limit is None else OrderType.LIMIT,
            limit=None if limit is None else Decimal(limit),
        )
        self.say(Place(intent))
        return intent

    def waiting(self, ask):
        return [request for request in self.asked if request.ask is ask]

    def answer(self, ask, outcome, after=0.0):
        request = self.waiting(ask)[0]
        self.asked.remove(request)
        return self.say(Answer(request, outcome), after)

    def looks(self, outcome, seconds=60):
        """Let time pass, every look being answered in the same way."""
        for _ in range(seconds * 4):
            self.say(Tick(), 0.25)
            while self.waiting(Ask.LOOK):
                self.answer(Ask.LOOK, outcome)

    def order(self, number=1):
        return self.machine.truth.orders[f"c{number}"]

    def states(self):
        return [each.state.value for each in self.news if isinstance(each, Told)]

    def fills(self):
        return [each.fill for each in self.news if isinstance(each, ToldFill)]


def report(state=State.WORKING, filled="0", number=1, **more):
    return Report(f"c{number}", f"v{number}", SYMBOL, state, Decimal(filled), **more)


def trade(name="t1", quantity="1", number=1, price="1000", **more):
    return Trade(name, f"v{number}", SYMBOL, Decimal(quantity), Decimal(price), at=START, **more)
