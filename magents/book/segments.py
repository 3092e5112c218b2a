"""Prices and what they make a unit worth, along a segment of time."""

import itertools

import numpy as np

from magents.book.marks import PanelMarks
from magents.book.worth import Rules
from magents.model.bars import Floats, Instants
from magents.model.instruments import Kind
from magents.model.time import DAY


def timeline_of(tables: list[PanelMarks], after: int, until: int) -> Instants:
    """Return all closes in ``(after, until]`` of all panels, sorted, each once."""
    cuts = []
    for table in tables:
        first, last = table.ts.searchsorted([after, until], "right")
        cuts.append(table.ts[first:last])
    if len(cuts) > 1:
        return np.unique(np.concatenate(cuts))
    ts = cuts[0]
    if tables[0].panel.level == "bars" or not len(ts):
        return ts
    ended: Instants = ts[np.append(ts[1:] != ts[:-1], True)]
    return ended


def prices_along(tables: list[PanelMarks], timeline: Instants) -> dict[str, Floats]:
    """Return the closes known at each instant, by instrument, shape [R]; 0 before the first."""
    prices: dict[str, Floats] = {}
    for table in tables:
        known = table.worths_at(timeline)
        prices.update((name, known[:, i]) for i, name in enumerate(table.panel.instruments))
    return prices


def worths_along(rules: Rules, prices: dict[str, Floats], timeline: Instants) -> dict[str, Floats]:
    """Return what a unit of each instrument, and of foreign money, is worth in fund currency.

    Interest accrues by days, so days are taken one by one where there are bonds.
    """
    if not rules.special and not rules.pairs:
        return prices
    if not any(rule.instrument.kind is Kind.BOND for rule in rules.special.values()):
        return rules.per_unit(prices)
    days = timeline // DAY
    edges = [0, *(np.flatnonzero(np.diff(days)) + 1).tolist(), len(timeline)]
    parts = [
        rules.per_unit({n: p[start:stop] for n, p in prices.items()}, int(timeline[start]))
        for start, stop in itertools.pairwise(edges)
    ]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
