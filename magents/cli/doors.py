"""The doors of exchanges that stand on this machine."""

import json
import socket
from collections.abc import Mapping
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from magents.model.errors import ConfigError
from magents.runtime import wall

if TYPE_CHECKING:
    from feeds.live.connect import Door


PATIENCE = 20.0
"""Seconds that an exchange started a moment ago is waited for."""


def _wait_for(path: Path, patience: float) -> None:
    """Wait until every exchange that the file names is there, or none will come."""
    until, tick = wall.monotonic() + patience, Event()
    while not _standing(path) and wall.monotonic() < until:
        tick.wait(0.2)


def _standing(path: Path) -> bool:
    """Return whether the exchanges of a file can be reached."""
    try:
        told = json.loads(path.read_text("utf-8"))
        for each in told.values():
            with socket.create_connection((each["host"], int(each["port"])), timeout=1):
                pass
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False
    return bool(told)


def doors_in(path: Path, patience: float = PATIENCE) -> "Mapping[str, Door]":
    """Return the doors by venue that ``magents demo-exchange`` has written down.

    Args:
        patience: seconds that they are waited for.

    Raises:
        ConfigError: the file is not there, or is not what that command writes.
    """
    from feeds.live.connect import Door

    _wait_for(path, patience)
    try:
        told = json.loads(path.read_text("utf-8"))
        ca = (path.parent / "ca.pem").read_text("utf-8")
        return {
            venue: Door({host: (each["host"], int(each["port"])) for host in each["hosts"]}, ca)
            for venue, each in told.items()
        }
    except FileNotFoundError:
        text = "--demo: no exchange runs on this machine; start one with `magents demo-exchange`"
        raise ConfigError(text) from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConfigError(f"{path} is not what `magents demo-exchange` writes: {error}") from None


def keys_in(path: Path, venue: str) -> dict[str, str]:
    """Return key, secret and any passphrase of the demo account, which open nothing anywhere else.

    Raises:
        ConfigError: the file does not tell them.
    """
    try:
        each = json.loads(path.read_text("utf-8"))[venue]
        found = {name: str(each[name]) for name in ("key", "secret", "password") if name in each}
        return {"key": found.pop("key"), "secret": found.pop("secret"), **found}
    except (OSError, ValueError, KeyError, TypeError):
        raise ConfigError(f"--demo: {path} tells no keys for {venue}") from None
