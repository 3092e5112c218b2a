"""What every adapter needs; standard library only, it runs in each peer's environment."""

import argparse
import csv
import json
import time
from collections import deque
from importlib.metadata import version
from types import TracebackType
from typing import Self

from benchmarks.work import TICK_EVERY, TICK_MEAN, TICK_UNITS, Job, add_job, job_of


class Timer:
    """Wall and CPU seconds of what is done inside ``with``."""

    def __enter__(self) -> Self:
        """Start."""
        self._from = (time.perf_counter(), time.process_time())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop."""
        self.wall = time.perf_counter() - self._from[0]
        self.cpu = time.process_time() - self._from[1]

    def less(self, wall: float, cpu: float) -> None:
        """Take away what was spent on reading data inside the run."""
        self.wall -= wall
        self.cpu -= cpu


class Cross:
    """Running sums of a fast and a slow window over the closes of one instrument."""

    def __init__(self, fast: int, slow: int) -> None:
        """Start without closes."""
        self._fast, self._slow = fast, slow
        self._fasts: deque[float] = deque([0.0] * fast, fast)
        self._slows: deque[float] = deque([0.0] * slow, slow)
        self._fast_sum = self._slow_sum = 0.0
        self._missing = slow
        self._above: bool | None = None

    def update(self, close: float) -> int:
        """Take a close; return 1 where it crosses upwards, -1 downwards, else 0."""
        self._fast_sum += close - self._fasts[0]
        self._slow_sum += close - self._slows[0]
        self._fasts.append(close)
        self._slows.append(close)
        if self._missing > 1:
            self._missing -= 1
            return 0
        before, self._above = self._above, self._fast_sum * self._slow > self._slow_sum * self._fast
        if before is None or before is self._above:
            return 0
        return 1 if self._above else -1


class Holding:
    """What one strategy does with one instrument: signed units to order at each close."""

    def __init__(self, fast: int, slow: int, budget: float) -> None:
        """Hold nothing."""
        self._cross = Cross(fast, slow)
        self._budget = budget
        self.held = 0

    def order(self, close: float) -> int:
        """Take a close; return units to buy (positive) or to sell, 0 for nothing."""
        turn = self._cross.update(close)
        if not turn:
            return 0
        units = int(self._budget / close) if turn > 0 else -self.held
        self.held += units
        return units


class Clockwork:
    """W4: a rolling mean at every tick, an order at every so-manieth."""

    def __init__(self) -> None:
        """Start without ticks."""
        self._prices: deque[float] = deque([0.0] * TICK_MEAN, TICK_MEAN)
        self._sum = 0.0
        self._count = self._held = 0
        self.mean = 0.0

    def order(self, price: float) -> int:
        """Take a price; return units to order, 0 for nothing."""
        self._sum += price - self._prices[0]
        self._prices.append(price)
        self.mean = self._sum / TICK_MEAN
        self._count += 1
        if self._count % TICK_EVERY:
            return 0
        units = -self._held if self._held else TICK_UNITS
        self._held += units
        return units


def job() -> Job:
    """Return what the command line asks for."""
    parser = argparse.ArgumentParser()
    add_job(parser)
    return job_of(parser.parse_args())


def rows(of: Job) -> list[list[str]]:
    """Return the rows of the data file as text, without the header."""
    with (of.data / f"{of.name}.csv").open(newline="") as file:
        reader = csv.reader(file)
        next(reader)
        return list(reader)


def report(package: str, timer: Timer, events: int, fills: int, equity: float) -> None:
    """Print the line that the runner reads."""
    line = {
        "version": version(package),
        "run_s": round(timer.wall, 5),
        "run_cpu_s": round(timer.cpu, 5),
        "events": events,
        "fills": fills,
        "final_equity": round(equity, 5),
    }
    print(json.dumps(line), flush=True)
