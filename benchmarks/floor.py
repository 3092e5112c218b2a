"""What an order costs before anybody has thought about it: ``python -m benchmarks.floor``.

The records, the exact arithmetic and the wake-ups that every order needs by the design, alone.
Nothing that keeps them can be faster than their sum.
"""

import asyncio
import hashlib
import time
import timeit
from collections.abc import Callable
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Decimal

import msgspec

from magents.model.money import GRID, ONE
from magents.model.orders import Order, OrderState, Side
from magents.model.records import Check, Entry, Fill, OrderEvent, Signal, Verdict
from magents.runtime.inbox import Inbox, Overflow
from magents.runtime.loop import Alarm, VirtualLoop
from magents.runtime.supervisor import Supervisor

ROUNDS = 20_000
TEAMS = 4
"""Team inboxes an order and its news pass: risk, execution, back office twice."""
TIMERS = 2
"""Instants of an order: its signal and its fill."""

EVIDENCE = {"fast": 101.5, "slow": 100.25}
NOTHING = Check("halt", 0.0, 0.0, ok=True)


def records() -> list[Entry]:
    """Make the five records of a market order that fills."""
    ts, pod, name, order = 1_700_000_000_000_000_000, "ma", "S00", "ma:17"
    checks = (NOTHING,) * 4 + tuple([Check("gross", 0.512345, 2.0, ok=True) for _ in range(4)])
    return [
        Signal(ts, pod, "crossover", name, 1.0, 0.0, 101.25, ts, EVIDENCE),
        Order(ts, order, pod, name, Side.BUY, Decimal(987), signal=16, reason="crossover 0 to 1"),
        Verdict(ts, pod, order, name, accepted=True, checks=checks),
        OrderEvent(ts, pod, order, name, OrderState.ACCEPTED),
        Fill(
            ts, pod, order, name, 9, Decimal(987), Decimal("101.31"), Decimal("99.99"), ts, "B1",
            complete=True,
        ),
    ]  # fmt: skip


def arithmetic() -> Decimal:
    """Size an order, price its fill, book it with pod, fund and broker, and compare."""
    price, budget = Decimal(float.__repr__(101.25)), Decimal(100_000)
    units = (budget / price).quantize(ONE, ROUND_DOWN)
    paid = Decimal(float.__repr__(101.31))
    notional = (units * paid).quantize(GRID, ROUND_HALF_EVEN)
    fee = (abs(notional) * Decimal("0.001")).quantize(GRID, ROUND_HALF_EVEN)
    pod = budget - notional - fee
    fund = budget - notional - fee
    broker = budget - notional - fee
    held = Decimal(0) + units
    floats = float(held) + float(pod)
    return pod if pod == fund == broker and floats else fund


def hops(count: int) -> float:
    """Return CPU seconds for an item through as many stepped teams and timers as an order."""
    loop = VirtualLoop()

    async def main() -> float:
        supervisor = Supervisor()
        inboxes: list[Inbox[int]] = [Inbox(str(n), 10, Overflow.BLOCK) for n in range(TEAMS)]
        last = [count]

        async def relay(here: Inbox[int], following: Inbox[int] | None) -> None:
            while True:
                for item in await here.get_all():
                    if following is not None:
                        following.offer(item)

        following = [*inboxes[1:], None]
        for here, after in zip(inboxes, following, strict=True):
            supervisor.step(here.name, relay(here, after), here.bell)

        def ring() -> None:
            last[0] -= 1
            if last[0] % TIMERS == 0:
                inboxes[0].offer(last[0])
            if last[0] > 0:
                alarm.set(loop.now() + 1, 0)

        alarm = Alarm(loop, ring)
        alarm.set(1, 0)
        begun = time.process_time()
        await asyncio.sleep(count / 1e9 + 1)
        return time.process_time() - begun

    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        return runner.run(main())


def each(work: Callable[[], object]) -> float:
    """Return microseconds of one call, the best of several goes."""
    return min(timeit.repeat(work, timer=time.process_time, number=ROUNDS, repeat=5)) / ROUNDS * 1e6


def main() -> None:
    """Print the parts of the floor."""
    encode = msgspec.json.Encoder(decimal_format="string").encode_lines
    made = records() * 100
    digest = hashlib.sha256()

    def hashing() -> None:
        digest.update(encode(made))

    journal = min(timeit.repeat(hashing, timer=time.process_time, number=20, repeat=5)) / 2_000
    parts = {
        "make the five records": each(records),
        "encode and hash them": journal * 1e6,
        "exact arithmetic": each(arithmetic),
        f"{TEAMS} teams woken, {TIMERS} timers": min(hops(ROUNDS) for _ in range(3))
        / (ROUNDS / TIMERS)
        * 1e6,
    }
    for name, cost in [*parts.items(), ("all", sum(parts.values()))]:
        print(f"{cost:6.1f} us an order  {name}")


if __name__ == "__main__":
    main()
