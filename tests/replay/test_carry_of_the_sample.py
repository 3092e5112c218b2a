"""The embedded sample: known dividends are paid, splits are in its prices already."""

from datetime import date
from decimal import Decimal

from feeds.history import HistoryFeed
from magents.model.records import Adjustment, Amendment, CashFlow
from magents.model.time import HOUR, iso
from tests.builders import Script, trade

FREE = {"max_single_name": 1e9, "max_leverage": 1e9, "price_collar": 1e9}


def hold(*names):
    """Return a pod that buys 100 of each after the first close, and waits with a limit."""

    async def script(desk):
        await desk.clock.until(desk.clock.now() + 12 * HOUR)
        for name in names:
            await desk.buy(name, 100)
            await desk.buy(name, 1, limit=1)

    return Script("pod", script)


def through_the_split(**how):
    """Return a run through the 7 for 1 split of Apple, and its prices."""
    days = {"start": date(2014, 4, 21), "end": date(2014, 8, 29)}
    feed = HistoryFeed(None, instruments=["AAPL", "AGN"], **days)
    return trade([hold("AAPL", "AGN")], feed, **FREE, **how)


def test_a_split_changes_no_position_and_no_order_of_the_sample():
    run = through_the_split()
    assert run.journal.of(Adjustment) == []
    assert [c for c in run.journal.of(Amendment) if c.instrument == "AAPL" and c.quantity] == []
    moves = abs(run.result.equity.fund[1:] / run.result.equity.fund[:-1] - 1)
    assert moves.max() < 0.01


def test_apple_pays_its_dividends_on_the_basis_of_the_prices():
    paid = through_the_split().journal.of(CashFlow)
    assert {flow.instrument for flow in paid} == {"AAPL"}
    assert [(iso(f.ts)[:10], f.amount) for f in paid] == [
        ("2014-05-08", Decimal("47.00")),
        ("2014-08-07", Decimal("47.00")),
    ]


def test_one_notice_says_that_unknown_is_not_zero():
    told = [n.text for n in through_the_split().result.notices if n.source == "dividends"]
    assert told == [
        "of 2 shares traded the dividends of 1 are not all known (AGN); unknown is not zero"
    ]


def test_nothing_is_said_or_paid_where_dividends_are_in_the_prices():
    run = through_the_split(prices="total_return")
    assert run.journal.of(CashFlow) == []
    assert [n for n in run.result.notices if n.source == "dividends"] == []
