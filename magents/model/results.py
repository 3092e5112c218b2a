"""What a finished run hands to its readers: report, summary, tables, dashboard."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from magents.model.bars import Floats, Instants
from magents.model.instruments import Instrument
from magents.model.records import (
    Adjustment,
    Allocation,
    CashFlow,
    Fill,
    Halt,
    Notice,
    Verdict,
)


@dataclass(frozen=True, slots=True)
class EquityTable:
    """Value over time of the fund and of each pod; the first row is the capital at the start.

    Attributes:
        ts: shape [N], instants, increasing.
        fund: shape [N], fund currency. pods: name to shape [N].
        gross, net: shape [N], exposure of the fund in its currency.
        pod_gross, pod_net: the same per pod.
        daily: whether rows are the last of each day (long runs) or every bar.
        step: where rows are the last of each step of a live run: its length, nanoseconds.
    """

    ts: Instants
    fund: Floats
    pods: Mapping[str, Floats]
    gross: Floats
    net: Floats
    pod_gross: Mapping[str, Floats]
    pod_net: Mapping[str, Floats]
    daily: bool
    step: int = 0


@dataclass(frozen=True, slots=True, repr=False)
class RunResult:
    """A finished run.

    Attributes:
        run_id: the folder's name. mode: ``backtest``, ``replay``, ``paper`` or ``sandbox``.
        config: the resolved settings, ready for JSON.
        days_per_year: trading days in a year, for annualising daily returns.
        periods_per_year: bars in a year, for annualising bar returns.
        calendar_note: one sentence that states the annualisation.
        max_drawdown: largest fall from a peak at bar resolution, a fraction, fund and pods
            (the fund under ``""``).
        marks: last close by instrument.
        orders: number of orders by their last state.
        refusals: verdicts that refused.
        final_equity: cash plus positions at the last close, exact.
        digest: SHA-256 of the journal, hex. records: how many it has.
        bars: bars read. stopped: empty, or why the run ended early.
        flows: money that moved without a trade, in order. adjustments: units that did.
        instruments: those that were traded or price foreign money; others are plain shares.
    """

    run_id: str
    mode: str
    version: str
    seed: int
    currency: str
    initial_capital: Decimal
    final_equity: Decimal
    pod_equity: Mapping[str, Decimal]
    config: Mapping[str, Any]
    days_per_year: float
    periods_per_year: float
    calendar_note: str
    equity: EquityTable
    max_drawdown: Mapping[str, float]
    fills: Sequence[Fill]
    refusals: Sequence[Verdict]
    allocations: Sequence[Allocation]
    halts: Sequence[Halt]
    notices: Sequence[Notice]
    orders: Mapping[str, int]
    marks: Mapping[str, float]
    digest: str
    records: int
    bars: int
    stopped: str = ""
    inputs: Mapping[str, Sequence[str]] = field(default_factory=dict)
    flows: Sequence[CashFlow] = ()
    adjustments: Sequence[Adjustment] = ()
    instruments: Sequence[Instrument] = ()

    def __repr__(self) -> str:
        """Name the run: asyncio writes the results of tasks out, and all of it is long."""
        return f"RunResult({self.run_id!r}, {len(self.fills)} fills, {self.final_equity})"


class Progress(NamedTuple):
    """How far a run is: instants, bars read so far, the fund's value."""

    now: int
    start: int
    end: int | None
    bars: int
    equity: float
