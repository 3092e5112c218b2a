"""Orders of all kinds through a whole fund: any block size, one digest; the closed form."""

from decimal import Decimal

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from magents.model.orders import OrderType, Side, TimeInForce
from tests.builders import Script, always_open, feed, trade, walk

DAILY, COINS = walk(14, seed=21, gaps=0.1), always_open(60, seed=22)
INSTANTS = sorted({*DAILY.ts.tolist(), *COINS.ts.tolist()[::4], *COINS.open_ts.tolist()[::7]})
NAMES = ("AAA", "BBB", "BTC/USDT")
LEVELS = st.integers(94, 106)
HOW = st.one_of(
    st.just({}),
    st.builds(lambda limit: {"limit": limit}, LEVELS),
    st.builds(
        lambda limit, tif: {"limit": limit, "tif": tif},
        LEVELS,
        st.sampled_from(["day", "ioc", "fok", "at_open", "at_close"]),
    ),
    st.builds(lambda stop: {"stop": stop, "tif": "day"}, LEVELS),
    st.builds(lambda stop, limit: {"stop": stop, "limit": limit}, LEVELS, LEVELS),
    st.builds(lambda trail: {"trail": trail}, st.integers(1, 6)),
    st.builds(lambda trail: {"trail_percent": trail, "limit_offset": "0.5"}, st.integers(1, 6)),
    st.builds(lambda stop: {"stop": stop, "type": OrderType.MARKET_IF_TOUCHED}, LEVELS),
    st.builds(lambda limit: {"limit": limit, "post_only": True, "group": "g"}, LEVELS),
    st.builds(lambda limit: {"limit": limit, "display": 1, "group": "g"}, LEVELS),
    st.builds(
        lambda limit, n: {"limit": limit, "expires": INSTANTS[-n]}, LEVELS, st.integers(1, 6)
    ),
    st.just({"reduce_only": True, "tif": TimeInForce.AT_CLOSE}),
)
ERRANDS = st.lists(
    st.tuples(
        st.sampled_from(INSTANTS),
        st.sampled_from(["buy", "sell", "bracket", "cancel", "amend"]),
        st.sampled_from(NAMES),
        st.integers(1, 40),
        HOW,
        st.tuples(LEVELS, LEVELS),
    ),
    max_size=10,
).map(lambda made: sorted(made, key=lambda errand: errand[0]))


def busy(errands):
    """Return a script that does errands; cancels and amendments are of the newest open order."""

    async def script(desk):
        for when, what, name, quantity, how, levels in errands:
            await desk.clock.until(when)
            if what in {"buy", "sell"}:
                await getattr(desk, what)(name, quantity, **how)
            elif what == "bracket":
                exits = {"take_profit": max(levels) + 1, "stop_loss": min(levels)}
                await desk.bracket(name, Side.BUY, quantity, **exits, **how)
            elif desk.orders and what == "cancel":
                await desk.cancel(desk.orders[-1].order.id)
            elif desk.orders:
                await desk.amend(desk.orders[-1].order.id, quantity=quantity)

    return script


def traded(plans, **how):
    pods = [Script(name, busy(errands)) for name, errands in zip("ab", plans, strict=False)]
    return trade(pods, feed(DAILY, COINS), max_single_name=5.0, price_collar=0.5, **how)


@settings(max_examples=25)
@given(st.lists(ERRANDS, min_size=1, max_size=2), st.sampled_from([1, 7]))
def test_a_mix_of_all_orders_has_one_digest_for_every_block_size(plans, size):
    one, other = (traded(plans, block_size=rows) for rows in (size, 512))
    assert one.result.halts == []
    assert one.result.digest == other.result.digest


@settings(max_examples=25)
@given(st.integers(0, 12), st.integers(1, 500))
def test_without_costs_buying_and_holding_is_the_closed_form(row, units):
    async def script(desk):
        await desk.clock.until(int(DAILY.ts[row]))
        await desk.buy("AAA", units)

    result = trade([Script("pod", script)], feed(DAILY), max_single_name=9.0).result
    opens, closes = DAILY.open[:, 0], DAILY.close[:, 0]
    there = opens[row + 1 :][~np.isnan(opens[row + 1 :])]
    known = not np.isnan(closes[: row + 1]).all()
    last = closes[~np.isnan(closes)][-1]
    gain = 0
    if len(there) and known:
        gain = units * (Decimal(str(last)) - Decimal(str(there[0])))
    assert result.final_equity == result.initial_capital + gain
