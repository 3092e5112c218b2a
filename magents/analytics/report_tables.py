"""The sections of account: contribution, exposure, costs, refusals, halts, notices, the run."""

import json
import shlex
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from magents.analytics.attribution import Contribution, failed_checks
from magents.analytics.findings import Findings
from magents.analytics.html import (
    Row,
    chart,
    esc,
    name_cell,
    note,
    num,
    section,
    table,
    td,
)
from magents.analytics.report_carry import carry
from magents.analytics.report_figures import label
from magents.analytics.text import count, money, percent, ratio, stamp, tone
from magents.model.records import Check, Notice, Verdict
from magents.model.results import RunResult

_CENT = Decimal("0.01")
_MOST = 200


class Extra(NamedTuple):
    """Which columns the table of contributions has besides: only those with anything in them."""

    carry: bool
    other: bool

    def heads(self) -> list[str]:
        """Return their headings."""
        return [name for name, on in zip(("Carry", "Other"), self, strict=True) if on]

    def cells(self, carry: Decimal, other: Decimal) -> list[str]:
        """Return their cells."""
        both = zip((carry, other), self, strict=True)
        return [num(money(amount, sign=True)) for amount, on in both if on]


def contribution(found: Findings) -> str:
    """Return who made the money: a table that adds up, and the same over time."""
    split = found.split
    more = Extra(
        bool(split.causes), any(abs(row.other) > _CENT * (1 + len(row.carry)) for row in split.pods)
    )
    head = ["", "Capital", "Gross P&L", "Commission", *more.heads(), "Net P&L", "On capital", ""]
    largest = max((abs(row.net) for row in split.pods), default=Decimal(0))
    rows = [_contributed(row, largest, more) for row in split.pods]
    rows.append(_rest(split.rest, more))
    return section(
        "contribution",
        "Contribution by pod",
        table(head, rows, foot=_sum(found, more)),
        chart("profit", "Cumulative profit by pod"),
        chart("bars", "Profit by period and pod", "low"),
        note(
            f"In {found.result.currency}. Net P&L adds up to the change of the fund's value, to",
            "the cent; the last line is what belongs to no pod and the cents lost to rounding.",
            "Gross P&L is that of the round trips, open ones at the last close.",
        ),
    )


def exposures(found: Findings) -> str:
    """Return gross and net exposure over time and on average."""
    rows = [
        (
            name_cell(label(name)),
            num(percent(a.gross, 1)),
            num(percent(a.max_gross, 1)),
            num(percent(a.net, 1, sign=True)),
            num(percent(a.invested, 1)),
        )
        for name, a in found.activity.items()
    ]
    head = ("", "Average gross", "Highest gross", "Average net", "Time invested")
    return section(
        "exposure",
        "Exposure",
        chart("exposure", "Gross and net exposure of the fund", "low"),
        chart("podexposure", "Exposure by pod"),
        table(head, rows),
        note("Charts: per cent of the fund's equity. Table: per cent of the row's own equity."),
    )


def costs(found: Findings) -> str:
    """Return what trading cost, how much of it there was, and what holding brought."""
    gross = {row.pod: row.gross for row in found.split.pods}
    gross[""] = sum(gross.values(), Decimal(0))
    rows = [
        (
            name_cell(label(name)),
            num(count(a.fills)),
            num(money(a.traded)),
            num(_times(a.turnover)),
            num(_times(a.turnover_a_year)),
            num(money(a.commission)),
            num(ratio(a.commission_bp, 1)),
            num(percent(a.cost_a_year)),
            num(_of_profit(a.commission, gross[name])),
        )
        for name, a in found.activity.items()
    ]
    head = ("", "Fills", "Traded", "Turnover", "Turnover a year", "Commission", "bp of traded")
    return section(
        "costs",
        "Costs and carry",
        table((*head, "Of equity a year", "Of gross profit"), rows),
        note(
            f"Money in {found.result.currency}. Turnover: half of all traded notional over average",
            "equity. Slippage is inside the fill prices, and so in gross P&L.",
        ),
        carry(found),
    )


def refusals(found: Findings) -> str:
    """Return why orders were refused, with one example a rule, and orders by last state."""
    rules = failed_checks(found.result)
    states = [(td(state), num(count(n))) for state, n in found.result.orders.items()]
    orders = (
        f'<div class="narrow">{table(("State", "Orders"), states)}</div>'
        if states
        else note("No orders.")
    )
    if not rules:
        body = note("The risk team refused no order.")
    else:
        rows = [_rule(rule, n, found.result.refusals) for rule, n in rules.items()]
        body = table(("Rule", "Refused", "Pods", "Latest example"), rows, text=(0, 2, 3))
    return section("orders", "Refused orders", body, "<h3>Orders by last state</h3>", orders)


def incidents(found: Findings) -> str:
    """Return halts and what a reader should know about the data."""
    result = found.result
    halts = [(td(stamp(h.ts), "t"), td(h.pod), td(h.reason)) for h in result.halts]
    stopped = (
        table(("Time (UTC)", "Pod", "Reason"), halts, text=(0, 1, 2))
        if halts
        else note("No pod was halted.")
    )
    told = _notices(result.notices)
    notices = (
        table(("Source", "Pod", "Count", "Notice"), told, text=(0, 1, 3))
        if told
        else note("No notices.")
    )
    return section("notices", "Halts and notices", stopped, "<h3>Notices</h3>", notices)


def configuration(found: Findings, command: str) -> str:
    """Return what is needed to do it again."""
    result = found.result
    facts = (
        ("Digest", result.digest),
        ("Seed", str(result.seed)),
        ("Version", f"magents {result.version}"),
        ("Bars read", count(result.bars)),
        ("Journal records", count(result.records)),
    )
    rows = [(name_cell(key), td(value, "code")) for key, value in facts]
    rows += [(name_cell(f"Inputs of {key}"), td(", ".join(v))) for key, v in result.inputs.items()]
    return section(
        "configuration",
        "Run configuration",
        table(("", ""), rows, text=(0, 1)),
        "<h3>To reproduce</h3>",
        f"<pre>{esc(command)}</pre>",
        note("The same settings, data and seed give the same digest, byte for byte."),
        "<h3>Settings</h3>",
        f"<pre>{esc(_pretty(result.config))}</pre>",
    )


def command_for(result: RunResult) -> str:
    """Return the command that does the run again, with the settings kept in its folder."""
    if result.mode == "backtest":
        kept = f"results/{result.run_id}/config.json"
        return f"magents backtest --config {shlex.quote(kept)}"
    return f"magents replay {shlex.quote(result.run_id)}"


def _contributed(row: Contribution, largest: Decimal, more: Extra) -> Row:
    part = float(row.net / row.capital) if row.capital else float("nan")
    return (
        name_cell(row.pod),
        num(money(row.capital)),
        num(money(row.gross, sign=True)),
        num(money(-row.commission)),
        *more.cells(row.carried, row.other),
        num(money(row.net, sign=True), tone(row.net)),
        num(percent(part, sign=True), tone(part)),
        _bar(row.net, largest),
    )


def _rest(rest: Decimal, more: Extra) -> Row:
    blanks = 3 + len(more.heads())
    name = '<th scope="row" class="soft">House book and rounding</th>'
    return (name, *[num("")] * blanks, num(money(rest, sign=True)), num(""), num(""))


def _sum(found: Findings, more: Extra) -> Row:
    rows, result = found.split.pods, found.result
    change = found.split.change
    part = float(change / result.initial_capital) if result.initial_capital else float("nan")
    none = Decimal(0)
    return (
        name_cell("Change of the fund"),
        num(money(result.initial_capital)),
        num(money(sum((r.gross for r in rows), none), sign=True)),
        num(money(-sum((r.commission for r in rows), none))),
        *more.cells(sum((r.carried for r in rows), none), sum((r.other for r in rows), none)),
        num(money(change, sign=True), tone(change)),
        num(percent(part, sign=True), tone(part)),
        num(""),
    )


def _bar(value: Decimal, largest: Decimal) -> str:
    """Return a cell with a bar from the middle, to the right for a gain."""
    width = float(abs(value) / largest) * 50 if largest else 0.0
    side = "right" if value >= 0 else "left"
    return (
        f'<td class="barcell" aria-hidden="true"><i class="{side}" '
        f'style="width:{width:.1f}%"></i></td>'
    )


def _times(value: float) -> str:
    text = ratio(value)
    return text if value != value else f"{text}x"  # noqa: PLR0124 - NaN


def _of_profit(commission: Decimal, gross: Decimal) -> str:
    return percent(float(commission / gross), 1) if gross > 0 else "n/a"


def _rule(rule: str, number: int, verdicts: Sequence[Verdict]) -> Row:
    hits = [(v, check) for v in verdicts if (check := _failed(v)) and check.rule == rule]
    pods = Counter(v.pod for v, _ in hits)
    who = ", ".join(f"{pod} {n}" for pod, n in sorted(pods.items()))
    example = _example(*hits[-1]) if hits else "n/a"
    return (td(rule, "code"), num(count(number)), td(who), td(example))


def _failed(verdict: Verdict) -> Check | None:
    return next((check for check in verdict.checks if not check.ok), None)


def _example(verdict: Verdict, check: Check) -> str:
    """Say what was refused, with the number and the limit it met."""
    return (
        f"{verdict.instrument}: {check.value:,.4g} against a limit of {check.limit:,.4g} "
        f"(order {verdict.order}, {stamp(verdict.ts)} UTC)"
    )


def _notices(notices: Sequence[Notice]) -> list[Row]:
    """Return one row for each different notice, counts added, capped."""
    total: Counter[tuple[str, str, str]] = Counter()
    for notice in notices:
        total[notice.source, notice.pod, notice.text] += notice.count
    rows: list[Row] = [
        (td(source), td(pod), num(count(n)), td(text, "wide"))
        for (source, pod, text), n in list(total.items())[:_MOST]
    ]
    if len(total) > _MOST:
        rows.append((td(""), td(""), num(""), td(f"{len(total) - _MOST} more in result.json")))
    return rows


def _pretty(config: Any) -> str:  # noqa: ANN401 - any settings
    return json.dumps(config, indent=2, ensure_ascii=False, default=str)
