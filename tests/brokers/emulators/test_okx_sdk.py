"""OKX's official SDK, unmodified, against the emulator: real host names, real TLS."""

import asyncio
import json
from decimal import Decimal

import pytest

from brokers.emulators.settings import EmulatorSettings
from tests.emulators_rig import real_names_everywhere, threaded_emulator

pytestmark = [
    pytest.mark.wall,
    pytest.mark.slow,
    # The SDK leaves its own sockets to the garbage collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
    # It hands its bodies to httpx in a way that is going out of use.
    pytest.mark.filterwarnings("ignore:Use .content:DeprecationWarning"),
]
BTC = {"instId": "BTC-USDT"}
CASH = {**BTC, "tdMode": "cash"}


@pytest.fixture
def opened(tmp_path, monkeypatch):
    with threaded_emulator(EmulatorSettings(venue="okx", speed=50)) as emulator:
        keys = emulator.account("ann", {"USDT": "10000", "BTC": "1"})
        with real_names_everywhere(emulator, tmp_path, monkeypatch) as ca:
            # Its websockets trust what certifi names.
            monkeypatch.setattr("certifi.where", lambda: str(ca))
            yield emulator, (keys.key, keys.secret, keys.password)


def only(answer):
    """Return the one row of an answer that went well."""
    assert answer["code"] == "0", answer
    (row,) = answer["data"]
    return row


def test_python_okx_rest(opened, request):
    from okx.Account import AccountAPI
    from okx.MarketData import MarketAPI
    from okx.Trade import TradeAPI

    _, keys = opened
    trade, account = TradeAPI(*keys, flag="1"), AccountAPI(*keys, flag="1")
    market = MarketAPI(flag="1")
    request.addfinalizer(lambda: [each.close() for each in (trade, account, market)])
    order = {**CASH, "side": "buy", "ordType": "limit", "sz": "0.1", "px": "16000"}
    placed = only(trade.place_order(**order, clOrdId="mine1"))
    only(trade.amend_order(**BTC, clOrdId="mine1", newPx="16001"))
    found = only(trade.get_order(**BTC, clOrdId="mine1"))
    only(trade.cancel_order(**BTC, ordId=placed["ordId"]))
    several = trade.place_multiple_orders([order, {**order, "sz": "100"}])
    only(trade.place_order(**CASH, side="buy", ordType="market", sz="100", tgtCcy="quote_ccy"))
    fills = trade.get_fills(instType="SPOT")["data"]

    assert (found["px"], found["state"], found["ordId"]) == ("16001", "live", placed["ordId"])
    assert [row["ordId"] for row in trade.get_order_list()["data"]] == [several["data"][0]["ordId"]]
    assert several["code"] == "2"
    assert [row["sCode"] for row in several["data"]] == ["0", "51008"]
    assert {fill["feeCcy"] for fill in fills} == {"BTC"}
    assert all(Decimal(fill["fee"]) < 0 for fill in fills)
    details = only(account.get_account_balance())["details"]
    assert {row["ccy"]: row["ordFrozen"] for row in details} == {"BTC": "0", "USDT": "1600"}
    assert only(account.get_account_config())["perm"] == "read_only,trade"
    assert len(market.get_candlesticks("BTC-USDT", bar="5m", limit="10")["data"]) == 10
    refused = trade.cancel_order(**BTC, ordId=placed["ordId"])
    assert (refused["code"], refused["data"][0]["sCode"]) == ("1", "51400")


def test_python_okx_swaps(opened, request):
    from okx.Account import AccountAPI
    from okx.PublicData import PublicAPI
    from okx.Trade import TradeAPI

    emulator, keys = opened
    trade, account = TradeAPI(*keys, flag="1"), AccountAPI(*keys, flag="1")
    public = PublicAPI(flag="1")
    request.addfinalizer(lambda: [each.close() for each in (trade, account, public)])
    swap = {"instId": "BTC-USDT-SWAP"}
    listed = public.get_instruments(instType="SWAP")["data"]
    rate = only(public.get_funding_rate(**swap))
    only(account.set_position_mode("net_mode"))
    only(account.set_leverage("20", "cross", **swap))
    order = {**swap, "tdMode": "cross", "ordType": "market", "sz": "15"}
    placed = only(trade.place_order(**order, side="sell"))
    held = only(account.get_positions(instType="SWAP"))
    emulator.act({"act": "funding", "symbol": swap["instId"], "kind": "linear", "rate": "0.001"})
    bill = only(account.get_account_bills(instType="SWAP", type="8"))
    only(trade.place_order(**order, side="buy", reduceOnly="true"))
    fills = trade.get_fills(instType="SWAP", ordId=placed["ordId"])["data"]

    assert [(row["instId"], row["ctVal"]) for row in listed] == [
        ("BTC-USDT-SWAP", "0.01"),
        ("ADA-USDT-SWAP", "100"),
    ]
    assert int(rate["nextFundingTime"]) - int(rate["fundingTime"]) == 8 * 3600 * 1000
    assert (held["pos"], held["lever"], held["posSide"]) == ("-15", "20", "net")
    assert (bill["subType"], bill["sz"]) == ("174", "15")
    assert Decimal(bill["balChg"]) > 0
    assert sum(Decimal(fill["fillSz"]) for fill in fills) == 15
    assert account.get_positions()["data"] == []


async def test_python_okx_streams(opened):
    from okx.Trade import TradeAPI
    from okx.websocket.WsPrivateAsync import WsPrivateAsync
    from okx.websocket.WsPublicAsync import WsPublicAsync

    _, keys = opened
    key, secret, password = keys
    frames = asyncio.Queue()
    url = "wss://wspap.okx.com:8443/ws/v5"
    public, private = (
        WsPublicAsync(f"{url}/public"),
        WsPrivateAsync(key, password, secret, f"{url}/private"),
    )
    reading = [await public.start(), await private.start()]
    try:
        await public.subscribe(
            [{**BTC, "channel": "books"}, {**BTC, "channel": "trades"}], frames.put_nowait
        )
        await until(frames, '"snapshot"')
        await until(frames, '"tradeId"')
        await private.subscribe([{"channel": "orders", "instType": "SPOT"}], frames.put_nowait)
        await until(frames, '"orders"')
        with TradeAPI(key, secret, password, flag="1") as trade:
            trade.place_order(**CASH, side="sell", ordType="market", sz="0.1")
        seen = json.loads(await until(frames, '"filled"'))
    finally:
        await public.stop()
        await private.stop()
        await asyncio.gather(*reading)

    assert seen["data"][0]["side"] == "sell"


async def until(frames, words):
    """Return the next frame that has the words."""
    async with asyncio.timeout(20):
        while words not in (frame := await frames.get()):
            pass
        return frame
