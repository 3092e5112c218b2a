"""Cross-venue value: sells the dearer of two markets in one thing against the cheaper.

Source: Makarov and Schoar (2020), "Trading and arbitrage in cryptocurrency markets", Journal of
Financial Economics 135.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from magents.book.marks import forward_fill
from magents.model.agents import Opinion
from magents.model.bars import BarBlock, Floats, Panel
from magents.model.facts import FactTable
from pods.indicators import Sma
from pods.pairs import pairs_in

BPS = 10_000.0


class BasisAgent:
    """Compares the price of the other market of each pair with that of the held one.

    The basis is the logarithm of their ratio.  Where it is above its own mean by ``entry`` standard
    deviations, and by ``edge_bps``, the held market is bought and the other sold, until it is back
    within ``leave`` deviations.  With ``both_ways`` the same the other way round.

    Args:
        panel: whose columns. named: pairs ``A|B``, see :func:`pods.pairs.pairs_in`.
        window: bars of mean and deviation. entry, leave: in standard deviations.
        edge_bps: least deviation that is worth its fees. both_ways: whether held may be short.
    """

    name = "basis"
    inputs: tuple[str, ...] = ()

    def __init__(  # noqa: PLR0913 - what there is to choose
        self,
        panel: Panel,
        named: Sequence[str],
        window: int,
        *,
        entry: float,
        leave: float,
        edge_bps: float,
        both_ways: bool,
    ) -> None:
        """Start without a view."""
        self._pairs = pairs_in(panel, named)
        self._mean, self._square = Sma(window), Sma(window)
        self._entry, self._leave, self._edge = entry, leave, edge_bps / BPS
        self._both_ways = both_ways
        self._close: Floats = np.full(len(panel.instruments), np.nan)
        self._held: Floats = np.zeros(len(self._pairs))

    def evaluate(self, block: BarBlock, news: Mapping[str, FactTable]) -> Opinion:
        """Judge every close of the block."""
        del news
        convictions = np.full(block.close.shape, np.nan)
        score = np.full(block.close.shape, np.nan)
        if not self._pairs:
            return Opinion(convictions, {"z": score})
        closes = forward_fill(block.close, self._close)
        self._close = closes[-1].copy()
        held, other = (np.array(each) for each in zip(*self._pairs, strict=True))
        basis = np.log(closes[:, other] / closes[:, held])
        mean = self._mean.update(basis)
        spread = np.sqrt(np.maximum(self._square.update(basis * basis) - mean * mean, 0.0))
        states = self._walk(basis - mean, spread)
        z = np.divide(basis - mean, spread, out=np.zeros_like(basis), where=spread > 0)
        for number, pair in enumerate(self._pairs):
            convictions[:, pair.held] = states[:, number]
            convictions[:, pair.other] = -states[:, number]
            score[:, pair.held] = score[:, pair.other] = z[:, number]
        return Opinion(convictions, {"z": score})

    def _walk(self, away: Floats, spread: Floats) -> Floats:
        """Follow each pair from row to row; +1 has bought the held market."""
        far = np.maximum(self._entry * spread, self._edge)
        near = self._leave * spread
        states = np.full(away.shape, np.nan)
        held = self._held
        for row in range(len(away)):
            gone = np.where(held > 0, away[row] <= near[row], away[row] >= -near[row])
            held = np.where((held != 0) & gone, 0.0, held)
            held = np.where((away[row] > far[row]) & (spread[row] > 0), 1.0, held)
            if self._both_ways:
                held = np.where((away[row] < -far[row]) & (spread[row] > 0), -1.0, held)
            states[row] = held
        self._held = held
        return states
