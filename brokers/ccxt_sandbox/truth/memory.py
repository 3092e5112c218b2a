"""Whether the venue still knows what it told us: test networks are reset, and forget everything.

After a reset an account may hold as much as before, so holdings alone do not show it.  A trade
that the venue told of does not go away, though it may be hard to find just after it was made.
"""

from brokers.ccxt_sandbox.truth.messages import Request, Snapshot
from brokers.ccxt_sandbox.truth.rows import Filled
from brokers.ccxt_sandbox.truth.turn import Turn
from magents.model.time import DAY, SECOND

WITNESS = 6 * DAY
"""A trade older than this is not asked for again: venues list a week at a time."""
SURE = 60 * SECOND
"""Our clock and the venue's may differ by so much."""


class Memory:
    """Compares the last trade with what the venue shows.

    Attributes:
        doubtful: whether it was missing when looked for last.
    """

    def __init__(self) -> None:
        """Doubt nothing."""
        self._missing: Filled | None = None
        self._first = 0
        self._times = 0

    @property
    def doubtful(self) -> bool:
        """Return whether the venue is to be asked again soon."""
        return self._missing is not None

    def since(self, turn: Turn, since: int) -> int:
        """Return since when trades are asked for, so that the last one must be among them."""
        last = _last(turn)
        if last is None or turn.now - last.at > WITNESS:
            return since
        return min(since, last.at - SURE)

    def judge(self, turn: Turn, asked: Request, found: Snapshot) -> str:
        """Return why the account is not the old one any more, empty while it may be."""
        last = _last(turn)
        if last is None or last.at < asked.since or last.ts >= asked.asked or _shown(last, found):
            self._missing, self._times = None, 0
            return ""
        if self._missing != last:
            self._missing, self._first, self._times = last, turn.now, 0
        self._times += 1
        patience = turn.patience
        long_enough = turn.now - self._first >= patience.absent_after
        if self._times < patience.absent_looks or not long_enough:
            return ""
        return (
            f"the venue knows nothing of trade {last.trade} in {last.symbol} any more, which it "
            "told of before: the account was reset; begin a new run"
        )


def _shown(last: Filled, found: Snapshot) -> bool:
    return any((t.symbol, t.trade) == (last.symbol, last.trade) for t in found.trades)


def _last(turn: Turn) -> Filled | None:
    """Return the trade booked last."""
    fills = turn.truth.fills
    return fills[next(reversed(fills))] if fills else None
