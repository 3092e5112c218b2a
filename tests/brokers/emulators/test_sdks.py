"""The venues' official SDKs, unmodified, against the emulators: real host names, real TLS."""

import queue
import ssl
import time
from decimal import Decimal

import pytest

from brokers.emulators.settings import EmulatorSettings
from tests.emulators_rig import real_names_everywhere, threaded_emulator

pytestmark = [
    pytest.mark.wall,
    pytest.mark.slow,
    # The SDKs leave their own sockets to the garbage collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
]
MONEY = {"USDT": "10000", "BTC": "1"}
ORDER = {"symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC"}


@pytest.fixture
def opened(request, tmp_path, monkeypatch):
    settings = EmulatorSettings(venue=request.param, speed=50)
    with threaded_emulator(settings) as emulator:
        keys = emulator.account("ann", MONEY)
        with real_names_everywhere(emulator, tmp_path, monkeypatch) as ca:
            yield emulator, keys, ca


binance = pytest.mark.parametrize("opened", ["binance"], indirect=True)
bybit = pytest.mark.parametrize("opened", ["bybit"], indirect=True)


@binance
def test_binance_connector_rest(opened):
    from binance.error import ClientError
    from binance.spot import Spot

    _, keys, _ = opened
    client = Spot(keys.key, keys.secret, base_url="https://testnet.binance.vision")
    placed = client.new_order(**ORDER, quantity="0.1", price="16000", newClientOrderId="mine")
    found = client.get_order("BTCUSDT", origClientOrderId="mine")
    cancelled = client.cancel_order("BTCUSDT", orderId=placed["orderId"])
    client.new_order("BTCUSDT", "BUY", "MARKET", quoteOrderQty=100)

    assert (found["status"], cancelled["status"]) == ("NEW", "CANCELED")
    assert [row["symbol"] for row in client.exchange_info("BTCUSDT")["symbols"]] == ["BTCUSDT"]
    assert len(client.klines("BTCUSDT", "5m", limit=10)) == 10
    assert client.my_trades("BTCUSDT")[0]["commissionAsset"] == "BTC"
    assert {row["asset"] for row in client.account()["balances"]} == {"BTC", "USDT"}
    with pytest.raises(ClientError) as refused:
        client.new_order(**ORDER, quantity="0.1", price="16000.001")
    assert refused.value.error_code == -1013


@binance
def test_binance_connector_streams(opened):
    from binance.spot import Spot
    from binance.websocket.spot.websocket_stream import SpotWebsocketStreamClient

    _, keys, _ = opened
    client = Spot(keys.key, keys.secret, base_url="https://testnet.binance.vision")
    frames = queue.Queue()
    stream = SpotWebsocketStreamClient(
        stream_url="wss://stream.testnet.binance.vision",
        on_message=lambda _, message: frames.put(message),
        is_combined=True,
    )
    stream.user_data(listen_key=client.new_listen_key()["listenKey"])
    stream.trade(symbol="btcusdt")
    try:
        seen = _until(frames, '"e":"trade"')
        client.new_order("BTCUSDT", "BUY", "MARKET", quantity="0.1")
        seen = _until(frames, '"executionReport"')
    finally:
        stream.stop()
    assert '"X":"' in seen


@binance
def test_binance_sdk_spot_rest(opened):
    from binance_common.configuration import ConfigurationRestAPI
    from binance_common.errors import BadRequestError
    from binance_sdk_spot.spot import Spot

    _, keys, _ = opened
    config = ConfigurationRestAPI(
        keys.key, keys.secret, base_path="https://testnet.binance.vision", timeout=5000
    )
    client = Spot(config_rest_api=config).rest_api
    placed = client.new_order("BTCUSDT", "BUY", "MARKET", quantity=0.1).data()
    info = client.exchange_info(symbol="BTCUSDT").data()
    account = client.get_account().data()

    assert placed.actual_instance.status if hasattr(placed, "actual_instance") else placed.status
    assert info.symbols[0].symbol == "BTCUSDT"
    assert {row.asset: row.free for row in account.balances}["BTC"] == "1.09990000"
    with pytest.raises(BadRequestError):
        client.new_order("BTCUSDT", "BUY", "MARKET", quantity=1000)


@binance
@pytest.mark.filterwarnings("ignore:parameter 'timeout' of type 'float':DeprecationWarning")
async def test_binance_sdk_spot_websocket_api(opened):
    from binance_common.configuration import ConfigurationWebSocketAPI
    from binance_sdk_spot.spot import Spot

    _, keys, ca = opened
    config = ConfigurationWebSocketAPI(
        keys.key,
        keys.secret,
        stream_url="wss://ws-api.testnet.binance.vision/ws-api/v3",
        https_agent=ssl.create_default_context(cafile=ca),
    )
    connection = await Spot(config_ws_api=config).websocket_api.create_connection()
    try:
        placed = await connection.order_place("BTCUSDT", "BUY", "MARKET", quantity=0.1)
        status = await connection.account_status()
    finally:
        await connection.close_connection(close_session=True)

    assert placed.data().result.status == "FILLED"
    assert {row.asset for row in status.data().result.balances} == {"BTC", "USDT"}


@bybit
def test_pybit_rest(opened):
    from pybit.exceptions import InvalidRequestError
    from pybit.unified_trading import HTTP

    _, keys, ca = opened
    client = HTTP(testnet=True, api_key=keys.key, api_secret=keys.secret)
    client.client.verify = str(ca)
    order = {"category": "linear", "symbol": "BTCUSDT", "side": "Buy", "qty": "0.1"}
    client.place_order(**order, orderType="Market")
    placed = client.place_order(**order, orderType="Limit", price="16000", orderLinkId="mine")
    ids = {"category": "linear", "symbol": "BTCUSDT", "orderId": placed["result"]["orderId"]}
    client.amend_order(**ids, price="16001")
    (found,) = client.get_open_orders(**ids)["result"]["list"]
    client.cancel_order(**ids)

    assert (found["price"], found["orderStatus"]) == ("16001", "New")
    (position,) = client.get_positions(category="linear", symbol="BTCUSDT")["result"]["list"]
    assert (position["side"], position["size"]) == ("Buy", "0.1")
    fills = client.get_executions(category="linear")["result"]["list"]
    assert sum(Decimal(fill["execQty"]) for fill in fills) == Decimal("0.1")
    balance = client.get_wallet_balance(accountType="UNIFIED")["result"]["list"][0]
    assert {coin["coin"] for coin in balance["coin"]} == {"BTC", "USDT"}
    with pytest.raises(InvalidRequestError) as refused:
        client.cancel_order(**ids)
    assert refused.value.status_code == 110001


@bybit
def test_pybit_streams(opened):
    from pybit.unified_trading import HTTP, WebSocket

    _, keys, ca = opened
    secret = {"api_key": keys.key, "api_secret": keys.secret}
    client, frames = HTTP(testnet=True, **secret), queue.Queue()
    client.client.verify = str(ca)
    public = WebSocket(testnet=True, channel_type="linear")
    private = WebSocket(testnet=True, channel_type="private", private_auth_expire=10, **secret)
    try:
        public.orderbook_stream(50, "BTCUSDT", frames.put)
        public.trade_stream("BTCUSDT", frames.put)
        private.order_stream(frames.put)
        private.execution_stream(frames.put)
        _until(frames, "orderbook.50.BTCUSDT")
        _until(frames, "publicTrade.BTCUSDT")
        client.place_order(
            category="linear", symbol="BTCUSDT", side="Sell", orderType="Market", qty="0.1"
        )
        _until(frames, "'topic': 'execution'")
        seen = _until(frames, "'orderStatus': 'Filled'")
    finally:
        public.exit()
        private.exit()
    assert "Sell" in seen


def _until(frames, words, seconds=10):
    """Return the next frame that has the words."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        frame = str(frames.get(timeout=seconds))
        if words in frame:
            return frame
    raise AssertionError(words)
