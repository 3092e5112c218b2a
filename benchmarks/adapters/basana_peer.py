"""basana: asyncio, exact decimals.

Fees are rounded up to the precision of the money, so it gets five decimals.  There is no tick in
its backtesting exchange: a tick is sent as a bar with one price.
"""

import asyncio
import datetime as dt
from collections import deque
from decimal import Decimal

import basana as bs
from basana.backtesting import exchange as venue
from basana.backtesting import fees, liquidity

from benchmarks.adapters.common import Clockwork, Holding, Timer, job, report, rows
from benchmarks.work import CAPITAL, Job

UTC = dt.UTC
LENGTHS = {
    "1d": dt.timedelta(hours=23),
    "1m": dt.timedelta(minutes=1),
    "tick": dt.timedelta(microseconds=1),
}


def bar(pair: bs.Pair, start: dt.datetime, values: list[str], length: dt.timedelta) -> bs.BarEvent:
    """Return the event of one bar."""
    return bs.BarEvent(start + length, bs.Bar(start, pair, *map(Decimal, values), length))


def series(of: Job) -> dict[str, deque[bs.BarEvent]]:
    """Return the events of each instrument."""
    length, table = LENGTHS[of.work.bar], {}
    for row in rows(of):
        if of.work.bar == "tick":
            start = dt.datetime.fromtimestamp(int(row[0]) // 1000 / 1e6, UTC)
            name, values = "S00", [row[1]] * 4 + [row[2]]
        else:
            start = dt.datetime.fromisoformat(row[0]).replace(tzinfo=UTC)
            name, values = row[1], row[2:]
        table.setdefault(name, deque()).append(bar(bs.Pair(name, "USD"), start, values, length))
    return table


class Trader:
    """Sends the orders of one strategy on one instrument."""

    def __init__(self, exchange: venue.Exchange, pair: bs.Pair, rule: Holding | Clockwork) -> None:
        """Keep the three."""
        self._exchange, self._pair, self._rule = exchange, pair, rule

    async def on_bar(self, event: bs.BarEvent) -> None:
        """Take a bar."""
        units = self._rule.order(float(event.bar.close))
        if units:
            side = bs.OrderOperation.BUY if units > 0 else bs.OrderOperation.SELL
            await self._exchange.create_market_order(side, self._pair, Decimal(abs(units)))


def open_exchange(dispatcher: bs.EventDispatcher) -> venue.Exchange:
    """Return an exchange without price impact."""
    exchange = venue.Exchange(
        dispatcher,
        {"USD": Decimal(CAPITAL)},
        liquidity_strategy_factory=liquidity.InfiniteLiquidity,
        fee_strategy=fees.Percentage(Decimal("0.1")),
        default_pair_info=bs.PairInfo(0, 5),
    )
    exchange.set_symbol_precision("USD", 5)
    return exchange


async def trade(of: Job, table: dict[str, deque[bs.BarEvent]]) -> venue.Exchange:
    """Run all of it; return the exchange."""
    dispatcher = bs.backtesting_dispatcher()
    exchange = open_exchange(dispatcher)
    for name, events in table.items():
        pair = bs.Pair(name, "USD")
        exchange.set_symbol_precision(name, 0)
        exchange.add_bar_source(bs.FifoQueueEventSource(events=events))
        budget = of.work.budget * CAPITAL
        rules = [Holding(*pair_of, budget) for pair_of in of.work.windows] or [Clockwork()]
        for rule in rules:
            exchange.subscribe_to_bar_events(pair, Trader(exchange, pair, rule).on_bar)
    await dispatcher.run()
    return exchange


async def outcome(exchange: venue.Exchange, last: dict[str, Decimal]) -> tuple[int, float]:
    """Return fills and equity."""
    balances = await exchange.get_balances()
    orders = await exchange.get_orders()
    equity = sum(own.total * last.get(name, 1) for name, own in balances.items())
    return sum(order.amount_filled > 0 for order in orders), float(equity)


def main() -> None:
    """Measure."""
    of = job()
    table = series(of)
    last = {name: events[-1].bar.close for name, events in table.items()}
    count = sum(map(len, table.values()))
    with Timer() as timer:
        exchange = asyncio.run(trade(of, table))
    report("basana", timer, count, *asyncio.run(outcome(exchange, last)))


if __name__ == "__main__":
    main()
