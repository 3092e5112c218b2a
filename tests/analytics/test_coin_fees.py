"""Fees that a venue keeps of the coin are costs like others, and no trades."""

from decimal import Decimal

from brokers.simulated.settings import Costs
from magents.analytics.attribution import activity_of, attribute
from magents.analytics.trades import round_trips, trades_of
from magents.config.settings import Exchange
from magents.model.records import Adjustment, Fill
from magents.model.time import SECOND
from pods.base import Pod
from tests.feeds.live.made import COIN as NAME
from tests.feeds.live.made import START, market, session


def bought(number, quantity, price, ts):
    numbers = (Decimal(quantity), Decimal(str(price)), Decimal(0))
    return Fill(ts, "p", f"p:{number}", NAME, number, *numbers, 0, "D2", complete=True)


def kept(units, ts):
    return Adjustment(ts, "p", NAME, "fee", Decimal(units))


def test_a_round_trip_that_paid_in_the_coin_is_one_trade_with_its_commission():
    fills = [bought(1, 2, 100, 10), bought(2, "-1.998", 110, 20)]
    (trade,) = round_trips(fills, {}, 30, [kept("-0.002", 10)])
    assert (trade.quantity, trade.entry_price, trade.exit_price) == (Decimal("1.998"), 100.0, 110.0)
    assert trade.commission == Decimal("0.2")
    assert trade.pnl == Decimal("1.998") * 110 - 200


def test_what_was_kept_of_a_cover_leaves_a_small_short():
    fills = [bought(1, -1, 100, 10), bought(2, 1, 90, 20)]
    trades = round_trips(fills, {NAME: 90.0}, 30, [kept("-0.001", 20)])
    assert sum(trade.pnl for trade in trades) == Decimal(10) - Decimal("0.09")


class Turner(Pod):
    """Buys at the first trade and sells a part at the third."""

    async def run(self, desk):
        count = 0
        async for _ in desk.trades(NAME):
            count += 1
            if count == 2:
                await desk.buy(NAME, 2)
            if count == 4:
                await desk.sell(NAME, 1)


def test_costs_of_a_fund_have_them_and_the_sum_is_still_what_was_gained():
    costs = Costs(fees="maker_taker", maker=0.001, taker=0.001, paid_in="received")
    heard = [market(START + (n + 1) * SECOND, 100.0 + n, NAME) for n in range(6)]
    how = {"until": START + 60 * SECOND, "exchange": Exchange(costs=costs), "coin": True}
    _, result = session(*heard, pods=[Turner("p")], **how)
    buy, sell = result.fills
    fee = Decimal("0.002") * buy.price
    assert [each.units for each in result.adjustments] == [Decimal("-0.002")]
    assert activity_of(result, "p").commission == fee + sell.commission
    row = attribute(result).pods[0]
    assert row.commission == (fee + sell.commission).quantize(Decimal("0.01"))
    assert abs(row.other) <= Decimal("0.01")
    assert [trade.open for trade in trades_of(result)] == [False, True]
