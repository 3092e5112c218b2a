"""A session at an emulator, in a process that dies by SIGKILL at its n-th step, wherever that is.

Steps are those of :mod:`tests.mines`: commits of the journal, bytes that leave, and awaits of the
network, be it REST, TLS, the private stream or a public one; pings are sent all the time.
"""

import asyncio
import json
from contextlib import suppress
from functools import partial
from types import SimpleNamespace

import ccxt.pro  # loaded before processes are forked

from tests.brokers.sandbox.bench import bench

PING_MS, PATIENT_MS = 250, 10_000
LONG = 45.0
"""Seconds that a step of the script may take where everything else runs at once."""
NO_PUBLIC_STREAM = {"alpaca"}
"""Where public data is on a host that an account for orders may not reach."""
SCRIPT = (("pod:1", None), ("pod:2", 15_000), ("pod:3", None))


def lay_down(folder, emulator, keys):
    """Leave a file that tells a process where the venue is."""
    told = {
        "venue": emulator.settings.venue,
        "hosts": list(emulator.hosts),
        "port": emulator.port,
        "ca": emulator.ca_pem.decode(),
        "keys": {"key": keys.key, "secret": keys.secret, "password": keys.password},
    }
    (folder / "place.json").write_text(json.dumps(told))


def session(folder, mines, *, stream=True):
    """Live through the script, or what is left of it."""
    told = json.loads((folder / "place.json").read_text())
    with asyncio.Runner(loop_factory=mines.loop) as runner:
        runner.run(_session(folder, mines, told, stream=stream))


polled = partial(session, stream=False)


def mined(mines, store, gateway):
    """Put steps around commits, and let pings come often."""
    exchange = gateway._exchange
    exchange.streaming = {**exchange.streaming, "keepAlive": PING_MS}
    store.commit = mines.around(store.commit, "commit", bool)


async def _session(folder, mines, told, *, stream):
    emulator = SimpleNamespace(
        settings=SimpleNamespace(venue=told["venue"]),
        hosts=told["hosts"],
        port=told["port"],
        ca_pem=told["ca"].encode(),
    )
    keys = SimpleNamespace(**told["keys"])
    how = {"stream": stream, "mined": partial(mined, mines), "timeout_ms": PATIENT_MS}
    async with bench(emulator, keys, folder, **how) as here:
        await here.orderly()
        public = stream and told["venue"] not in NO_PUBLIC_STREAM
        listening = asyncio.create_task(_listen(here)) if public else None
        placed = here.machine.truth.by_order
        whole = stream and not placed
        for name, limit in SCRIPT:
            if name not in placed:
                here.place("buy", "0.01", limit, name)
        resting = here.machine.truth.orders[placed["pod:2"]]
        await here.until(lambda: resting.venue_id or resting.final, LONG)
        here.drop(resting.intent)
        await here.until(lambda: not here.machine.truth.open, LONG)
        if whole:
            await here.until(lambda: mines.steps["write ping: after"] and _heard(mines) > 4)
        if listening is not None:
            listening.cancel()
            with suppress(asyncio.CancelledError):
                await listening


def _heard(mines):
    """Return how often something came on a stream."""
    return sum(n for step, n in mines.steps.items() if ".receive" in step and step.endswith("over"))


async def _listen(here):
    """Hear a public stream, as the feed of a run does."""
    while True:
        with suppress(ccxt.pro.NetworkError):
            await here.exchange.watch_trades(here.market.symbol)
