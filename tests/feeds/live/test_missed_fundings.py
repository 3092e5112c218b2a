"""What perpetuals paid while nobody ran: asked of emulated venues by ccxt, and what is not told."""

import ccxt.pro
import pytest

from brokers.emulators.serving import open_emulator
from brokers.emulators.settings import EmulatorSettings
from feeds.live.fundings import missed
from magents.model.time import HOUR
from tests.emulators_rig import ccxt_client

pytestmark = [pytest.mark.wall, pytest.mark.slow]
MS = 1_000_000
PLACES = {
    "binanceusdm": "BTC/USDT:USDT",
    "okx": "BTC/USDT:USDT",
    "bybit": "BTC/USDT:USDT",
    "krakenfutures": "BTC/USD:USD",
}


@pytest.fixture(params=PLACES)
async def venue(request):
    async with (
        open_emulator(EmulatorSettings(venue=request.param, flow=True)) as emulator,
        ccxt_client(emulator) as exchange,
    ):
        await exchange.load_markets()
        yield emulator, exchange, PLACES[request.param]


async def test_each_has_the_venues_rate_and_price_at_its_instant_and_none_is_told_twice(venue):
    emulator, exchange, symbol = venue
    every, now = emulator.venue.funding_ms, emulator.venue.clock.now()
    due = [(now // every - back) * every for back in (1, 0)]
    found, lacks = await missed(exchange, [symbol], (due[0] - 1) * MS, now * MS)
    (after, _) = await missed(exchange, [symbol], due[0] * MS, now * MS)
    market = next(m for m in emulator.exchange.markets.values() if m.kind == "linear")
    rates = [float(emulator.venue.funding(market, back)) for back in (2, 1)]

    assert lacks == []
    assert [each.at for each in found[symbol]] == due
    assert [each.rate for each in found[symbol]] == pytest.approx(rates, rel=1e-6)
    assert all(15_000 < each.price < 19_000 for each in found[symbol])
    assert [each.at for each in after[symbol]] == due[1:]


async def test_venue_that_gives_no_answer_is_said_so_with_what_is_lacking(venue):
    emulator, exchange, symbol = venue
    for on in ("ticker", "klines"):
        emulator.faults.add({"on": on, "do": "status", "status": 503, "times": 0})
    now = emulator.venue.clock.now() * MS
    found, lacks = await missed(exchange, [symbol], now - 20 * HOUR, now)

    assert found == {}
    (text,) = lacks
    assert "is in nobody's books" in text
    assert symbol in text


async def test_venue_without_past_rates_is_said_so():
    found, lacks = await missed(ccxt.pro.bitrue(), ["BTC/USDT:USDT"], 0, HOUR)
    assert found == {}
    (text,) = lacks
    assert text.startswith("funding of BTC/USDT:USDT that was due from 1970-01-01T00:00:00Z to")
    assert text.endswith("is in nobody's books: bitrue does not tell past rates")
