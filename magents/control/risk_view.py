"""Limits and how much of them is used, what met one, and how far up the ladder the fund stands."""

from collections.abc import Sequence

from magents.central.limits import limits_of
from magents.commanding import Commander
from magents.control.rows import breaches_of
from magents.control.valuing import Worth
from magents.control.watching import Watch
from magents.model.snapshots import LimitUse, PodRow, RiskView
from magents.staff import Parts

BREACHES = 200


def gauges(parts: Parts, worth: Worth) -> tuple[LimitUse, ...]:
    """Return the use of the fund's limits that are measured by its value."""
    limits = limits_of(parts.risk.rules)
    used = {
        "gross": (worth.gross, "x"),
        "net": (abs(worth.net), "x"),
        "single_name": (worth.largest, "%"),
    }
    value = worth.value
    return tuple(
        LimitUse("", rule, money / value if value > 0 else 0.0, limits[rule], unit)
        for rule, (money, unit) in used.items()
        if rule in limits
    )


def risk_view(
    fund: Sequence[LimitUse], pods: Sequence[LimitUse], watch: Watch, rung: int
) -> RiskView:
    """Return everything on the risk screen."""
    met = [b for _, record in watch.events(BREACHES * 4) for b in breaches_of(record)]
    return RiskView(limits=(*fund, *pods), breaches=tuple(met[-BREACHES:]), rung=rung)


def rung(commander: Commander, rows: Sequence[PodRow]) -> int:
    """Return how far up the ladder the fund stands: the furthest of its pods, or killed."""
    if commander.killed:
        return 3
    if any(row.state in {"flattening", "flat"} for row in rows):
        return 2
    return int(any(row.state == "halted" for row in rows))
