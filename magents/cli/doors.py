"""The doors of exchanges that stand on this machine: ours, or anybody else's."""

import json
import socket
from collections.abc import Iterable, Mapping
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

from magents.model.errors import ConfigError
from magents.runtime import wall

if TYPE_CHECKING:
    from feeds.live.connect import Door


DEMO = Path.home() / ".magents" / "demo" / "demo.json"
"""Where ``magents demo-exchange`` says how it is reached."""
PATIENCE = 20.0
"""Seconds that an exchange started a moment ago is waited for."""
HERE = "127.0.0.1"
SECRETS = ("key", "secret", "password")
Address = tuple[str, int]


def door_file(flags: Mapping[str, Any]) -> Path | None:
    """Return the file that says where exchanges stand, ``None`` for the real ones.

    Raises:
        ConfigError: a file was named that is not there.
    """
    given = flags["doors"]
    if given is None:
        return DEMO if flags["demo"] else None
    path = Path(given).absolute()
    if not path.is_file():
        raise ConfigError(f"--doors: {given}: there is no such file")
    return path


def doors_in(path: Path, patience: float = PATIENCE) -> "Mapping[str, Door]":
    """Return the doors by venue that a file describes, see ``docs/demo-exchange.md``.

    Args:
        patience: seconds that they are waited for.

    Raises:
        ConfigError: the file is not there, or is not of that form.
    """
    _wait_for(path, patience)
    try:
        told = json.loads(path.read_text("utf-8"))
        return {venue: _door(venue, each, path.parent) for venue, each in told.items()}
    except FileNotFoundError as error:
        if path != DEMO:
            raise ConfigError(f"{error.filename}, of {path}: there is no such file") from None
        text = "--demo: no exchange runs on this machine; start one with `magents demo-exchange`"
        raise ConfigError(text) from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConfigError(
            f"{path} does not say where exchanges stand, as docs/demo-exchange.md has it: "
            f"{type(error).__name__}: {error}"
        ) from None


def _door(venue: str, each: Mapping[str, Any], folder: Path) -> "Door":
    from feeds.live.connect import Door, names_of

    hosts = each.get("hosts")
    if hosts is None:
        hosts = names_of(venue)
    return Door(_addresses(each, hosts), _authority(each.get("ca"), folder))


def _addresses(each: Mapping[str, Any], hosts: Iterable[str]) -> dict[str, Address]:
    """Return where each name is: at the one address of all, or at one of its own."""
    own = hosts if isinstance(hosts, Mapping) else {}
    return {name: _address(own.get(name, each.get("port")), each) for name in hosts}


def _address(told: object, each: Mapping[str, Any]) -> Address:
    """Return an address of ``host:port``, or of a port alone."""
    host, _, port = str(told).rpartition(":")
    return host or str(each.get("host", HERE)), int(port)


def _authority(named: str | None, folder: Path) -> str:
    """Return who vouches: of the file that is named, or ``ca.pem`` beside where there is one."""
    beside = folder / "ca.pem"
    if named is None and not beside.is_file():
        return ""
    return (folder / (named or beside.name)).read_text("utf-8")


def _wait_for(path: Path, patience: float) -> None:
    """Wait until every exchange that the file names is there, or none will come."""
    until, tick = wall.monotonic() + patience, Event()
    while not _standing(path) and wall.monotonic() < until:
        tick.wait(0.2)


def _standing(path: Path) -> bool:
    """Return whether the exchanges of a file can be reached."""
    try:
        told = json.loads(path.read_text("utf-8"))
        where = {
            address
            for each in told.values()
            for address in _addresses(each, each.get("hosts") or ("",)).values()
        }
        for address in where:
            with socket.create_connection(address, timeout=1):
                pass
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False
    return bool(told)


def keys_in(path: Path, venue: str) -> dict[str, str] | None:
    """Return key, secret and any passphrase that a file has, ``None`` where it has none.

    They open nothing anywhere but behind the doors of that file.

    Raises:
        ConfigError: the file cannot be read.
    """
    try:
        each = json.loads(path.read_text("utf-8"))[venue]
        found = {name: str(each[name]) for name in SECRETS if each.get(name)}
    except (OSError, ValueError, KeyError, TypeError):
        raise ConfigError(f"{path} tells nothing of {venue}") from None
    return found or None
