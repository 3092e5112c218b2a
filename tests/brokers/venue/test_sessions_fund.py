"""V8 and V10 in whole funds: the sessions are those of the data."""

from brokers.simulated.settings import Venue
from magents.config.settings import Exchange
from magents.model.orders import TimeInForce
from magents.model.records import OrderEvent
from magents.model.time import MINUTE
from tests.builders import CLOSING, MONDAY, Script, block, feed, trade

BARS = block([100.0] * 4)
CLOSE = MONDAY + CLOSING


def told(when, tif=TimeInForce.GTC, **venue):
    """Return what the venue first said to an order sent at an instant."""

    async def script(desk):
        await desk.clock.until(when)
        await desk.buy("AAA", 10, tif=tif)

    run = trade([Script("pod", script)], feed(BARS), exchange=Exchange(venue=Venue(**venue)))
    return run.journal.of(OrderEvent)[0]


def test_v8_a_closed_venue_refuses_orders_between_the_sessions_of_the_data():
    refused = told(CLOSE, when_closed="refuse")
    assert refused.note == (
        "V8: XNYS is closed at 2024-01-01T21:00:00Z and opens at 2024-01-02T14:30:00Z"
    )
    assert told(CLOSE, TimeInForce.AT_OPEN, when_closed="refuse").state == "accepted"
    assert told(CLOSE, when_closed="hold").state == "accepted"


def test_v10_the_closing_auction_of_the_data_has_a_last_call():
    late = CLOSE - 5 * MINUTE
    some = {"auction_cutoff_minutes": 10.0}
    # The price of a market order is known only once the first bar has closed: the second day.
    day = BARS.ts[1] - BARS.ts[0]
    refused = told(int(late + day), TimeInForce.AT_CLOSE, **some)
    assert refused.note == (
        "V10: the closing auction takes orders until 2024-01-02T20:50:00Z, not 2024-01-02T20:55:00Z"
    )
    assert told(int(late + day - 5 * MINUTE), TimeInForce.AT_CLOSE, **some).state == "accepted"
