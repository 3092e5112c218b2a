"""Websockets of a venue: opened, pumped, closed; their tasks have a supervisor."""

from collections import deque
from collections.abc import Callable, Coroutine
from typing import Any

from aiohttp import web

from brokers.emulators.faults import CONNECT
from brokers.emulators.lines import FOREVER, Line
from brokers.emulators.venue import Venue
from magents.runtime.supervisor import Supervisor

DIALS, DIAL_MS = 300, 300_000
"""Connections an address may open in five minutes."""


class Sockets:
    """Opens and closes the lines of a venue.

    Args:
        supervisor: owns the tasks.
    """

    def __init__(self, venue: Venue, supervisor: Supervisor) -> None:
        self._venue, self._supervisor = venue, supervisor
        self._dials: dict[str, deque[int]] = {}

    def start(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        """Start a task of the venue that ends by itself."""
        task = self._supervisor.start(name, work)
        task.add_done_callback(self._supervisor.forget)

    async def serve(
        self,
        request: web.Request,
        begin: Callable[[Line], None],
        on_text: Callable[[Line, str], None],
    ) -> web.StreamResponse:
        """Take a connection, or refuse it."""
        refusal = self._refusal(request)
        if refusal is not None:
            return refusal
        socket = web.WebSocketResponse(autoping=False, heartbeat=None)
        await socket.prepare(request)
        lines = self._venue.lines
        lines.count += 1
        line = Line(lines.count, request.remote or "", socket)
        line.opened, line.muted_until = self._venue.clock.elapsed(), self._mute()
        begin(line)
        lines.open[line.number] = line
        pump = self._supervisor.start(f"line {line.number}", line.pump())
        try:
            await lines.serve(line, request, on_text)
        finally:
            lines.open.pop(line.number, None)
            await self._supervisor.stop_one(pump)
        return socket

    def _refusal(self, request: web.Request) -> web.Response | None:
        venue = self._venue
        elapsed = venue.clock.elapsed()
        if not venue.settings.streams:
            return web.Response(status=404, text="this venue has no websockets")
        if venue.maintenance_until > elapsed:
            return web.Response(status=503)
        rule = venue.faults.take("connect", elapsed, what={"refuse", "status", "ban"})
        if rule is not None:
            retry = {"Retry-After": str(rule.retry_after)} if rule.retry_after else {}
            default = 429 if rule.do == "ban" else 503
            return web.Response(status=rule.status or default, headers=retry)
        if venue.settings.limits and self._too_many(request.remote or ""):
            return web.Response(status=429, headers={"Retry-After": "300"})
        return None

    def _mute(self) -> float:
        elapsed = self._venue.clock.elapsed()
        rule = self._venue.faults.take("connect", elapsed, what=CONNECT & {"mute"})
        return 0.0 if rule is None else elapsed + (rule.seconds or FOREVER)

    def _too_many(self, address: str) -> bool:
        now = self._venue.clock.true()
        dials = self._dials.setdefault(address, deque())
        while dials and dials[0] <= now - DIAL_MS:
            dials.popleft()
        dials.append(now)
        return len(dials) > DIALS
