"""Delays: drawn by name, right on average, never shorter for a longer mean."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brokers.simulated.draws import Draws, Shape
from brokers.simulated.latency import Delays, LatencyModel
from magents.model.records import Amendment
from magents.model.time import HOUR, Phase
from magents.runtime.streams import Streams
from tests.brokers.rig import Venue
from tests.builders import block, order

MS = 1_000_000
MEANS = Delays(5 * MS, 7 * MS, 3 * MS, 2 * MS)


def model(shape=Shape.LOGNORMAL, means=MEANS, seed=1, width=0.5):
    return LatencyModel(means, Draws(Streams(seed), shape, width))


def said(latency, name="ma:1"):
    feed = latency.feed("AAA", 123)
    return [latency.insert(name), latency.amend(name), latency.cancel(name), feed]


def test_fixed_delays_are_the_means():
    assert said(LatencyModel(MEANS)) == list(MEANS)
    assert said(model(Shape.FIXED)) == list(MEANS)


def test_no_delay_at_all_is_known_in_advance():
    assert LatencyModel(Delays()).none
    assert not LatencyModel(Delays(feed=1)).none


@pytest.mark.parametrize("shape", [Shape.UNIFORM, Shape.EXPONENTIAL, Shape.LOGNORMAL])
def test_a_delay_depends_on_the_order_only(shape):
    names = [f"ma:{n}" for n in range(10)]
    forth, back = model(shape), model(shape)
    there = {name: said(forth, name) for name in names}
    assert there == {name: said(back, name) for name in reversed(names)}
    assert len({delays[0] for delays in there.values()}) == 10


def test_messages_about_one_order_are_drawn_apart():
    latency = model(means=Delays(MS, MS, MS, MS))
    drawn = [*said(latency), latency.amend("ma:1", 2), latency.feed("AAA", 124)]
    assert len(set(drawn)) == len(drawn)


@pytest.mark.parametrize("shape", Shape)
def test_delays_are_right_on_average(shape):
    latency = model(shape)
    drawn = [latency.insert(f"ma:{n}") for n in range(2000)]
    assert sum(drawn) / 2000 == pytest.approx(5 * MS, rel=0.1)
    assert min(drawn) >= 0


def test_uniform_delays_stay_within_their_width():
    drawn = [model(Shape.UNIFORM, width=0.2).insert(f"ma:{n}") for n in range(200)]
    assert 4 * MS <= min(drawn) < max(drawn) <= 6 * MS


@given(st.sampled_from(Shape), st.tuples(*[st.integers(0, 10**9)] * 2), st.text(max_size=5))
def test_more_latency_never_arrives_earlier(shape, means, name):
    less, more = (model(shape, Delays(mean, mean, mean, mean)) for mean in sorted(means))
    assert all(a <= b for a, b in zip(said(less, name), said(more, name), strict=True))


def test_each_amendment_of_an_order_takes_its_own_time():
    venue = Venue(block([100.0], length=HOUR))
    venue.latency = LatencyModel(Delays(amend=5 * MS), Draws(Streams(1), Shape.LOGNORMAL))
    opens = int(venue.bars.open_ts[0])
    change = Amendment(opens, "pod", "pod:1", "AAA", limit=Decimal(90))
    sent = [(opens + n * MS, Phase.TIMER) for n in (1, 20, 40)]
    venue.play((opens, Phase.TIMER, order(limit=95)), *((*when, change) for when in sent))
    came = [event.ts for event in venue.events if isinstance(event, Amendment)]
    wanted = [venue.latency.amend("pod:1", number) for number in (1, 2, 3)]
    assert [ts - when for ts, (when, _) in zip(came, sent, strict=True)] == wanted
    assert len(set(wanted)) == 3


def test_draws_are_what_they_were():
    """Pinned: a kept run must repeat on any machine."""
    names = ["latency/insert/ma:1", "slippage/ma:1/0"]
    shapes = (Shape.UNIFORM, Shape.EXPONENTIAL, Shape.LOGNORMAL)
    drawn = [round(Draws(Streams(7), s).factor(n), 9) for s in shapes for n in names]
    assert drawn == [1.431929492, 1.089459378, 2.687211226, 0.890280398, 1.418255427, 0.577904575]
