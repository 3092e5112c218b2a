"""Data of the workloads' shapes: ``python -m benchmarks.data DIRECTORY``.

Seeded random walks in whole cents.  Closes are moved by a cent wherever a fast and a slow mean
would be exactly equal, so that no engine's rounding can decide a trade.
"""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from benchmarks.oracle import Cents, sides
from benchmarks.work import WORKS, Windows
from magents.runtime.streams import Streams

SEED = 7
REACH = 40
"""Times the length of a trend after which it is forgotten."""

Floats = npt.NDArray[np.float64]


class Shape(NamedTuple):
    """How many bars of how many instruments, and how they move in a bar.

    Attributes:
        noise: standard deviation of a move. trend: of its drift, which lasts about 1 / (1 - keep)
            bars. pull: of the logarithm of the price back to where it began.
    """

    instruments: int
    rows: int
    noise: float
    trend: float
    keep: float
    pull: float


SHAPES = {
    "W1": Shape(5, 3_270, 0.012, 0.0006, 0.97, 0.0),
    "W2": Shape(1, 500_000, 0.0004, 0.00006, 0.985, 0.0005),
    "W3": Shape(50, 2_520, 0.012, 0.0006, 0.97, 0.0),
}
TICKS = 1_000_000


def walk(draw: np.random.Generator, shape: Shape, windows: Windows) -> npt.NDArray[np.int64]:
    """Return open, high, low, close in cents and volume, shape [5, rows]."""
    rows, noise = shape.rows, shape.noise
    drift = smooth(draw.standard_normal(rows) * shape.trend, shape.keep)
    moves = drift + draw.standard_normal(rows) * noise
    path = smooth(moves, 1 - shape.pull) if shape.pull else np.cumsum(moves)
    close = untie(_cents(draw.uniform(40, 160) * np.exp(path)), windows)
    opened = np.concatenate([close[:1], close[:-1]])
    opened = np.rint(opened * np.exp(draw.standard_normal(rows) * noise / 4)).astype(np.int64)
    reach = 1 + draw.random((2, rows)) * noise / 2
    high = np.ceil(np.maximum(opened, close) * reach[0]).astype(np.int64)
    low = np.floor(np.minimum(opened, close) / reach[1]).astype(np.int64)
    volume = draw.integers(200_000, 2_000_000, rows)
    return np.array([opened, high, low, close, volume])


def smooth(values: Floats, keep: float) -> Floats:
    """Return running sums that forget: each is ``keep`` times the one before, plus its value."""
    weights = keep ** np.arange(min(len(values), round(REACH / (1 - keep))))
    size = 1 << (len(values) + len(weights)).bit_length()
    spectrum = np.fft.rfft(values, size) * np.fft.rfft(weights, size)
    return np.asarray(np.fft.irfft(spectrum, size)[: len(values)])


def untie(close: Cents, windows: Windows) -> Cents:
    """Move closes up by a cent until no two means are equal."""
    close = close.copy()
    while True:
        ties = [
            int(tied[0]) + slow - 1
            for fast, slow in windows
            if len(tied := np.flatnonzero(sides(close, fast, slow) == 0))
        ]
        if not ties:
            return close
        close[min(ties)] += 1


def _cents(prices: Floats) -> Cents:
    return np.maximum(np.rint(prices * 100), 100).astype(np.int64)


def stamps(name: str, rows: int) -> list[str]:
    """Return when bars open: weekdays, or minutes without a pause."""
    if WORKS[name].bar == "1m":
        instants = np.datetime64("2022-01-03T00:00:00") + 60 * np.arange(rows)
    else:
        days = np.busday_offset(np.datetime64("2010-01-04"), np.arange(rows), roll="forward")
        instants = days.astype("datetime64[s]")
    return [str(instant).replace("T", " ") for instant in instants]


def bar_lines(name: str, shape: Shape, seed: int, windows: Windows) -> Iterator[str]:
    """Yield the rows of a file of bars, sorted by time, then by symbol."""
    streams = Streams(seed)
    walks = [
        walk(streams.stream(f"bench/{name}/{number}"), shape, windows).T.tolist()
        for number in range(shape.instruments)
    ]
    yield "ts,symbol,open,high,low,close,volume\n"
    for row, stamp in enumerate(stamps(name, shape.rows)):
        for number, bars in enumerate(walks):
            o, h, l, c, volume = bars[row]  # noqa: E741 - as everybody writes them
            prices = f"{o / 100:.2f},{h / 100:.2f},{l / 100:.2f},{c / 100:.2f}"
            yield f"{stamp},S{number:02d},{prices},{volume}\n"


def tick_lines(ticks: int, seed: int) -> Iterator[str]:
    """Yield the rows of a file of trades: a walk in cents around 100."""
    draw = Streams(seed).stream("bench/W4")
    price = 10_000 + np.cumsum(draw.choice([-1, 0, 0, 0, 1], ticks))
    start = 1_641_168_000_000_000_000
    ts = start + np.cumsum(draw.integers(1_000_000, 100_000_000, ticks))
    size, bought = draw.integers(10, 500, ticks), draw.integers(0, 2, ticks)
    yield "ts_ns,price,size,side\n"
    columns = (each.tolist() for each in (ts, price, size, bought))
    for at, cents, units, buyer in zip(*columns, strict=True):
        yield f"{at},{cents / 100:.2f},{units},{'B' if buyer else 'S'}\n"


def lines(name: str, seed: int, windows: Windows | None = None) -> Iterator[str]:
    """Return the rows of a workload's file; without ties of these means, or of its own."""
    if WORKS[name].bar == "tick":
        return tick_lines(TICKS, seed)
    return bar_lines(name, SHAPES[name], seed, windows or WORKS[name].windows)


def provide(
    directory: Path, names: Sequence[str], seed: int = SEED, windows: Windows | None = None
) -> Path:
    """Write the files that are not there yet, and return the directory."""
    directory.mkdir(parents=True, exist_ok=True)
    for name in names:
        path = directory / f"{name}.csv"
        if not path.exists():
            part = path.with_suffix(".part")
            with part.open("w", encoding="ascii", newline="\n") as file:
                file.writelines(lines(name, seed, windows))
            part.rename(path)
    return directory


def main() -> None:
    """Write what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.data", description=__doc__)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--workloads", default=",".join(WORKS))
    parser.add_argument("--seed", type=int, default=SEED)
    read = parser.parse_args()
    print(provide(read.directory, read.workloads.split(","), read.seed))


if __name__ == "__main__":
    main()
