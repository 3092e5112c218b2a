"""B25: messages take time; what arrives later takes part later, and nothing overtakes."""

import pytest

from brokers.simulated.latency import Delays
from magents.model.time import HOUR, SECOND, Phase
from tests.brokers.rig import Venue
from tests.builders import candles, order

SIX = candles(
    (100, 102, 99, 101),
    (101, 104, 101, 103),
    (103, 105, 102, 104),
    (108, 110, 107, 109),
    (109, 111, 108, 110),
    (110, 112, 109, 112),
)
CLOSE = int(SIX.ts[0])
NIGHT = int(SIX.open_ts[1]) - CLOSE


@pytest.mark.parametrize("size", [1, 2, 512])
@pytest.mark.parametrize(
    ("delay", "row", "price"),
    [
        (0, 1, 101),
        (NIGHT, 1, 101),  # arrives at the instant of the opening, before it opens
        (NIGHT + 1, 2, 103),  # a nanosecond late: the next bar
        (NIGHT + 30 * HOUR, 3, 108),
    ],
)
def test_b25_an_order_takes_part_in_bars_that_open_after_it_arrives(delay, row, price, size):
    venue = Venue(SIX, size, delays=Delays(insert=delay)).play((CLOSE, Phase.TIMER, order("buy")))
    (fill,) = venue.fills
    assert (fill.ts, fill.price) == (int(SIX.open_ts[row]), price)


def test_b25_a_cancel_does_not_overtake_its_order():
    delays = Delays(insert=HOUR, cancel=SECOND)
    errands = [(CLOSE, Phase.TIMER, order("buy")), (CLOSE, Phase.TIMER, "pod:1")]
    venue = Venue(SIX, delays=delays).play(*errands)
    assert venue.states() == ["accepted", "cancelled"]
    assert {event.ts for event in venue.events} == {CLOSE + HOUR}


def test_b25_a_cancel_on_its_way_comes_too_late_for_the_open():
    errands = [(CLOSE, Phase.TIMER, order("buy")), (CLOSE, Phase.TIMER, "pod:1")]
    venue = Venue(SIX, delays=Delays(cancel=NIGHT + 1)).play(*errands)
    assert [fill.price for fill in venue.fills] == [101]
