"""The result as a page: ``docs/agreement.md``."""

import textwrap
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from benchmarks.agreement.compare import FILLED, NEITHER, UNEXPLAINED, Finding, counts
from benchmarks.agreement.drawing import SEED, TYPES
from benchmarks.agreement.rules import DIFFERENCES
from benchmarks.agreement.tickets import Done, Ticket

TITLE = "# The same orders elsewhere\n"
HEAD = """\
`python -m benchmarks.agreement.run` sends {orders} orders (seed {seed}; market, limit, stop and
stop-limit; to buy and to sell; good till cancelled and for the day) on {bars} real daily bars of
the embedded sample: {names}, {first} to {last}, in whole cents. They are decided on a close and
take part from the next open, with 10 basis points of commission and no slippage. Here they go
through a whole fund: desk, risk team, exchange, ledger. Elsewhere they go through the simulator's
own broker, with its settings as near to [our rules](fills.md) as it has them; the scripts in
`benchmarks/agreement/peers/` say which.

Two fills agree where bar, price, size and fee do. Every difference is put down to one of the rules
below it, and only if that rule predicts the other simulator's bar and price exactly
(`benchmarks/agreement/rules.py`). One that no rule predicts makes the comparison fail. This page is
written by the command.
"""


SUMMARY = ("simulator", "orders", FILLED, NEITHER, "differ by a named rule", UNEXPLAINED)
WIDTH = 100


class Part(NamedTuple):
    """What came of one peer."""

    peer: str
    version: str
    findings: Sequence[Finding]


def page(orders: Sequence[Ticket], about: Mapping[str, object], parts: Sequence[Part]) -> str:
    """Return the whole page."""
    head = HEAD.format(orders=len(orders), seed=SEED, **about)
    lines = [TITLE, *(_wrapped(text) + "\n" for text in head.split("\n\n"))]
    lines += [*_summary(parts), ""]
    for part in parts:
        lines += [f"## {part.peer} {part.version}", "", *_table(part.findings), ""]
        lines += [*_reasons(part.findings), ""]
    return "\n".join(lines).rstrip() + "\n"


def _wrapped(text: str, indent: str = "") -> str:
    words = " ".join(text.split())
    return textwrap.fill(
        words, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )


def _summary(parts: Sequence[Part]) -> Iterator[str]:
    yield f"| {' | '.join(SUMMARY)} |"
    yield f"|---|{'--:|' * (len(SUMMARY) - 1)}"
    for part in parts:
        seen = Counter(finding.kind for finding in part.findings)
        named = sum(seen[name] for name in DIFFERENCES)
        numbers = [seen.total(), seen[FILLED], seen[NEITHER], named, seen[UNEXPLAINED]]
        yield f"| {part.peer} {part.version} | {' | '.join(map(str, numbers))} |"


def _table(findings: Sequence[Finding]) -> Iterator[str]:
    table = counts(findings)
    seen = Counter(finding.kind for finding in findings)
    kinds = [FILLED, NEITHER, *(name for name in DIFFERENCES if seen[name]), UNEXPLAINED]
    yield f"| order | sent | {' | '.join(kinds)} |"
    yield f"|---|--:|{'--:|' * len(kinds)}"
    for name in (each for each in TYPES if each in table):
        cells = [str(table[name][kind]) for kind in kinds]
        yield f"| {name.replace('_', '-')} | {table[name].total()} | {' | '.join(cells)} |"
    totals = [f"**{seen[kind]}**" for kind in kinds]
    yield f"| **all** | **{seen.total()}** | {' | '.join(totals)} |"


def _reasons(findings: Sequence[Finding]) -> Iterator[str]:
    first: dict[str, Finding] = {}
    for finding in findings:
        first.setdefault(finding.kind, finding)
    for name, difference in DIFFERENCES.items():
        if name in first:
            text = f"- **{name}**, other than {difference.ours}. {difference.text}"
            yield _wrapped(f"{text} For example {_told(first[name])}", "  ")


def _told(finding: Finding) -> str:
    ticket = finding.ticket
    prices = [f"stop {ticket.stop:g}"] if ticket.stop else []
    prices += [f"limit {ticket.limit:g}"] if ticket.limit else []
    what = f"{ticket.side} {ticket.instrument} after {ticket.session}, {', '.join(prices)}"
    here, there = _where(finding.ours), _where(finding.theirs)
    return f"order {ticket.number} ({what}, {ticket.tif}): here {here}, there {there}."


def _where(fill: Done | None) -> str:
    return "no fill" if fill is None else f"{fill.price:g} on {fill.session}"


def unexplained(peer: str, findings: Sequence[Finding]) -> Iterator[str]:
    """Yield a line for each difference that nothing explains."""
    for finding in findings:
        if finding.kind == UNEXPLAINED:
            yield f"{peer}: unexplained, {_told(finding)}"
