"""The patience of order truth, in one place."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from magents.model.time import SECOND

MILLI = SECOND // 1000


@dataclass(frozen=True, slots=True)
class Patience:
    """How long things may take; all spans in nanoseconds.

    Attributes:
        looks: waits between two looks at an unknown order; the last one repeats.
        absent_after, absent_looks: an order is absent after so long and so many looks, all sources
            answering and none knowing it.
        confirm: a difference of holdings is believed after so many audits that show the same,
            ``confirm_wait`` apart.
        settle: an order touched more recently is not compared with a snapshot.
        audit: between two audits. surprise: until the audit after something odd.
        stale: an order of which nothing was heard for so long is looked at.
        overlap: trades are asked for again from so long before the last audit.
        kill_audit: between two audits while the kill switch works. kill_bound: when it says
            loudly what is left.
        hold: how long an order waits for the account to be in order. retry: how long after the
            decision a busy venue is tried again. tries: how often.
        blind: new orders are refused while so many are unknown.
        overcharged: whether fees are booked at their most, and less may have been kept.
        dust: by asset, a difference too small to act on.
    """

    looks: tuple[int, ...] = tuple(
        ms * MILLI for ms in (250, 500, 1_000, 2_000, 5_000, 10_000, 20_000)
    )
    absent_after: int = 30 * SECOND
    absent_looks: int = 5
    confirm: int = 3
    confirm_wait: int = 4 * SECOND
    settle: int = 5 * SECOND
    audit: int = 60 * SECOND
    surprise: int = SECOND
    stale: int = 5 * SECOND
    overlap: int = 300 * SECOND
    kill_audit: int = 500 * MILLI
    kill_bound: int = 10 * SECOND
    hold: int = 30 * SECOND
    retry: int = 10 * SECOND
    tries: int = 3
    blind: int = 3
    overcharged: bool = False
    dust: Mapping[str, Decimal] = field(default_factory=dict)
    usual_dust: Decimal = Decimal("0.00000001")

    def wait(self, looks: int) -> int:
        """Return how long to wait after so many looks."""
        return self.looks[min(looks, len(self.looks) - 1)]
