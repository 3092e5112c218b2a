"""Funding carry: holds the coin and is short its perpetual while longs pay enough for it.

Source: He, Manela, Ross and von Wachter (2022), "Fundamentals of perpetual futures".
"""

from collections.abc import Mapping, Sequence

import numpy as np

from magents.model.agents import Opinion
from magents.model.bars import BarBlock, Floats, Panel
from magents.model.facts import FUNDING, FactTable
from pods.pairs import pairs_in


class FundingAgent:
    """Looks at each funding rate of the perpetuals of its pairs as it becomes known.

    Args:
        panel: whose columns. named: pairs ``COIN|PERPETUAL``, see :func:`pods.pairs.pairs_in`.
        entry, leave: rates a period, fractions: in at ``entry`` or above, out below ``leave``.
    """

    name = "funding"
    inputs: tuple[str, ...] = (FUNDING,)

    def __init__(self, panel: Panel, named: Sequence[str], entry: float, leave: float) -> None:
        """Start without a view."""
        self._pairs = {panel.instruments[p.other]: p for p in pairs_in(panel, named)}
        self._entry, self._leave = entry, leave

    def evaluate(self, block: BarBlock, news: Mapping[str, FactTable]) -> Opinion:
        """Judge every close of the block by the last rates known then."""
        convictions: Floats = np.full(block.close.shape, np.nan)
        rates: Floats = np.full(block.close.shape, np.nan)
        table = news.get(FUNDING)
        if table is None:
            return Opinion(convictions, {"rate": rates})
        rows = block.ts.searchsorted(table.known_at, "left").tolist()
        for row, name, rate in zip(
            rows, table.instrument.tolist(), table.columns["rate"].tolist(), strict=True
        ):
            pair = self._pairs.get(name)
            if pair is None or row >= len(block):
                continue
            rates[row, pair.held] = rates[row, pair.other] = rate
            if rate >= self._entry or rate < self._leave:
                state = 1.0 if rate >= self._entry else 0.0
                convictions[row, pair.held], convictions[row, pair.other] = state, -state
        return Opinion(convictions, {"rate": rates})
