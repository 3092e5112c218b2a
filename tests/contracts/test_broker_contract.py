"""What every broker does with plain orders, whoever fills them: run at each venue in ``venues/``.

After each test the rig checks more: no event tells what cannot be, no fill is told twice, and the
events add up to what the venue has (:meth:`tests.contracts.rig.Rig.check`).
"""

import asyncio
from decimal import Decimal

import pytest

from magents.model.records import Amendment, Fill
from tests.contracts.rig import every_venue

OVER = {"cancelled", "expired", "rejected"}


# -- taking ----------------------------------------------------------------------------------------


@every_venue
async def test_a_market_order_is_accepted_and_filled_whole(at):
    await at.rest("sell", "20000", "1")
    order = await at.send("buy", "0.01")
    assert at.story(order) == ["accepted", "fill"]
    (fill,) = at.fills(order)
    assert (fill.pod, fill.instrument) == ("pod", at.instrument.id)
    assert (fill.quantity, fill.price, fill.complete) == (Decimal("0.01"), 20000, True)


@every_venue
async def test_a_sale_is_booked_with_its_sign(at):
    await at.hold()
    await at.rest("buy", "19990", "1")
    order = await at.send("sell", "0.01")
    assert at.filled(order) == Decimal("-0.01")
    assert {fill.price for fill in at.fills(order)} == {19990}


@every_venue
async def test_a_large_order_walks_the_book_in_parts(at):
    await at.rest("sell", "20000", "0.01")
    await at.rest("sell", "20001", "0.02")
    order = await at.send("buy", "0.02")
    fills = at.fills(order)
    assert [(f.quantity, f.price) for f in fills] == [
        (Decimal("0.01"), 20000),
        (Decimal("0.01"), 20001),
    ]
    assert [f.complete for f in fills] == [False, True]


@every_venue
async def test_a_limit_that_crosses_gets_the_better_price(at):
    await at.rest("sell", "20000", "1")
    order = await at.send("buy", "0.01", "20100")
    assert [fill.price for fill in at.fills(order)] == [20000]
    assert at.story(order) == ["accepted", "fill"]


@every_venue
async def test_a_limit_takes_what_is_there_and_rests_with_the_rest(at):
    await at.rest("sell", "20000", "0.004")
    order = await at.send("buy", "0.01", "20000")
    assert at.filled(order) == Decimal("0.004")
    assert at.open_there() == {order.id}
    await at.hit(order, "0.006")
    await at.settle()
    assert at.filled(order) == Decimal("0.01")
    assert at.fills(order)[-1].complete


# -- resting ---------------------------------------------------------------------------------------


@every_venue
async def test_a_limit_rests_and_is_filled_at_its_price_when_somebody_comes(at):
    order = await at.send("buy", "0.01", "19900")
    assert at.story(order) == ["accepted"]
    await at.hit(order, "0.01")
    await at.settle()
    assert at.story(order) == ["accepted", "fill"]
    assert at.fills(order)[0].price == 19900


@every_venue
async def test_a_resting_order_is_filled_in_parts(at):
    order = await at.send("buy", "0.01", "19900")
    for part in ("0.004", "0.001", "0.005"):
        await at.hit(order, part)
        await at.settle()
    fills = at.fills(order)
    assert [f.quantity for f in fills] == [Decimal(p) for p in ("0.004", "0.001", "0.005")]
    assert [f.complete for f in fills] == [False, False, True]
    assert len({f.id for f in fills}) == 3


@every_venue
async def test_a_resting_sale_is_filled(at):
    await at.hold()
    order = await at.send("sell", "0.01", "20500")
    await at.hit(order, "0.01")
    await at.settle()
    assert at.filled(order) == Decimal("-0.01")
    assert at.fills(order)[0].price == 20500


# -- cancelling ------------------------------------------------------------------------------------


@every_venue
async def test_a_cancelled_order_is_gone_and_fills_nothing_more(at):
    order = await at.send("buy", "0.01", "19900")
    await at.broker.cancel(order.id)
    await at.settle()
    assert at.story(order)[-1] == "cancelled"
    assert not at.open_there()
    assert not at.fills()


@every_venue
async def test_what_had_filled_before_a_cancel_stays(at):
    order = await at.send("buy", "0.01", "19900")
    await at.hit(order, "0.003")
    await at.broker.cancel(order.id)
    await at.settle()
    assert at.filled(order) == Decimal("0.003")
    assert at.state(order) == "cancelled"


@every_venue
async def test_cancelling_a_filled_order_changes_nothing_and_says_nothing(at):
    await at.rest("sell", "20000", "1")
    order = await at.send("buy", "0.01")
    told = list(at.events)
    await at.broker.cancel(order.id)
    await at.settle()
    assert at.events == told


@every_venue
async def test_cancelling_twice_ends_it_once(at):
    order = await at.send("buy", "0.01", "19900")
    await at.broker.cancel(order.id)
    await at.broker.cancel(order.id)
    await at.settle()
    assert at.story(order).count("cancelled") == 1


@every_venue
@pytest.mark.parametrize("part", ["0.004", "0.01"])
async def test_a_fill_that_races_a_cancel_counts(at, part):
    order = await at.send("buy", "0.01", "19900")
    async with asyncio.TaskGroup() as both:
        both.create_task(at.broker.cancel(order.id))
        both.create_task(at.hit(order, part))
    await at.settle()
    at.check()
    assert at.filled(order) in {Decimal(0), Decimal(part)}
    whole = at.filled(order) == order.quantity
    assert at.state(order) == ("filled" if whole else "cancelled")


@every_venue
async def test_an_order_cancelled_before_it_was_answered_comes_to_one_end(at):
    order = await at.submit("buy", "0.01", "19900")
    await at.broker.cancel(order.id)
    await at.settle()
    assert at.state(order) == "cancelled"
    assert not at.open_there()


# -- amending --------------------------------------------------------------------------------------


@every_venue
@pytest.mark.parametrize(
    "change", [{"quantity": "0.006"}, {"limit": "19950"}, {"quantity": "0.02", "limit": "19950"}]
)
async def test_an_order_is_amended_or_says_that_it_cannot_be(at, change):
    order = await at.send("buy", "0.01", "19900")
    wanted = {name: Decimal(number) for name, number in change.items()}
    await at.broker.amend(Amendment(0, "pod", order.id, order.instrument, **wanted))
    await at.settle()
    assert at.open_there() == {order.id}
    told = [event for event in at.events if isinstance(event, Amendment)]
    if not at.declared.takes.amends:
        assert not told
        assert at.story(order) == ["accepted", "accepted"]
        assert "in place" in at.note(order)
        return
    (amended,) = told
    assert {name: getattr(amended, name) for name in wanted} == wanted


@every_venue
async def test_an_amended_order_fills_at_its_new_price_and_size(at):
    order = await at.send("buy", "0.01", "19900")
    limit, quantity = Decimal(20000), Decimal("0.008")
    change = Amendment(0, "pod", order.id, order.instrument, quantity=quantity, limit=limit)
    await at.broker.amend(change)
    await at.settle()
    await at.rest("sell", "20000", "1")
    await at.settle()
    if at.declared.takes.amends:
        assert at.filled(order) == quantity
        assert {fill.price for fill in at.fills(order)} == {20000}
        assert not at.open_there()
    else:
        assert at.open_there() == {order.id}


@every_venue
async def test_amending_a_filled_order_says_nothing(at):
    await at.rest("sell", "20000", "1")
    order = await at.send("buy", "0.01")
    told = list(at.events)
    await at.broker.amend(Amendment(0, "pod", order.id, order.instrument, limit=Decimal(20001)))
    await at.settle()
    assert at.events == told


# -- ids -------------------------------------------------------------------------------------------


@every_venue
async def test_an_order_that_is_sent_twice_is_at_the_venue_once(at):
    order = await at.send("buy", "0.01", "19900")
    await at.broker.submit(order)
    await at.settle()
    assert at.story(order) == ["accepted"]
    await at.hit(order, "0.01")
    await at.settle()
    assert at.filled(order) == Decimal("0.01")
    assert not at.open_there()


@every_venue
async def test_an_unknown_order_is_neither_cancelled_nor_amended_and_nothing_is_said(at):
    known = await at.send("buy", "0.01", "19900")
    told = list(at.events)
    await at.broker.cancel("pod:99")
    await at.broker.amend(Amendment(0, "pod", "pod:99", known.instrument, limit=Decimal(19950)))
    await at.settle()
    assert at.events == told
    assert at.open_there() == {known.id}


@every_venue
async def test_ids_are_ours_from_first_to_last_and_fills_have_one_each(at):
    await at.rest("sell", "20000", "1")
    orders = [await at.submit("buy", "0.001") for _ in range(12)]
    await at.settle()
    assert [at.story(order) for order in orders] == [["accepted", "fill"]] * 12
    assert len({fill.id for fill in at.fills()}) == 12
    assert {event.order for event in at.events if isinstance(event, Fill)} == set(at.orders)


@every_venue
async def test_reports_come_in_the_order_of_time_and_acceptance_first(at):
    await at.rest("sell", "20000", "0.015")
    orders = [
        await at.submit("buy", "0.01", "20000"),
        await at.submit("buy", "0.01", "20000"),
        await at.submit("buy", "0.01", "19900"),
    ]
    await at.settle()
    await at.broker.cancel(orders[1].id)
    await at.broker.cancel(orders[2].id)
    await at.settle()
    for order in orders:
        story = at.story(order)
        assert story[0] == "accepted"
        assert not OVER & set(story[:-1])
    assert sum(at.filled(order) for order in orders) == Decimal("0.015")


# -- refusals --------------------------------------------------------------------------------------


@every_venue
@pytest.mark.parametrize(
    ("how", "why"),
    [
        ({"instrument": "ZZZ"}, "ZZZ is not traded here"),
        ({"quantity": "0"}, "positive multiple of the lot"),
        ({"quantity": "-0.01"}, "positive multiple of the lot"),
        ({"quantity": "0.0100000001"}, "positive multiple of the lot"),
        ({"limit": "0"}, "limit above 0"),
        ({"limit": "-1"}, "limit above 0"),
        ({"limit": "19900.00001"}, "multiple of the tick"),
    ],
    ids=lambda value: value if isinstance(value, str) else "-".join(map(str, value.values())),
)
async def test_what_breaks_a_filter_is_rejected_with_a_reason_and_never_arrives(at, how, why):
    order = await at.send(**how)
    assert at.story(order) == ["rejected"]
    assert why in at.note(order)
    assert at.came_there() == 0
    other = await at.send("buy", "0.01", "19900")
    assert at.story(other) == ["accepted"]


@every_venue
async def test_what_is_worth_too_little_is_rejected_where_the_venue_says_how_much(at):
    little = max(Decimal("0.00005"), at.instrument.lot)
    order = await at.send("buy", str(little), "19900")
    if little * 19_900 >= (at.instrument.min_notional or 0):
        assert at.story(order) == ["accepted"]
    else:
        assert at.story(order) == ["rejected"]
        assert "worth" in at.note(order)
        assert at.came_there() == 0


@every_venue
async def test_a_sale_of_more_than_is_held_is_rejected_with_a_reason(at):
    order = await at.send("sell", "1", "20500")
    if at.declared.coins:
        assert at.story(order) == ["rejected"]
        assert at.note(order)
        assert not at.open_there()
    else:
        assert at.story(order) == ["accepted"]


@every_venue
async def test_a_purchase_beyond_the_cash_is_rejected_where_the_venue_looks_at_cash(at):
    order = await at.send("buy", "500", "19900")
    rejected = at.story(order) == ["rejected"] and bool(at.note(order))
    assert rejected == at.declared.checks_cash


# -- fees ------------------------------------------------------------------------------------------


def fees(at):
    """Return what the events charged so far: money, and coins that were kept."""
    money = sum(fill.commission for fill in at.fills())
    coins = sum(fill.quantity for fill in at.fills()) - at.booked()["units"]
    return money, coins


@every_venue
async def test_who_takes_pays_the_takers_fee_from_what_he_receives(at):
    await at.hold("0.02", "20000")
    rate, value = at.declared.taker, Decimal("0.02") * 20000
    assert fees(at) == ((0, Decimal("0.02") * rate) if at.declared.coins else (value * rate, 0))
    await at.rest("buy", "19990", "1")
    before = fees(at)
    await at.send("sell", "0.01")
    assert fees(at)[0] - before[0] == Decimal("0.01") * 19990 * rate
    assert fees(at)[1] == before[1]


@every_venue
async def test_who_rested_pays_the_makers_fee(at):
    order = await at.send("buy", "0.01", "19900")
    await at.hit(order, "0.01")
    await at.settle()
    rate = at.declared.maker
    expected = (0, order.quantity * rate) if at.declared.coins else (199 * rate, 0)
    assert fees(at) == expected


# -- the end ---------------------------------------------------------------------------------------


@every_venue
async def test_a_session_that_ends_leaves_no_order_open_and_says_so_of_each(at):
    await at.rest("sell", "20000", "0.004")
    orders = [
        await at.submit("buy", "0.01", "20000"),
        await at.submit("buy", "0.01", "19900"),
        await at.submit("buy", "0.01", "19800"),
    ]
    await at.settle()
    await at.end()
    assert not at.open_there()
    for order in orders:
        assert at.story(order)[-1] in OVER
    assert at.filled(orders[0]) == Decimal("0.004")
