"""The exchange and the player of these tests do the same with markets of ticks."""

import asyncio
from decimal import Decimal
from itertools import pairwise

import pytest

from brokers.simulated.depth import DepthMarket
from brokers.simulated.exchange import SimulatedExchange
from brokers.simulated.fees import PercentageFees
from brokers.simulated.liquidity import Liquidity
from brokers.simulated.quotes import QuoteMarket
from brokers.simulated.slippage import BasisPointSlippage
from brokers.simulated.till import Till
from brokers.simulated.trades import TradeMarket
from magents.model.records import Fill
from magents.model.time import Phase
from tests.brokers.ticks.player import (
    DEPTH,
    QUOTES,
    TRADES,
    Got,
    Player,
    bid,
    cuts,
    depth,
    offer,
    quotes,
    trades,
)
from tests.builders import instrument, run, virtual_clock

ONE = Decimal(1)
PRINTED = trades(*((n, 100 + n % 5 - n % 3, 1 + n % 4, n % 3 - 1) for n in range(1, 60)))
QUOTED = quotes(*((n, 99 + n % 5 - n % 3, 101 + n % 5, 2, 3) for n in range(1, 60)))
BOOK = depth(
    *(
        (n, "ab"[n % 2], (102 + n % 7) if n % 2 == 0 else 99 - n % 5, 1 + n % 3)
        for n in range(1, 60)
    )
)
CASES = {
    "trades": (PRINTED, lambda: TradeMarket(TRADES, ONE)),
    "quotes": (QUOTED, lambda: QuoteMarket(QUOTES, ONE)),
    "depth": (BOOK, lambda: DepthMarket(DEPTH, ONE)),
}
ERRANDS = (
    (3, bid(7, "p:1")),
    (5, offer(6, "p:2", limit=101)),
    (6, bid(6, "p:3", limit=100)),
    (8, bid(5, "p:4", stop=103)),
    (9, offer(5, "p:5", kind="trailing_stop", trail=1)),
    (20, bid(2, "p:6", kind="limit_if_touched", stop=101, limit=102)),
    (30, offer(3, "p:7")),
)


def exchanged(parts, market, errands, kind=Till, bps=0.0):
    """Play blocks and orders to the exchange itself."""
    events = []

    async def main():
        clock = virtual_clock()
        till = kind(PercentageFees(0.0), BasisPointSlippage(bps))
        sides = ({market.panel: market}, till, Liquidity(None), Decimal(10**6), events.append)
        exchange = SimulatedExchange(clock, [instrument("AAA")], *sides)
        exchange.on_block(parts[0])
        tasks = [asyncio.create_task(submit(exchange, clock, *errand)) for errand in errands]
        for before, block in pairwise(parts):
            await clock.until(int(before.ts[-1]), Phase.LOAD)
            exchange.on_block(block)
        await clock.until(int(parts[-1].ts[-1]), Phase.END)
        for task in tasks:
            await task
        exchange.finish()

    run(main)
    return [event for event in events if isinstance(event, Fill)]


async def submit(exchange, clock, when, order):
    await clock.until(when, Phase.DATA)
    await exchange.submit(order)


@pytest.mark.parametrize("rows", [100, 7, 1])
@pytest.mark.parametrize(("tape", "market"), CASES.values(), ids=CASES.keys())
def test_the_exchange_fills_what_the_market_says(tape, market, rows):
    fills = exchanged(cuts(tape, rows), market(), ERRANDS)
    player = Player(market()).play(cuts(tape, 100), *ERRANDS)
    for _, order in ERRANDS:
        mine = [each for each in fills if each.order == order.id]
        got = [
            Got(each.ts, float(abs(each.quantity)), float(each.price), each.rule) for each in mine
        ]
        assert got == player.fills[order.id], order.id
    assert sum(bool(each) for each in player.fills.values()) > 2
