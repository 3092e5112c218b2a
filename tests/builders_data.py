"""Data directories for tests: small tables written in every form the feed reads."""

import asyncio
from pathlib import Path

import numpy as np

from feeds.history import HistoryFeed
from magents.model.bars import BarBlock

TABLES = ("open_ts", "ts", "open", "high", "low", "close", "volume")
HEADER = "date,open,high,low,close,volume"


def read(feed, rows=1_000, panel=None) -> list[BarBlock]:
    """Read one panel of a feed (the first by default) to its end."""

    async def drain():
        return [block async for block in feed.blocks(panel or feed.panels[0], rows)]

    return asyncio.run(drain())


def whole(blocks) -> dict[str, np.ndarray]:
    """Join blocks, table by table."""
    return {name: np.concatenate([getattr(b, name) for b in blocks]) for name in TABLES}


def same(left, right) -> bool:
    """Say whether two lists of blocks hold the same rows, bit for bit."""
    a, b = whole(left), whole(right)
    return all(a[name].tobytes() == b[name].tobytes() for name in TABLES)


def write(path: Path, *lines: str) -> Path:
    """Write lines to a file, making its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def daily(directory: Path, name: str, *rows: str) -> Path:
    """Write daily bars of one instrument under the usual header."""
    return write(directory / f"{name}.csv", HEADER, *rows)


def feed_of(directory: Path, **settings) -> HistoryFeed:
    """Open a directory."""
    return HistoryFeed(directory, **settings)
