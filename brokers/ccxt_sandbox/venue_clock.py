"""The venue's clock against ours: measured all the time, since clocks drift, jump and are set.

Signed requests carry a time, and a venue refuses those too far from its own.  ccxt measures once,
with the way there in it.  Here the middle between sending and receiving is compared, the quickest
of the last answers is believed, and a clock that has moved breaks the view of the account until an
audit.
"""

import asyncio
import re
from collections import deque
from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

from brokers.ccxt_sandbox.truth.messages import Lost, Message
from magents.model.time import SECOND

EVERY = 60 * SECOND
"""Between two measurements."""
AGAIN = 5 * SECOND
"""Between two measurements while they come to nothing."""
GLANCE = 0.1
"""Seconds between two looks at whether one is due."""
JUMP = SECOND // 2
"""A clock that has moved by more is not trusted without an audit."""
SLOW = 5 * SECOND // 2
"""Half of the time that a venue allows a request to take; what takes longer measures nothing."""
KEPT = 8
MILLI = 1_000_000
_REFUSED = re.compile(r'"(?:code|retCode)"\s*:\s*"?(?:-1021|10002|50102)\b')


class Clock(Protocol):
    """The machine's clocks, nanoseconds."""

    def wall(self) -> int:
        """Return UTC."""
        ...

    def monotonic(self) -> int:
        """Return time that is never set."""
        ...


def refuses_clock(body: str) -> bool:
    """Return whether an answer refuses a request for its time: Binance, Bybit, OKX."""
    return _REFUSED.search(body) is not None


class Sample(NamedTuple):
    """One measurement: how far the venue is ahead, and how long the answer took, nanoseconds."""

    offset: int
    took: int


class Offset:
    """Believes the quickest of the last measurements, and notices when they contradict it."""

    def __init__(self) -> None:
        """Know nothing."""
        self._samples: deque[Sample] = deque(maxlen=KEPT)

    @property
    def known(self) -> int:
        """Return how far the venue is ahead, 0 where nothing was measured."""
        return min(self._samples, key=lambda each: each.took).offset if self._samples else 0

    def take(self, sample: Sample) -> int:
        """Take in a measurement; return by how much the clock has moved, 0 for not at all.

        A measurement is off by half of what it took at most, so two that differ by more than both
        halves are of a clock that has moved in between.
        """
        if not self._samples:
            self._samples.append(sample)
            return 0
        best = min(self._samples, key=lambda each: each.took)
        moved = sample.offset - best.offset
        if abs(moved) <= (sample.took + best.took) // 2 + MILLI:
            moved = 0
        else:
            self._samples.clear()
        self._samples.append(sample)
        return moved


class VenueClock:
    """Keeps ccxt's idea of the venue's time right.

    Args:
        exchange: of ccxt. offer: takes messages. clock: ours.
    """

    def __init__(
        self,
        exchange: Any,  # noqa: ANN401 - ccxt has no types
        offer: Callable[[Message], None],
        clock: Clock,
    ) -> None:
        """Measure nothing yet."""
        self._exchange = exchange
        self._offer = offer
        self._clock = clock
        self._offset = Offset()
        self._due = 0

    @property
    def needed(self) -> bool:
        """Return whether this venue tells its time and minds ours."""
        tells = bool(self._exchange.has.get("fetchTime"))
        return tells and "timeDifference" in self._exchange.options

    async def run(self) -> None:
        """Measure for ever: when it is due, and at once when the venue has refused our time."""
        while True:
            doubted = self._exchange.options.pop("clockDoubted", False)
            if doubted or self._clock.monotonic() >= self._due:
                await self.measure()
            await asyncio.sleep(GLANCE)

    async def measure(self) -> None:
        """Ask for the time once."""
        began, wall = self._clock.monotonic(), self._clock.wall()
        self._due = began + AGAIN
        try:
            told = int(await self._exchange.fetch_time())
        except Exception:  # noqa: BLE001 - who does not answer is noticed by those who ask for more
            return
        took = self._clock.monotonic() - began
        if took > SLOW:
            self._offer(Lost(f"the venue takes {took / SECOND:.1f} s to tell the time"))
            return
        self._due = began + EVERY
        moved = self._offset.take(Sample(told * MILLI - wall - took // 2, took))
        self._exchange.options["timeDifference"] = -(self._offset.known // MILLI)
        if abs(moved) > JUMP:
            self._offer(Lost(f"the venue's clock moved by {moved / SECOND:+.1f} s against ours"))
