"""The workloads of the peer benchmark as ordinary funds of moving-average pods.

Rules: decide on a close, whole units of a fixed budget, fill at the next open, 10 basis points
commission, no slippage, open positions marked at the last close.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from feeds.history import HistoryFeed
from magents.config import Global, Risk, Run, Settings
from magents.fund import Hire
from pods.strategies.ma import MaConfig, MaPod


class Workload(NamedTuple):
    """What is traded, and how.

    Attributes:
        windows: fast and slow window of each pod. budget: of one entry, as a fraction of the
            fund's capital. bar: length of a bar.
    """

    windows: tuple[tuple[int, int], ...]
    budget: float
    bar: str


WORKLOADS = {
    "W1": Workload(((10, 30),), 0.10, "1d"),
    "W2": Workload(((10, 30),), 0.10, "1m"),
    "W3": Workload(((5, 20), (10, 30), (20, 60), (50, 200)), 0.004, "1d"),
}

WIDE = 1e9
"""A limit that nothing reaches: the rules are asked, and pass."""


@contextmanager
def feed(data: Path, name: str) -> Iterator[HistoryFeed]:
    """Open ``<data>/<name>.csv`` alone; its days are plain weekdays, not sessions of an exchange.

    The files of all workloads lie in one directory; a link in a directory of its own picks one.
    """
    with TemporaryDirectory() as alone:
        (Path(alone) / f"{name}.csv").symlink_to((data / f"{name}.csv").resolve())
        yield HistoryFeed(Path(alone), calendar="24/7", bar=WORKLOADS[name].bar)


def settings(block_size: int) -> Settings:
    """Return default settings with limits so wide that no order of the benchmark is refused."""
    return Settings(
        global_=Global(max_leverage=WIDE, transaction_cost=0.001),
        risk=Risk(max_single_name=WIDE, max_orders_per_minute=1_000_000),
        run=Run(block_size=block_size),
    )


def hires(name: str) -> list[Hire]:
    """Return the pods of a workload; each entry has its share of the fund's capital."""
    work = WORKLOADS[name]
    fraction = work.budget * len(work.windows)
    return [
        Hire(MaPod(f"ma_{fast}_{slow}", MaConfig(fast, slow, position_fraction=fraction)))
        for fast, slow in work.windows
    ]
