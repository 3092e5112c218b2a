"""Serves viewers over a Unix socket and, where asked for, over TCP with TLS and a token.

A viewer may die, hang or flood: each has a connection of its own that is read no faster than a
person acts, is answered one message at a time, and is closed when it does not read the answers.
"""

import asyncio
import os
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec
from msgspec.structs import replace

from magents.control.counter import Counter
from magents.control.lease import Lease, Viewer
from magents.control.safety import is_owner, same_token
from magents.control.throttle import Throttle
from magents.control.wire import (
    MOST_ASKED,
    VERSION,
    Ask,
    FromViewer,
    Hello,
    Refused,
    Shown,
    Tell,
    Told,
    ToViewer,
    Welcome,
    WireError,
    decode_asked,
    packed,
    receive,
)
from magents.model.controls import (
    Answer,
    GiveControls,
    ScreenCommand,
    TakeControls,
    WhyOrder,
    WhyPod,
)
from magents.model.errors import UserError
from magents.model.snapshots import Frame

VIEWERS = 16
"""Connections at most; one more is turned away."""
HELLO_WITHIN = 5.0
READ_WITHIN = 30.0
"""Seconds in which a viewer must take an answer from the wire."""
PER_SECOND, AT_ONCE = 30.0, 40.0
"""Messages of a viewer: so many are read, the rest waits in its own socket."""
ANYBODY = (TakeControls, GiveControls, WhyOrder, WhyPod)
"""Commands that need no controls."""


@dataclass(frozen=True, slots=True)
class Access:
    """How a fund is reached.

    Attributes:
        socket: the Unix socket. host, port: over TCP, no host for not at all; port 0: any free one.
        token, tls: what TCP needs.
    """

    socket: Path
    host: str = ""
    port: int = 0
    token: str = ""
    tls: ssl.SSLContext | None = None


class Server:
    """Viewers' connections.

    Args:
        counter: serves frames and commands. access: how it is reached. run, mode: said at hello.
        first: called when the first viewer has come.

    Attributes:
        viewers: how many are connected. visited: whether there ever was one.
        address: over TCP, empty where there is none.
    """

    def __init__(
        self,
        counter: Counter,
        access: Access,
        run: str,
        mode: str,
        first: Callable[[], None] = lambda: None,
        lease: Lease | None = None,
    ) -> None:
        """Be closed."""
        self._counter = counter
        self._access = access
        self._run = run
        self._mode = mode
        self._first = first
        self._lease = lease or Lease()
        self._servers: list[asyncio.Server] = []
        self._connections: set[asyncio.StreamWriter] = set()
        self._empty = asyncio.Event()
        self._empty.set()
        self._number = 0
        self.viewers = 0
        self.visited = False
        self.address = ""

    async def open(self) -> None:
        """Listen.

        Raises:
            UserError: the address is taken, or is none of this machine.
        """
        access = self._access
        with suppress(FileNotFoundError):
            os.unlink(access.socket)  # noqa: PTH108 - of a dead process with our number
        before = os.umask(0o177)
        try:
            unix = await asyncio.start_unix_server(self._local, access.socket, backlog=8)
        finally:
            os.umask(before)
        self._servers.append(unix)
        if access.host:
            self._servers.append(await self._listen(access))

    async def close(self) -> None:
        """Close all connections and listen no more."""
        for server in self._servers:
            server.close()
        for writer in list(self._connections):
            writer.transport.abort()
        await self._empty.wait()

    async def _listen(self, access: Access) -> asyncio.Server:
        if access.tls is None or not access.token:
            raise UserError("--listen needs --token-file, --tls-cert and --tls-key")
        try:
            server = await asyncio.start_server(
                self._remote,
                access.host,
                access.port,
                ssl=access.tls,
                ssl_handshake_timeout=HELLO_WITHIN,
                backlog=8,
            )
        except OSError as error:
            raise UserError(f"--listen {access.host}:{access.port}: {error.strerror}") from None
        host, port = server.sockets[0].getsockname()[:2]
        self.address = f"{host}:{port}"
        return server

    # -- a connection --------------------------------------------------------------------------

    async def _local(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        allowed = is_owner(writer.get_extra_info("socket"))
        await self._connected(reader, writer, trusted=allowed, remote=False)

    async def _remote(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._connected(reader, writer, trusted=False, remote=True)

    async def _connected(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        *,
        trusted: bool,
        remote: bool,
    ) -> None:
        """Serve one connection to its end."""
        if len(self._connections) >= VIEWERS:
            writer.transport.abort()
            return
        self._connections.add(writer)
        self._empty.clear()
        try:
            viewer = await self._greet(reader, writer, trusted=trusted, remote=remote)
            if viewer is not None:
                await self._attend(viewer, reader, writer)
        except (EOFError, OSError, TimeoutError, WireError, msgspec.DecodeError):
            return
        finally:
            self._connections.discard(writer)
            writer.transport.abort()
            if not self._connections:
                self._empty.set()

    async def _greet(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        *,
        trusted: bool,
        remote: bool,
    ) -> Viewer | None:
        """Return who has come, ``None`` where it may not come in."""
        async with asyncio.timeout(HELLO_WITHIN):
            hello = decode_asked(await receive(reader, MOST_ASKED))
        if not isinstance(hello, Hello):
            return None
        known = same_token(hello.token, self._access.token) if remote else trusted
        why = "" if known else "not allowed"
        if not why and hello.version != VERSION:
            why = f"the fund speaks version {VERSION} of the protocol, you {hello.version}"
        if why:
            await asyncio.sleep(0.5)
            await _send(writer, Refused(why))
            return None
        await _send(writer, Welcome(self._run, self._mode))
        self._number += 1
        return Viewer(self._number, hello.name, watch=hello.watch)

    async def _attend(
        self, viewer: Viewer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Answer a viewer for as long as it stays."""
        self.viewers += 1
        if not self.visited:
            self.visited = True
            self._first()
        self._lease.heard(viewer)
        throttle = Throttle(PER_SECOND, AT_ONCE)
        try:
            while True:
                message = decode_asked(await receive(reader, MOST_ASKED))
                await asyncio.sleep(throttle.wait())
                self._lease.heard(viewer)
                await _send(writer, await self._answer(viewer, message))
        finally:
            self._lease.give(viewer)
            self.viewers -= 1

    async def _answer(self, viewer: Viewer, message: FromViewer) -> ToViewer:
        if isinstance(message, Ask):
            return Shown(self._seen_by(viewer, await self._counter.frame(message.wish)))
        if isinstance(message, Tell):
            return Told(await self._obey(viewer, message.command))
        raise WireError("a second hello")

    def _seen_by(self, viewer: Viewer, frame: Frame) -> Frame:
        """Return a frame that says whether this viewer has the controls."""
        holder = self._lease.holder.name if self._lease.holder is not None else ""
        head = replace(frame.head, controls=self._lease.holds(viewer), holder=holder)
        return replace(frame, head=head)

    async def _obey(self, viewer: Viewer, command: ScreenCommand) -> Answer:
        if isinstance(command, TakeControls):
            why = self._lease.take(viewer)
            return Answer(ok=not why, text=why or "you have the controls")
        if isinstance(command, GiveControls):
            self._lease.give(viewer)
            return Answer(ok=True, text="you have given the controls back")
        if not isinstance(command, ANYBODY) and not self._lease.holds(viewer):
            why = self._lease.take(viewer) if self._lease.holder is None else _held(self._lease)
            if why:
                return Answer(ok=False, text=why)
        return await self._counter.tell(command, viewer.name)


def _held(lease: Lease) -> str:
    holder = lease.holder
    return f"{holder.name if holder else 'another screen'} has the controls; ask for them first"


async def _send(writer: asyncio.StreamWriter, message: ToViewer) -> None:
    """Send a message; a viewer that does not read it is given up."""
    writer.write(packed(message))
    async with asyncio.timeout(READ_WITHIN):
        await writer.drain()
