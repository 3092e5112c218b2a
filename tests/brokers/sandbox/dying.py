"""A process that trades at an emulator and dies by SIGKILL at its n-th step, wherever that is.

Steps are commits of the journal (before and after), and HTTP requests (before they leave, and after
the venue has answered): all there are, since both have one way out.  Arguments: a JSON file with
the place, the number of the step.
"""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from types import SimpleNamespace

from tests.brokers.sandbox.bench import bench

STEPS = {"left": int(sys.argv[2])}
COUNTS = {"commits": 0, "requests": 0}


def step():
    STEPS["left"] -= 1
    if STEPS["left"] == 0:
        os.kill(os.getpid(), signal.SIGKILL)


def mined(store, gateway):
    """Put a step on both sides of every commit and every request."""
    exchange = gateway._exchange
    commit, fetch = store.commit, exchange.fetch

    def commits(rows):
        rows = list(rows)
        if not rows:
            return
        step()
        commit(rows)
        COUNTS["commits"] += 1
        step()

    async def fetches(*request, **more):
        step()
        COUNTS["requests"] += 1
        answer = await fetch(*request, **more)
        step()
        return answer

    store.commit, exchange.fetch = commits, fetches


async def main(told):
    emulator = SimpleNamespace(
        settings=SimpleNamespace(venue=told["venue"]),
        hosts=told["hosts"],
        port=told["port"],
        ca_pem=told["ca"].encode(),
    )
    keys = SimpleNamespace(key=told["key"], secret=told["secret"], password=told["password"])
    async with bench(emulator, keys, Path(told["folder"]), stream=False, mined=mined) as here:
        await here.orderly()
        placed = here.machine.truth.by_order
        for name, limit in (("pod:1", None), ("pod:2", 15_000), ("pod:3", None)):
            if name not in placed:
                here.place("buy", "0.01", limit, name)
        resting = here.machine.truth.orders[placed["pod:2"]]
        await here.until(lambda: resting.venue_id or resting.final)
        here.drop(resting.intent)
        await here.until(lambda: not here.machine.truth.open)
    told = {"steps": int(sys.argv[2]) - STEPS["left"], **COUNTS}
    sys.stdout.write(json.dumps(told) + "\n")


asyncio.run(main(json.loads(Path(sys.argv[1]).read_text("utf-8"))))
