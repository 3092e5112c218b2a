"""A storm at an emulator: real ccxt, TLS, streams; faults, strangers, deaths drawn from a seed.

Faults are of the kinds that venues have: answers that are late, cut, broken or never come, orders
that cannot be found at first, refusals, 429, streams that lose, double, reorder, hold or end.
Nothing that is told of trades is ever wrong.
"""

import asyncio
import random
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, replace

from ccxt import BaseError

from brokers.ccxt_sandbox.truth.messages import ToldNote
from tests.brokers.sandbox.bench import QUICK, bench, venue

SECONDS, BEAT = 4.0, 0.1
TRIES = 30
LONG = 45.0
"""Seconds for everything to come right, where many storms run at once."""
PATIENCE = replace(QUICK, kill_bound=8 * 10**9, stale=10**9)
ANSWERS = ("hang", "cut", "truncate", "garble", "empty", "late", "status_after", "strip")
NO_ANSWERS = ("refuse", "hang_before", "status", "delay")
FRAMES = ("drop", "duplicate", "reorder", "hold", "close", "cut", "mute")
ASKED = ("order.query", "open_orders", "orders", "trades", "balance", "positions")
IDS = ["orderId", "ordId", "order_id", "uid", "id"]


def faults(rng):
    """Return rules of a storm, each in force for some of the time."""
    rules = [
        {"on": rng.choice(("order.place", "order.cancel")), "do": rng.choice(ANSWERS)},
        {"on": "order.place", "do": rng.choice((*ANSWERS, *NO_ANSWERS))},
        {"on": "order.cancel", "do": rng.choice((*ANSWERS, *NO_ANSWERS, "fill"))},
        {"on": rng.choice(ASKED), "do": rng.choice(("hang_before", "status", "truncate", "cut"))},
        {"on": "order.place", "do": "hide", "seconds": rng.choice((0.2, 0.5))},
        {"on": "any", "do": "ban", "status": 429, "retry_after": 1, "times": 1},
        *({"on": "stream.any", "do": do, "seconds": 1} for do in rng.sample(FRAMES, 3)),
        {"on": "connect", "do": rng.choice(("refuse", "status")), "times": 2},
    ]
    found = []
    for rule in rng.sample(rules, rng.randint(3, len(rules))):
        begins = rng.uniform(0, SECONDS)
        span = {"from": begins, "until": begins + rng.uniform(0.5, 3)}
        found.append({"times": 0, "chance": 0.5, "seconds": 2, **span, **_more(rule), **rule})
    return found


def _more(rule):
    """Return what a rule needs besides."""
    if rule["do"] == "strip":
        return {"fields": IDS}
    return {"status": 503} if rule["do"].startswith("status") else {}


@dataclass
class Gale:
    """One storm.

    Attributes:
        kill: whether the switch is pulled in it. deaths: of the process. trades: that were booked.
            hits: how often a fault came. count: orders that were placed.
    """

    name: str
    seed: int
    folder: object
    kill: bool
    deaths: int = 0
    trades: int = 0
    hits: int = 0
    count: int = 0

    def __post_init__(self):
        self.rng = random.Random(f"{self.name} {self.seed}")

    async def blow(self):
        """Live through it, and check what it left."""
        async with venue(self.name, limits=False) as (self.emulator, self.keys):
            self.stack = AsyncExitStack()
            try:
                await self.begin()
                await self.here.orderly()
                offset = self.emulator.venue.clock.elapsed()
                for rule in faults(self.rng):
                    rule["from"], rule["until"] = rule["from"] + offset, rule["until"] + offset
                    self.emulator.faults.add(rule)
                for _ in range(int(SECONDS / BEAT)):
                    await asyncio.sleep(BEAT)
                    await self.beat()
                if self.kill:
                    await self.pull()
                await self.calm()
            finally:
                await self.stack.aclose()
            self.trades = len(self.here.machine.truth.fills)

    async def begin(self):
        """Start the process, as after a crash; where the venue does not answer, again."""
        how = {"patience": PATIENCE, "keep_orders": True, "timeout_ms": 1_000}
        for _ in range(TRIES):
            with suppress(BaseError):
                opened = bench(self.emulator, self.keys, self.folder, **how)
                self.here = await self.stack.enter_async_context(opened)
                self.here.count = self.count
                return
            await asyncio.sleep(BEAT)
        raise TimeoutError("the venue does not answer")

    async def die(self):
        """End the process in the middle of everything, without a farewell."""
        self.deaths += 1
        self.here.session._farewell = _none
        await self.stack.aclose()
        await self.begin()

    async def beat(self):
        """Do what a fund, a human with a browser, and fate may do."""
        roll, here, rng = self.rng.random(), self.here, self.rng
        if roll < 0.35:
            limit = rng.choice((None, 15_000, 15_500, 25_000))
            here.place(rng.choice(("buy", "sell")) if limit is None else "buy", "0.01", limit)
            self.count = here.count
        elif roll < 0.5 and here.machine.truth.open:
            here.drop(rng.choice(list(here.machine.truth.open.values())).intent)
        elif roll < 0.55:
            self.stranger()
        elif roll < 0.6:
            self.fill_one()
        elif roll < 0.63:
            await self.die()

    def stranger(self):
        """Somebody trades by hand in the account."""
        act = {"account": "alice", "symbol": self.here.theirs.symbol, "side": "buy"}
        self.emulator.act({"act": "foreign_order", "quantity": "0.01", **act})

    def fill_one(self):
        """An order that rests is filled, in part or whole."""
        resting = self.here.open_at_venue()
        if resting:
            number = self.rng.choice(resting).number
            part = self.rng.choice((0.5, 1))
            self.emulator.act({"act": "fill", "order": number, "part": part})

    async def pull(self):
        """Pull the kill switch in the storm; it clears the market or says what it could not."""
        here = self.here
        here.latch.pull("a test")
        await here.until(lambda: here.machine.truth.killed and not here.machine.kill.working, LONG)
        texts = [each.text for each in here.news if isinstance(each, ToldNote)]
        assert not self.ours_open() or any("still there" in text for text in texts), texts

    def ours_open(self):
        """Return what the venue has open of ours."""
        return [o for o in self.here.open_at_venue() if o.ask.client_id.startswith("mag")]

    async def calm(self):
        """Let the venue behave, wait until all is known, and compare it with the books."""
        self.hits = sum(rule.done for rule in self.emulator.faults.rules)
        self.emulator.faults.clear()
        for line in self.emulator.venue.lines.open.values():
            line.muted_until = 0.0
        here = self.here
        # What was given up and came after all is found by the next audit, and cancelled.
        with suppress(TimeoutError):
            await here.until(self.over, LONG)
        here.check()
        assert not here.machine.truth.open
        assert not self.ours_open()

    def over(self):
        """Take back what is open; return whether nothing is, and the books are the venue's."""
        here = self.here
        for order in list(here.machine.truth.open.values()):
            if not order.cancel and not self.kill:
                here.drop(order.intent)
        known = not here.machine.truth.open and not here.machine._waiting
        return known and not self.ours_open() and _agrees(here)


def _agrees(here):
    """Return whether the books are the venue's, which takes an audit or two."""
    try:
        here.check()
    except (AssertionError, KeyError):
        return False
    return here.machine.auditor.orderly or bool(here.machine.truth.killed)


async def _none():
    """Take no leave."""
