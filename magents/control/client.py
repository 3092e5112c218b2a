"""A viewer's way to a fund in another process: over its socket, or over TLS."""

import asyncio
import ssl
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec

from magents.control.wire import (
    MOST_SHOWN,
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
    decode_shown,
    packed,
    receive,
)
from magents.model.controls import Answer, LinkLostError, ScreenCommand
from magents.model.errors import UserError
from magents.model.snapshots import Frame, Wish

ANSWER_WITHIN = 45.0
"""Seconds after which a fund that does not answer counts as lost."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Where a fund is and how it is greeted; a socket, or a host with a port, TLS and a token."""

    hello: Hello
    socket: Path | None = None
    host: str = ""
    port: int = 0
    tls: ssl.SSLContext | None = None


class SocketLink:
    """A :class:`magents.model.controls.Link`; connects again by itself after a loss.

    Attributes:
        welcome: what the fund said at the first meeting.
    """

    def __init__(self, reach: Reach) -> None:
        """Be connected to nobody yet."""
        self._reach = reach
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._turn = asyncio.Lock()
        self.welcome: Welcome | None = None

    async def connect(self) -> Welcome:
        """Connect and greet.

        Raises:
            LinkLostError: nobody answers. UserError: we are not let in.
        """
        async with self._turn:
            await self._connect()
        if self.welcome is None:
            raise LinkLostError("the fund did not greet back")
        return self.welcome

    async def frame(self, wish: Wish) -> Frame:
        """Return the newest frame."""
        shown = await self._talk(Ask(wish))
        if not isinstance(shown, Shown):
            raise LinkLostError("the fund answered with something else")
        return shown.frame

    async def send(self, command: ScreenCommand) -> Answer:
        """Send a command and return what became of it."""
        told = await self._talk(Tell(command))
        if not isinstance(told, Told):
            raise LinkLostError("the fund answered with something else")
        return told.answer

    async def close(self) -> None:
        """End the viewing; the fund goes on."""
        if self._streams is not None:
            _, writer = self._streams
            self._streams = None
            writer.close()
            with suppress(OSError, TimeoutError):
                async with asyncio.timeout(1):
                    await writer.wait_closed()

    async def _talk(self, message: FromViewer) -> ToViewer:
        """Say something and wait for the answer; one at a time."""
        async with self._turn:
            try:
                await self._connect()
                return await self._exchange(message)
            except (OSError, EOFError, TimeoutError, WireError, msgspec.DecodeError) as error:
                await self.close()
                raise LinkLostError(_lost(error)) from None
            except asyncio.CancelledError:
                # Half an answer may be on the wire still.
                await self.close()
                raise

    async def _connect(self) -> None:
        if self._streams is not None:
            return
        reach = self._reach
        try:
            async with asyncio.timeout(10):
                self._streams = await _open(reach)
                answer = await self._exchange(reach.hello)
        except (OSError, EOFError, TimeoutError, WireError) as error:
            await self.close()
            raise LinkLostError(_lost(error)) from None
        if isinstance(answer, Refused):
            await self.close()
            raise UserError(f"the fund does not let you in: {answer.why}")
        if isinstance(answer, Welcome):
            self.welcome = answer

    async def _exchange(self, message: FromViewer) -> ToViewer:
        if self._streams is None:
            raise LinkLostError("not connected")
        reader, writer = self._streams
        writer.write(packed(message))
        async with asyncio.timeout(ANSWER_WITHIN):
            await writer.drain()
            answer: ToViewer = decode_shown(await receive(reader, MOST_SHOWN))
        return answer


def _lost(error: Exception) -> str:
    return f"the fund cannot be reached: {str(error) or 'it has ended, or does not answer'}"


async def _open(reach: Reach) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    if reach.socket is not None:
        return await asyncio.open_unix_connection(reach.socket)
    return await asyncio.open_connection(reach.host, reach.port, ssl=reach.tls)
