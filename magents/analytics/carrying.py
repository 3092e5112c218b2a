"""What holding brought and cost: money that moved without a trade, by pod and cause.

Left out is what is no gain or loss of its own: a settlement pays gains that are in the profit of
trades, a strike is a part of what shares cost, and what is paid for units that end is the price of
that round trip.
"""

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal

from magents.analytics.trades import proceeds_of
from magents.analytics.valuing import valuer_of
from magents.book.ledger import PRICES, SETTLEMENT
from magents.model.money import ZERO
from magents.model.results import RunResult

ByCause = Mapping[str, Decimal]


def carry_of(result: RunResult) -> dict[str, ByCause]:
    """Return amounts in the fund's money by owner, the house among them, and by cause, sorted."""
    valuer = valuer_of(result)
    priced = {id(flow) for flow in proceeds_of(result.adjustments, result.flows).values()}
    sums: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(lambda: ZERO))
    for flow in result.flows:
        if flow.cause != SETTLEMENT and flow.cause not in PRICES and id(flow) not in priced:
            sums[flow.pod][flow.cause] += valuer.flow(flow)
    return {pod: dict(sorted(sums[pod].items())) for pod in sorted(sums)}


def settled(result: RunResult) -> dict[str, Decimal]:
    """Return by owner the gains of margined positions that were paid out in cash."""
    valuer = valuer_of(result)
    sums: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for flow in result.flows:
        if flow.cause == SETTLEMENT:
            sums[flow.pod] += valuer.flow(flow)
    return dict(sorted(sums.items()))
