"""Funding of perpetuals in a live fund: heard while it runs, booked at the venue's instants."""

from decimal import Decimal

import pytest

from brokers.simulated.carry.funding import funding
from feeds.live.frames import Funding
from magents.journal.past import Past
from magents.model.events import Funding as Due
from magents.model.records import CashFlow, Fill
from magents.model.time import HOUR, SECOND
from pods.base import Pod
from tests.builders import MONDAY
from tests.feeds.live import made
from tests.feeds.live.made import NAME, START, market, told

DUE = MONDAY + 8 * HOUR


class Holder(Pod):
    """Buys once, at the first trade, unless it is told to hold what it has."""

    buys = True

    async def run(self, desk):
        async for _ in desk.trades(NAME):
            if self.buys and not desk.positions:
                await desk.buy(NAME, 2)
            return


def session(*heard, buys=True, until=DUE + HOUR, **how):
    pod = Holder("holder")
    pod.buys = buys
    return made.session(*heard, pods=[pod], until=until, **how)


def flows(journal):
    return journal.of(CashFlow)


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
