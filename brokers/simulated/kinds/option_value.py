"""What an option is worth before expiry, by QuantLib: ``pip install 'magents[quant]'``.

European options: Black, Scholes and Merton (1973) with a continuous dividend yield.  American
ones: the integral method of Andersen, Lake and Offengenden (2016), to about 1e-7 of the price.
"""

import math
import warnings
from importlib import import_module
from typing import Any, NamedTuple

from brokers.simulated.kinds.option import intrinsic
from magents.model.errors import UserError
from magents.model.instruments import OptionTerms
from magents.model.money import exact
from magents.model.time import DAY

YEAR = 365 * DAY


class Market(NamedTuple):
    """What an option's value depends on; rates are continuous, a year, as fractions."""

    spot: float
    volatility: float
    rate: float = 0.0
    dividend: float = 0.0


class Value(NamedTuple):
    """A unit's value and how it changes: with the spot, with volatility, with a year."""

    price: float
    delta: float
    gamma: float
    vega: float
    theta: float


def quantlib() -> Any:  # noqa: ANN401 - the package has no types
    """Return QuantLib.

    Raises:
        UserError: it is not installed.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            return import_module("QuantLib")
    except ImportError as error:
        raise UserError(
            "valuing options needs QuantLib; install it with: pip install 'magents[quant]'"
        ) from error


def value(terms: OptionTerms, market: Market, at: int) -> Value:
    """Return what a unit is worth at an instant; at expiry and after, the intrinsic value.

    Raises:
        UserError: QuantLib is not installed.
    """
    if at >= terms.expiry:
        return Value(float(intrinsic(terms, exact(market.spot))), 0.0, 0.0, 0.0, 0.0)
    if terms.style == "european":
        return _european(terms, market, (terms.expiry - at) / YEAR)
    return _american(terms, market, (terms.expiry - at) / YEAR)


def _european(terms: OptionTerms, market: Market, years: float) -> Value:
    """Value by closed form, with time to the nanosecond."""
    ql = quantlib()
    payoff = ql.PlainVanillaPayoff(_right(ql, terms), float(terms.strike))
    growth, discount = _factor(-market.dividend, years), _factor(-market.rate, years)
    deviation = market.volatility * years**0.5
    found = ql.BlackScholesCalculator(payoff, market.spot, growth, deviation, discount)
    spot = market.spot
    return Value(
        found.value(),
        found.delta(),
        found.gamma(),
        found.vega(years),
        found.theta(spot, years),
    )


def _american(terms: OptionTerms, market: Market, years: float) -> Value:
    """Value with whole days to expiry; greeks other than the price by small steps."""
    price = _american_price(terms, market, years)
    step = market.spot * 1e-3
    up = _american_price(terms, market._replace(spot=market.spot + step), years)
    down = _american_price(terms, market._replace(spot=market.spot - step), years)
    wilder = market._replace(volatility=market.volatility + 1e-3)
    day = 1 / 365
    later = _american_price(terms, market, max(years - day, day))
    return Value(
        price,
        (up - down) / (2 * step),
        (up - 2 * price + down) / step**2,
        (_american_price(terms, wilder, years) - price) / 1e-3,
        (later - price) / day if years > 2 * day else 0.0,
    )


def _american_price(terms: OptionTerms, market: Market, years: float) -> float:
    ql = quantlib()
    today = ql.Date(1, 1, 2020)
    ql.Settings.instance().evaluationDate = today
    days = max(1, round(years * 365))
    count = ql.Actual365Fixed()
    process = ql.BlackScholesMertonProcess(
        ql.QuoteHandle(ql.SimpleQuote(market.spot)),
        _curve(ql, ql.FlatForward(today, market.dividend, count)),
        _curve(ql, ql.FlatForward(today, market.rate, count)),
        ql.BlackVolTermStructureHandle(
            ql.BlackConstantVol(today, ql.NullCalendar(), market.volatility, count)
        ),
    )
    payoff = ql.PlainVanillaPayoff(_right(ql, terms), float(terms.strike))
    option = ql.VanillaOption(payoff, ql.AmericanExercise(today, today + days))
    option.setPricingEngine(ql.QdFpAmericanEngine(process))
    return float(option.NPV())


def _curve(ql: Any, flat: Any) -> Any:  # noqa: ANN401 - the package has no types
    return ql.YieldTermStructureHandle(flat)


def _right(ql: Any, terms: OptionTerms) -> Any:  # noqa: ANN401 - the package has no types
    return ql.Option.Call if terms.right == "call" else ql.Option.Put


def _factor(rate: float, years: float) -> float:
    return math.exp(rate * years)
