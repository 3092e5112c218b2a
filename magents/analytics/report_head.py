"""The top of the page: what run this was, and its verdict in a dozen figures."""

from magents.analytics.attribution import failed_checks
from magents.analytics.findings import Findings
from magents.analytics.html import esc
from magents.analytics.measures import RELIABLE
from magents.analytics.metrics import Metrics
from magents.analytics.text import count, money, percent, ratio, tone, when

ZONE = "UTC"


def head(found: Findings) -> str:
    """Return the header: run, period, one sentence, the tiles."""
    result = found.result
    facts = (
        ("Mode", result.mode),
        ("Period", f"{period(found)} {ZONE}"),
        ("Seed", str(result.seed)),
        ("Version", f"magents {result.version}"),
    )
    terms = "".join(f"<div><dt>{esc(k)}</dt><dd>{esc(v)}</dd></div>" for k, v in facts)
    return (
        f'<p class="brand">magents <span>run report</span></p>\n<h1>{esc(result.run_id)}</h1>\n'
        f'<p class="lead">{sentence(found)}</p>\n{_stopped(found)}'
        f'<dl class="facts">{terms}</dl>\n<div class="tiles">{tiles(found)}</div>'
    )


def period(found: Findings) -> str:
    """Return first and last day, with times in a short run."""
    ts = found.result.equity.ts
    if not len(ts):
        return "no bars"
    first, last = (when(int(ts[i]), intraday=found.intraday) for i in (0, -1))
    return f"{first} to {last}"


def sentence(found: Findings) -> str:
    """Say in one sentence what became of the money (HTML)."""
    result = found.result
    change = found.split.change
    pods, closed = len(found.pods), found.stats[""].closed
    made = f'<span class="{tone(change)}">{esc(money(change, sign=True))}</span>'
    return (
        f"{esc(money(result.initial_capital))} {esc(result.currency)} became "
        f"<strong>{esc(money(result.final_equity))} {esc(result.currency)}</strong> ({made}): "
        f"{pods} {_plural('pod', pods)}, {count(closed)} closed {_plural('trade', closed)}, "
        f"{count(len(result.fills))} {_plural('fill', len(result.fills))}."
    )


def tiles(found: Findings) -> str:
    """Return the verdict strip."""
    fund, activity, stats = found.fund, found.activity[""], found.stats[""]
    won = f"{percent(stats.hit_rate, 1)} won" if stats.closed else ""
    weak, young = doubts(fund)
    error = f"± {ratio(fund.sharpe_error)} s.e."
    refused = len(found.result.refusals)
    halted = len(found.result.halts)
    rule = next(iter(failed_checks(found.result)), "")
    return "".join(
        (
            _tile("Total return", percent(fund.total_return, sign=True), "", fund.total_return),
            _tile("CAGR", percent(fund.cagr, sign=True), young or "a year", fund.cagr, young),
            _tile("Sharpe", ratio(fund.sharpe), weak or error, fund.sharpe, weak),
            _tile("Sortino", ratio(fund.sortino), weak, fund.sortino, weak),
            _tile("Calmar", ratio(fund.calmar), young, fund.calmar, young),
            _tile("Max drawdown", percent(fund.max_drawdown), "at bar closes", fund.max_drawdown),
            _tile("Volatility", percent(fund.volatility), weak or "a year", 0.0, weak),
            _tile("Turnover", *_turnover(found)),
            _tile("Costs", money(activity.commission), f"{ratio(activity.commission_bp, 1)} bp"),
            _tile("Closed trades", count(stats.closed), won),
            _tile("Refused orders", count(refused), f"most by {rule}" if rule else ""),
            _tile(
                "Halts", count(halted), f"of {len(found.pods)} {_plural('pod', len(found.pods))}"
            ),
        )
    )


def doubts(figures: Metrics) -> tuple[str, str]:
    """Return why not to trust annual figures, and why not growth; empty where nothing is wrong."""
    if figures.observations < RELIABLE:
        return ("under 30 returns",) * 2
    if not figures.reliable:
        return ("under 30 days",) * 2
    return "", "run under a year" if figures.short else ""


def _turnover(found: Findings) -> tuple[str, str]:
    activity = found.activity[""]
    if activity.turnover_a_year == activity.turnover_a_year:
        return f"{ratio(activity.turnover_a_year, 1)}x", "equity a year"
    return f"{ratio(activity.turnover, 1)}x", "equity, whole run"


def _tile(label: str, value: str, under: str = "", good: float = 0.0, doubt: str = "") -> str:
    """Return one tile; a doubtful figure is grey whatever its sign."""
    return (
        f'<div class="tile"><span class="label">{esc(label)}</span>'
        f'<span class="value {"faint" if doubt else tone(good)}">{esc(value)}</span>'
        f'<span class="under">{esc(under)}</span></div>'
    )


def _stopped(found: Findings) -> str:
    stopped = found.result.stopped
    return f'<p class="alarm">Ended early: {esc(stopped)}</p>\n' if stopped else ""


def _plural(word: str, number: int) -> str:
    return word if number == 1 else f"{word}s"
