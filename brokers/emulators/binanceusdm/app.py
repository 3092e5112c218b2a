"""Binance's futures on the wire: their paths and websockets."""

from aiohttp import web

from brokers.emulators.binance.app import BinanceApp
from brokers.emulators.binance.protocol import Protocol
from brokers.emulators.binanceusdm import trade_api
from brokers.emulators.binanceusdm.operations import REST
from brokers.emulators.binanceusdm.private import FuturesPrivate
from brokers.emulators.binanceusdm.streams import FuturesStreams
from brokers.emulators.lines import Line

KINDS = "public|market|private"
"""Where a stream is dialled since 2026; before, all were at one address."""


class BinanceUsdmApp(BinanceApp):
    """Routes of the emulated futures of Binance that are margined in USDT."""

    hosts = (
        "fapi.binance.com", "fstream.binance.com", "fstream-auth.binance.com",
        "demo-fapi.binance.com", "demo-fstream.binance.com", "fstream.binancefuture.com",
        "testnet.binancefuture.com", "stream.binancefuture.com",
    )  # fmt: skip
    rest = REST
    listen = "/fapi/v1/listenKey"
    make_market, make_private = FuturesStreams, FuturesPrivate

    def make_protocol(self) -> Protocol:
        """Return what proves requests, and finds the orders they name."""
        return Protocol(self.venue, trade_api.located)

    def routes(self) -> list[web.RouteDef]:
        """Return the routes; REST last, for it takes what is left."""
        kind = f"/{{kind:{KINDS}}}"
        return [
            web.get("/private/ws", self._open_mine),
            web.get(f"{kind}/ws", self._open_raw),
            web.get(f"{kind}/ws/{{streams:.+}}", self._open_raw),
            web.get(f"{kind}/stream", self._open_combined),
            web.get("/ws", self._open_raw),
            web.get("/ws/{streams:.+}", self._open_raw),
            web.get("/stream", self._open_combined),
            web.route("*", self.listen, self._listen_key),
            web.route("*", "/{path:.*}", self._rest),
        ]

    async def _open_mine(self, request: web.Request) -> web.StreamResponse:
        key = request.query.get("listenKey", "")

        def begin(line: Line) -> None:
            line.kind = "raw"
            self._add(line, key)

        return await self._sockets.serve(request, begin, self._on_stream_text)
