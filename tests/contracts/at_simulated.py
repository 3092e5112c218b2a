"""The contract's rig for the simulated exchange, as a live run has it: an order book and trades."""

from decimal import Decimal

import numpy as np

from brokers.capabilities import EVERYTHING
from brokers.simulated.settings import Costs
from magents.assembly import World, costs_of, exchange_of
from magents.book.worth import Rules
from magents.config.settings import Exchange
from magents.model.bars import Panel
from magents.model.money import ZERO, exact
from magents.model.ticks import DepthBlock, TradeBlock
from magents.model.time import SECOND, Phase
from tests.builders import MONDAY, NAN, coin, run, settings, virtual_clock
from tests.contracts.rig import CAPITAL, HIGH, LOW, Declared, Rig
from tests.contracts.stages import Stage

NAME = "BTC/USDT"
DEPTH = Panel(f"{NAME} depth", (NAME,), "tick", 365, 365, "depth")
TRADES = Panel(f"{NAME} trades", (NAME,), "tick", 365, 365, "trades")
STEP = SECOND // 100
SIGNS = {"buy": 1, "sell": -1}
NOBODY = (1, 1.0, 1.0)
"""A bid far away: repeated whenever the book is to tell of itself again."""
MAKER, TAKER = exact("0.0008"), exact("0.001")
COSTS = Costs(fees="maker_taker", maker=float(MAKER), taker=float(TAKER), paid_in="received")


class SimulatedRig(Rig):
    """Shows a book to the exchange, message by message."""

    declared = Declared(EVERYTHING, MAKER, TAKER, checks_cash=False)

    def __init__(self):
        super().__init__()
        filters = {"tick": exact("0.01"), "lot": exact("0.00001"), "min_notional": exact(5)}
        self.instrument = coin(NAME, **filters, shortable=False, base="BTC")
        how = settings(exchange=Exchange(costs=COSTS), initial_capital=CAPITAL)
        rules = Rules([self.instrument], "USDT")
        world = World(
            [self.instrument],
            [TRADES, DEPTH],
            rules,
            lambda _: float(LOW + HIGH) / 2,
            lambda *_: None,
        )
        self._clock, self._sizes = virtual_clock(), {}
        costs = costs_of(how, world.panels)
        self.broker = exchange_of(how, costs, world, self._clock, self.events.append)
        self._arrivals = 0

    async def open(self):
        """Let somebody buy far below and sell far above."""
        self.broker.open()
        await self.rest("buy", LOW, 1)
        await self.rest("sell", HIGH, 1)
        return self

    async def submit(self, *args, **how):
        order = await super().submit(*args, **how)
        # Whatever was told of it at once tells whether the exchange let it in.
        self._arrivals += self.story(order)[:1] != ["rejected"]
        return order

    async def rest(self, side, price, quantity):
        key = (SIGNS[side], float(price))
        self._sizes[key] = self._sizes.get(key, 0.0) + float(quantity)
        await self._show((*key, self._sizes[key]))

    async def hit(self, order, quantity):
        ts = self._clock.now() + STEP
        column = np.array([float(order.limit)]), np.array([float(quantity)])
        sign = np.array([-order.side.sign], np.int8)
        self.broker.on_block(TradeBlock(TRADES, np.array([ts], np.int64), *column, sign))
        await self._show(NOBODY)

    async def rise(self, price):
        await self.rest("sell", "20000", "-1")
        await self.rest("buy", price, "1")
        await self.rest("sell", str(Decimal(price) + 1), "1")

    async def settle(self):
        for _ in range(3):
            await self._show(NOBODY)

    async def wait(self, seconds):
        """Let time pass."""
        await self._clock.until(self._clock.now() + round(seconds * SECOND), Phase.END)

    async def _show(self, *levels):
        """Let the book tell of levels: side, price, size."""
        ts = self._clock.now() + STEP
        side, price, size = zip(*levels, strict=True)
        count = len(levels)
        self.broker.on_block(
            DepthBlock(
                DEPTH,
                np.full(count, ts, np.int64),
                np.array(side, np.int8),
                np.array(price),
                np.array(size),
                np.zeros(count, np.int8),
                np.full(count, NAN),
            )
        )
        await self._clock.until(ts, Phase.END)

    def open_there(self):
        return {name for name in self.orders if self.broker.find(name) is not None}

    def came_there(self):
        return self._arrivals

    def held_there(self):
        account = self.broker.account
        return {"money": account.cash, "units": account.quantities.get(NAME, ZERO)}

    async def end(self):
        self.broker.finish()


class Simulated(Stage):
    """Plays in simulated time."""

    def play(self, test, folder):
        async def whole():
            await test(await SimulatedRig().open())

        run(whole, MONDAY)
