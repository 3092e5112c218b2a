"""Lengths of bars: written (``5m``, ``1d``), read and inferred."""

import re

from magents.model.errors import ConfigError
from magents.model.time import DAY, HOUR, MINUTE, SECOND

UNITS = {"w": 7 * DAY, "d": DAY, "h": HOUR, "m": MINUTE, "s": SECOND, "ms": SECOND // 1000}
SAMPLE = 1_000
"""The bar length is the smallest step within this many first rows of an instrument."""


def parse_length(text: str) -> int:
    """Read ``1m``, ``4h`` or ``1d`` as nanoseconds.

    Raises:
        ConfigError: it is none of these.
    """
    found = re.fullmatch(r"(\d+)\s*(ms|[wdhms])", text.strip().lower())
    if found is None or int(found[1]) == 0:
        msg = f"bar length {text!r} is not known; write it as 1m, 5m, 1h, 4h or 1d, or say auto"
        raise ConfigError(msg)
    return int(found[1]) * UNITS[found[2]]


def length_text(length: int) -> str:
    """Write nanoseconds as ``1m``, ``4h`` or ``1d``; weeks are written in days."""
    for unit in ("d", "h", "m", "s", "ms"):
        if length % UNITS[unit] == 0:
            return f"{length // UNITS[unit]}{unit}"
    return f"{length}ns"
