"""Why a pod did or did not act: a pure function over what is shown of it."""

from magents.model.snapshots import PodDetail, SignalRow
from magents.model.time import iso

NEWEST = 8
ACTS = "It acts when they change their minds, not at every bar."


def why_pod(detail: PodDetail, at: int) -> list[str]:
    """Say in lines why a pod has acted, or has not, by an instant."""
    row = detail.row
    lines = [f"{row.pod} ({row.strategy}) at {iso(at)}: {row.state}."]
    if row.reason:
        lines.append(f"It does not trade: {row.reason}.")
    lines += _wants(detail.signals)
    lines += [f"{iso(each.ts)} {each.agent}: {each.text}" for each in detail.thoughts[-NEWEST:]]
    if not detail.thoughts:
        lines.append("None of its agents has changed its mind yet, so there was nothing to do.")
    for order in detail.orders[-NEWEST:]:
        note = f", {order.note}" if order.note else ""
        lines.append(
            f"Order {order.id}, {order.quantity:+g} {order.instrument}: {order.state}{note}"
        )
    for limit in detail.limits:
        lines.append(
            f"Of its limit {limit.rule} of {limit.limit:g}{limit.unit}: {limit.use:.0%} used."
        )
    return lines


def _wants(signals: tuple[SignalRow, ...]) -> list[str]:
    """Say what its agents want now, the newest change first."""
    wanted = [signal for signal in signals if signal.conviction]
    if not wanted:
        return ["Its agents want no position at all now."] if signals else []
    newest = sorted(wanted, key=lambda signal: -signal.ts)[:NEWEST]
    told = ", ".join(f"{s.instrument} {s.conviction:+.3g} ({s.agent})" for s in newest)
    more = f" and {len(wanted) - len(newest)} more" if len(wanted) > len(newest) else ""
    return [
        f"Its agents want: {told}{more}. They act when they change their minds, not at every bar."
    ]
