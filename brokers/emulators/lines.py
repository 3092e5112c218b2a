"""Websocket connections: what is sent on them, in order and bounded, and their faults."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec
from aiohttp import WSMsgType, web

from brokers.emulators.agenda import Agenda
from brokers.emulators.faults import STREAM, Faults, Rule

OUTBOX = 100_000
"""Frames that may wait for a slow client; one more and it is cut off."""
FOREVER = float("inf")


class Line:
    """One connection.

    Attributes:
        topics: what is subscribed, with whatever the protocol notes for it.
        binary: whether its frames are bytes.
        account: whose it is, empty for nobody's. address: the client's.
        opened: when, and muted_until: until when nothing goes out, seconds since the venue opened.
    """

    def __init__(self, number: int, address: str, socket: web.WebSocketResponse) -> None:
        self.number, self.address, self.socket = number, address, socket
        self.topics: dict[str, Any] = {}
        self.account = ""
        self.kind = ""
        self.binary = False
        self.opened = self.muted_until = 0.0
        self.outbox: asyncio.Queue[bytes | int] = asyncio.Queue(OUTBOX)
        self.held: list[bytes] = []
        self.received = 0
        self.transport: asyncio.Transport | None = None

    def send(self, frame: bytes) -> None:
        """Put a frame into the outbox; one too many cuts the line."""
        try:
            self.outbox.put_nowait(frame)
        except asyncio.QueueFull:
            self.abort()

    def close(self, code: int) -> None:
        """Close the connection after what is in the outbox."""
        if not self.outbox.full():
            self.outbox.put_nowait(code)

    def abort(self) -> None:
        """Cut the connection without a word."""
        if self.transport is not None:
            self.transport.abort()

    async def pump(self) -> None:
        """Send what is in the outbox, until the line is closed."""
        while not self.socket.closed:
            item = await self.outbox.get()
            try:
                if isinstance(item, int):
                    await self.socket.close(code=item, drain=False)
                elif self.binary:
                    await self.socket.send_bytes(item)
                else:
                    await self.socket.send_str(item.decode())
            except ConnectionError:
                return


class Lines:
    """All connections of a venue, and what happens to frames on their way.

    Args:
        elapsed: seconds since the venue opened. on_expire: ends a line's private subscription.
    """

    def __init__(self, faults: Faults, agenda: Agenda, elapsed: Callable[[], float]) -> None:
        self._faults, self._agenda, self._elapsed = faults, agenda, elapsed
        self.open: dict[int, Line] = {}
        self.on_expire: Callable[[Line], None] = _nothing
        self.on_shutdown: Callable[[Line], None] = _nothing
        self.count = 0

    def publish(self, line: Line, kind: str, payload: Any, symbol: str = "") -> None:  # noqa: ANN401
        """Send an event on a line, unless something goes wrong."""
        elapsed = self._elapsed()
        if elapsed < line.muted_until:
            return
        rule = None
        if self._faults.rules:
            rule = self._faults.take(
                f"stream.{kind}", elapsed, account=line.account, symbol=symbol, what=STREAM
            )
        if rule is None:
            line.send(msgspec.json.encode(payload))
            return
        self._misbehave(line, rule, payload)

    def answer(self, line: Line, payload: Any) -> None:  # noqa: ANN401
        """Send an answer; a muted line says nothing."""
        if self._elapsed() >= line.muted_until:
            line.send(msgspec.json.encode(payload))

    def _misbehave(self, line: Line, rule: Rule, payload: Any) -> None:  # noqa: ANN401
        frame, do = msgspec.json.encode(payload), rule.do
        if do == "duplicate":
            for _ in range(rule.copies):
                line.send(frame)
        elif do == "reorder":
            self._reorder(line, rule, frame)
        elif do == "hold":
            self._agenda.at(self._elapsed() + rule.seconds, partial(line.send, frame))
        elif do == "strip":
            line.send(msgspec.json.encode(strip(payload, frozenset(rule.fields))))
        else:
            self._break(line, rule)

    def _break(self, line: Line, rule: Rule) -> None:
        """Carry out a fault of the connection; the frame is lost, as with ``drop``."""
        if rule.do == "mute":
            line.muted_until = self._elapsed() + (rule.seconds or FOREVER)
        elif rule.do == "cut":
            line.abort()
        elif rule.do == "close":
            line.close(rule.code or 1001)
        elif rule.do == "expire":
            self.on_expire(line)
        elif rule.do == "shutdown":
            self.on_shutdown(line)

    def _reorder(self, line: Line, rule: Rule, frame: bytes) -> None:
        """Hold frames back until the window is full, then send them last first."""
        line.held.append(frame)
        if len(line.held) < rule.window:
            rule.done -= rule.times != 0
            return
        for each in reversed(line.held):
            line.send(each)
        line.held.clear()

    async def serve(
        self, line: Line, request: web.Request, on_text: Callable[[Line, str], None]
    ) -> None:
        """Read a connection to its end."""
        line.transport = request.transport
        async for message in line.socket:
            if self._elapsed() < line.muted_until:
                continue
            if message.type is WSMsgType.TEXT:
                on_text(line, message.data)
            elif message.type is WSMsgType.PING:
                await line.socket.pong(message.data)


def strip(payload: Any, fields: frozenset[str]) -> Any:  # noqa: ANN401 - JSON
    """Return JSON with some fields null wherever they are."""
    if isinstance(payload, dict):
        return {
            key: None if key in fields else strip(value, fields) for key, value in payload.items()
        }
    if isinstance(payload, list):
        return [strip(each, fields) for each in payload]
    return payload


def _nothing(line: Line) -> None:
    """Do nothing."""
