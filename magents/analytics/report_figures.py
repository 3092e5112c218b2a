"""The sections of measures: metrics, drawdowns, months and years, correlations."""

from collections.abc import Sequence

import numpy as np

from magents.analytics.drawdowns import Drawdown, drawdowns, worst
from magents.analytics.findings import Findings
from magents.analytics.html import Row, esc, name_cell, note, num, section, table, td
from magents.analytics.measures import FLAT, RELIABLE
from magents.analytics.metrics import Metrics
from magents.analytics.periods import PeriodReturns, period_returns_table
from magents.analytics.series import FUND
from magents.analytics.text import (
    NA,
    count,
    factor,
    money,
    percent,
    ratio,
    span,
    tone,
    when,
)
from magents.analytics.trade_stats import TradeStats
from magents.model.bars import Floats

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WORST = 10
_SHALLOWEST = -0.00005
_FAINTEST = 0.01
_CONVENTIONS = (
    "Sharpe: mean over standard deviation (n - 1) of returns, risk-free rate 0 (Sharpe 1994).",
    "Its standard error takes returns as independent (Lo 2002).",
    "Sortino: downside deviation over all periods, minimum return 0 (Sortino and Price 1994).",
    "Calmar: CAGR over the maximum drawdown of the whole run (Young 1991, who took 36 months).",
    "CAGR: over elapsed time, act/365.25; none under 30 days, extrapolated and grey under a year.",
    "Annual figures of fewer than 30 returns, or of under 30 days, are grey: read with care.",
    "Maximum drawdown: at bar closes, the capital at the start is the first peak.",
    "Pods: time-weighted, so capital moved in or out is no gain or loss.",
    "Trades: round trips by FIFO per pod and instrument, commission included.",
    "Open trades are marked at the last close and left out of hit rate, payoff, profit factor.",
)


def label(name: str) -> str:
    """Return what a row is called: the fund has the empty name."""
    return name or "Fund"


def metrics(found: Findings) -> str:
    """Return fund and pods against measures, with the conventions they were made by."""
    rows = [_measures(found.metrics[name]) for name in found.metrics]
    trades = [_trade_figures(name, stats) for name, stats in found.stats.items()]
    head = ("", "Return", "CAGR", "Volatility", "Sharpe", "± s.e.", "Sortino", "Calmar")
    tail = ("Max drawdown", "Best", "Worst", "Positive")
    figures = ("", "Closed", "Open", "Hit rate", "Payoff", "Profit factor", "Holding")
    extremes = ("Best trade", "Worst trade")
    return section(
        "metrics",
        "Metrics",
        table((*head, *tail), rows),
        "<h3>Trades</h3>",
        table((*figures, *extremes), trades),
        _conventions(found),
    )


def worst_drawdowns(found: Findings) -> str:
    """Return the table of the fund's deepest falls."""
    series = found.series[FUND]
    every = drawdowns(series.wealth, series.ts)
    falls = worst([fall for fall in every if fall.depth <= _SHALLOWEST], _WORST)
    if not falls:
        return section("drawdowns", "Worst drawdowns", note("The fund never fell below a peak."))
    rows = [_fall(i, fall, found) for i, fall in enumerate(falls, 1)]
    unit = "Peak to recovery"
    head = ("", "Depth", "Peak (UTC)", "Trough (UTC)", "Recovery (UTC)", "Peak to trough", unit)
    return section(
        "drawdowns",
        "Worst drawdowns",
        table(head, rows),
        note(
            "Fund, from the rows of the equity table; the maximum in the metrics looks at every",
            "bar and can be deeper. The capital at the start is the first peak. An open drawdown",
            "runs to the end of the run.",
        ),
    )


def calendar(found: Findings) -> str:
    """Return the monthly heat map, one a name behind a selector, and the yearly table."""
    tables = {
        name: period_returns_table(series.wealth, series.ts)
        for name, series in found.series.items()
    }
    maps = "".join(
        f'<div class="panel" data-panel="{i}"{"" if i == 0 else " hidden"}>{_heat(months)}</div>'
        for i, months in enumerate(tables.values())
    )
    choices = "".join(
        f'<option value="{i}">{esc(label(name))}</option>' for i, name in enumerate(tables)
    )
    chooser = f'<select class="choose" aria-label="Fund or pod">{choices}</select>'
    return section(
        "calendar",
        "Monthly returns",
        maps,
        "<h3>Yearly returns</h3>",
        _yearly(tables),
        note("Months and years in UTC. First and last are as long as the run was in them."),
        aside=chooser,
    )


def correlations(found: Findings) -> str:
    """Return how the pods' returns move together; nothing with one pod or few returns."""
    pods = found.pods
    if len(pods) < len("ab") or found.fund.observations < RELIABLE:
        return ""
    matrix = _correlate([found.series[pod].returns for pod in pods])
    rows = [
        (name_cell(pod), *(_shade(value, ratio(value), 1.0) for value in line))
        for pod, line in zip(pods, matrix, strict=True)
    ]
    return section(
        "correlations",
        "Correlation of pod returns",
        table(("", *pods), rows),
        note("Pearson, over the returns that both pods have."),
    )


def _measures(figures: Metrics) -> Row:
    weak = "" if figures.reliable else "faint"
    young = weak or ("faint" if figures.short else "")
    growth = percent(figures.total_return, sign=True)
    return (
        name_cell(label(figures.name)),
        num(growth, tone(figures.total_return)),
        num(percent(figures.cagr, sign=True), young or tone(figures.cagr)),
        num(percent(figures.volatility), weak),
        num(ratio(figures.sharpe), weak),
        num(ratio(figures.sharpe_error), "faint"),
        num(ratio(figures.sortino), weak),
        num(ratio(figures.calmar), young),
        num(percent(figures.max_drawdown), tone(figures.max_drawdown)),
        num(percent(figures.best, sign=True)),
        num(percent(figures.worst, sign=True)),
        num(percent(figures.positive, 1)),
    )


def _trade_figures(name: str, stats: TradeStats) -> Row:
    best = money(stats.best.pnl, sign=True) if stats.best else NA
    low = money(stats.worst.pnl, sign=True) if stats.worst else NA
    return (
        name_cell(label(name)),
        num(count(stats.closed)),
        num(count(stats.open)),
        num(percent(stats.hit_rate, 1)),
        num(ratio(stats.payoff)),
        num(factor(stats.profit_factor)),
        num(span(stats.holding)),
        num(best),
        num(low),
    )


def _conventions(found: Findings) -> str:
    told = found.result.calendar_note
    calendar = f"Calendar: {told.rstrip('.')}." if told else ""
    items = (f"{found.series[FUND].convention} {calendar}", *_CONVENTIONS)
    lines = "".join(f"<li>{esc(item)}</li>" for item in items)
    return f'<ul class="note">{lines}</ul>'


def _fall(number: int, fall: Drawdown, found: Findings) -> Row:
    intraday = found.intraday
    back = NA if fall.recovery is None else when(fall.recovery, intraday=intraday)
    return (
        td(number),
        num(percent(fall.depth), "loss"),
        num(when(fall.peak, intraday=intraday)),
        num(when(fall.trough, intraday=intraday)),
        num("open" if fall.open else back, "open" if fall.open else ""),
        num(span(fall.trough - fall.peak)),
        num(f"{'> ' if fall.open else ''}{span(fall.end - fall.peak)}"),
    )


def _heat(months: PeriodReturns) -> str:
    """Return the map of one name; its strongest month has the full colour."""
    known = np.abs(months.months[np.isfinite(months.months)])
    strong = max(float(known.max()) if len(known) else 0.0, _FAINTEST)
    rows = [
        (
            name_cell(year),
            *(_month(value, strong) for value in line),
            num(percent(total, 1, sign=True), f"total {tone(total)}"),
        )
        for year, line, total in zip(months.years, months.months, months.totals, strict=True)
    ]
    return f'<div class="heat">{table(("", *_MONTHS, "Year"), rows)}</div>'


def _month(value: float, strong: float) -> str:
    blank = value != value  # noqa: PLR0124 - NaN
    return _shade(value, "" if blank else percent(value, 1, sign=True), strong)


def _shade(value: float, text: str, strong: float) -> str:
    """Return a cell coloured by how far its value is from zero, full at ``strong``."""
    if not np.isfinite(value):
        return num(text)
    alpha = min(abs(value) / strong, 1.0) * 0.62
    side = "hot" if value >= 0 else "cold"
    return f'<td class="n {side}" style="--a:{alpha:.2f}">{esc(text)}</td>'


def _yearly(tables: dict[str, PeriodReturns]) -> str:
    years = tables[FUND].years
    rows = [
        (name_cell(year), *(_year(months, year) for months in tables.values())) for year in years
    ]
    return table(("", *(label(name) for name in tables)), rows)


def _year(months: PeriodReturns, year: int) -> str:
    known = dict(zip(months.years, months.totals.tolist(), strict=True))
    value = known.get(year, float("nan"))
    return num(percent(value, sign=True), tone(value))


def _correlate(returns: Sequence[Floats]) -> list[list[float]]:
    return [[_pearson(a, b) for b in returns] for a in returns]


def _pearson(left: Floats, right: Floats) -> float:
    """Return the correlation of the last returns both have, NaN where one is flat."""
    both = min(len(left), len(right))
    first, second = left[len(left) - both :], right[len(right) - both :]
    known = ~(np.isnan(first) | np.isnan(second))
    first, second = first[known], second[known]
    if len(first) < RELIABLE or min(np.ptp(first), np.ptp(second)) <= FLAT:
        return float("nan")
    return float(np.corrcoef(first, second)[0, 1])
