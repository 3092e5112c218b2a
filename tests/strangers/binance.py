"""Binance spot as somebody else would write it from the public documentation, in one file.

Nothing of ``brokers/emulators`` is used.  It knows what a trading client needs and no more: other
paths are pages with 404, optional fields are left out, REST and websockets have ports of their own,
numbers have trailing zeros, ids are large, and it never pings.
"""

import asyncio
import hashlib
import hmac
import itertools
import json
import time
from decimal import Decimal
from urllib.parse import parse_qsl

from aiohttp import WSMsgType, web

KEY, SECRET = "stranger-key", "stranger-secret"
REST = "testnet.binance.vision"
STREAM, ORDERS = "stream.testnet.binance.vision", "ws-api.testnet.binance.vision"
PAIR = {
    "symbol": "BTCUSDT",
    "status": "TRADING",
    "baseAsset": "BTC",
    "baseAssetPrecision": 8,
    "quoteAsset": "USDT",
    "quotePrecision": 8,
    "quoteAssetPrecision": 8,
    "orderTypes": ["LIMIT", "LIMIT_MAKER", "MARKET"],
    "isSpotTradingAllowed": True,
    "isMarginTradingAllowed": False,
    "filters": [
        {
            "filterType": "PRICE_FILTER",
            "minPrice": "0.01000000",
            "maxPrice": "1000000.00000000",
            "tickSize": "0.01000000",
        },
        {
            "filterType": "LOT_SIZE",
            "minQty": "0.00001000",
            "maxQty": "9000.00000000",
            "stepSize": "0.00001000",
        },
    ],
    "permissions": [],
    "permissionSets": [["SPOT"]],
}
D = Decimal


def long(number):
    """Return a number as Binance writes all of them."""
    return f"{number:.8f}"


def now():
    return time.time_ns() // 1_000_000


class RefusalError(Exception):
    def __init__(self, code, text, status=400):
        super().__init__(text)
        self.body, self.status = {"code": code, "msg": text}, status


class Binance:
    """A market of one pair that follows a saw; orders trade against the house at its price."""

    id, keys = "binance", (KEY, SECRET)

    def __init__(self):
        self.price, self.steps, self.updates = D("17000.00"), itertools.count(), 100
        self.trade_ids, self.order_ids = itertools.count(5_000_000_001), itertools.count(28 * 10**9)
        self.orders, self.fills, self.trades = {}, [], []
        self.wallet = {"BTC": D(0), "USDT": D(100_000)}
        self.streams, self.listeners, self.asked = [], [], []

    def paths(self):
        """Return by name of a host what answers there, and under which path."""
        everything = "/{path:.*}"
        return {
            REST: (everything, self.rest),
            STREAM: (everything, self.stream),
            ORDERS: ("/ws-api/v3", self.orders_socket),
        }

    # -- the market ---------------------------------------------------------------------------

    def book(self):
        sides = ((self.price - D("0.5"), D(3)), (self.price + D("0.5"), D(3)))
        return ([[long(p), long(q)]] for p, q in sides)

    async def move(self):
        """Go up for a while, then down."""
        while True:
            await asyncio.sleep(0.1)
            before = list(self.book())
            self.price += D(7) if next(self.steps) % 40 < 20 else D(-7)
            trade = {
                "e": "trade",
                "E": now(),
                "s": "BTCUSDT",
                "t": next(self.trade_ids),
                "p": long(self.price),
                "q": long(D("0.125")),
                "T": now(),
                "m": False,
                "M": True,
            }
            self.trades.append(trade)
            first, self.updates = self.updates + 1, self.updates + 2
            bids, asks = self.book()
            gone = [[[level[0][0], "0.00000000"]] for level in before]
            update = {
                "e": "depthUpdate",
                "E": now(),
                "s": "BTCUSDT",
                "U": first,
                "u": self.updates,
                "b": gone[0] + bids,
                "a": gone[1] + asks,
            }
            await self.tell_streams("btcusdt@trade", trade)
            await self.tell_streams("btcusdt@depth@100ms", update)
            for order in [each for each in self.orders.values() if each["status"] == "NEW"]:
                if order["limit"] is not None and self.crosses(order):
                    await self.fill(order, maker=True)

    async def tell_streams(self, name, message):
        for socket, names in list(self.streams):
            if name in names and not socket.closed:
                await socket.send_json(message)

    # -- orders -------------------------------------------------------------------------------

    def crosses(self, order):
        limit, buys = order["limit"], order["side"] == "BUY"
        return limit is None or (self.price + 1 <= limit if buys else self.price - 1 >= limit)

    async def place(self, asked):
        if any(
            each["client"] == asked["newClientOrderId"] and each["status"] == "NEW"
            for each in self.orders.values()
        ):
            raise RefusalError(-2010, "Duplicate order sent.")
        order = {
            "id": next(self.order_ids),
            "client": asked["newClientOrderId"],
            "side": asked["side"],
            "type": asked["type"],
            "life": asked.get("timeInForce", "GTC"),
            "limit": D(asked["price"]) if "price" in asked else None,
            "size": D(asked["quantity"]),
            "filled": D(0),
            "paid": D(0),
            "status": "NEW",
            "time": now(),
        }
        self.orders[order["id"]] = order
        await self.report(order, "NEW")
        if self.crosses(order):
            await self.fill(order, maker=False)
        elif order["life"] != "GTC":
            await self.end(order, "EXPIRED")
        return order

    async def fill(self, order, *, maker):
        price = order["limit"] if maker else self.price
        size, buys = order["size"], order["side"] == "BUY"
        fee = (size if buys else size * price) / 1000
        self.wallet["BTC"] += size - fee if buys else -size
        self.wallet["USDT"] += -size * price if buys else size * price - fee
        order |= {"filled": size, "paid": size * price, "status": "FILLED"}
        fill = {
            "symbol": "BTCUSDT",
            "id": next(self.trade_ids),
            "orderId": order["id"],
            "price": long(price),
            "qty": long(size),
            "quoteQty": long(size * price),
            "commission": long(fee),
            "commissionAsset": "BTC" if buys else "USDT",
            "time": now(),
            "isBuyer": buys,
            "isMaker": maker,
        }
        self.fills.append(fill)
        await self.report(order, "TRADE", fill)

    async def end(self, order, status):
        order["status"] = status
        await self.report(order, "CANCELED" if status == "CANCELED" else "EXPIRED")

    async def report(self, order, what, fill=None):
        done = fill or {"qty": "0", "price": "0", "commission": "0", "id": -1, "isMaker": False}
        event = {
            "e": "executionReport",
            "E": now(),
            "s": "BTCUSDT",
            "c": order["client"],
            "S": order["side"],
            "o": order["type"],
            "f": order["life"],
            "q": long(order["size"]),
            "p": long(order["limit"] or 0),
            "P": "0.00000000",
            "C": order["client"] if what == "CANCELED" else "",
            "x": what,
            "X": order["status"],
            "r": "NONE",
            "i": order["id"],
            "l": done["qty"],
            "z": long(order["filled"]),
            "L": done["price"],
            "n": done["commission"],
            "N": done.get("commissionAsset"),
            "T": now(),
            "t": done["id"],
            "w": order["status"] == "NEW",
            "m": done["isMaker"],
            "O": order["time"],
            "Z": long(order["paid"]),
        }
        for socket in [each for each in self.listeners if not each.closed]:
            await socket.send_json({"subscriptionId": 0, "event": event})

    def shown(self, order):
        return {
            "symbol": "BTCUSDT",
            "orderId": order["id"],
            "orderListId": -1,
            "clientOrderId": order["client"],
            "price": long(order["limit"] or 0),
            "origQty": long(order["size"]),
            "executedQty": long(order["filled"]),
            "cummulativeQuoteQty": long(order["paid"]),
            "status": order["status"],
            "timeInForce": order["life"],
            "type": order["type"],
            "side": order["side"],
            "time": order["time"],
            "updateTime": order["time"],
            "isWorking": order["status"] == "NEW",
        }

    def named(self, asked):
        for order in self.orders.values():
            if str(order["id"]) == asked.get("orderId"):
                return order
            if order["client"] == asked.get("origClientOrderId"):
                return order
        raise RefusalError(-2013, "Order does not exist.")

    # -- REST ---------------------------------------------------------------------------------

    def signed(self, request, body):
        """Check a signature over query and body as they were sent."""
        raw = request.query_string + body
        text, _, given = raw.rpartition("&signature=")
        wanted = hmac.new(SECRET.encode(), text.encode(), hashlib.sha256).hexdigest()
        if request.headers.get("X-MBX-APIKEY") != KEY:
            raise RefusalError(-2015, "Invalid API-key, IP, or permissions for action.", 401)
        if given != wanted:
            raise RefusalError(-1022, "Signature for this request is not valid.")
        asked = dict(parse_qsl(text))
        if abs(int(asked["timestamp"]) - now()) > int(asked.get("recvWindow", 5000)):
            raise RefusalError(-1021, "Timestamp for this request is outside of the recvWindow.")
        return asked

    async def rest(self, request):
        body = await request.text()
        self.asked.append(f"{request.method} {request.path}")
        try:
            known = self.public(request)
            if known is None:
                known = await self.private(request, body)
        except RefusalError as error:
            return web.json_response(error.body, status=error.status)
        if known is None:
            page = "<html><body><h1>404 Not Found</h1></body></html>"
            return web.Response(status=404, text=page, content_type="text/html")
        return web.json_response(known)

    def public(self, request):
        match request.path:
            case "/api/v3/exchangeInfo":
                return {"timezone": "UTC", "serverTime": now(), "symbols": [PAIR]}
            case "/api/v3/time":
                return {"serverTime": now()}
            case "/api/v3/depth":
                bids, asks = self.book()
                return {"lastUpdateId": self.updates, "bids": bids, "asks": asks}
            case "/api/v3/klines":
                return []
        return None

    async def private(self, request, body):  # noqa: PLR0911 - a path a line
        match request.method, request.path:
            case "GET", "/api/v3/account":
                self.signed(request, body)
                held = [
                    {"asset": name, "free": long(units), "locked": "0.00000000"}
                    for name, units in self.wallet.items()
                ]
                return {"canTrade": True, "accountType": "SPOT", "balances": held}
            case "POST", "/api/v3/order":
                order = await self.place(self.signed(request, body))
                return {
                    "symbol": "BTCUSDT",
                    "orderId": order["id"],
                    "orderListId": -1,
                    "clientOrderId": order["client"],
                    "transactTime": now(),
                }
            case "GET", "/api/v3/order":
                return self.shown(self.named(self.signed(request, body)))
            case "DELETE", "/api/v3/order":
                order = self.named(self.signed(request, body))
                if order["status"] != "NEW":
                    raise RefusalError(-2011, "Unknown order sent.")
                await self.end(order, "CANCELED")
                return self.shown(order)
            case "GET", "/api/v3/openOrders":
                self.signed(request, body)
                return [self.shown(o) for o in self.orders.values() if o["status"] == "NEW"]
            case "GET", "/api/v3/myTrades":
                since = int(self.signed(request, body).get("startTime", 0))
                return [fill for fill in self.fills if fill["time"] >= since]
        return None

    # -- websockets ---------------------------------------------------------------------------

    async def stream(self, request):
        socket, names = web.WebSocketResponse(), set()
        await socket.prepare(request)
        self.streams.append((socket, names))
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                asked = json.loads(message.data)
                if asked["method"] == "SUBSCRIBE":
                    names.update(asked["params"])
                await socket.send_json({"result": None, "id": asked["id"]})
        return socket

    async def orders_socket(self, request):
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        async for message in socket:
            asked = json.loads(message.data)
            if asked["method"] == "userDataStream.subscribe.signature":
                self.listeners.append(socket)
                answer = {"status": 200, "result": {"subscriptionId": 0}}
            else:
                refused = {"code": -1000, "msg": "An unknown error occurred."}
                answer = {"status": 400, "error": refused}
            await socket.send_json({"id": asked["id"], **answer})
        return socket
