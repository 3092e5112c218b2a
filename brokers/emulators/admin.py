"""The emulator's own door: faults, acts, and what the venue knows."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec
from aiohttp import web

from brokers.emulators.core.market import LINEAR, SPOT, Market
from brokers.emulators.core.matching import BUY, SELL
from brokers.emulators.core.orders import Ask, Kind, RefusedError, VenueOrder
from brokers.emulators.gateway import encode, fill_part
from brokers.emulators.venue import Venue
from magents.model.errors import ConfigError

ROOT = "/emulator"


class Admin:
    """Acts upon a venue as no client could."""

    def __init__(self, venue: Venue) -> None:
        self._venue = venue

    def routes(self) -> list[web.RouteDef]:
        """Return the routes of the door."""
        return [
            web.get(f"{ROOT}/state", self._state),
            web.get(f"{ROOT}/faults", self._list),
            web.post(f"{ROOT}/faults", self._add),
            web.delete(f"{ROOT}/faults", self._clear),
            web.post(f"{ROOT}/do", self._do),
        ]

    def act(self, act: Mapping[str, Any]) -> dict[str, Any]:
        """Do something to the venue.

        Raises:
            ConfigError: it is nothing that can be done.
        """
        doing = getattr(self, f"_act_{act.get('act')}", None)
        if doing is None:
            names = sorted(name[5:] for name in dir(self) if name.startswith("_act_"))
            raise ConfigError(f"act: {act.get('act')!r} is none of {', '.join(names)}.")
        try:
            return doing(act) or {}
        except RefusedError as error:
            raise ConfigError(f"act: the venue refuses: {error}.") from None
        except (KeyError, InvalidOperation) as error:
            raise ConfigError(f"act: {act['act']} needs another value: {error}.") from None

    # ----------------------------------------------------------------------------------- acts

    def _act_fill(self, act: Mapping[str, Any]) -> None:
        fill_part(self._venue, self._order(act), float(act.get("part", 1)))

    def _act_trade(self, act: Mapping[str, Any]) -> dict[str, Any]:
        market = self._market(act)
        side = BUY if str(act["side"]).upper() == "BUY" else SELL
        lots = market.lots(Decimal(str(act["quantity"])))
        left = self._venue.exchange.crowd_take(market, side, None, lots)
        return {"left": str(market.quantity(left))}

    def _act_burst(self, act: Mapping[str, Any]) -> None:
        self._venue.crowds[self._market(act).key].burst(int(act["trades"]))

    def _act_move(self, act: Mapping[str, Any]) -> None:
        self._venue.crowds[self._market(act).key].move(Decimal(str(act["price"])))

    def _act_foreign_order(self, act: Mapping[str, Any]) -> dict[str, Any]:
        """Place an order in a client's account that his program knows nothing of."""
        market, price = self._market(act), act.get("price")
        ask = Ask(
            account=str(act["account"]),
            market=market,
            side=BUY if str(act["side"]).upper() == "BUY" else SELL,
            kind=Kind.MARKET if price is None else Kind.LIMIT,
            quantity=Decimal(str(act["quantity"])),
            price=None if price is None else Decimal(str(price)),
            client_id=str(act.get("client_id", f"web_{len(self._venue.exchange.registry.orders)}")),
            label="MARKET" if price is None else "LIMIT",
        )
        return facts(self._venue.exchange.place(ask))

    def _act_wipe(self, act: Mapping[str, Any]) -> None:
        """Reset an account as a testnet does once a month: no orders, no history, no money."""
        self._venue.exchange.wipe(str(act["account"]))

    def _act_deposit(self, act: Mapping[str, Any]) -> None:
        amount = Decimal(str(act["amount"]))
        self._venue.exchange.deposit(str(act["account"]), str(act["asset"]), amount)

    def _act_cancel_all(self, act: Mapping[str, Any]) -> None:
        self._venue.exchange.cancel_all(str(act["account"]))

    def _act_disconnect(self, act: Mapping[str, Any]) -> None:
        for line in list(self._venue.lines.open.values()):
            if act.get("account", line.account) == line.account:
                line.abort()

    def _act_expire(self, act: Mapping[str, Any]) -> None:
        for line in list(self._venue.lines.open.values()):
            if act.get("account", line.account) == line.account:
                self._venue.lines.on_expire(line)

    def _act_halt(self, act: Mapping[str, Any]) -> None:
        self._venue.exchange.halted.add(self._market(act).key)

    def _act_resume(self, act: Mapping[str, Any]) -> None:
        self._venue.exchange.halted.discard(self._market(act).key)

    def _act_funding(self, act: Mapping[str, Any]) -> None:
        market, exchange = self._market(act), self._venue.exchange
        rate = Decimal(str(act.get("rate", self._venue.funding(market))))
        exchange.pay_funding(market, rate, exchange.settler.mark(market.key))

    def _market(self, act: Mapping[str, Any]) -> Market:
        """Return the market an act names; one that has no coin of that name is a perpetual."""
        there, symbol = self._venue.exchange.markets.values(), str(act["symbol"])
        named = [market.kind for market in there if market.symbol == symbol]
        spot = SPOT in named or (not named and any(market.kind == SPOT for market in there))
        return self._venue.market(symbol, str(act.get("kind", SPOT if spot else LINEAR)))

    def _order(self, act: Mapping[str, Any]) -> VenueOrder:
        registry = self._venue.exchange.registry
        if "order" in act:
            return registry.orders[int(act["order"])]
        return registry.find(str(act["account"]), client_id=str(act["client_id"]))

    # ----------------------------------------------------------------------------------- HTTP

    async def _state(self, request: web.Request) -> web.Response:
        return _json(state(self._venue))

    async def _list(self, request: web.Request) -> web.Response:
        return _json([msgspec.to_builtins(rule) for rule in self._venue.faults.rules])

    async def _clear(self, request: web.Request) -> web.Response:
        self._venue.faults.clear()
        return _json({})

    async def _add(self, request: web.Request) -> web.Response:
        try:
            rules = await request.json()
            for rule in rules if isinstance(rules, list) else [rules]:
                self._venue.faults.add(rule)
        except (ConfigError, ValueError) as error:
            return _json({"error": str(error)}, 400)
        return await self._list(request)

    async def _do(self, request: web.Request) -> web.Response:
        try:
            return _json(self.act(await request.json()))
        except (ConfigError, ValueError) as error:
            return _json({"error": str(error)}, 400)


def state(venue: Venue) -> dict[str, Any]:
    """Return what a venue knows, as JSON."""
    exchange = venue.exchange
    return {
        "time": venue.clock.now(),
        "elapsed": venue.clock.elapsed(),
        "connections": len(venue.lines.open),
        "last": {key: str(price) for key, price in exchange.last.items()},
        "accounts": {name: account_facts(venue, name) for name in venue.accounts},
    }


def account_facts(venue: Venue, name: str) -> dict[str, Any]:
    """Return all orders, fills, balances and positions of an account, exact, as text."""
    exchange = venue.exchange
    wallet = exchange.wallets.of(name)
    positions = {
        key: str(position.size)
        for (who, key), position in exchange.wallets.positions.items()
        if who == name and position.size
    }
    balances = {
        asset: {"free": f"{wallet.free[asset]:f}", "locked": f"{wallet.locked[asset]:f}"}
        for asset in wallet.assets()
    }
    orders = [facts(order) for order in exchange.registry.all(name)]
    return {"balances": balances, "positions": positions, "orders": orders}


def facts(order: VenueOrder) -> dict[str, Any]:
    """Return an order and its fills as text."""
    return {
        "number": order.number,
        "client_id": order.ask.client_id,
        "market": order.market.key,
        "side": order.side,
        "price": None if order.price is None else str(order.price),
        "quantity": str(order.quantity),
        "filled": str(order.filled),
        "status": order.status.value,
        "fills": [
            {
                "number": fill.number,
                "price": str(fill.price),
                "quantity": str(fill.quantity),
                "fee": str(fill.fee),
                "fee_asset": fill.fee_asset,
                "maker": fill.maker,
                "time": fill.time,
            }
            for fill in order.fills
        ],
    }


def _json(value: Any, status: int = 200) -> web.Response:  # noqa: ANN401
    return web.Response(body=encode(value), status=status, content_type="application/json")
