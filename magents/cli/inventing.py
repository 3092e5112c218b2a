"""Invented data on disk, never over somebody's own."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from feeds.mock import write_mock
from magents.model.errors import ConfigError


def invent(directory: Path, choices: Mapping[str, Any], *, force: bool) -> list[Path]:
    """Write mock data and return the files.

    Raises:
        ConfigError: a choice is impossible, or the directory is not empty or cannot be written.
    """
    first, last = choices.get("start"), choices.get("end")
    if first and last and last < first:
        msg = f"--end-date: {last} is before the start, {first}"
        raise ConfigError(msg)
    try:
        if not force and directory.is_dir() and any(directory.iterdir()):
            msg = f"{directory} is not empty; --force writes into it"
            raise ConfigError(msg)
        return write_mock(directory, **choices)
    except OSError as error:
        msg = f"{directory} cannot be written: {error.strerror}"
        raise ConfigError(msg) from None
