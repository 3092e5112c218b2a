"""Indicators over blocks: causal, per instrument, the same bit for bit however rows are cut.

::

    rsi = Rsi(14)
    for block in blocks:
        values = rsi.update(block.close)        # shape [T, I], NaN until warm

Each carries what it needs from block to block.  Windows count an instrument's own bars: rows where
it has none (NaN) are passed over and stay NaN, so the output of one may be the input of another.
See ``docs/indicators.md``.
"""

from pods.indicators.across import rank
from pods.indicators.averages import Ema, Sma, Smoothing, WilderAverage
from pods.indicators.base import Indicator, Rolling
from pods.indicators.momentum import Change, Macd, MacdLines, Rsi
from pods.indicators.ranges import Atr, Channel, Donchian, Highest, Lowest, TrueRange
from pods.indicators.spreads import (
    Bands,
    Bollinger,
    Returns,
    StandardDeviation,
    Volatility,
    ZScore,
)

__all__ = [
    "Atr",
    "Bands",
    "Bollinger",
    "Change",
    "Channel",
    "Donchian",
    "Ema",
    "Highest",
    "Indicator",
    "Lowest",
    "Macd",
    "MacdLines",
    "Returns",
    "Rolling",
    "Rsi",
    "Sma",
    "Smoothing",
    "StandardDeviation",
    "TrueRange",
    "Volatility",
    "WilderAverage",
    "ZScore",
    "rank",
]
