"""Funding rates as facts: known when they were heard."""

import numpy as np

from feeds.live.frames import Funding
from magents.model.facts import FUNDING, FactTable


class FundingFacts:
    """A table of funding rates that grows; ``tables`` is what a feed shows."""

    def __init__(self) -> None:
        """Start empty."""
        self._rows: list[tuple[int, str, float, int]] = []
        self.tables: dict[str, FactTable] = {}

    def expect(self) -> None:
        """Show an empty table: rates will come."""
        no_ts, no_rates = np.empty(0, np.int64), np.empty(0)
        columns = {"rate": no_rates, "next_ts": no_ts}
        self.tables[FUNDING] = FactTable(FUNDING, no_ts, np.empty(0, object), columns)

    def add(self, instant: int, instrument: str, event: Funding) -> None:
        """Add a rate, known at an instant."""
        self._rows.append((instant, instrument, event.rate, event.next_ts))
        ts, names, rates, due = zip(*self._rows, strict=True)
        self.tables[FUNDING] = FactTable(
            FUNDING,
            np.array(ts, np.int64),
            np.array(names, object),
            {"rate": np.array(rates), "next_ts": np.array(due, np.int64)},
        )
