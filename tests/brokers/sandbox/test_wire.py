"""Everything between the machine and the socket: guard, gate, lanes, limiter."""

import asyncio

import pytest

from brokers.ccxt_sandbox.credentials import Credentials, Secret
from brokers.ccxt_sandbox.guard import (
    ForbiddenHostError,
    GuardedResolver,
    check_hosts,
    check_request,
    guarded_session,
)
from brokers.ccxt_sandbox.lanes import Lanes
from brokers.ccxt_sandbox.limiter import Limiter, retry_after
from brokers.ccxt_sandbox.opening import open_exchange, shut
from brokers.ccxt_sandbox.traits import VENUES, traits_of
from brokers.ccxt_sandbox.truth.messages import Ask, Lane, Request
from brokers.ccxt_sandbox.wire import GATE, BarredError
from magents.model.errors import ConfigError, InboxFullError
from magents.model.time import SECOND
from tests.brokers.sandbox.memory import START

CANARY = "canary-5ebe2294ecd0e0f08eab7690d2a6ee69"


def keys(venue):
    return Credentials(venue, {name: Secret(CANARY) for name in traits_of(venue).secrets}, "test")


class Address:
    def __init__(self, host, scheme="https"):
        self.host, self.scheme = host, scheme


class TestGuard:
    """F24: a flag that does nothing must not reach the real market."""

    @pytest.mark.parametrize("venue", sorted(VENUES))
    async def test_every_venue_opens_at_its_test_hosts(self, venue):
        exchange = open_exchange(traits_of(venue), keys(venue), Limiter(600, 10, 0))
        await shut(exchange)

    @pytest.mark.parametrize("venue", ["kraken", "coinbase", "kucoin"])
    def test_a_venue_without_a_test_account_is_refused(self, venue):
        with pytest.raises(ConfigError, match="no test account"):
            traits_of(venue)

    def test_a_venue_that_was_mistyped_is_suggested(self):
        with pytest.raises(ConfigError, match="did you mean binance"):
            traits_of("binanec")

    @pytest.mark.wall
    @pytest.mark.parametrize("url", ["https://api.binance.com/", "https://127.0.0.1:1/"])
    async def test_another_host_or_an_address_is_never_dialled(self, url):
        async with guarded_session(traits_of("binance")) as session:
            with pytest.raises(ForbiddenHostError):
                await session.get(url)

    async def test_a_name_that_is_not_on_the_list_is_not_even_looked_up(self):
        resolver = GuardedResolver(["testnet.binance.vision"])
        with pytest.raises(ForbiddenHostError, match="not a host of a test account"):
            await resolver.resolve("api.binance.com", 443)
        await resolver.close()

    @pytest.mark.wall
    async def test_ccxt_that_was_left_on_the_real_market_reaches_nothing(self):
        import ccxt.async_support

        exchange = ccxt.async_support.binance({"options": {"fetchCurrencies": False}})
        exchange.session = guarded_session(traits_of("binance"))
        with pytest.raises(ForbiddenHostError):
            await exchange.fetch_time()
        await shut(exchange)

    def test_a_shared_host_is_not_asked_without_the_header_of_a_test(self):
        okx, address = traits_of("okx"), Address("www.okx.com")
        check_request(okx, address, {"x-simulated-trading": "1"})
        for headers in ({}, {"x-simulated-trading": "0"}):
            with pytest.raises(ForbiddenHostError, match="x-simulated-trading"):
                check_request(okx, address, headers)

    def test_nothing_is_asked_without_tls(self):
        with pytest.raises(ForbiddenHostError, match="TLS"):
            check_request(traits_of("binance"), Address("testnet.binance.vision", "http"), {})

    def test_urls_that_lead_elsewhere_are_seen_before_anything_is_sent(self):
        with pytest.raises(ConfigError, match=r"api\.binance\.com"):
            check_hosts(traits_of("binance"), {"public": "https://api.binance.com/api/v3"})

    @pytest.mark.wall
    async def test_a_gate_that_closes_late_still_holds_the_request(self):
        token = GATE.set(lambda: "pulled")
        async with guarded_session(traits_of("binance")) as session:
            with pytest.raises(BarredError):
                await session.get("https://testnet.binance.vision/")
        GATE.reset(token)


def request(lane, number=0):
    return Request(Ask.LOOK, lane, START, f"c{number}")


class TestLanes:
    """F23: a cancel is not stuck behind queries."""

    async def test_the_most_urgent_goes_first_and_equals_keep_their_order(self):
        lanes = Lanes()
        for number, lane in enumerate((Lane.QUERY, Lane.NEW, Lane.CANCEL, Lane.KILL, Lane.NEW)):
            lanes.put(request(lane, number))
        taken = [(await lanes.first(Lane.QUERY)).client for _ in range(5)]
        assert taken == ["c3", "c2", "c1", "c4", "c0"]

    @pytest.mark.wall
    async def test_a_worker_for_cancels_takes_nothing_slower(self):
        lanes = Lanes()
        lanes.put(request(Lane.QUERY))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(lanes.first(Lane.CANCEL), 0.02)
        lanes.put(request(Lane.CANCEL, 7))
        assert (await lanes.first(Lane.CANCEL)).client == "c7"

    def test_too_many_are_a_loud_error_and_none_is_dropped(self):
        lanes = Lanes(1)
        lanes.put(request(Lane.QUERY))
        with pytest.raises(InboxFullError):
            lanes.put(request(Lane.NEW))


class TestLimiter:
    """F15 and F23: the venue's word is law, and cancels keep a reserve."""

    def test_queries_leave_room_for_orders_and_orders_for_cancels(self):
        limiter = Limiter(60, 10, 0)
        taken = {}
        for lane in (Lane.QUERY, Lane.NEW, Lane.CANCEL):
            while limiter.wait(lane, 0) == 0:
                limiter.take(0)
                taken[lane] = taken.get(lane, 0) + 1
        assert taken == {Lane.QUERY: 5, Lane.NEW: 2, Lane.CANCEL: 3}
        assert limiter.wait(Lane.KILL, 0) == 0

    def test_it_fills_with_time(self):
        limiter = Limiter(60, 1, 0)
        limiter.take(0)
        assert limiter.wait(Lane.CANCEL, 0) == SECOND
        assert limiter.wait(Lane.CANCEL, SECOND) == 0

    def test_retry_after_stops_everything_but_the_kill_switch(self):
        limiter = Limiter(60, 10, 0)
        limiter.pause(0, retry_after("7"), ban=False)
        assert limiter.wait(Lane.CANCEL, 0) == 7 * SECOND
        assert limiter.wait(Lane.KILL, 0) == 0

    def test_a_ban_stops_even_that_since_asking_makes_it_longer(self):
        limiter = Limiter(60, 10, 0)
        limiter.pause(0, retry_after("120"), ban=True)
        assert limiter.wait(Lane.KILL, SECOND) == 119 * SECOND
        assert limiter.wait(Lane.KILL, 121 * SECOND) == 0

    def test_one_request_goes_first_after_a_pause(self):
        limiter = Limiter(60, 10, 0)
        limiter.pause(0, SECOND, ban=False)
        assert limiter.wait(Lane.QUERY, SECOND) > 0
        assert limiter.wait(Lane.CANCEL, SECOND) == 0

    @pytest.mark.parametrize("text", ["", "soon", "-1", "Wed, 21 Oct 2026 07:28:00 GMT"])
    def test_a_header_that_says_nothing_sure_is_none(self, text):
        assert retry_after(text) is None
