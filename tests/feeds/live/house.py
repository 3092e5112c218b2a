"""A Binance that says what a test tells it to: public REST and streams, on loopback, over TLS."""

import asyncio
import contextlib
import itertools
import json
import ssl

import trustme
from aiohttp import WSMsgType, web

from feeds.live.connect import Door
from magents.runtime import wall

HOSTS = ("api.binance.com", "stream.binance.com", "fapi.binance.com", "data-api.binance.vision")
FILTERS = [
    {"filterType": "PRICE_FILTER", "minPrice": "0.01", "maxPrice": "1000000", "tickSize": "0.01"},
    {"filterType": "LOT_SIZE", "minQty": "0.0001", "maxQty": "9000", "stepSize": "0.0001"},
    {"filterType": "NOTIONAL", "minNotional": "5", "applyMinToMarket": True},
    {
        "filterType": "PERCENT_PRICE_BY_SIDE",
        "bidMultiplierUp": "1.2",
        "bidMultiplierDown": "0.8",
        "askMultiplierUp": "1.2",
        "askMultiplierDown": "0.8",
    },
]


def now_ms():
    return wall.utc_now() // 1_000_000


def market(base, quote):
    return {
        "symbol": base + quote,
        "status": "TRADING",
        "baseAsset": base,
        "quoteAsset": quote,
        "baseAssetPrecision": 8,
        "quoteAssetPrecision": 8,
        "orderTypes": ["LIMIT", "MARKET"],
        "isSpotTradingAllowed": True,
        "permissions": ["SPOT"],
        "permissionSets": [["SPOT"]],
        "filters": FILTERS,
    }


class House:
    """One Binance.

    Attributes:
        sockets: connections by stream name. skew_ms: how far its clock is ahead.
        update: number of the last book update. dials: when each connection came, seconds.
        history: all trades, as REST tells the last ``window`` of them.
        hangs_up: whether it says one thing of each subscription and closes.
    """

    def __init__(self, markets=(("BTC", "USDT"), ("ETH", "USDT"))):
        self.markets = markets
        self.subscribed = {}
        self.update = 100
        self.trade_ids = itertools.count(1)
        self.skew_ms = 0
        self.snapshots = 0
        self.bids = {"BTCUSDT": {100.0 - n: 5.0 for n in range(10)}}
        self.asks = {"BTCUSDT": {101.0 + n: 5.0 for n in range(10)}}
        self.klines = []
        self.connections = []
        self.dials = []
        self.hangs_up = False
        self.history = []
        self.window = 1000

    # -- REST -----------------------------------------------------------------------------------

    async def info(self, request):
        return web.json_response(
            {
                "timezone": "UTC",
                "symbols": [market(*pair) for pair in self.markets],
                "rateLimits": [],
            }
        )

    async def time(self, request):
        return web.json_response({"serverTime": now_ms() + self.skew_ms})

    async def depth(self, request):
        self.snapshots += 1
        symbol = request.query["symbol"]
        sides = {
            "bids": sorted(self.bids.get(symbol, {}).items(), reverse=True),
            "asks": sorted(self.asks.get(symbol, {}).items()),
        }
        levels = {name: [[str(p), str(q)] for p, q in side] for name, side in sides.items()}
        return web.json_response({"lastUpdateId": self.update, **levels})

    async def last_trades(self, request):
        mine = [trade for trade in self.history if trade["s"] == request.query["symbol"]]
        rows = [
            {"id": t["t"], "price": t["p"], "qty": t["q"], "time": t["T"], "isBuyerMaker": t["m"]}
            for t in mine[-self.window :]
        ]
        return web.json_response(rows)

    async def candles(self, request):
        return web.json_response(self.klines)

    # -- streams --------------------------------------------------------------------------------

    async def stream(self, request):
        socket = web.WebSocketResponse(autoping=True)
        await socket.prepare(request)
        self.connections.append(socket)
        self.dials.append(wall.monotonic())
        async for message in socket:
            if message.type != WSMsgType.TEXT:
                continue
            asked = json.loads(message.data)
            for name in asked["params"]:
                self.subscribed.setdefault(name, []).append(socket)
            await socket.send_json({"result": None, "id": asked["id"]})
            if self.hangs_up:
                await socket.send_str(json.dumps(self.trade(100, 1)))
                await socket.close(code=1001)
        self.connections.remove(socket)
        for sockets in self.subscribed.values():
            if socket in sockets:
                sockets.remove(socket)
        return socket

    async def say(self, stream, body):
        for socket in list(self.subscribed.get(stream, ())):
            with contextlib.suppress(ConnectionError):  # who has gone hears nothing
                await socket.send_str(body if isinstance(body, str) else json.dumps(body))

    async def subscription(self, *names):
        """Wait until streams are subscribed."""
        while not all(self.subscribed.get(n) for n in names):  # noqa: ASYNC110 - another process may ask
            await asyncio.sleep(0.005)

    def trade(self, price, size, symbol="BTCUSDT", maker=False, ts=None):
        number = next(self.trade_ids)
        at = now_ms() + self.skew_ms if ts is None else ts
        said = {
            "e": "trade",
            "E": at,
            "s": symbol,
            "t": number,
            "p": str(price),
            "q": str(size),
            "T": at,
            "m": maker,
            "M": True,
        }
        self.history.append(said)
        return said

    async def trades(self, *rows, symbol="BTCUSDT"):
        for price, size in rows:
            await self.say(f"{symbol.lower()}@trade", self.trade(price, size, symbol))

    async def book(self, bids=(), asks=(), symbol="BTCUSDT", skip=0):
        """Change levels of the book; ``skip`` leaves out so many update numbers before."""
        first = self.update + 1 + skip
        self.update = first
        for side, rows in ((self.bids, bids), (self.asks, asks)):
            for price, size in rows:
                if size:
                    side.setdefault(symbol, {})[price] = size
                else:
                    side.setdefault(symbol, {}).pop(price, None)
        body = {
            "e": "depthUpdate",
            "E": now_ms() + self.skew_ms,
            "s": symbol,
            "U": first,
            "u": self.update,
            "b": [[str(p), str(q)] for p, q in bids],
            "a": [[str(p), str(q)] for p, q in asks],
        }
        for name in (f"{symbol.lower()}@depth@100ms", f"{symbol.lower()}@depth"):
            await self.say(name, body)

    async def drop(self):
        """Cut all connections."""
        for socket in list(self.connections):
            await socket.close(code=1001)

    # -- being there ----------------------------------------------------------------------------

    @contextlib.asynccontextmanager
    async def open(self):
        """Stand on a free port; yield the door."""
        authority = trustme.CA()
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        authority.issue_cert(*HOSTS).configure_cert(context)
        app = web.Application()
        app.router.add_get("/api/v3/exchangeInfo", self.info)
        app.router.add_get("/api/v3/time", self.time)
        app.router.add_get("/api/v3/depth", self.depth)
        app.router.add_get("/api/v3/klines", self.candles)
        app.router.add_get("/api/v3/trades", self.last_trades)
        app.router.add_get("/stream", self.stream)
        app.router.add_get("/ws", self.stream)
        app.router.add_get("/{tail:.*}", self.stream)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context)
        await site.start()
        port = site._server.sockets[0].getsockname()[1]
        ca = authority.cert_pem.bytes().decode()
        try:
            yield Door(dict.fromkeys(HOSTS, ("127.0.0.1", port)), ca)
        finally:
            await runner.cleanup()
            await asyncio.sleep(0.05)  # what TLS still has to say when it closes
