"""Bybit v5 spot as somebody else would write it from the public documentation, in one file.

As ``binance.py`` in every respect: the least that a trading client needs, and nothing of ours.
Commands are acknowledged before anything else is told; executions are told before their order.
"""

import asyncio
import hashlib
import hmac
import itertools
import json
import time
from decimal import Decimal

from aiohttp import WSMsgType, web

KEY, SECRET = "stranger-key", "stranger-secret"
REST, STREAM = "api-testnet.bybit.com", "stream-testnet.bybit.com"
PAIR = {
    "symbol": "BTCUSDT",
    "baseCoin": "BTC",
    "quoteCoin": "USDT",
    "status": "Trading",
    "lotSizeFilter": {
        "basePrecision": "0.000001",
        "quotePrecision": "0.0000001",
        "minOrderQty": "0.000011",
        "maxOrderQty": "83",
        "minOrderAmt": "5",
        "maxOrderAmt": "8000000",
    },
    "priceFilter": {"tickSize": "0.01"},
}
D = Decimal


def now():
    return time.time_ns() // 1_000_000


def sign(text):
    return hmac.new(SECRET.encode(), text.encode(), hashlib.sha256).hexdigest()


class RefusalError(Exception):
    def __init__(self, code, text):
        super().__init__(text)
        self.code = code


class Bybit:
    """A market of one pair that follows a saw; orders trade against the house at its price."""

    id, keys = "bybit", (KEY, SECRET)

    def __init__(self):
        self.price, self.steps, self.updates = D("17000.00"), itertools.count(), 1
        self.numbers = itertools.count(10**18 + 1)
        self.orders, self.fills, self.links = {}, [], set()
        self.wallet = {"BTC": D(0), "USDT": D(100_000)}
        self.public, self.listeners = [], []

    def paths(self):
        """Return by name of a host what answers there, and under which path."""
        return {REST: ("/{path:.*}", self.rest), STREAM: ("/v5/{kind:.*}", self.stream)}

    # -- the market ---------------------------------------------------------------------------

    def book(self):
        return [[str(self.price - 1), "3"]], [[str(self.price + 1), "3"]]

    async def move(self):
        """Go up for a while, then down."""
        while True:
            await asyncio.sleep(0.1)
            before = self.book()
            self.price += D(7) if next(self.steps) % 40 < 20 else D(-7)
            trade = {"T": now(), "s": "BTCUSDT", "S": "Buy", "v": "0.125", "p": str(self.price)}
            trade |= {"L": "PlusTick", "i": str(next(self.numbers)), "BT": False}
            await self.tell("publicTrade.BTCUSDT", [trade], kind="snapshot")
            self.updates += 1
            bids, asks = self.book()
            gone = [[[side[0][0], "0"]] for side in before]
            await self.tell_book("delta", gone[0] + bids, gone[1] + asks)
            for order in [each for each in self.orders.values() if each["status"] == "New"]:
                if self.crosses(order):
                    await self.fill(order, maker=True)

    async def tell(self, topic, data, *, kind):
        text = {"topic": topic, "type": kind, "ts": now(), "data": data}
        for socket, topics in list(self.public):
            if topic in topics and not socket.closed:
                await socket.send_json(text)

    async def tell_book(self, kind, bids, asks):
        data = {"s": "BTCUSDT", "b": bids, "a": asks, "u": self.updates, "seq": self.updates}
        for _, topics in list(self.public):
            for topic in [each for each in topics if each.startswith("orderbook.")]:
                await self.tell(topic, data, kind=kind)

    # -- orders -------------------------------------------------------------------------------

    def crosses(self, order):
        limit, buys = order["limit"], order["side"] == "Buy"
        return limit is None or (self.price + 1 <= limit if buys else self.price - 1 >= limit)

    async def place(self, asked):
        if asked["orderLinkId"] in self.links:
            raise RefusalError(170141, "Duplicate clientOrderId")
        self.links.add(asked["orderLinkId"])
        order = {
            "id": str(next(self.numbers)),
            "client": asked["orderLinkId"],
            "side": asked["side"],
            "type": asked["orderType"],
            "life": asked.get("timeInForce", "GTC"),
            "limit": D(asked["price"]) if asked.get("price") else None,
            "size": D(asked["qty"]),
            "filled": D(0),
            "status": "New",
            "time": now(),
        }
        assert order["limit"] is not None or asked.get("marketUnit") == "baseCoin"
        self.orders[order["id"]] = order
        if self.crosses(order):
            await self.fill(order, maker=False)
        elif order["life"] in {"IOC", "FOK"}:
            await self.end(order)
        else:
            await self.report(order)
        return {"orderId": order["id"], "orderLinkId": order["client"]}

    async def fill(self, order, *, maker):
        price = order["limit"] if maker else self.price
        size, buys = order["size"], order["side"] == "Buy"
        fee = (size if buys else size * price) / 1000
        self.wallet["BTC"] += size - fee if buys else -size
        self.wallet["USDT"] += -size * price if buys else size * price - fee
        order |= {"filled": size, "status": "Filled", "average": price}
        fill = {
            "category": "spot",
            "symbol": "BTCUSDT",
            "orderId": order["id"],
            "orderLinkId": order["client"],
            "side": order["side"],
            "orderPrice": str(order["limit"] or 0),
            "orderQty": str(order["size"]),
            "orderType": order["type"],
            "execId": str(next(self.numbers)),
            "execPrice": str(price),
            "execQty": str(size),
            "execValue": str(size * price),
            "execType": "Trade",
            "execFee": str(fee),
            "feeCurrency": "BTC" if buys else "USDT",
            "feeRate": "0.001",
            "isMaker": maker,
            "execTime": str(now()),
        }
        self.fills.append(fill)
        await self.tell_owner("execution", fill)
        await self.report(order)

    async def end(self, order):
        order["status"] = "Cancelled"
        await self.report(order)

    async def report(self, order):
        await self.tell_owner("order", self.shown(order))

    async def tell_owner(self, topic, row):
        text = {"topic": topic, "id": "1", "creationTime": now(), "data": [row]}
        for socket, topics in list(self.listeners):
            if topic in topics and not socket.closed:
                await socket.send_json(text)

    def shown(self, order):
        return {
            "category": "spot",
            "symbol": "BTCUSDT",
            "orderId": order["id"],
            "orderLinkId": order["client"],
            "side": order["side"],
            "orderType": order["type"],
            "timeInForce": order["life"],
            "price": str(order["limit"] or "0"),
            "qty": str(order["size"]),
            "cumExecQty": str(order["filled"]),
            "cumExecValue": str(order["filled"] * order.get("average", 0)),
            "avgPrice": str(order.get("average", "")),
            "leavesQty": str(order["size"] - order["filled"]),
            "orderStatus": order["status"],
            "createdTime": str(order["time"]),
            "updatedTime": str(order["time"]),
        }

    def named(self, asked, orders):
        found = [
            order
            for order in orders
            if asked.get("orderId") in {None, order["id"]}
            and asked.get("orderLinkId") in {None, order["client"]}
        ]
        return {"list": [self.shown(order) for order in found], "nextPageCursor": ""}

    # -- REST ---------------------------------------------------------------------------------

    def check(self, request, payload):
        """Check a signature over what was sent."""
        head = request.headers
        if head.get("X-BAPI-API-KEY") != KEY:
            raise RefusalError(10003, "API key is invalid.")
        told, window = head["X-BAPI-TIMESTAMP"], head["X-BAPI-RECV-WINDOW"]
        if abs(int(told) - now()) > int(window):
            raise RefusalError(10002, "invalid request, please check your server timestamp")
        if head["X-BAPI-SIGN"] != sign(f"{told}{KEY}{window}{payload}"):
            raise RefusalError(10004, "error sign! please check your signature generation")

    async def rest(self, request):
        body = await request.text()
        try:
            found = self.market(request.path)
            if found is None:
                self.check(request, body or request.query_string)
                asked = json.loads(body) if body else dict(request.query)
                found = await self.private(request.path, asked)
        except RefusalError as error:
            text = {"retCode": error.code, "retMsg": str(error), "result": {}, "time": now()}
            return web.json_response(text)
        if found is None:
            page = "<html><body><h1>404 Not Found</h1></body></html>"
            return web.Response(status=404, text=page, content_type="text/html")
        return web.json_response({"retCode": 0, "retMsg": "OK", "result": found, "time": now()})

    def market(self, path):
        match path:
            case "/v5/market/time":
                return {"timeSecond": str(now() // 1000), "timeNano": str(time.time_ns())}
            case "/v5/market/instruments-info":
                return {"category": "spot", "list": [PAIR]}
            case "/v5/market/kline":
                return {"category": "spot", "symbol": "BTCUSDT", "list": []}
        return None

    async def private(self, path, asked):  # noqa: PLR0911 - a path a line
        working = [each for each in self.orders.values() if each["status"] == "New"]
        match path:
            case "/v5/user/query-api":
                return {"readOnly": 0, "uta": 1, "unified": 0}
            case "/v5/account/info":
                return {"unifiedMarginStatus": 5, "marginMode": "REGULAR_MARGIN"}
            case "/v5/account/wallet-balance":
                coins = [
                    {"coin": name, "walletBalance": str(units), "locked": "0", "equity": str(units)}
                    for name, units in self.wallet.items()
                ]
                return {"list": [{"accountType": "UNIFIED", "coin": coins}]}
            case "/v5/order/create":
                return await self.place(asked)
            case "/v5/order/cancel":
                return await self.cancel(asked, working)
            case "/v5/order/realtime":
                named = asked.get("orderId") or asked.get("orderLinkId")
                return self.named(asked, list(self.orders.values()) if named else working)
            case "/v5/order/history":
                return self.named(asked, [e for e in self.orders.values() if e not in working])
            case "/v5/execution/list":
                since = int(asked.get("startTime", 0))
                rows = [fill for fill in self.fills if int(fill["execTime"]) >= since]
                return {"list": rows[::-1], "nextPageCursor": ""}
        return None

    async def cancel(self, asked, working):
        for order in working:
            if order["id"] == asked.get("orderId") or order["client"] == asked.get("orderLinkId"):
                await self.end(order)
                return {"orderId": order["id"], "orderLinkId": order["client"]}
        raise RefusalError(170213, "Order does not exist.")

    # -- websockets ---------------------------------------------------------------------------

    async def stream(self, request):
        socket, topics = web.WebSocketResponse(), set()
        await socket.prepare(request)
        private = request.match_info["kind"] == "private"
        if not private:
            self.public.append((socket, topics))
        async for message in socket:
            if message.type is not WSMsgType.TEXT:
                continue
            asked = json.loads(message.data)
            answer = {"success": True, "ret_msg": "", "op": asked["op"], "conn_id": "a"}
            if asked["op"] == "auth":
                key, expires, given = asked["args"]
                answer["success"] = key == KEY and given == sign(f"GET/realtime{expires}")
                if answer["success"]:
                    self.listeners.append((socket, topics))
            elif asked["op"] == "ping":
                answer |= {"op": "pong"} if private else {"ret_msg": "pong"}
            elif asked["op"] == "subscribe":
                topics.update(asked["args"])
            await socket.send_json({**answer, "req_id": asked.get("req_id", "")})
            if asked["op"] == "subscribe" and not private:
                await self.tell_book("snapshot", *self.book())
        return socket
