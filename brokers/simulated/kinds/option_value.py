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
    spot, deviation = market.spot, market.volatility * math.sqrt(years)
    forward = spot * math.exp((market.rate - market.dividend) * years)
    found = ql.BlackCalculator(payoff, forward, deviation, math.exp(-market.rate * years))
    return Value(
        found.value(),
        found.delta(spot),
        found.gamma(spot),
        found.vega(years),
        found.theta(spot, years),
    )


def _american(terms: OptionTerms, market: Market, years: float) -> Value:
    """Value by integral equations; the greeks by small steps."""
    price = _american_price(terms, market, years)
    step = market.spot * 1e-3
    up = _american_price(terms, market._replace(spot=market.spot + step), years)
    down = _american_price(terms, market._replace(spot=market.spot - step), years)
    wilder = market._replace(volatility=market.volatility + 1e-3)
    part = years * 1e-3
    return Value(
        price,
        (up - down) / (2 * step),
        (up - 2 * price + down) / step**2,
        (_american_price(terms, wilder, years) - price) / 1e-3,
        (_american_price(terms, market, years - part) - price) / part,
    )


def _american_price(terms: OptionTerms, market: Market, years: float) -> float:
    """Return the price of an option that ends in so many years.

    The library counts whole days.  Only variance and rates times time matter, so time is always
    one year and they are scaled instead.
    """
    ql = quantlib()
    today, count = ql.Date(1, 1, 2021), ql.Actual365Fixed()
    ql.Settings.instance().evaluationDate = today
    volatility = market.volatility * math.sqrt(years)
    process = ql.BlackScholesMertonProcess(
        ql.QuoteHandle(ql.SimpleQuote(market.spot)),
        _curve(ql, ql.FlatForward(today, market.dividend * years, count)),
        _curve(ql, ql.FlatForward(today, market.rate * years, count)),
        ql.BlackVolTermStructureHandle(
            ql.BlackConstantVol(today, ql.NullCalendar(), volatility, count)
        ),
    )
    payoff = ql.PlainVanillaPayoff(_right(ql, terms), float(terms.strike))
    option = ql.VanillaOption(payoff, ql.AmericanExercise(today, today + 365))
    option.setPricingEngine(ql.QdFpAmericanEngine(process))
    return float(option.NPV())


def _curve(ql: Any, flat: Any) -> Any:  # noqa: ANN401 - the package has no types
    return ql.YieldTermStructureHandle(flat)


def _right(ql: Any, terms: OptionTerms) -> Any:  # noqa: ANN401 - the package has no types
    return ql.Option.Call if terms.right == "call" else ql.Option.Put
