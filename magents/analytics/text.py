"""Figures as people read them: a real minus sign, n/a for what cannot be said, UTC."""

import math
from decimal import Decimal

from magents.model.time import DAY, HOUR, MINUTE, SECOND, iso

NA = "n/a"
_MINUS = "\N{MINUS SIGN}"
_INFINITY = "\N{INFINITY}"


def percent(value: float, digits: int = 2, *, sign: bool = False) -> str:
    """Write a fraction as a percentage: ``0.1234`` is ``12.34%``."""
    return _number(value * 100, digits, sign=sign, unit="%")


def ratio(value: float, digits: int = 2) -> str:
    """Write a ratio."""
    return _number(value, digits)


def money(value: "Decimal | float", digits: int = 2, *, sign: bool = False) -> str:
    """Write an amount with thousands separated, without its currency."""
    if isinstance(value, Decimal):
        return _signed(f"{abs(value):,.{digits}f}", value, sign=sign)
    return _number(value, digits, sign=sign)


def units(value: Decimal) -> str:
    """Write a quantity without trailing zeros."""
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def count(value: int) -> str:
    """Write a whole number with thousands separated."""
    return f"{value:,}"


def factor(value: float) -> str:
    """Write a profit factor; infinite means that nothing lost."""
    return f"{_INFINITY} (no losers)" if value == math.inf else ratio(value)


def day(instant: int) -> str:
    """Write the date of an instant, UTC."""
    return iso(instant)[:10]


def stamp(instant: int) -> str:
    """Write date and time of an instant to the second, UTC."""
    return iso(instant)[:19].replace("T", " ")


def when(instant: int, *, intraday: bool) -> str:
    """Write the date, with the time where that matters."""
    return stamp(instant) if intraday else day(instant)


def span(length: float) -> str:
    """Write a length of time in nanoseconds with the unit that fits: ``12.5 d``, ``35 min``."""
    if math.isnan(length):
        return NA
    for unit, name in ((DAY, "d"), (HOUR, "h"), (MINUTE, "min")):
        if length >= unit:
            return f"{length / unit:,.1f} {name}"
    return f"{length / SECOND:,.1f} s"


def tone(value: "Decimal | float | int") -> str:
    """Return the class of a figure that is good above zero and bad below: ``gain``, ``loss``."""
    if value != value or value == 0:  # noqa: PLR0124 - NaN
        return ""
    return "gain" if value > 0 else "loss"


def _number(value: float, digits: int, *, sign: bool = False, unit: str = "") -> str:
    if not math.isfinite(value):
        return NA
    return _signed(f"{abs(value):,.{digits}f}{unit}", value, sign=sign)


def _signed(text: str, value: "Decimal | float", *, sign: bool) -> str:
    """Put the sign before digits, none before zero as it is shown."""
    if not any(c in "123456789" for c in text):
        return text
    if value < 0:
        return _MINUS + text
    return "+" + text if sign else text
