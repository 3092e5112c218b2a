"""F14 and F21: the venue's clock is compared all the time, and acted upon when it moves."""

from decimal import Decimal

import pytest

from brokers.ccxt_sandbox.truth.messages import Lost, ToldNote
from brokers.ccxt_sandbox.venue_clock import (
    EVERY,
    JUMP,
    MILLI,
    SLOW,
    Offset,
    Sample,
    VenueClock,
    refuses_clock,
)
from magents.model.time import SECOND
from tests.brokers.sandbox.bench import bench, venue
from tests.brokers.sandbox.test_session import Hands


def sample(offset, took):
    return Sample(int(offset * SECOND), int(took * SECOND))


def test_the_quickest_of_the_last_answers_is_believed():
    offset = Offset()
    for each in (sample(0.30, 0.2), sample(0.25, 0.02), sample(0.32, 0.5)):
        assert offset.take(each) == 0
    assert offset.known == SECOND // 4


def test_a_slow_answer_does_not_move_the_clock_and_one_that_contradicts_does():
    offset = Offset()
    offset.take(sample(0, 0.1))
    assert offset.take(sample(0.6, 1.2)) == 0
    assert offset.take(sample(0.6, 0.1)) == 6 * SECOND // 10
    assert offset.known == 6 * SECOND // 10


def test_what_is_old_is_forgotten():
    offset = Offset()
    offset.take(sample(0.0, 0.01))
    for _ in range(8):
        offset.take(sample(0.004, 0.02))
    assert offset.known == 4 * MILLI


@pytest.mark.parametrize(
    ("body", "refused"),
    [
        ('{"code":-1021,"msg":"Timestamp"}', True),
        ('{"retCode":10002,"retMsg":"invalid request"}', True),
        ('{"code":"50102","msg":"Timestamp request expired"}', True),
        ('{"code":-10210}', False),
        ('{"orderId":10002}', False),
    ],
)
def test_a_refusal_of_our_time_is_told_from_others(body, refused):
    assert refuses_clock(body) == refused


class Exchange:
    """Tells a time, after a while, on a clock that a test sets."""

    def __init__(self, clock):
        self.clock, self.ahead, self.takes, self.asked = clock, 0, SECOND // 10, 0
        self.has, self.options = {"fetchTime": True}, {"timeDifference": 0}

    async def fetch_time(self):
        self.asked += 1
        self.clock.wait(self.takes // 2)
        told = (self.clock.wall() + self.ahead) // MILLI
        self.clock.wait(self.takes - self.takes // 2)
        return told


@pytest.fixture
def hands():
    return Hands()


async def test_the_way_there_is_not_taken_for_an_offset(hands):
    exchange, told = Exchange(hands), []
    exchange.ahead = 2 * SECOND
    await VenueClock(exchange, told.append, hands).measure()
    assert exchange.options["timeDifference"] == -2_000
    assert told == []


async def test_a_clock_that_drifts_is_followed_and_one_that_jumps_breaks_the_view(hands):
    exchange, told = Exchange(hands), []
    clock = VenueClock(exchange, told.append, hands)
    await clock.measure()
    exchange.ahead = JUMP - SECOND // 10
    await clock.measure()
    assert exchange.options["timeDifference"] == -400
    assert told == []
    exchange.ahead -= 3 * SECOND
    await clock.measure()
    assert exchange.options["timeDifference"] == 2_600
    assert told == [Lost("the venue's clock moved by -3.0 s against ours")]


async def test_an_answer_that_takes_too_long_measures_nothing_and_breaks_the_view(hands):
    exchange, told = Exchange(hands), []
    exchange.takes, exchange.ahead = SLOW + SECOND, 9 * SECOND
    await VenueClock(exchange, told.append, hands).measure()
    assert exchange.options["timeDifference"] == 0
    assert told == [Lost("the venue takes 3.5 s to tell the time")]


@pytest.mark.wall
@pytest.mark.slow
@pytest.mark.parametrize("name", ["binance", "bybit"])
@pytest.mark.parametrize("moved", [-4_000, 20_000])
async def test_orders_go_on_after_the_venues_clock_has_moved(name, moved, tmp_path):
    async with venue(name) as (emulator, keys), bench(emulator, keys, tmp_path) as at:
        await at.orderly()
        emulator.faults.add({"on": "clock", "do": "skew", "ms": moved, "times": 0})
        await at.until(lambda: emulator.venue.clock.skew == moved)
        intent = at.place("buy", "0.01")
        await at.until(lambda: at.order(intent) is not None and at.order(intent).final)
        assert at.filled(intent) == Decimal("0.01")
        assert len(at.at_venue(intent)) == 1
        notes = [note.text for note in at.news if isinstance(note, ToldNote)]
        assert any(f"moved by {moved / 1000:+.1f} s against ours" in text for text in notes)
        assert EVERY == 60 * SECOND
