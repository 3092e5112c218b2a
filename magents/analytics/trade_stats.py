"""What a list of round trips says: hit rate, payoff, profit factor, holding time."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from magents.analytics.measures import NAN
from magents.analytics.trades import Trade
from magents.model.money import ZERO


@dataclass(frozen=True, slots=True)
class TradeStats:
    """Figures of closed trades; open ones are counted and summed, never judged.

    Attributes:
        closed, open: how many of each. wins, losses: closed above and below zero.
        hit_rate: wins over closed trades, the ones that made exactly nothing included.
        payoff: average win over average loss. profit_factor: all wins over all losses;
            infinite where nothing lost. Both NaN where there is nothing to compare.
        holding: average time from entry to exit, nanoseconds.
        best, worst: of closed trades, ``None`` without any.
        pnl: of all trades, open ones at their marks. open_pnl: of the open ones.
        commission: of all trades.
    """

    closed: int
    open: int
    wins: int
    losses: int
    hit_rate: float
    payoff: float
    profit_factor: float
    holding: float
    best: Trade | None
    worst: Trade | None
    pnl: Decimal
    open_pnl: Decimal
    commission: Decimal


def trade_stats(trades: Sequence[Trade]) -> TradeStats:
    """Summarise round trips."""
    closed = [t for t in trades if not t.open]
    won = [t.pnl for t in closed if t.pnl > 0]
    lost = [t.pnl for t in closed if t.pnl < 0]
    return TradeStats(
        closed=len(closed),
        open=len(trades) - len(closed),
        wins=len(won),
        losses=len(lost),
        hit_rate=_ratio(len(won), len(closed)),
        payoff=_payoff(won, lost),
        profit_factor=_profit_factor(won, lost),
        holding=_ratio(sum(t.exit_ts - t.entry_ts for t in closed), len(closed)),
        best=max(closed, key=lambda t: t.pnl, default=None),
        worst=min(closed, key=lambda t: t.pnl, default=None),
        pnl=sum((t.pnl for t in trades), ZERO),
        open_pnl=sum((t.pnl for t in trades if t.open), ZERO),
        commission=sum((t.commission for t in trades), ZERO),
    )


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else NAN


def _payoff(won: list[Decimal], lost: list[Decimal]) -> float:
    if not won or not lost:
        return NAN
    return float((sum(won, ZERO) / len(won)) / (-sum(lost, ZERO) / len(lost)))


def _profit_factor(won: list[Decimal], lost: list[Decimal]) -> float:
    if not lost:
        return float("inf") if won else NAN
    return float(sum(won, ZERO) / -sum(lost, ZERO))
