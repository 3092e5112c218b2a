"""From settings to the models of one run: fees, slippage, liquidity and latency."""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple

from brokers.simulated.draws import Draws, Shape
from brokers.simulated.fees import (
    Fees,
    FlatFees,
    MakerTakerFees,
    OwnFees,
    PaidIn,
    PercentageFees,
    PerUnitFees,
    Tier,
    TieredFees,
)
from brokers.simulated.latency import Delays, LatencyModel
from brokers.simulated.liquidity import Liquidity
from brokers.simulated.settings import Costs, Latency
from brokers.simulated.slippage import (
    BasisPoints,
    BasisPointSlippage,
    Part,
    PartsSlippage,
    RandomSlippage,
    Slippage,
    SquareRootImpact,
    VolumeShare,
)
from brokers.simulated.spread import HalfSpread
from magents.model.bars import Panel
from magents.model.money import exact
from magents.runtime.streams import Streams

MILLISECOND = 1_000_000


class Basis(NamedTuple):
    """The two costs that the whole fund's settings have: a rate of fees, and slippage in bps."""

    rate: float
    bps: float


class Models(NamedTuple):
    """What an exchange needs to know about costs and delays."""

    fees: Fees
    slippage: Slippage
    liquidity: Liquidity
    latency: LatencyModel


def models(
    costs: Costs, latency: Latency, basis: Basis, streams: Streams, panels: Iterable[Panel]
) -> Models:
    """Return all models of a run."""
    return Models(
        fees_of(costs, basis.rate),
        slippage_of(costs, basis.bps, streams, list(panels)),
        Liquidity(costs.participation),
        latency_of(latency, streams),
    )


def fees_of(costs: Costs, rate: float) -> Fees:
    """Return the fee schedule; ``rate`` is for what the settings leave to the fund's."""
    fees = _FEES[costs.fees](costs, rate)
    if not costs.own_fees:
        return fees
    own = {
        each.instrument: MakerTakerFees(each.maker, each.taker, PaidIn(each.paid_in))
        for each in costs.own_fees
    }
    return OwnFees(own, fees)


def _maker_taker(costs: Costs, rate: float) -> Fees:
    maker = rate if costs.maker is None else costs.maker
    taker = rate if costs.taker is None else costs.taker
    return MakerTakerFees(maker, taker, PaidIn(costs.paid_in))


def _tiered(costs: Costs, _: float) -> Fees:
    tiers = [Tier(Decimal(t.volume), exact(t.maker), exact(t.taker)) for t in costs.tiers]
    return TieredFees(tiers, PaidIn(costs.paid_in))


def _per_unit(costs: Costs, _: float) -> Fees:
    return PerUnitFees(costs.fee_per_unit, costs.fee_minimum, costs.fee_maximum)


_FEES: Mapping[str, Callable[[Costs, float], Fees]] = {
    "percentage": lambda costs, rate: PercentageFees(rate, PaidIn(costs.paid_in)),
    "maker_taker": _maker_taker,
    "tiered": _tiered,
    "per_share": _per_unit,
    "per_contract": _per_unit,
    "flat": lambda costs, _: FlatFees(costs.fee_per_order),
}


def slippage_of(costs: Costs, bps: float, streams: Streams, panels: Iterable[Panel]) -> Slippage:
    """Return the sum of all kinds of slippage that the settings have."""
    panels = list(panels)
    parts: list[Part] = []
    if costs.half_spread_bps:
        parts.append(HalfSpread(costs.half_spread_bps, _with_quotes(panels)))
    if costs.volume_impact:
        parts.append(VolumeShare(costs.volume_impact))
    if costs.root_impact:
        parts.append(SquareRootImpact(costs.root_impact, bar_volatility(costs.volatility, panels)))
    if costs.random_bps:
        draws = Draws(streams, Shape(costs.random_shape), costs.random_width)
        parts.append(RandomSlippage(costs.random_bps, draws))
    return PartsSlippage([BasisPoints(bps), *parts]) if parts else BasisPointSlippage(bps)


def _with_quotes(panels: Iterable[Panel]) -> dict[str, float]:
    """Return no spread for instruments that fill at quotes or at a book."""
    quoted = (panel for panel in panels if panel.level in {"quotes", "depth"})
    return {name: 0.0 for panel in quoted for name in panel.instruments}


def bar_volatility(daily: float, panels: Iterable[Panel]) -> Callable[[str], float]:
    """Return a function from instrument to the volatility over one of its bars.

    Variance grows with time: a bar that is a tenth of a trading day has a tenth of its variance.
    """
    sigmas = {
        name: daily * (panel.days_per_year / panel.periods_per_year) ** 0.5
        for panel in panels
        if panel.level == "bars"
        for name in panel.instruments
    }
    return lambda instrument: sigmas.get(instrument, daily)


def latency_of(latency: Latency, streams: Streams) -> LatencyModel:
    """Return the delays of messages."""
    means = (latency.insert_ms, latency.amend_ms, latency.cancel_ms, latency.feed_ms)
    delays = Delays(*(round(ms * MILLISECOND) for ms in means))
    shape = Shape(latency.shape)
    draws = None if shape is Shape.FIXED else Draws(streams, shape, latency.width)
    return LatencyModel(delays, draws)
