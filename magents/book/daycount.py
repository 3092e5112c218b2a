"""Day counts and accrued interest of bonds.

Conventions as in the 2006 ISDA Definitions, section 4.16, and ICMA Rule 251 (act/act).
"""

from bisect import bisect_right
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache

from magents.model.instruments import BondTerms
from magents.model.money import ZERO, exact
from magents.model.time import SECOND

FACE = Decimal(100)
"""A unit of a bond is 100 of face value."""

_LONG_MONTH = 31
_MONTH_30 = 30


def day_of(instant: int) -> date:
    """Return the UTC date of an instant."""
    return datetime.fromtimestamp(instant // SECOND, UTC).date()


def midnight(day: date) -> int:
    """Return the instant at which a UTC date begins."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * SECOND


def days_30_360(start: date, end: date) -> int:
    """Count days as if every month had 30 (30/360 bond basis, ISDA 4.16(f))."""
    first = min(start.day, _MONTH_30)
    last = _MONTH_30 if end.day == _LONG_MONTH and first == _MONTH_30 else end.day
    return 360 * (end.year - start.year) + 30 * (end.month - start.month) + last - first


@lru_cache(maxsize=4096)
def coupon_days(terms: BondTerms) -> tuple[date, ...]:
    """Return the period ends: the issue date, then every coupon date up to maturity.

    Dates are counted back from maturity, so the first period may be short.
    """
    issued, maturity = day_of(terms.issued), day_of(terms.maturity)
    step = 12 // terms.frequency
    dates, number = [maturity], 0
    while dates[-1] > issued:
        number += 1
        dates.append(_months_before(maturity, number * step))
    return (issued, *reversed(dates[:-1]))


def _months_before(day: date, months: int) -> date:
    """Go back whole months; a day that the month lacks becomes its last."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise ValueError(day)


def coupon(terms: BondTerms, number: int) -> Decimal:
    """Return what a unit pays at the ``number``-th coupon date, counted from 1."""
    days = coupon_days(terms)
    whole = FACE * exact(terms.coupon) / terms.frequency
    start, end = days[number - 1], days[number]
    if start > _months_before(end, 12 // terms.frequency):
        return _interest(terms, start, end, end)
    return whole


def accrued(terms: BondTerms, at: int) -> Decimal:
    """Return the interest a unit has earned since its last coupon date; 0 outside its life."""
    days, today = coupon_days(terms), day_of(at)
    number = bisect_right(days, today)
    if not 0 < number < len(days):
        return ZERO
    return _interest(terms, days[number - 1], today, days[number])


def _interest(terms: BondTerms, start: date, today: date, end: date) -> Decimal:
    """Return a unit's interest from ``start`` to ``today`` in a period that ends at ``end``."""
    year = FACE * exact(terms.coupon)
    if terms.daycount == "act/act":
        begin = _months_before(end, 12 // terms.frequency)
        period = (end - begin).days * terms.frequency
        return year * (today - start).days / period
    if terms.daycount == "act/365":
        return year * (today - start).days / 365
    return year * days_30_360(start, today) / 360
