"""Alpaca's official SDK, unmodified, against the emulator: real host names, real TLS."""

from decimal import Decimal

import pytest

from brokers.emulators.settings import EmulatorSettings
from tests.emulators_rig import real_names_everywhere, threaded_emulator

pytestmark = [
    pytest.mark.wall,
    pytest.mark.slow,
    # It asks for websockets as they were before.
    pytest.mark.filterwarnings("ignore:websockets.legacy:DeprecationWarning"),
]
BTC = "BTC/USD"


@pytest.fixture
def opened(tmp_path, monkeypatch):
    with threaded_emulator(EmulatorSettings(venue="alpaca", speed=50)) as emulator:
        keys = emulator.account("ann", {"USD": "10000", "BTC": "1"})
        with real_names_everywhere(emulator, tmp_path, monkeypatch):
            yield emulator, keys


@pytest.fixture
def client(opened):
    from alpaca.trading.client import TradingClient

    _, keys = opened
    made = TradingClient(keys.key, keys.secret, paper=True)
    yield made
    made._session.close()


def test_alpaca_py_trades(opened, client):
    from alpaca.common.exceptions import APIError
    from alpaca.trading.requests import GetOrdersRequest, LimitOrderRequest, MarketOrderRequest

    order = {"symbol": BTC, "side": "buy", "time_in_force": "gtc"}
    placed = client.submit_order(
        LimitOrderRequest(**order, qty=0.1, limit_price=16000, client_order_id="mine-1")
    )
    found = client.get_order_by_client_id("mine-1")
    (open_one,) = client.get_orders(GetOrdersRequest(status="open", symbols=[BTC]))
    client.cancel_order_by_id(placed.id)
    client.submit_order(MarketOrderRequest(**order, notional=500))

    assert (placed.status.value, found.status.value) == ("pending_new", "new")
    assert found.id == open_one.id == placed.id
    assert client.get_order_by_id(placed.id).status.value == "canceled"
    assert client.get_account().currency == "USD"
    assert {asset.symbol for asset in client.get_all_assets()} == {BTC}
    (held,) = client.get_all_positions()
    assert held.symbol == "BTCUSD"
    assert Decimal(held.qty) > 1
    with pytest.raises(APIError) as refused:
        client.cancel_order_by_id(placed.id)
    assert refused.value.code == 42210000


def test_alpaca_py_asks_for_data_without_keys(opened):
    from alpaca.data.historical import CryptoHistoricalDataClient
    from alpaca.data.requests import CryptoLatestQuoteRequest

    asker = CryptoHistoricalDataClient()
    try:
        quote = asker.get_crypto_latest_quote(CryptoLatestQuoteRequest(symbol_or_symbols=BTC))[BTC]
    finally:
        asker._session.close()

    assert quote.bid_price < quote.ask_price
