"""Pairs of instruments that are the same thing at two places."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from magents.model.bars import Panel

_BASE = re.compile(r"([A-Z0-9]+?)(?:[-/_:@]|USDT|USDC|BUSD|USD|EUR|$)")


class Pair(NamedTuple):
    """Columns of a panel: ``held`` is bought, ``other`` is sold against it."""

    held: int
    other: int


def base_of(instrument: str) -> str:
    """Return what an instrument is of: ``BTC`` for ``BTC/USDT:USDT@bybit`` and ``BTCUSDT``."""
    found = _BASE.match(instrument)
    return found[1] if found else instrument


def is_perpetual(instrument: str) -> bool:
    """Return whether an id says that it is a perpetual: as ccxt, or with ``PERP`` in it."""
    return ":" in instrument or "PERP" in instrument.upper()


def pairs_in(panel: Panel, named: Sequence[str]) -> list[Pair]:
    """Return the pairs of a panel.

    Args:
        named: ``A|B`` each; without any, each coin's first spot market with each of its
            perpetuals, or else its first market with its second.
    """
    columns = {name: column for column, name in enumerate(panel.instruments)}
    if named:
        split = [each.split("|", 1) for each in named]
        return [Pair(columns[a], columns[b]) for a, b in split if a in columns and b in columns]
    groups: dict[str, list[str]] = {}
    for name in panel.instruments:
        groups.setdefault(base_of(name), []).append(name)
    return [
        Pair(columns[held], columns[other])
        for names in groups.values()
        for held, other in _paired(names)
    ]


def _paired(names: Sequence[str]) -> list[tuple[str, str]]:
    spot = [name for name in names if not is_perpetual(name)]
    swaps = [name for name in names if is_perpetual(name)]
    if spot and swaps:
        return [(spot[0], swap) for swap in swaps[:1]]
    return [(names[0], names[1])] if len(names) > 1 else []
