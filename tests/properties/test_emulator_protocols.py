"""Whatever a client sends, an emulated venue answers, and its books stay in order."""

import hmac

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from brokers.emulators.alpaca.operations import OPERATIONS as ALPACA
from brokers.emulators.alpaca.protocol import Proof as AlpacaProof
from brokers.emulators.alpaca.protocol import Protocol as Alpaca
from brokers.emulators.binance.auth import sorted_payload
from brokers.emulators.binance.operations import REST as BINANCE_REST
from brokers.emulators.binance.protocol import Protocol as Binance
from brokers.emulators.binance.protocol import socket_call
from brokers.emulators.binance.trade_api import located
from brokers.emulators.bybit.operations import REST as BYBIT_REST
from brokers.emulators.bybit.protocol import Proof
from brokers.emulators.bybit.protocol import Protocol as Bybit
from brokers.emulators.core.matching import BUY, SELL
from brokers.emulators.krakenfutures.protocol import Proof as KrakenProof
from brokers.emulators.krakenfutures.protocol import Protocol as Kraken
from brokers.emulators.krakenfutures.protocol import sign
from brokers.emulators.okx.operations import REST as OKX_REST
from brokers.emulators.okx.protocol import Proof as OkxProof
from brokers.emulators.okx.protocol import Protocol as Okx
from brokers.emulators.settings import EmulatorSettings
from brokers.emulators.venue import Venue

MONEY = {"USDT": "100000", "USD": "100000", "BTC": "5", "ADA": "1000"}
MONEY = {"USDT": "100000", "BTC": "5", "ADA": "1000", "USD": "100000"}
NUMBERS = st.sampled_from([
    "0", "1", "0.1", "-1", "1e5", "NaN", "17100", "17000.5", "16999.999", "99999999999", "", "x",
    "0.00001", "500", "0.2", "17200",
])  # fmt: skip
WORDS = st.sampled_from([
    "BTCUSDT", "ADAUSDT", "XXX", "BUY", "SELL", "Buy", "Sell", "LIMIT", "MARKET", "Limit", "Market",
    "LIMIT_MAKER", "STOP_LOSS_LIMIT", "TAKE_PROFIT", "GTC", "IOC", "FOK", "PostOnly", "1m", "1",
    "1s", "mine", "spot",
    "PF_XBTUSD", "lmt", "mkt", "post", "stp", "ABSOLUTE", "asc",
    "BTC-USDT", "buy", "sell", "limit", "market", "post_only", "fok",
    "ioc", "cash", "base_ccy", "quote_ccy", "SPOT", "gtc", "all", "asc", "5Min",
     "SWAP", "live", "1H", "linear",
    "ALLOW_FAILURE", "STOP_ON_FAILURE", "quoteCoin", "true",
])  # fmt: skip
NAMES = [
    "symbol", "side", "type", "timeInForce", "quantity", "quoteOrderQty", "price", "stopPrice",
    "newClientOrderId", "origClientOrderId", "orderId", "newQty", "limit", "interval", "startTime",
    "endTime", "fromId", "cancelReplaceMode", "recvWindow", "orderType", "qty", "triggerPrice",
    "triggerDirection", "orderLinkId", "category", "marketUnit", "reduceOnly", "buyLeverage",
    "cursor", "start", "end", "size", "limitPrice", "cliOrdId", "order_id", "lastFillTime",
    "sort", "count", "since", "info", "timeout", "qtyMode", "orderIds", "json", "from", "to",
    "instId", "instType", "ordType", "sz", "px", "tdMode", "tgtCcy",
    "clOrdId", "ordId", "newSz", "newPx", "bar", "before", "after", "begin", "state", "timeOut",
    "instIdCode", "stpMode", "cxlOnFail", "ccy", "time_in_force", "limit_price", "notional",
    "client_order_id", "order_id", "status", "direction", "until", "page_size", "symbols",
    "timeframe",
]  # fmt: skip
USUAL = {"symbol": "BTCUSDT", "category": "linear", "side": "BUY", "type": "LIMIT"}
USUAL |= {"timeInForce": "GTC", "quantity": "0.1", "price": "17000", "interval": "1m"}
BYBIT_USUAL = {**USUAL, "side": "Buy", "orderType": "Limit", "qty": "0.1", "interval": "1"}
ALPACA_USUAL = {"symbol": "BTC/USD", "side": "buy", "type": "limit", "qty": "0.1"}
ALPACA_USUAL |= {"time_in_force": "gtc", "limit_price": "17000", "name": "BTC/USD"}
OKX_USUAL = {"instId": "BTC-USDT", "instType": "SPOT", "side": "buy", "ordType": "limit"}
OKX_USUAL |= {"tdMode": "cash", "sz": "0.1", "px": "17000"}
SENT = st.dictionaries(st.sampled_from(NAMES), NUMBERS | WORDS, max_size=6)
SETTINGS = EmulatorSettings(clock="stepped", limits=False, check_time=False)


def opened(name):
    venue = Venue(msgspec.structs.replace(SETTINGS, venue=name))
    keys = venue.account("ann", MONEY)
    venue.begin()
    venue.advance(0.2)
    return venue, keys


def in_order(venue):
    for book in venue.exchange.books.values():
        assert book.best(BUY) < book.best(SELL)
    wallet = venue.exchange.wallets.of("ann")
    assert all(wallet.locked[asset] >= 0 for asset in wallet.assets())


@given(st.lists(st.tuples(st.sampled_from(sorted(BINANCE_REST)), SENT), max_size=25))
def test_binance_answers_whatever_it_is_sent(requests):
    venue, keys = opened("binance")
    protocol = Binance(venue, located)
    for name, sent in requests:
        params = {**USUAL, **sent, "apiKey": keys.key, "timestamp": venue.clock.now()}
        if "type" in sent and sent["type"] == "MARKET":
            params.pop("timeInForce")
            params.pop("price")
        payload = sorted_payload(params)
        signature = hmac.new(keys.secret.encode(), payload.encode(), "sha256").hexdigest()
        call = socket_call(BINANCE_REST[name], {**params, "signature": signature}, protocol)
        reply = protocol.handle(call)
        assert reply.status in {200, 400, 401, 409}
        assert msgspec.json.encode(reply.body)
        venue.advance(0.1)
        in_order(venue)


@given(st.lists(st.tuples(st.sampled_from(sorted(BYBIT_REST)), SENT), max_size=25))
def test_bybit_answers_whatever_it_is_sent(requests):
    venue, _ = opened("bybit")
    protocol = Bybit(venue)
    for name, sent in requests:
        call = Proof(BYBIT_REST[name], {**BYBIT_USUAL, **sent}, "ann", {})
        call.trusted = True
        reply = protocol.handle(call)
        assert reply.status == 200
        assert msgspec.json.encode(reply.body)
        venue.advance(0.1)
        in_order(venue)


@given(st.lists(st.tuples(st.sampled_from(sorted(OKX_REST)), SENT), max_size=25))
def test_okx_answers_whatever_it_is_sent(requests):
    venue, _ = opened("okx")
    protocol = Okx(venue)
    for name, sent in requests:
        call = OkxProof(OKX_REST[name], {**OKX_USUAL, **sent}, "ann", {})
        call.trusted = True
        reply = protocol.handle(call)
        assert reply.status in {200, 400}
        assert msgspec.json.encode(reply.body)
        venue.advance(0.1)
        in_order(venue)


@given(st.lists(st.tuples(st.sampled_from(ALPACA), SENT), max_size=25))
def test_alpaca_answers_whatever_it_is_sent(requests):
    venue, _ = opened("alpaca")
    protocol = Alpaca(venue)
    for operation, sent in requests:
        call = AlpacaProof(operation, {**ALPACA_USUAL, **sent}, "ann", {})
        call.trusted = True
        reply = protocol.handle(call)
        assert reply.status in {200, 204, 207, 400, 403, 404, 422}
        assert msgspec.json.encode(reply.body)
        venue.advance(0.1)
        in_order(venue)


KRAKEN_PATHS = [
    ("POST", "/derivatives/api/v3/sendorder"), ("POST", "/derivatives/api/v3/editorder"),
    ("POST", "/derivatives/api/v3/cancelorder"), ("POST", "/derivatives/api/v3/batchorder"),
    ("POST", "/derivatives/api/v3/cancelallorders"), ("GET", "/derivatives/api/v3/openorders"),
    ("POST", "/derivatives/api/v3/cancelallordersafter"), ("GET", "/derivatives/api/v3/fills"),
    ("GET", "/derivatives/api/v3/orders/status"), ("GET", "/derivatives/api/v3/accounts"),
    ("GET", "/derivatives/api/v3/openpositions"), ("GET", "/api/history/v2/orders"),
    ("PUT", "/derivatives/api/v3/leveragepreferences"), ("GET", "/api/history/v3/account-log"),
    ("GET", "/derivatives/api/v3/tickers"), ("GET", "/derivatives/api/v3/history"),
    ("GET", "/api/charts/v1/trade/PF_XBTUSD/1m"),
    ("GET", "/api/history/v3/market/PF_XBTUSD/executions"),
]  # fmt: skip
KRAKEN_USUAL = {"symbol": "PF_XBTUSD", "side": "buy", "orderType": "lmt", "size": "0.1"}
KRAKEN_USUAL |= {"limitPrice": "17000"}


@given(st.lists(st.tuples(st.sampled_from(KRAKEN_PATHS), SENT), max_size=25))
def test_kraken_futures_answers_whatever_it_is_sent(requests):
    venue, keys = opened("krakenfutures")
    protocol = Kraken(venue)
    for (method, path), sent in requests:
        operation, named = protocol.paths.find(method, path)
        proof = sign(keys.secret, path.removeprefix("/derivatives"))
        headers = {"APIKey": keys.key, "Authent": proof}
        call = KrakenProof(operation, {**KRAKEN_USUAL, **sent, **named}, "ann", headers)
        call.path = path
        reply = protocol.handle(call)
        assert reply.status in {200, 404}
        assert reply.body.get("error") != "authenticationError"
        assert msgspec.json.encode(reply.body)
        venue.advance(0.1)
        in_order(venue)
