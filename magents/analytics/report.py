"""The report: one HTML file that opens anywhere, offline."""

import json
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any

from magents.analytics import report_figures as figures
from magents.analytics import report_tables as tables
from magents.analytics.findings import Findings, find
from magents.analytics.html import chart, esc, note, section
from magents.analytics.measures import YEAR_DAYS
from magents.analytics.report_charts import MILLISECOND, chart_data, rolling_window
from magents.analytics.report_head import head
from magents.analytics.trades import Trade
from magents.model.money import plain
from magents.model.results import RunResult
from magents.model.time import DAY

MOST_TRADES = 5_000
"""Round trips in the page; the rest is in ``trades.csv``."""


def write_report(result: RunResult, path: Path, *, command: str = "") -> Path:
    """Write the report of a run to a file; returns the file.

    Args:
        result: the run. path: such as ``results/<run id>/report.html``.
        command: what reproduces the run, where :func:`command_for` does not know it.
    """
    path.write_text(render(result, command=command), encoding="utf-8")
    return path


def render(result: RunResult, *, command: str = "") -> str:
    """Return the report of a run as a page of HTML that loads nothing."""
    from plotly.offline import get_plotlyjs

    found = find(result)
    sections = _sections(found, command or tables.command_for(result))
    return Template(_page("page.html")).substitute(
        title=esc(f"{result.run_id} - magents"),
        css=_page("page.css"),
        header=head(found),
        sections="\n".join(sections),
        plotly=get_plotlyjs(),
        data=embed(chart_data(found)),
        trades=embed(trade_data(found)),
        js=_page("page.js"),
    )


def embed(data: Any) -> str:  # noqa: ANN401 - any JSON
    """Return JSON that cannot end the script element it stands in."""
    text = json.dumps(data, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def trade_data(found: Findings) -> dict[str, Any]:
    """Return the last :data:`MOST_TRADES` round trips as rows of plain values."""
    shown = found.trades[-MOST_TRADES:]
    return {
        "total": len(found.trades),
        "span": int(found.fund.years * YEAR_DAYS * DAY) // MILLISECOND,
        "pods": sorted({t.pod for t in shown}),
        "rows": [_row(trade) for trade in reversed(shown)],
    }


def _row(trade: Trade) -> list[Any]:
    """Return one round trip in the order of the columns in ``page.js``."""
    return [
        trade.pod,
        trade.instrument,
        trade.side,
        plain(trade.quantity),
        trade.entry_ts // MILLISECOND,
        trade.entry_price,
        trade.exit_ts // MILLISECOND,
        trade.exit_price,
        float(trade.pnl),
        None if trade.result != trade.result else round(trade.result, 6),
        round(float(trade.commission), 2),
        trade.entry_order,
        trade.exit_order,
        int(trade.open),
    ]


def _sections(found: Findings, command: str) -> list[str]:
    return [
        _equity(found),
        figures.worst_drawdowns(found),
        tables.contribution(found),
        figures.metrics(found),
        figures.calendar(found),
        _rolling(found),
        tables.exposures(found),
        figures.correlations(found),
        tables.costs(found),
        tables.refusals(found),
        _trades(found),
        tables.incidents(found),
        tables.configuration(found, command),
    ]


def _equity(found: Findings) -> str:
    switches = (
        '<div class="switches" data-chart="equity">'
        '<span class="switch" data-key="unit"><button data-value="growth">Growth of 100</button>'
        f'<button data-value="equity">{esc(found.result.currency)}</button></span>'
        '<span class="switch" data-key="scale"><button data-value="linear">Linear</button>'
        '<button data-value="log">Log</button></span></div>'
    )
    return section(
        "equity",
        "Equity and drawdown",
        chart("equity", "Equity of fund and pods, drawdown below", "high"),
        note("Times in UTC. Dashed lines are halts. Drag to zoom, double-click to reset."),
        aside=switches,
    )


def _rolling(found: Findings) -> str:
    window = rolling_window(found)
    if not window:
        few = "Too few returns, or too few days, for an annual ratio over a part of the run."
        return section("rolling", "Rolling Sharpe", note(few))
    return section(
        "rolling",
        "Rolling Sharpe",
        chart("rolling", f"Sharpe ratio over the last {window} returns"),
        note(f"Over the last {window} returns, annualised. {found.series[''].convention}"),
    )


def _trades(found: Findings) -> str:
    total = len(found.trades)
    rest = (
        f"The last {MOST_TRADES:,} of {total:,} by exit; the rest is in trades.csv."
        if total > MOST_TRADES
        else "All of them are in trades.csv as well."
    )
    return section(
        "trades",
        "Trades",
        '<div id="trades-table"><noscript><p class="note">The table needs JavaScript; '
        "see trades.csv.</p></noscript></div>",
        note(
            f"Round trips by FIFO, commission included, times in UTC. {rest}",
            "Each row names the orders that opened and closed it, counted within their pod:",
            "magents journal trace RUN POD:NUMBER walks back from there to the data.",
        ),
    )


def _page(name: str) -> str:
    return files("magents.analytics").joinpath("page", name).read_text(encoding="utf-8")
