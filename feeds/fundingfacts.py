"""Funding that was paid, as facts: a rate is known when it is paid, not before."""

import numpy as np

from magents.model.events import Events
from magents.model.facts import FUNDING, FactTable


def funding_facts(events: Events) -> dict[str, FactTable]:
    """Return the funding rates of a run's perpetuals by kind, nothing where there are none."""
    if not len(events.funding):
        return {}
    rows = [(each.ts, each.instrument, float(each.rate)) for each in events.funding]
    ts, names, rates = zip(*rows, strict=True)
    known = np.array(ts, np.int64)
    columns = {"rate": np.array(rates)}
    return {FUNDING: FactTable(FUNDING, known, np.array(names, object), columns)}
