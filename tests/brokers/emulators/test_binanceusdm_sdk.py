"""Binance's official SDK of its USD-M futures, unmodified, against the emulator."""

import pytest

from brokers.emulators.settings import EmulatorSettings
from tests.emulators_rig import real_names_everywhere, threaded_emulator

pytestmark = [
    pytest.mark.wall,
    pytest.mark.slow,
    # The SDK leaves its own sockets to the garbage collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
]


def test_orders_positions_leverage_funding_and_listen_key(tmp_path, monkeypatch):
    from binance_common.configuration import ConfigurationRestAPI
    from binance_common.errors import BadRequestError
    from binance_sdk_derivatives_trading_usds_futures.derivatives_trading_usds_futures import (
        DerivativesTradingUsdsFutures,
    )

    with (
        threaded_emulator(EmulatorSettings(venue="binanceusdm", speed=50)) as emulator,
        real_names_everywhere(emulator, tmp_path, monkeypatch),
    ):
        keys = emulator.account("ann", {"USDT": "10000"})
        config = ConfigurationRestAPI(
            keys.key, keys.secret, base_path="https://demo-fapi.binance.com", timeout=5000
        )
        client = DerivativesTradingUsdsFutures(config_rest_api=config).rest_api
        info = client.exchange_information().data()
        chosen = client.change_initial_leverage("BTCUSDT", 20).data()
        limit = {"time_in_force": "GTC", "price": 16000, "new_client_order_id": "mine"}
        placed = client.new_order("BTCUSDT", "BUY", "LIMIT", quantity=0.1, **limit).data()
        found = client.query_order("BTCUSDT", orig_client_order_id="mine").data()
        gone = client.cancel_order("BTCUSDT", order_id=placed.order_id).data()
        client.new_order("BTCUSDT", "SELL", "MARKET", quantity=0.2)
        (held,) = client.position_information_v3("BTCUSDT").data()
        emulator.act({"act": "funding", "symbol": "BTCUSDT", "kind": "linear", "rate": "0.001"})
        (income,) = client.get_income_history(income_type="FUNDING_FEE").data()
        trades = client.account_trade_list("BTCUSDT").data()
        account = client.account_information_v3().data()
        key = client.start_user_data_stream().data().listen_key
        rates = client.get_funding_rate_history("BTCUSDT", limit=3).data()
        with pytest.raises(BadRequestError):
            client.new_order("BTCUSDT", "BUY", "MARKET", quantity=100)

    assert {row.symbol for row in info.symbols} == {"BTCUSDT", "ADAUSDT"}
    assert chosen.leverage == 20
    assert (placed.status, found.status, gone.status) == ("NEW", "NEW", "CANCELED")
    assert (held.position_amt, held.position_side) == ("-0.2", "BOTH")
    assert float(income.income) > 0
    assert {row.commission_asset for row in trades} == {"USDT"}
    assert account.assets[0].asset == "USDT"
    assert len(key) == 60
    assert len(rates) == 3
