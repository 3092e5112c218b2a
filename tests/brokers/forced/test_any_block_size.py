"""Margin, loans and breakers together, in blocks of any size: one journal, books that add up."""

from decimal import Decimal

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from brokers.simulated.settings import CarrySettings, Latency, MarginSettings, Venue
from feeds.memory import MemoryFeed
from magents.config.settings import Exchange
from magents.model.events import Borrow, Dividend, Events, Split, Timeline
from magents.model.records import Fill, Notice
from magents.model.time import HOUR, MINUTE
from tests.brokers.forced.test_margin_fund import FREE
from tests.builders import MONDAY, Script, block, coin, instrument, panel, trade

D = Decimal
START = MONDAY


def jumpy(rows, of, seed, **how):
    """Return bars that jump about, with some missing."""
    draw = np.random.default_rng(seed)
    shape = (rows, len(of.instruments))
    close = np.round(100 * np.exp(np.cumsum(draw.normal(0, 0.06, shape), axis=0)), 2)
    opens = np.round(np.vstack([np.full(shape[1], 100.0), close[:-1]]) * 1.004, 2)
    gone = draw.random(shape) < 0.1
    close[gone] = opens[gone] = np.nan
    return block(close, of=of, opens=opens, start=START, **how)


def trader(name, seed, rows):
    """Return a pod that trades this and that now and then, often too much."""
    draw = np.random.default_rng(seed)
    plan = [
        (int(draw.integers(0, rows)), str(draw.choice(["AAA", "BBB", "BTC/USDT"])), units, limit)
        for units, limit in zip(
            draw.integers(-90, 90, 8).tolist(), draw.choice([0, 0, 0, 95, 104], 8), strict=True
        )
    ]

    async def script(desk):
        for row, what, units, limit in sorted(plan):
            await desk.clock.until(START + row * HOUR)
            how = {"limit": int(limit)} if limit else {}
            act = desk.buy if units > 0 else desk.sell
            await act(what, abs(units), **how)

    return Script(name, script)


@settings(max_examples=25, deadline=None)
@example(seed=11, late=0.0)
@given(seed=st.integers(0, 100_000), late=st.sampled_from([0.0, 90_000.0]))
def test_what_the_house_does_depends_on_the_data_only(seed, late):
    rows = 40
    shares = jumpy(rows, panel("AAA", "BBB", bar="1h"), seed, length=50 * MINUTE, every=HOUR)
    fine = panel("BTC/USDT", name="24/7 30m", bar="30m", days=365)
    coins = jumpy(2 * rows, fine, seed + 1, length=30 * MINUTE, every=30 * MINUTE)
    lent = [Borrow(START, "AAA", D("0.1"), D(150)), Borrow(START + 9 * HOUR, "AAA", D(0), D(20))]
    events = Events(
        splits=Timeline([Split(START + 12 * HOUR, "BBB", D(2))]),
        dividends=Timeline([Dividend(START + 15 * HOUR, "AAA", D(1))]),
        borrow={"AAA": Timeline(lent)},
    )
    exchange = Exchange(
        margin=MarginSettings(enforce=True, fee=0.01),
        carry=CarrySettings(recall_notice=1),
        latency=Latency(insert_ms=late, cancel_ms=late),
        venue=Venue(name_band=0.12, name_window_minutes=120, name_pause_minutes=90),
    )
    traded = [instrument("AAA"), instrument("BBB"), coin()]
    digests = set()
    for size in (1, 5, 33, 512):
        run = trade(
            [trader("a", seed, rows), trader("b", seed + 7, rows)],
            MemoryFeed(traded, [shares, coins], events=events),
            exchange=exchange,
            prices="raw",
            initial_capital=9_000,
            slippage_bps=5.0,
            block_size=size,
            **FREE,
        )
        assert run.result.halts == []
        digests.add(run.result.digest)
    assert len(digests) == 1
    Seen.calls += len(run.journal.of(Notice))
    Seen.forced += sum(fill.order.startswith("house:") for fill in run.journal.of(Fill))


class Seen:
    """What the examples have come to."""

    calls = 0
    forced = 0


def test_the_examples_above_have_called_and_liquidated():
    test_what_the_house_does_depends_on_the_data_only()
    assert Seen.calls > 10
    assert Seen.forced > 10
