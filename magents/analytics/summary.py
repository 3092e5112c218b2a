"""A run in one JSON object, and in one row a pod."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from magents.analytics.attribution import (
    Attribution,
    activity_of,
    attribute,
    failed_checks,
)
from magents.analytics.carrying import settled
from magents.analytics.loading import load_result
from magents.analytics.metrics import metrics_of
from magents.analytics.series import FUND, convention
from magents.analytics.tables import write_files
from magents.analytics.trade_stats import TradeStats, trade_stats
from magents.analytics.trades import Trade, trades_of
from magents.model.money import plain
from magents.model.records import Halt, Notice
from magents.model.results import RunResult
from magents.model.time import SECOND, iso

__all__ = ["SummaryRow", "load_result", "summarise", "summary_rows", "write_tables"]


class SummaryRow(NamedTuple):
    """One line of the terminal's table: the fund (``""``) or a pod.

    Attributes:
        total_return, sharpe, max_drawdown: fractions; NaN is n/a. reliable: see :class:`Metrics`.
        trades: closed round trips. pnl, costs: fund currency, cents. state: ``ok``, ``halted``,
            or for the fund why it stopped early.
    """

    pod: str
    total_return: float
    sharpe: float
    reliable: bool
    max_drawdown: float
    trades: int
    pnl: Decimal
    costs: Decimal
    state: str


def summarise(result: RunResult) -> dict[str, Any]:
    """Return the run as a dictionary ready for JSON, keys in a fixed order.

    Fractions and ratios are numbers, money is text (exact), instants are ISO 8601 in UTC, and
    what cannot be said is ``None``.  Keys: ``run``, ``convention``, ``fund``, ``pods``,
    ``contribution``, ``carry``, ``orders``, ``refusals``, ``halts``, ``notices``, ``digest``.
    """
    trades = trades_of(result)
    split = attribute(result, trades)
    return {
        "run": _run(result),
        "convention": _conventions(result),
        "fund": _figures(result, FUND, trades),
        "pods": {
            pod: _figures(result, pod, [t for t in trades if t.pod == pod])
            for pod in result.equity.pods
        },
        "contribution": _contribution(split),
        "carry": _carry(result, split),
        "orders": {str(state): count for state, count in result.orders.items()},
        "refusals": dict(failed_checks(result)),
        "halts": [_halt(halt) for halt in result.halts],
        "notices": [_notice(notice) for notice in result.notices],
        "digest": result.digest,
    }


def write_tables(result: RunResult, folder: Path) -> list[Path]:
    """Write ``summary.json``, ``result.json`` and the tables; returns the files written."""
    return write_files(result, summarise(result), folder)


def summary_rows(result: RunResult) -> list[SummaryRow]:
    """Return the fund's row, then one row a pod."""
    trades = trades_of(result)
    split = attribute(result, trades)
    net = {row.pod: row.net for row in split.pods} | {FUND: split.change}
    return [_row(result, name, trades, net[name]) for name in (FUND, *result.equity.pods)]


def state_of(result: RunResult, name: str) -> str:
    """Say whether a pod still trades, or why the fund stopped."""
    if name == FUND:
        return result.stopped or "complete"
    return "halted" if any(halt.pod == name for halt in result.halts) else "ok"


def _row(result: RunResult, name: str, trades: Sequence[Trade], net: Decimal) -> SummaryRow:
    own = [t for t in trades if name in (FUND, t.pod)]
    stats, figures = trade_stats(own), metrics_of(result, name)
    return SummaryRow(
        pod=name,
        total_return=figures.total_return,
        sharpe=figures.sharpe,
        reliable=figures.reliable,
        max_drawdown=figures.max_drawdown,
        trades=stats.closed,
        pnl=net,
        costs=stats.commission.quantize(Decimal("0.01")),
        state=state_of(result, name),
    )


def _run(result: RunResult) -> dict[str, Any]:
    ts = result.equity.ts
    return {
        "id": result.run_id,
        "mode": result.mode,
        "version": result.version,
        "seed": result.seed,
        "currency": result.currency,
        "start": iso(int(ts[0])) if len(ts) else None,
        "end": iso(int(ts[-1])) if len(ts) else None,
        "initial_capital": plain(result.initial_capital),
        "final_equity": plain(result.final_equity),
        "bars": result.bars,
        "records": result.records,
        "stopped": result.stopped,
    }


def _conventions(result: RunResult) -> dict[str, Any]:
    return {
        "returns": convention(result),
        "calendar": result.calendar_note,
        "days_per_year": result.days_per_year,
        "periods_per_year": result.periods_per_year,
        "growth": "CAGR over elapsed time, act/365.25; none under 30 days.",
        "trades": "Round trips by FIFO, commission included.",
    }


def _figures(result: RunResult, name: str, trades: Sequence[Trade]) -> dict[str, Any]:
    figures = asdict(metrics_of(result, name)) | asdict(activity_of(result, name))
    figures.pop("name")
    return {key: _json(value) for key, value in figures.items()} | {
        "trades": _trades(trade_stats(trades))
    }


def _trades(stats: TradeStats) -> dict[str, Any]:
    return {
        "closed": stats.closed,
        "open": stats.open,
        "wins": stats.wins,
        "losses": stats.losses,
        "hit_rate": _json(stats.hit_rate),
        "payoff": _json(stats.payoff),
        "profit_factor": _json(stats.profit_factor),
        "average_holding_seconds": _json(stats.holding / SECOND),
        "best": _json(stats.best.pnl if stats.best else None),
        "worst": _json(stats.worst.pnl if stats.worst else None),
        "pnl": _json(stats.pnl),
        "open_pnl": _json(stats.open_pnl),
        "commission": _json(stats.commission),
    }


def _contribution(split: Attribution) -> dict[str, Any]:
    return {
        "pods": {
            row.pod: {
                key: plain(getattr(row, key))
                for key in ("capital", "gross", "commission", "carried", "other", "net")
            }
            for row in split.pods
        },
        "house_and_rounding": plain(split.rest),
        "change": plain(split.change),
    }


def _carry(result: RunResult, split: Attribution) -> dict[str, Any]:
    """Return what holding brought and cost, by cause; what was settled is in the profit already."""
    return {
        "total": plain(split.carried),
        "pods": {row.pod: _amounts(row.carry) for row in split.pods if row.carry},
        "house": _amounts(split.house),
        "settled": _amounts(settled(result)),
    }


def _amounts(by_name: Mapping[str, Decimal]) -> dict[str, str]:
    return {name: plain(amount) for name, amount in by_name.items()}


def _halt(halt: Halt) -> dict[str, Any]:
    return {"ts": iso(halt.ts), "pod": halt.pod, "reason": halt.reason}


def _notice(notice: Notice) -> dict[str, Any]:
    return {
        "ts": iso(notice.ts),
        "source": notice.source,
        "pod": notice.pod,
        "text": notice.text,
        "count": notice.count,
    }


def _json(value: Any) -> Any:  # noqa: ANN401 - whatever a dataclass of figures holds
    """Turn a figure into what JSON can hold; NaN and infinity are ``None``."""
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value
