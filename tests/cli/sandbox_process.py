"""``magents sandbox`` in a process of its own, at an exchange on this machine, for tests."""

import asyncio
import json
import os
import sys
from pathlib import Path

from brokers.emulators.doors import LOOPBACK

ROOT = Path(__file__).parents[2]
CONFIG = """
global: {currency: USDT, initial_capital: 50000}
live: {venues: [binance], symbols: [BTC/USDT], bar: 1s, warmup: 0}
strategies: {ma: {fast_window: 2, slow_window: 3, position_fraction: 0.1}}
"""


def lay_down(home, emulator, keys, config=CONFIG):
    """Leave what ``magents demo-exchange`` leaves, and a config."""
    demo = home / ".magents" / "demo"
    demo.mkdir(parents=True)
    (demo / "ca.pem").write_bytes(emulator.ca_pem)
    door = {"host": LOOPBACK, "port": emulator.port, "hosts": list(emulator.hosts)}
    door |= {"key": keys.key, "secret": keys.secret, "password": keys.password}
    (demo / "demo.json").write_text(json.dumps({emulator.settings.venue: door}))
    config = config.replace("[binance]", f"[{emulator.settings.venue}]")
    if emulator.settings.venue == "alpaca":
        config = config.replace("USDT", "USD")
    (home / "fund.yaml").write_text(config)


def environment(home, **more):
    """Return an environment in which everything a run leaves is below one folder."""
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "HOME": str(home),
        "XDG_STATE_HOME": str(home / "state"),
        "XDG_RUNTIME_DIR": str(home),
        **more,
    }


async def magents(home, *arguments, under=(), **more):
    """Start the program; ``under`` goes before it, as in ``prlimit ... magents``."""
    return await asyncio.create_subprocess_exec(
        *(*under, sys.executable, "-m", "magents", *arguments),
        cwd=home,
        env=environment(home, **more),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )


async def sandbox(home, *arguments, **how):
    return await magents(home, "sandbox", "--demo", *arguments, **how)


async def said_at_the_end(process, seconds=60):
    """Wait for the end; return the exit code and all that was said."""
    async with asyncio.timeout(seconds):
        said, _ = await process.communicate()
    return process.returncode, said.decode()


async def until(true, seconds=60):
    """Wait until something is seen that no signal tells of."""
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110 - it is polled
            await asyncio.sleep(0.02)


async def traded(emulator, orders):
    """Wait until so many orders have come to the venue."""
    await until(lambda: len(emulator.exchange.registry.all("alice")) >= orders)
