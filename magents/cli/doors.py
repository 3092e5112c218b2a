"""The doors of exchanges that stand on this machine."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from magents.model.errors import ConfigError

if TYPE_CHECKING:
    from feeds.live.connect import Door


def doors_in(path: Path) -> "Mapping[str, Door]":
    """Return the doors by venue that ``magents demo-exchange`` has written down.

    Raises:
        ConfigError: the file is not there, or is not what that command writes.
    """
    from feeds.live.connect import Door

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
    """Return key and secret of the demo account, which open nothing anywhere else.

    Raises:
        ConfigError: the file does not tell them.
    """
    try:
        each = json.loads(path.read_text("utf-8"))[venue]
        return {"key": str(each["key"]), "secret": str(each["secret"])}
    except (OSError, ValueError, KeyError, TypeError):
        raise ConfigError(f"--demo: {path} tells no keys for {venue}") from None
