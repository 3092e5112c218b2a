"""Bybit on the wire."""

from aiohttp import web

from brokers.emulators.sockets import Sockets
from brokers.emulators.venue import Venue


class BybitApp:
    """Routes of one emulated Bybit."""

    hosts = ("api.bybit.com",)

    def __init__(self, venue: Venue, sockets: Sockets) -> None:
        self.venue, self._sockets = venue, sockets

    def routes(self) -> list[web.RouteDef]:
        """Return the routes."""
        return []
