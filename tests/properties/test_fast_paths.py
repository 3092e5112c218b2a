"""Each short cut of a replay gives what the long way gives."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brokers.simulated.sessions import Sessions
from brokers.simulated.settings import Venue
from brokers.simulated.venue_rules.base import VenueQuestion, check_all, check_plain
from brokers.simulated.venue_rules.build import rules_of
from brokers.simulated.venue_rules.halts import Halts
from magents.book.ledger import Ledger
from magents.book.marks import Marks
from magents.central.exposure import Exposure
from magents.model.bars import Bar
from magents.model.instruments import Instrument
from magents.model.orders import Order, OrderType, Side, TimeInForce
from magents.model.records import Fill
from tests.builders import Script, always_open, feed, order, trade, walk

DAILY, COINS = walk(12, seed=3, gaps=0.2), always_open(40, seed=4)
NAMES = ("AAA", "BBB", "BTC/USDT")
FAST_ENOUGH = 1e15
"""A pace at which nothing is waited for, and every step goes through asyncio's own turns."""

READERS = st.lists(
    st.tuples(
        st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True),
        st.lists(st.integers(-4, 4), min_size=1, max_size=8),
        st.sampled_from([0, 0, 3]),
    ),
    min_size=1,
    max_size=3,
)


def dense(names, units, nap):
    """Return a script that looks at every bar, orders at most of them, and sometimes sleeps."""

    async def script(desk):
        count = 0
        async for bar in desk.bars(*names):
            assert isinstance(bar, Bar)
            assert bar.ts == desk.clock.now() or nap
            wanted = units[count % len(units)]
            count += 1
            if wanted > 0:
                await desk.buy(bar.instrument, wanted)
            elif wanted < 0:
                await desk.sell(bar.instrument, -wanted)
            if nap and count % nap == 0:
                await desk.clock.until(desk.clock.now() + 3600 * 10**9)

    return script


@given(READERS)
def test_pods_that_read_every_bar_are_hurried_along_without_a_change(readers):
    def run(**how):
        pods = [Script(name, dense(*each)) for name, each in zip("abc", readers, strict=False)]
        return trade(pods, feed(DAILY, COINS), **how).result.digest

    assert run() == run(speed=FAST_ENOUGH) == run(block_size=1)


RULES = rules_of(Venue(), Halts(), {"XNYS": Sessions(np.array([0]), np.array([10**18]))})


@given(
    st.decimals(Decimal("0.1"), 50, places=1),
    st.sampled_from(list(Side)),
    st.sampled_from(["1", "0.5", "7"]),
    st.sampled_from([None, Decimal(20)]),
    st.booleans(),
    st.integers(-30, 30),
)
def test_rules_that_are_not_asked_about_plain_orders_never_refuse_one(
    units, side, lot, most, shortable, held
):
    of = Instrument(id="AAA", lot=Decimal(lot), max_quantity=most, shortable=shortable)
    what = Order(1, "a:1", "a", "AAA", side, units)
    question = VenueQuestion(what, of, 100.0, 5, Decimal(held))
    assert what.plain
    answer = check_all(RULES, question)
    assert not answer.cancels
    assert check_plain([r for r in RULES if r.asks_plain], question) == answer.refusal


PRICE = Decimal(90)


@pytest.mark.parametrize(
    "how",
    [
        {"type": OrderType.LIMIT, "limit": PRICE},
        {"type": OrderType.STOP, "stop": PRICE},
        {"limit": PRICE},
        {"stop": PRICE},
        {"trail": PRICE},
        {"trail_percent": PRICE},
        {"limit_offset": PRICE},
        {"display": PRICE},
        {"tif": TimeInForce.DAY},
        {"post_only": True},
        {"reduce_only": True},
        {"group": "g"},
        {"parent": "a:7"},
    ],
)
def test_an_order_of_which_anything_special_is_said_is_not_plain(how):
    assert not Order(1, "a:1", "a", "AAA", Side.BUY, Decimal(1), **how).plain


HOLDINGS = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from(["AAA", "BBB"]), st.integers(-50, 50)),
    max_size=10,
)


@given(HOLDINGS, st.integers(0, 11))
def test_the_exposure_of_a_small_fund_is_that_of_a_large_one(trades, row):
    now = int(DAILY.ts[row])
    marks = Marks([DAILY.panel], lambda: now)
    ledger = Ledger("abc", [Instrument(id=name) for name in DAILY.panel.instruments], Decimal(9000))
    marks.on_block(DAILY)
    small, large = (Exposure("abc", [DAILY.panel], marks, ledger) for _ in range(2))
    large._small = False
    assert small._small
    for number, (pod, name, units) in enumerate(trades):
        fill = _fill(number, pod, name, units)
        book = ledger.apply(fill)
        has = float(book.liquid), float(book.units(name))
        for each in (small, large):
            each.on_fill(fill, order("buy", 1), *has, done=False)
    for each in (small, large):
        each.refresh(now)
    for name in ("gross", "net", "equity", "pod_gross", "pod_equity"):
        assert getattr(small, name) == pytest.approx(getattr(large, name), rel=1e-12, abs=1e-9)


def _fill(number, pod, name, units):
    return Fill(
        1, pod, f"{pod}:{number}", name, number, Decimal(units), Decimal(100), Decimal(0), 1,
        "B1", complete=True,
    )  # fmt: skip
