"""Open orders through splits and ex-dates, FINRA Rule 5330."""

from decimal import Decimal

import pytest

from brokers.simulated.carry.orders import adjust_order, reduce_order
from magents.model.orders import OrderType
from tests.builders import instrument, order

CENT = instrument(tick=Decimal("0.01"))


@pytest.mark.parametrize("side", ["buy", "sell"])
def test_a_limit_is_divided_and_rounded_down_its_size_multiplied(side):
    found = adjust_order(order(side, 15, limit="88.99"), Decimal(2), CENT)
    assert (found.quantity, found.limit) == (30, Decimal("44.49"))
    assert found.id == "pod:1"


def test_a_size_is_rounded_down_to_the_lot():
    found = adjust_order(order("buy", 15, stop=30), Decimal("1.5"), CENT)
    assert (found.quantity, found.stop) == (22, Decimal("20.00"))


def test_without_a_tick_prices_keep_eight_places():
    assert adjust_order(order("buy", 1, limit=100), Decimal(3), instrument()).limit == Decimal(
        "33.33333333"
    )


def test_trails_offsets_and_display_are_adjusted_percentages_are_not():
    trailing = order(
        "sell",
        10,
        type=OrderType.TRAILING_STOP_LIMIT,
        trail=Decimal(3),
        trail_percent=Decimal(5),
        limit_offset=Decimal("0.5"),
        display=Decimal(4),
    )
    found = adjust_order(trailing, Decimal(2), CENT)
    assert (found.trail, found.trail_percent, found.limit_offset) == (
        Decimal("1.5"),
        5,
        Decimal("0.25"),
    )
    assert found.display == 8


def test_a_reverse_split_cancels():
    assert adjust_order(order("buy", 100, limit=1), Decimal("0.1"), CENT) is None


def test_an_order_never_falls_to_no_price():
    assert adjust_order(order("buy", 1, limit="0.01"), Decimal(2), CENT).limit == Decimal("0.01")


@pytest.mark.parametrize(
    ("made", "limit", "stop"),
    [
        (order("buy", 1, limit="50"), "49.52", None),
        (order("sell", 1, stop="50"), None, "49.52"),
        (order("sell", 1, limit="50"), "50", None),
        (order("buy", 1, stop="50"), None, "50"),
    ],
)
def test_an_ex_date_lowers_limits_to_buy_and_stops_to_sell_only(made, limit, stop):
    found = reduce_order(made, Decimal("0.475"), CENT)
    assert found.limit == (limit and Decimal(limit))
    assert found.stop == (stop and Decimal(stop))


def test_a_dividend_under_a_cent_changes_nothing():
    made = order("buy", 1, limit=50)
    assert reduce_order(made, Decimal("0.009"), CENT) is made
