"""``magents kill`` at a venue in trouble, or with very many orders: ends, or says what is left."""

from decimal import Decimal

import ccxt
import pytest
from msgspec.structs import replace

from brokers.ccxt_sandbox.accounts import Latch
from brokers.ccxt_sandbox.guard import ForbiddenHostError
from brokers.ccxt_sandbox.killer import Left, some
from brokers.ccxt_sandbox.troubles import trouble_of
from brokers.emulators.core.matching import BUY
from brokers.emulators.core.orders import Ask, Kind
from tests.brokers.sandbox.bench import bench, venue
from tests.brokers.sandbox.test_kill import kill, settle


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ccxt.RequestTimeout("10 s"), "the venue does not answer"),
        (TimeoutError(), "the venue does not answer"),
        (ccxt.ExchangeNotAvailable("connect"), "the venue cannot be reached or is down"),
        (ccxt.OnMaintenance("until noon"), "the venue is closed for maintenance"),
        (ccxt.DDoSProtection("429"), "the venue wants to be left alone"),
        (ccxt.RateLimitExceeded("429"), "the venue wants to be left alone"),
        (ccxt.AuthenticationError("-2015"), "the venue does not take the keys"),
        (ccxt.InvalidNonce("-1021"), "the venue does not accept our clock"),
        (ccxt.BadResponse("<html>"), "the venue answers what cannot be read"),
        (ccxt.ExchangeError("-1100"), "the venue refuses"),
        (ForbiddenHostError("api.binance.com"), "the venue was not asked"),
        (KeyError("symbol"), "the trouble is here, not at the venue (KeyError: 'symbol')"),
    ],
)
def test_what_is_said_of_an_error_is_what_it_means(error, words):
    assert words in trouble_of(error)


def test_secrets_are_taken_out_of_what_is_said():
    assert trouble_of(OSError("key abc"), lambda text: text.replace("abc", "-")).endswith("key -)")


def test_what_is_left_is_counted_and_not_all_named():
    left = Left(open=[f"mag{number}" for number in range(9_950)], trouble="half")
    assert str(left).startswith("9,950 open: mag0, mag1, ")
    assert str(left).endswith("mag9 and 9,940 more; half")
    assert some(["a", "b"]) == "a, b"


async def traded_here(emulator, keys, state):
    """Leave one resting order of ours, and the journal of a run."""
    async with bench(emulator, keys, state, keep_orders=True) as first:
        await first.orderly()
        first.place("buy", "0.01", limit=Decimal(15_000))
        await first.until(first.open_at_venue)


def rest(emulator, count, mark="mag"):
    """Have many orders rest at the venue."""
    exchange, market = emulator.exchange, emulator.venue.market("BTCUSDT", "spot")
    if count > market.max_orders:  # no venue allows so many; a worse one might
        market = exchange.markets[market.key] = replace(market, max_orders=20_000)
    for number in range(count):
        ask = Ask(
            account="alice",
            market=market,
            side=BUY,
            kind=Kind.LIMIT,
            quantity=Decimal("0.0005"),
            price=Decimal(15_000) - number % 1_000,
            client_id=f"{mark}{number:029d}",
            label="LIMIT",
        )
        exchange.place(ask)


@pytest.mark.wall
@pytest.mark.slow
class TestTrouble:
    @pytest.fixture
    async def laid(self, tmp_path):
        state = tmp_path / "state"
        state.mkdir()
        async with venue("binance") as (emulator, keys):
            await traded_here(emulator, keys, state)
            run = settle(tmp_path, emulator, keys, state)
            (run / "truth.sqlite").write_bytes((state / "truth.sqlite").read_bytes())
            yield emulator, tmp_path, state

    async def test_a_venue_that_is_gone_is_said_and_what_the_journal_knows(self, laid):
        emulator, home, state = laid
        await emulator.stop()
        code, said = await kill(home, "--within", "3")
        assert code == 1
        assert "the venue cannot be reached or is down" in said
        assert "AFTER 3.0 s THERE IS STILL" in said
        assert "by the journal 1 orders may be open: pod:1" in said
        assert Latch(state).pulled

    @pytest.mark.parametrize(
        ("fault", "words"),
        [
            ({"do": "error", "code": -2015, "message": "Invalid API-key."}, "not take the keys"),
            ({"do": "status", "status": 503}, "cannot be reached or is down"),
            ({"do": "ban", "status": 418, "retry_after": 60}, "left alone for 60 s more"),
            ({"do": "hang_before", "seconds": 30}, "the last look was not finished"),
            ({"do": "garble"}, "is still"),
        ],
    )
    async def test_what_goes_wrong_is_said_in_true_words_and_in_time(self, laid, fault, words):
        emulator, home, state = laid
        emulator.faults.add({"on": "any", "times": 0, **fault})
        code, said = await kill(home, "--within", "3")
        assert code == 1
        assert words.lower() in said.lower()
        assert "AFTER 3.0 s THERE IS STILL" in said
        assert "by the journal 1 orders may be open: pod:1" in said
        assert Latch(state).pulled

    async def test_when_it_is_asked_to_wait_it_waits_and_then_ends_with_nothing_open(self, laid):
        emulator, home, _ = laid
        emulator.faults.add(
            {"on": "order.cancel", "do": "ban", "status": 429, "retry_after": 2, "times": 1}
        )
        code, said = await kill(home)
        assert code == 0, said
        assert "left alone for 2 s more; waiting" in said
        assert not emulator.exchange.registry.open("alice")


@pytest.mark.wall
@pytest.mark.slow
class TestMany:
    async def test_ten_thousand_orders_are_gone_within_the_bound_and_the_limits(self, tmp_path):
        async with venue("binance") as (emulator, keys):
            rest(emulator, 10_000)
            run = settle(tmp_path, emulator, keys, tmp_path)
            code, said = await kill(tmp_path)
            assert code == 0, said
            assert "cancelled 10,000 orders in BTC/USDT" in said
            assert not emulator.exchange.registry.open("alice")
        assert (run / "kill.log").read_text().count("mag000") == 10_000

    async def test_orders_of_others_stay_and_ours_go_one_by_one(self, tmp_path):
        async with venue("binance") as (emulator, keys):
            rest(emulator, 150)
            rest(emulator, 2, mark="web")
            settle(tmp_path, emulator, keys, tmp_path)
            code, said = await kill(tmp_path)
            assert code == 0, said
            left = emulator.exchange.registry.open("alice")
        assert [order.ask.client_id[:3] for order in left] == ["web", "web"]

    async def test_a_venue_that_lists_them_by_pages_is_cleared_page_by_page(self, tmp_path):
        async with venue("bybit", limits=False) as (emulator, keys):
            rest(emulator, 500)
            settle(tmp_path, emulator, keys, tmp_path)
            code, said = await kill(tmp_path, "--within", "60")
            assert code == 0, said
            assert not emulator.exchange.registry.open("alice")

    async def test_when_the_limits_leave_no_time_it_says_loudly_how_many_are_left(self, tmp_path):
        async with venue("bybit") as (emulator, keys):
            rest(emulator, 2_000)
            settle(tmp_path, emulator, keys, tmp_path)
            code, said = await kill(tmp_path, "--within", "8")
            left = emulator.exchange.registry.open("alice")
        assert code == 1
        assert left
        assert "THERE IS STILL" in said
        assert "more" in said.split("THERE IS STILL")[1]
