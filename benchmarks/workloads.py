"""The workloads as ordinary funds of moving-average pods.

Rules: decide on a close, whole units of a fixed budget, fill at the next open, 10 basis points
commission, no slippage, open positions marked at the last close.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.ticking import TickingPod
from benchmarks.work import CAPITAL, COMMISSION, Work
from feeds.history import HistoryFeed
from magents.config import Global, Risk, Run, Settings
from magents.fund import Hire
from pods.strategies.ma import MaConfig, MaPod

WIDE = 1e9
"""A limit that nothing reaches: the rules are asked, and pass."""

CENT = Decimal("0.01")


@contextmanager
def feed(data: Path, name: str, bar: str) -> Iterator[HistoryFeed]:
    """Open ``<data>/<name>.csv`` alone; its days are plain weekdays, not sessions of an exchange.

    The files of all workloads lie in one directory; a link in a directory of its own picks one.
    """
    ticks = bar == "tick"
    with TemporaryDirectory() as alone:
        link = Path(alone) / ("trades_S00.csv" if ticks else f"{name}.csv")
        link.symlink_to((data / f"{name}.csv").resolve())
        yield HistoryFeed(Path(alone), calendar="24/7", bar="auto" if ticks else bar)


def settings(block_size: int | None) -> Settings:
    """Return default settings with limits so wide that no order of the benchmark is refused."""
    return Settings(
        global_=Global(
            initial_capital=Decimal(CAPITAL), max_leverage=WIDE, transaction_cost=COMMISSION
        ),
        risk=Risk(max_single_name=WIDE, max_orders_per_minute=1_000_000),
        run=Run(block_size=block_size),
    )


def hires(work: Work) -> list[Hire]:
    """Return the pods of a workload; each entry has its share of the fund's capital."""
    if work.bar == "tick":
        return [Hire(TickingPod("ticking"))]
    fraction = position_fraction(work)
    return [
        Hire(MaPod(f"ma_{fast}_{slow}", MaConfig(fast, slow, position_fraction=fraction)))
        for fast, slow in work.windows
    ]


def position_fraction(work: Work) -> float:
    """Return an entry's part of its pod's capital, of which every pod has an equal share.

    Shares of the capital are rounded down where they are not even, so half a cent is added: prices
    are whole cents, so it buys no unit more, and makes up for what rounding took.
    """
    pods = len(work.windows)
    exact = Decimal(str(work.budget)) * pods
    if CAPITAL % pods and exact < 1:
        exact += CENT / 2 * pods / CAPITAL
    return float(exact)
