"""What is reserved for an order follows its size, and is given back when it is over."""

import pytest

from magents.model.orders import Order, Side
from tests.builders import Script, block, feed, trade

BARS = block([100.0] * 6)
CLOSES = BARS.ts.tolist()


def room(*steps, units=100):
    """Buy at a limit that is never touched, do steps a close each; then try for the whole room.

    The fund of 10 000 may hold one times its equity: what is reserved is missing.
    """

    async def script(desk):
        await desk.clock.until(CLOSES[0])
        first = await desk.buy("AAA", 60, limit=80)
        for row, step in enumerate(steps, 1):
            await desk.clock.until(CLOSES[row])
            await step(desk, first)
        await desk.clock.until(CLOSES[4])
        await desk.buy("AAA", units, limit=80)

    limits = {"initial_capital": 10_000, "max_single_name": 9.0, "max_leverage": 0.8}
    run = trade([Script("pod", script)], feed(BARS), price_collar=0.5, **limits)
    last = run.journal.of(Order)[-1].id
    return not any(verdict.order == last for verdict in run.result.refusals)


async def shrink(desk, first):
    await desk.amend(first.id, quantity=10)


async def grow(desk, first):
    await desk.amend(first.id, quantity=80)


async def too_small(desk, first):
    await desk.amend(first.id, limit=-1)


async def cancel(desk, first):
    await desk.cancel(first.id)


@pytest.mark.parametrize(
    ("steps", "most"),
    [
        ((), 40),
        ((cancel,), 100),
        ((too_small,), 40),
        ((grow,), 20),
        ((grow, cancel), 100),
        ((shrink, cancel), 100),
    ],
)
def test_room_that_is_not_used_any_more_is_free_for_others(steps, most):
    assert room(*steps, units=most)
    assert not room(*steps, units=most + 1)


def test_a_bracket_reserves_its_entry_only():
    async def bracket(desk, _):
        await desk.bracket("AAA", Side.BUY, 30, take_profit=120, stop_loss=70, limit=80)

    assert room(bracket, units=10)
    assert not room(bracket, units=11)
