"""Funding of perpetuals in a live fund: heard while it runs, booked at the venue's instants."""

import asyncio
from decimal import Decimal

import pytest

from brokers.simulated.carry.funding import funding
from feeds.live.feed import LiveFeed
from feeds.live.frames import Frame, Funding, Kind, Opening, Top, Trade
from feeds.live.settings import Live
from magents.fund import Fund, Hire
from magents.journal.past import Past
from magents.journal.writing import MemoryJournal
from magents.model.events import Funding as Due
from magents.model.records import CashFlow, Fill
from magents.model.time import HOUR, SECOND, Phase
from magents.runtime.clock import VirtualClock
from magents.runtime.loop import VirtualLoop
from pods.base import Pod
from tests.builders import MONDAY, settings

NAME = "BTC/USDT:USDT"
START = MONDAY + 7 * HOUR
DUE = MONDAY + 8 * HOUR
MARKET = {
    "id": "BTCUSDT", "base": "BTC", "quote": "USDT", "settle": "USDT", "swap": True,
    "linear": True, "type": "swap", "contractSize": 1,
    "precision": {"amount": 0.001, "price": 0.1}, "limits": {},
}  # fmt: skip


class Holder(Pod):
    """Buys once, at the first trade, unless it is told to hold what it has."""

    buys = True

    async def run(self, desk):
        async for _ in desk.trades(NAME):
            if self.buys and not desk.positions:
                await desk.buy(NAME, 2)
            return


class Journal(MemoryJournal):
    """Keeps the records."""

    def __init__(self):
        super().__init__()
        self.kept = []

    def append(self, record):
        self.kept.append(record)
        return super().append(record)


def told(instant, *events, kind=Kind.POLLED):
    return instant, (Frame(0, instant, instant, "binance", kind, "", ""), events)


def market(instant, price):
    top = Top(NAME, price - 0.5, price + 0.5, 9.0, 9.0)
    return told(instant, Trade(NAME, instant, price, 1.0, 1, ""), top, kind=Kind.MESSAGE)


def session(*heard, funding=True, past=None, buys=True, until=DUE + HOUR):
    """Run a fund on what is heard when; return its journal and result."""
    loop = VirtualLoop()
    clock = VirtualClock(loop)
    opening = Opening(markets={"binance": {NAME: MARKET}}, offsets={"binance": 0})
    live = Live(venues=("binance",), symbols=(NAME,), book="quotes", funding=funding)

    async def begins():
        await clock.until(START, Phase.LOAD)
        for instant, frame in (*heard, told(until, kind=Kind.END)):
            clock.call_at(instant, Phase.LOAD, feed.take, [frame])
        return START

    feed = LiveFeed(opening, live, clock, begins)
    pod = Holder("holder")
    pod.buys = buys
    journal = Journal()
    money = settings(currency="USDT")
    fund = Fund(money, feed, [Hire(pod)], clock, journal, past=past)

    async def main():
        return await fund.run()

    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        return journal.kept, runner.run(main())


def flows(kept):
    return [each for each in kept if isinstance(each, CashFlow)]


MINUTE_IN = START + 60 * SECOND
BOUGHT = (market(MINUTE_IN, 100.0), market(MINUTE_IN + SECOND, 100.0))


def test_funding_is_booked_at_the_venues_instant_with_the_rate_told_last():
    kept, result = session(
        told(START + SECOND, Funding(NAME, 0.0003, DUE)),
        *BOUGHT,
        told(START + 90 * SECOND, Funding(NAME, 0.0001, DUE)),
        market(DUE - SECOND, 200.0),
        told(DUE + SECOND, Funding(NAME, 0.0009, DUE + 8 * HOUR)),
    )
    (flow,) = flows(kept)
    assert (flow.ts, flow.cause, flow.pod, flow.currency) == (DUE, "funding", "holder", "USDT")
    assert flow.amount == -2 * 200 * Decimal("0.0001")
    assert list(result.flows) == [flow]


def test_it_is_the_backtests_own_reckoning():
    kept, result = session(
        told(START + SECOND, Funding(NAME, -0.00012345, DUE)), *BOUGHT, market(DUE - SECOND, 123.4)
    )
    (perpetual,) = result.instruments
    due = Due(DUE, NAME, Decimal("-0.00012345"))
    assert flows(kept) == funding(due, perpetual, {"holder": Decimal(2)}, Decimal("123.4"))


def test_several_fundings_one_after_the_other_each_have_their_own_rate():
    kept, _ = session(
        told(START + SECOND, Funding(NAME, 0.0001, DUE)),
        *BOUGHT,
        told(DUE + SECOND, Funding(NAME, 0.0002, DUE + HOUR)),
        told(DUE + HOUR + SECOND, Funding(NAME, 0.0002, DUE + 2 * HOUR)),
        until=DUE + 3 * HOUR,
    )
    assert [(each.ts, each.rate) for each in flows(kept)] == [
        (DUE, 0.0001),
        (DUE + HOUR, 0.0002),
        (DUE + 2 * HOUR, 0.0002),
    ]


def test_nothing_is_booked_for_instants_that_are_over_or_unknown():
    kept, result = session(
        told(START + SECOND, Funding(NAME, 0.0001, START), Funding(NAME, 0.0001, 0)), *BOUGHT
    )
    assert flows(kept) == []
    assert any("does not say when" in notice.text for notice in result.notices)


def test_a_session_that_does_not_follow_funding_says_so():
    _, result = session(*BOUGHT, funding=False)
    assert any("live.funding is off" in notice.text for notice in result.notices)


def test_a_resumed_run_pays_for_what_it_already_held():
    numbers = (Decimal(3), Decimal(100), Decimal(0))
    fill = Fill(START - HOUR, "holder", "holder:1", NAME, 1, *numbers, 0, "", complete=True)
    past = Past(allocations={"holder": Decimal(1_000_000)}, booked=[fill], counts={"holder": 1})
    kept, _ = session(
        told(START + SECOND, Funding(NAME, 0.0001, DUE)),
        market(DUE - SECOND, 100.0),
        past=past,
        buys=False,
    )
    (flow,) = flows(kept)
    assert flow.amount == pytest.approx(Decimal("-0.03"))
