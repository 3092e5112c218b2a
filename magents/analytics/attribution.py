"""Who made the money: contributions that add up to the fund's change in value, to the cent."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np

from magents.analytics.carrying import ByCause, carry_of
from magents.analytics.measures import MIN_SPAN_DAYS, NAN, YEAR_DAYS, years
from magents.analytics.trades import Trade, trades_of
from magents.analytics.valuing import Valuer, valuer_of
from magents.book.ledger import FEE, HOUSE
from magents.model.bars import Floats
from magents.model.money import ZERO, on_grid
from magents.model.records import Fill
from magents.model.results import RunResult

CENT = Decimal("0.01")
OTHER = "house and rounding"


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one pod added to the fund, in the fund's currency.

    Attributes:
        capital: given to the pod over the run, net of what was taken back.
        gross: profit of its trades before commission, open ones at their marks.
        commission: paid. carry: by cause, see :func:`carry_of`.
        other: anything else that is not a fill, and what was lost to rounding.
        net: ``gross - commission + sum(carry) + other``: what its book gained beyond its capital.
    """

    pod: str
    capital: Decimal
    gross: Decimal
    commission: Decimal
    other: Decimal
    net: Decimal
    carry: ByCause = field(default_factory=dict)

    @property
    def carried(self) -> Decimal:
        """Return all carry together."""
        return sum(self.carry.values(), ZERO)


@dataclass(frozen=True, slots=True)
class Attribution:
    """Contributions in whole cents.

    Attributes:
        pods: in order. rest: what belongs to no pod (the house book) and the cents lost to
            rounding each row; ``sum(pods.net) + rest == change`` exactly.
        change: the fund's final value less its capital at the start.
        house: carry of the house by cause, a part of ``rest``.
    """

    pods: tuple[Contribution, ...]
    rest: Decimal
    change: Decimal
    house: ByCause = field(default_factory=dict)

    @property
    def causes(self) -> list[str]:
        """Return all causes of carry, sorted."""
        named = (cause for row in self.pods for cause in row.carry)
        return sorted({*named, *self.house})

    @property
    def carried(self) -> Decimal:
        """Return all carry of pods and house together."""
        return sum((row.carried for row in self.pods), sum(self.house.values(), ZERO))


@dataclass(frozen=True, slots=True)
class Activity:
    """How much was traded, what it cost, and what was at stake; fund (``""``) or pod.

    Attributes:
        fills: how many. traded: sum of absolute notionals.
        turnover: traded / 2 / average equity, over the run; ``turnover_a_year``: a year.
        commission: paid, also what was kept of a coin.
        commission_bp: in 1/100 of a per cent of ``traded``.
        cost_a_year: commission over average equity, a year.
        gross, net: average exposure over equity. max_gross: the largest.
        invested: share of rows with any exposure.
    """

    name: str
    fills: int
    traded: Decimal
    turnover: float
    turnover_a_year: float
    commission: Decimal
    commission_bp: float
    cost_a_year: float
    gross: float
    net: float
    max_gross: float
    invested: float


def attribute(result: RunResult, trades: Sequence[Trade] | None = None) -> Attribution:
    """Split the fund's change in value between its pods.

    Args:
        result: the run. trades: its round trips, if already at hand.
    """
    made: dict[str, Decimal] = defaultdict(lambda: ZERO)
    paid: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for trade in trades_of(result) if trades is None else trades:
        made[trade.pod] += trade.pnl + trade.commission
        paid[trade.pod] += trade.commission
    carry = {pod: _all_cents(causes) for pod, causes in carry_of(result).items()}
    rows = tuple(
        _contribution(result, pod, made[pod], paid[pod], carry.get(pod, {}))
        for pod in result.equity.pods
    )
    change = _cents(result.final_equity) - _cents(result.initial_capital)
    rest = change - sum((row.net for row in rows), ZERO)
    return Attribution(rows, rest, change, carry.get(HOUSE, {}))


def capital_of(result: RunResult, pod: str) -> Decimal:
    """Return the capital given to a pod over the run, less what was taken back."""
    given = [a.amount for a in result.allocations if a.pod == pod]
    if given:
        return sum(given, ZERO)
    return on_grid(Decimal(repr(float(result.equity.pods[pod][0]))))


def activity_of(result: RunResult, name: str = "") -> Activity:
    """Return the trading and exposure of the fund (``""``) or a pod.

    Raises:
        KeyError: no pod by that name.
    """
    table = result.equity
    equity = table.fund if not name else table.pods[name]
    gross = table.gross if not name else table.pod_gross[name]
    net = table.net if not name else table.pod_net[name]
    fills = [f for f in result.fills if not name or f.pod == name]
    valuer = valuer_of(result)
    worths = (valuer.notional(f.instrument, f.quantity, f.price, f.ts) for f in fills)
    traded = sum(map(abs, worths), ZERO)
    commission = sum((valuer.money(f.instrument, f.commission) for f in fills), ZERO)
    commission += _kept_as_fees(result, fills, valuer)
    average = float(np.mean(equity)) if len(equity) else NAN
    span = years(table.ts)
    return Activity(
        name=name,
        fills=len(fills),
        traded=traded,
        turnover=_over(float(traded) / 2, average),
        turnover_a_year=_a_year(_over(float(traded) / 2, average), span),
        commission=commission,
        commission_bp=_over(float(commission) * 1e4, float(traded)),
        cost_a_year=_a_year(_over(float(commission), average), span),
        gross=_mean(_relative(gross, equity)),
        net=_mean(_relative(net, equity)),
        max_gross=_max(_relative(gross, equity)),
        invested=_mean((gross > 0).astype(np.float64)),
    )


def _kept_as_fees(result: RunResult, fills: Sequence[Fill], valuer: Valuer) -> Decimal:
    """Return what venues kept of purchases as their fee (rule C9), at the price of the fill."""
    prices = {(f.pod, f.instrument, f.ts): f.price for f in fills}
    kept = ZERO
    for each in result.adjustments:
        price = prices.get((each.pod, each.instrument, each.ts))
        if each.cause == FEE and price is not None:
            kept -= valuer.notional(each.instrument, each.units, price, each.ts)
    return kept


def failed_checks(result: RunResult) -> Counter[str]:
    """Count refused orders by the first rule that refused them, most frequent first."""
    rules = Counter(
        next((check.rule for check in verdict.checks if not check.ok), "unknown")
        for verdict in result.refusals
    )
    return Counter(dict(sorted(rules.items(), key=lambda item: (-item[1], item[0]))))


def _contribution(
    result: RunResult, pod: str, gross: Decimal, commission: Decimal, carry: ByCause
) -> Contribution:
    """Round one row to cents so that it adds up across as well."""
    capital = capital_of(result, pod)
    net = _cents(result.pod_equity[pod] - capital)
    made, paid = _cents(gross), _cents(commission)
    other = net - made + paid - sum(carry.values(), ZERO)
    return Contribution(pod, _cents(capital), made, paid, other, net, carry)


def _all_cents(causes: ByCause) -> ByCause:
    """Round amounts to cents, and leave out what is nothing."""
    rounded = {cause: _cents(amount) for cause, amount in causes.items()}
    return {cause: amount for cause, amount in rounded.items() if amount}


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT)


def _over(part: float, whole: float) -> float:
    return part / whole if whole > 0 else NAN


def _a_year(value: float, span: float) -> float:
    """Bring a figure of the run to a year; NaN for a run under 30 days."""
    return value / span if span * YEAR_DAYS >= MIN_SPAN_DAYS else NAN


def _relative(amount: Floats, equity: Floats) -> Floats:
    out = np.full(len(amount), np.nan)
    np.divide(amount, equity, out=out, where=equity > 0)
    return out


def _mean(values: Floats) -> float:
    known = values[~np.isnan(values)]
    return float(np.mean(known)) if len(known) else NAN


def _max(values: Floats) -> float:
    known = values[~np.isnan(values)]
    return float(np.max(known)) if len(known) else NAN
