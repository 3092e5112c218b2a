"""What a dashboard costs the fund: ``python -m benchmarks.dashboard``.

The same run at full speed, alone and with a viewer attached that asks for ten frames a second of
one page after the other, in turns, each in a fresh process.  The viewer has a process of its own,
as the screen has; what it costs the fund is making frames, packing them and sending them.  Prints
the share of its speed that the fund keeps, by the clock and by CPU time, and checks that the digest
is the same.  ``--pods 60 --instruments 500`` makes it a large fund.
"""

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from feeds.memory import MemoryFeed
from magents.config import Settings
from magents.config.settings import Risk
from magents.control.client import Reach, SocketLink
from magents.control.loops import GatedLoop
from magents.control.mailbox import Mailbox
from magents.control.room import Room
from magents.control.server import Access
from magents.control.thread import ControlThread
from magents.control.wire import Hello
from magents.fund import Fund, Hire
from magents.journal.writing import MemoryJournal
from magents.model.bars import BarBlock, Panel
from magents.model.controls import LinkLostError
from magents.model.instruments import Instrument
from magents.model.snapshots import Wish
from magents.model.time import DAY, HOUR
from magents.runtime.clock import VirtualClock
from magents.runtime.loop import VirtualLoop
from pods.strategies.ma import MaPod

PAGES = ("overview", "pods", "pod", "market", "blotter", "risk", "data", "log")
FRAMES_A_SECOND = 10
Figures = Mapping[str, float | int | str]


def market(instruments: int, rows: int) -> MemoryFeed:
    """Return daily bars of a seeded random walk."""
    names = tuple(f"I{n:03d}" for n in range(instruments))
    panel = Panel("24/7 1d", names, "1d", 365, 365)
    draw = np.random.default_rng(11)
    close = 100 * np.exp(np.cumsum(draw.normal(0, 0.02, (rows, instruments)), axis=0))
    opened = np.vstack([np.full(instruments, 100.0), close[:-1]])
    high, low = np.maximum(opened, close) * 1.01, np.minimum(opened, close) * 0.99
    ts = np.arange(1, rows + 1, dtype=np.int64) * DAY
    block = BarBlock(
        panel, ts - 8 * HOUR, ts, opened, high, low, close.copy(), np.full(close.shape, 1e6)
    )
    return MemoryFeed([Instrument(id=name) for name in names], [block], None)


def fund_of(args: argparse.Namespace, loop: VirtualLoop) -> Fund:
    """Return the fund: moving averages, each pod with windows of its own."""
    hires = []
    for n in range(args.pods):
        config = MaPod.config_type(fast_window=3 + n % 10, slow_window=15 + n % 40)
        hires.append(Hire(MaPod(f"pod{n:02d}", config)))
    settings = Settings(risk=Risk(max_gross=1e6, max_net=1e6, max_single_name=1e6))
    feed = market(args.instruments, args.rows)
    return Fund(settings, feed, hires, VirtualClock(loop), MemoryJournal())


def alone(args: argparse.Namespace) -> Figures:
    """Run without anybody who looks, on the loop that a plain backtest has."""
    loop = VirtualLoop()
    return timed(fund_of(args, loop), loop)


def attached(args: argparse.Namespace) -> Figures:
    """Run with a control room, from the moment the first viewer has come."""
    loop, mailbox, come = GatedLoop(), Mailbox(), threading.Event()
    fund = fund_of(args, loop)
    room = Room(fund, mailbox, "run", "backtest", visit=loop.visit)
    loop.gate = room.gate
    assert room.gate is not None
    mailbox.alert = room.gate.wake
    thread = ControlThread(mailbox, room, None, Access(args.socket), "run", "backtest", come.set)
    thread.start()
    come.wait()
    figures = timed(fund, loop)
    thread.close()
    return {**figures, "recorded": room.recorded}


def timed(fund: Fund, loop: VirtualLoop) -> Figures:
    """Run a fund and return what it took."""
    began, cpu = time.perf_counter(), time.process_time()
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        result = runner.run(fund.run())
    return {
        "wall_s": time.perf_counter() - began,
        "cpu_s": time.process_time() - cpu,
        "records": result.records,
        "fills": len(result.fills),
        "digest": result.digest,
    }


async def look(socket: Path) -> tuple[int, int]:
    """Ask for frames until the fund is gone; return how many came, and how many were new."""
    link, came, new, last = SocketLink(Reach(Hello("viewer"), socket=socket)), 0, 0, 0
    try:
        while True:
            page = PAGES[came % len(PAGES)]
            frame = await link.frame(Wish(page, "pod00", "I000"))
            came, new, last = came + 1, new + (frame.head.seq != last), frame.head.seq
            await asyncio.sleep(1 / FRAMES_A_SECOND)
    except LinkLostError:
        return came, new


def measure(args: argparse.Namespace, how: str) -> Figures:
    """Run once in a fresh process, with a viewer where it is attached."""
    with tempfile.TemporaryDirectory() as folder:
        socket = Path(folder) / "fund.sock"
        size = ("--pods", args.pods, "--instruments", args.instruments, "--rows", args.rows)
        command = [sys.executable, "-m", "benchmarks.dashboard", "--engine", how]
        command += [*map(str, size), "--socket", str(socket)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as engine:  # noqa: S603
            frames = (0, 0)
            if how == "attached":
                while not socket.exists() and engine.poll() is None:
                    time.sleep(0.01)
                frames = asyncio.run(look(socket))
            assert engine.stdout is not None
            figures: Figures = json.loads(engine.stdout.read().splitlines()[-1])
            return {**figures, "frames": frames[0], "new": frames[1]}


def compare(args: argparse.Namespace) -> int:
    """Take both in turns and print the ratio; return 1 where an answer differs."""
    taken: dict[str, list[Figures]] = {"alone": [], "attached": []}
    for _ in range(args.times):
        for how, figures in taken.items():
            figures.append(measure(args, how))
            print(
                how, {k: round(v, 3) if isinstance(v, float) else v for k, v in figures[-1].items()}
            )
    digests = {run["digest"] for runs in taken.values() for run in runs}
    for figure in ("wall_s", "cpu_s"):
        middle = {
            how: statistics.median(float(run[figure]) for run in runs)
            for how, runs in taken.items()
        }
        kept = middle["alone"] / middle["attached"]
        print(
            f"{figure}: alone {middle['alone']:.3f}, attached {middle['attached']:.3f}: "
            f"the fund keeps {kept:.1%} of its speed"
        )
    print("the digest is the same each time" if len(digests) == 1 else f"digests differ: {digests}")
    return int(len(digests) > 1)


def main() -> None:
    """Measure, or be the fund that is measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pods", type=int, default=6)
    parser.add_argument("--instruments", type=int, default=50)
    parser.add_argument("--rows", type=int, default=2_520)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--engine", choices=("alone", "attached"))
    parser.add_argument("--socket", type=Path)
    args = parser.parse_args()
    if args.engine is None:
        sys.exit(compare(args))
    print(json.dumps((alone if args.engine == "alone" else attached)(args)))


if __name__ == "__main__":
    main()
