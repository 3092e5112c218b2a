"""V11 and V12 in whole funds: prices that move too far halt what fills."""

import pytest

from brokers.simulated.settings import Venue
from feeds.memory import join
from magents.config.settings import Exchange
from magents.model.errors import UserError
from magents.model.records import Fill, OrderEvent
from magents.model.time import DAY, MINUTE
from tests.builders import MONDAY, OPENING, Script, block, feed, trade

OPEN = MONDAY + DAY + OPENING
WIDE = {"breaker_index": "BBB", "breaker_levels": (0.07, 0.13, 0.2)}


def minutes(index, name=None, count=60):
    """Return two sessions of minutes; on the second, prices from mappings of minute to price.

    AAA trades at 50, BBB, the index, closes the first session at 100.
    """
    rows = [[50.0, 100.0] for _ in range(count)]
    closes = [[_asof(name or {}, n, 50.0), _asof(index, n, 100.0)] for n in range(1, count + 1)]
    some = {"length": MINUTE, "every": MINUTE}
    first = block(rows, start=MONDAY + OPENING, **some)
    second = block(closes, opens=[rows[0], *closes[:-1]], start=OPEN, **some)
    return feed(join([first, second]))


def _asof(prices, minute, otherwise):
    known = [price for at, price in sorted(prices.items()) if at <= minute]
    return known[-1] if known else otherwise


def buyer(minute, **how):
    """Return a pod that buys ten AAA so many minutes into the second session."""

    async def script(desk):
        await desk.clock.until(OPEN + minute * MINUTE)
        await desk.buy("AAA", 10, **how)

    return Script("pod", script)


def filled(bars, minute, rows=512, venue=None, **how):
    """Return at which minutes of the second session the order fills, and the whole run."""
    exchange = Exchange(venue=Venue(**(WIDE if venue is None else venue)))
    run = trade([buyer(minute, **how)], bars, exchange=exchange, block_size=rows)
    return [(fill.ts - OPEN) // MINUTE for fill in run.journal.of(Fill)], run


@pytest.mark.parametrize(
    ("index", "minute", "fills"),
    [
        ({10: 94}, 10, 10),  # not far enough
        ({10: 93}, 10, 25),  # the bar that closes at minute 10 trips it, the next does not open
        ({10: 93}, 9, 9),  # the bar under way then opened before
        ({10: 93}, 24, 25),
        ({10: 93}, 25, 25),
        ({10: 93, 25: 86}, 12, 40),  # the second level as the first pause ends
        ({10: 93, 30: 95, 40: 92}, 41, 41),  # once a day
    ],
)
@pytest.mark.parametrize("rows", [1, 7, 512])
def test_a_falling_index_halts_everything(index, minute, fills, rows):
    assert filled(minutes(index), minute, rows)[0] == [fills]


def test_the_last_level_ends_the_session():
    fills, run = filled(minutes({10: 80}), 12)
    # The session in these data ends with its last bar, and so does the run.
    assert fills == []
    assert run.states("pod:1")[-1] == "expired"


def test_a_halt_begins_after_the_bar_that_causes_it():
    bars = minutes({10: 93}, {10: 49, 12: 48})
    assert filled(bars, 5, limit=49)[0] == [10]
    assert filled(bars, 5, limit=48)[0] == [25]


@pytest.mark.parametrize(
    ("prices", "minute", "fills"),
    [
        ({10: 52}, 10, 10),
        ({10: 53}, 10, 15),
        ({10: 53, 15: 60}, 10, 15),  # measuring starts anew after a pause
        ({10: 53, 15: 60, 16: 66}, 15, 15),
        ({10: 53, 15: 60, 16: 66}, 16, 21),
    ],
)
@pytest.mark.parametrize("rows", [1, 7, 512])
def test_a_sudden_move_pauses_one_name(prices, minute, fills, rows):
    assert filled(minutes({}, prices), minute, rows, {"name_band": 0.05})[0] == [fills]


@pytest.mark.parametrize("rows", [1, 3, 512])
def test_an_order_that_waits_meets_no_bar_that_opens_in_the_halt(rows):
    """Touched at minute 12, in a halt until 14:30; the bar from 14 to 15 touches it, too."""
    prices = {10: 53, 12: 49, 13: 53, 15: 49, 16: 53}
    venue = {"name_band": 0.05, "name_pause_minutes": 4.5}
    _, run = filled(minutes({}, prices), 10, rows, venue, limit=50)
    (fill,) = run.journal.of(Fill)
    assert ((fill.ts - OPEN) // MINUTE, fill.price, fill.rule) == (15, 49, "B2")


def test_orders_are_refused_in_a_halt_if_it_is_set_so():
    _, run = filled(minutes({10: 93}), 12, venue={**WIDE, "when_halted": "refuse"})
    (event,) = run.journal.of(OrderEvent)
    assert event.state == "rejected"
    assert event.note.startswith("V9: AAA is halted until 2024-01-02T14:55:00Z (V11 market-wide")


def test_blocks_of_any_size_halt_alike():
    bars = minutes({10: 93, 20: 91, 25: 86, 50: 79}, {5: 53, 22: 49, 45: 44})
    both = {**WIDE, "name_band": 0.05}
    digests = {filled(bars, 10, rows, both)[1].result.digest for rows in (1, 3, 25, 64, 512)}
    assert len(digests) == 1


def test_an_index_without_data_is_said():
    with pytest.raises(UserError, match="breaker_index is SPX, of which there are no data"):
        filled(minutes({}), 1, venue={"breaker_index": "SPX"})
