"""Options by QuantLib, held against the closed form, parity and published numbers."""

import math
from decimal import Decimal
from statistics import NormalDist

import pytest

from brokers.simulated.kinds import option_value
from brokers.simulated.kinds.option_value import YEAR, Market, value
from magents.model.errors import UserError
from magents.model.instruments import OptionTerms

MARKET = Market(100.0, 0.25, 0.03, 0.01)


def terms(right="call", strike=105, style="european", years=0.5):
    return OptionTerms("AAA", Decimal(strike), round(years * YEAR), right, style)


def black_scholes(t, m, years):
    """Return the value by the formula of Black, Scholes and Merton, written out."""
    strike, deviation = float(t.strike), m.volatility * math.sqrt(years)
    d1 = math.log(m.spot / strike) + (m.rate - m.dividend) * years
    d1 = d1 / deviation + deviation / 2
    sign = 1 if t.right == "call" else -1
    cdf = NormalDist().cdf
    grown = m.spot * math.exp(-m.dividend * years) * cdf(sign * d1)
    return sign * (grown - strike * math.exp(-m.rate * years) * cdf(sign * (d1 - deviation)))


@pytest.mark.parametrize("right", ["call", "put"])
@pytest.mark.parametrize("strike", [60, 100, 140])
def test_a_european_option_is_worth_the_closed_form(right, strike):
    made = terms(right, strike)
    assert value(made, MARKET, 0).price == pytest.approx(
        black_scholes(made, MARKET, 0.5), rel=1e-12, abs=1e-14
    )


@pytest.mark.parametrize("style", ["european", "american"])
@pytest.mark.parametrize("right", ["call", "put"])
def test_greeks_are_slopes_of_the_value(style, right):
    made, step = terms(right, style=style), 0.05
    found = value(made, MARKET, 0)
    up = value(made, MARKET._replace(spot=100 + step), 0).price
    down = value(made, MARKET._replace(spot=100 - step), 0).price
    wild = value(made, MARKET._replace(volatility=0.2501), 0).price
    assert found.delta == pytest.approx((up - down) / (2 * step), abs=2e-4)
    assert found.vega == pytest.approx((wild - found.price) / 1e-4, rel=2e-2)
    assert found.theta < 0 < found.gamma


def test_an_american_put_agrees_with_published_values():
    # Longstaff and Schwartz (2001), table 1, finite differences; exercised 50 times a year only.
    for spot, published in ((36, 4.478), (38, 3.250), (40, 2.314)):
        made = terms("put", 40, "american", 1.0)
        found = value(made, Market(spot, 0.2, 0.06), 0).price
        assert published <= found <= published + 0.01


def test_an_american_call_without_dividends_is_worth_the_european():
    market = MARKET._replace(dividend=0.0)
    american = value(terms(style="american"), market, 0).price
    assert american == pytest.approx(value(terms(), market, 0).price, abs=1e-7)


def test_at_expiry_an_option_is_worth_its_intrinsic_value_without_quantlib(monkeypatch):
    monkeypatch.setattr(option_value, "quantlib", None)
    assert value(terms("put"), MARKET, round(0.5 * YEAR)).price == 5.0


def test_without_quantlib_the_error_says_what_to_install(monkeypatch):
    def refuse(name):
        raise ImportError(name)

    monkeypatch.setattr(option_value, "import_module", refuse)
    with pytest.raises(UserError, match=r"pip install 'magents\[quant\]'"):
        value(terms(), MARKET, 0)
