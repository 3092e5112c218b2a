"""What goes over the wire: four bytes of length, then one message in msgpack."""

import asyncio
from typing import TypeVar

import msgspec

from magents.model.controls import Answer, ScreenCommand
from magents.model.errors import Retry
from magents.model.snapshots import Frame, Wish

VERSION = 1
HEADER = 4
MOST_ASKED = 64 << 10
"""Bytes of a message to the fund at most."""
MOST_SHOWN = 32 << 20
"""Bytes of a message to a viewer at most."""

T = TypeVar("T")


class Hello(msgspec.Struct, frozen=True, tag="hello"):
    """The first message of a viewer: who it is, and that it may be one.

    Attributes:
        name: shown to other viewers. token: over TCP. watch: never takes the controls.
    """

    name: str
    token: str = ""
    watch: bool = False
    version: int = VERSION


class Ask(msgspec.Struct, frozen=True, tag="ask"):
    """A wish for a frame."""

    wish: Wish


class Tell(msgspec.Struct, frozen=True, tag="tell"):
    """A command."""

    command: ScreenCommand


class Welcome(msgspec.Struct, frozen=True, tag="welcome"):
    """The answer to a hello."""

    run: str
    mode: str


class Refused(msgspec.Struct, frozen=True, tag="refused"):
    """The answer to a hello of somebody who may not view; the connection ends."""

    why: str


class Shown(msgspec.Struct, frozen=True, tag="shown"):
    """A frame."""

    frame: Frame


class Told(msgspec.Struct, frozen=True, tag="told"):
    """What became of a command."""

    answer: Answer


FromViewer = Hello | Ask | Tell
ToViewer = Welcome | Refused | Shown | Told

encode = msgspec.msgpack.Encoder().encode
decode_asked = msgspec.msgpack.Decoder(FromViewer).decode
decode_shown = msgspec.msgpack.Decoder(ToViewer).decode


class WireError(Retry):
    """What came is no message of ours."""


async def receive(reader: asyncio.StreamReader, most: int) -> bytes:
    """Return the next message.

    Raises:
        WireError: it is longer than allowed, or was cut off. EOFError: there are no more.
    """
    try:
        length = int.from_bytes(await reader.readexactly(HEADER), "big")
        if length > most:
            raise WireError(f"a message of {length} bytes; at most {most} are allowed")
        return await reader.readexactly(length)
    except asyncio.IncompleteReadError as error:
        if error.partial:
            raise WireError("a message was cut off") from None
        raise EOFError from None


def packed(message: FromViewer | ToViewer) -> bytes:
    """Return a message ready to be sent."""
    body = encode(message)
    return len(body).to_bytes(HEADER, "big") + body
