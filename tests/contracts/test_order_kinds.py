"""Kinds of order: what is declared works, what is not is refused before it leaves."""

from decimal import Decimal

import pytest

from magents.model.orders import OrderType, TimeInForce
from magents.model.time import DAY, SECOND
from tests.contracts.rig import every_venue

ENDED = {"cancelled", "expired", "rejected"}
KINDS = {
    OrderType.STOP: {"stop": "20100"},
    OrderType.STOP_LIMIT: {"stop": "20100", "limit": "20200"},
    OrderType.MARKET_IF_TOUCHED: {"stop": "19500"},
    OrderType.LIMIT_IF_TOUCHED: {"stop": "19500", "limit": "19400"},
    OrderType.TRAILING_STOP: {"trail": "100"},
    OrderType.TRAILING_STOP_LIMIT: {"trail": "100", "limit_offset": "50"},
}


async def refused(at, **how):
    """Send an order of a kind that was not declared: one sentence, and nothing leaves."""
    order = await at.send(**how)
    assert at.story(order) == ["rejected"]
    assert at.came_there() == 0
    assert "takes no" in at.note(order) or "reduce-only" in at.note(order)
    assert ". " not in at.note(order)
    return order


# -- time in force ---------------------------------------------------------------------------------


@every_venue
async def test_gtc_works_until_it_is_cancelled(at):
    order = await at.send("buy", "0.01", "19900", tif=TimeInForce.GTC)
    await at.rest("sell", "20000", "1")
    await at.settle()
    assert at.open_there() == {order.id}


@every_venue
async def test_ioc_fills_what_is_there_and_ends(at):
    await at.rest("sell", "20000", "0.004")
    order = await at.send("buy", "0.01", "20000", tif=TimeInForce.IOC)
    assert at.filled(order) == Decimal("0.004")
    assert at.story(order)[-1] in ENDED
    assert not at.open_there()


@every_venue
async def test_ioc_that_meets_nobody_ends_unfilled(at):
    order = await at.send("buy", "0.01", "20000", tif=TimeInForce.IOC)
    assert at.story(order)[-1] in ENDED
    assert not at.fills()


@every_venue
@pytest.mark.parametrize(("there", "filled"), [("0.004", "0"), ("0.01", "0.01"), ("1", "0.01")])
async def test_fok_fills_all_or_nothing(at, there, filled):
    if TimeInForce.FOK not in at.declared.takes.times:
        await refused(at, limit="20000", tif=TimeInForce.FOK)
        return
    await at.rest("sell", "20000", there)
    order = await at.send("buy", "0.01", "20000", tif=TimeInForce.FOK)
    assert at.filled(order) == Decimal(filled)
    assert not at.open_there()


@every_venue
async def test_gtd_by_declaration(at):
    if TimeInForce.GTD not in at.declared.takes.times:
        await refused(at, limit="19900", tif=TimeInForce.GTD, expires=DAY * 30_000)
        return
    expires = at.events[-1].ts if at.events else await now_of(at)
    order = await at.send(limit="19900", tif=TimeInForce.GTD, expires=expires + 10 * SECOND)
    assert at.story(order) == ["accepted"]
    await at.wait(11)
    await at.settle()
    assert at.story(order) == ["accepted", "expired"]


async def now_of(at):
    """Return the venue's present, by the answer to an order."""
    order = await at.send(limit="19000")
    await at.broker.cancel(order.id)
    await at.settle()
    return at.events[-1].ts


@every_venue
@pytest.mark.parametrize("tif", [TimeInForce.DAY, TimeInForce.AT_OPEN, TimeInForce.AT_CLOSE])
async def test_orders_for_a_session_by_declaration(at, tif):
    if tif not in at.declared.takes.times:
        await refused(at, limit="19900", tif=tif)
        return
    order = await at.send(limit="19900", tif=tif)
    # A market that never closes has no auction: the venue's rule says so.
    open_all_day = tif is not TimeInForce.DAY and at.instrument.calendar == "24/7"
    assert at.story(order)[0] == ("rejected" if open_all_day else "accepted")


# -- orders that wait for a price ------------------------------------------------------------------


@every_venue
@pytest.mark.parametrize("kind", KINDS, ids=str)
async def test_orders_that_wait_for_a_price_by_declaration(at, kind):
    if kind not in at.declared.takes.types:
        await refused(at, type=kind, **KINDS[kind])
        return
    await at.rest("sell", "20000", "1")
    order = await at.send(type=kind, **KINDS[kind])
    assert at.story(order) == ["accepted"]
    assert at.open_there() == {order.id}


@every_venue
async def test_a_stop_fires_where_the_price_comes_there(at):
    if OrderType.STOP not in at.declared.takes.types:
        await refused(at, type=OrderType.STOP, stop="20100")
        return
    await at.rest("sell", "20000", "1")
    order = await at.send(type=OrderType.STOP, stop="20100")
    assert at.story(order) == ["accepted"]
    await at.rise("20100")
    await at.settle()
    assert at.story(order) == ["accepted", "fill"]
    assert at.filled(order) == order.quantity
    assert at.fills(order)[0].price >= 20100


@every_venue
async def test_a_stop_with_a_limit_becomes_that_limit_and_waits_again(at):
    if OrderType.STOP_LIMIT not in at.declared.takes.types:
        return
    await at.rest("sell", "20000", "1")
    order = await at.send(type=OrderType.STOP_LIMIT, stop="20100", limit="20050")
    await at.rise("20100")
    await at.settle()
    assert not at.fills(order)
    assert at.open_there() == {order.id}
    await at.hit(order, "0.01")
    await at.settle()
    assert at.filled(order) == order.quantity
    assert {fill.price for fill in at.fills(order)} == {20050}


@every_venue
async def test_a_stop_that_was_cancelled_never_fires(at):
    if OrderType.STOP not in at.declared.takes.types:
        return
    await at.rest("sell", "20000", "1")
    order = await at.send(type=OrderType.STOP, stop="20100")
    await at.broker.cancel(order.id)
    await at.settle()
    await at.rise("20100")
    await at.settle()
    assert at.state(order) == "cancelled"
    assert not at.fills(order)
    assert not at.open_there()


@every_venue
async def test_a_stop_that_only_reduces_closes_what_is_held_and_no_more(at):
    takes = at.declared.takes
    if OrderType.STOP not in takes.types or not takes.reduce_only or at.declared.coins:
        return
    await at.rest("buy", "19990", "1")
    await at.send("sell", "0.01")
    order = await at.send("buy", "0.03", type=OrderType.STOP, stop="20100", reduce_only=True)
    await at.rise("20100")
    await at.settle()
    assert at.filled(order) == Decimal("0.01")
    assert not at.open_there()


# -- flags -----------------------------------------------------------------------------------------


@every_venue
async def test_post_only_rests_where_it_takes_nothing(at):
    order = await at.send(limit="19900", post_only=True)
    if not at.declared.takes.post_only:
        assert at.story(order) == ["rejected"]
        return
    assert at.story(order) == ["accepted"]
    await at.hit(order, "0.01")
    await at.settle()
    assert at.filled(order) == order.quantity


@every_venue
async def test_post_only_never_takes(at):
    await at.rest("sell", "20000", "1")
    order = await at.send(limit="20000", post_only=True)
    assert at.story(order)[-1] in ENDED
    assert not at.fills()
    assert not at.open_there()


@every_venue
@pytest.mark.parametrize(
    ("flag", "how"),
    [("display", {"display": "0.005"}), ("ties", {"group": "g"}), ("ties", {"parent": "pod:9"})],
    ids=["display", "group", "parent"],
)
async def test_what_is_tied_or_hidden_by_declaration(at, flag, how):
    if not getattr(at.declared.takes, flag):
        await refused(at, limit="19900", **how)
        return
    order = await at.send(limit="19900", **how)
    if "parent" in how:
        assert "parent is not at the venue" in at.note(order)
    else:
        assert at.story(order) == ["accepted"]


@every_venue
async def test_reduce_only_never_opens_anything(at):
    order = await at.send("buy", limit="19900", reduce_only=True)
    assert at.story(order)[-1] in ENDED
    assert not at.open_there()
    assert at.note(order)


@every_venue
async def test_reduce_only_sells_what_is_held(at):
    await at.hold()
    await at.rest("buy", "19990", "1")
    order = await at.send("sell", "0.01", reduce_only=True)
    assert at.filled(order) == Decimal("-0.01")
