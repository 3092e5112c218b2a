"""Coupon dates and accrued interest, held against QuantLib."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brokers.simulated.carry.bonds import bond_terms, coupon_instants
from brokers.simulated.kinds.option_value import quantlib
from magents.book.daycount import accrued, coupon, coupon_days, midnight
from magents.model.errors import BrokenPromiseError
from magents.model.instruments import BondTerms, Instrument, Kind

DAYS = st.dates(date(2000, 1, 1), date(2040, 12, 31))
COUNTS = {
    "30/360": lambda ql: ql.Thirty360(ql.Thirty360.BondBasis),
    "act/365": lambda ql: ql.Actual365Fixed(),
    "act/act": lambda ql: ql.ActualActual(ql.ActualActual.ISMA),
}


def terms(issued, maturity, daycount="30/360", frequency=2, rate=0.06):
    return BondTerms(rate, midnight(maturity), midnight(issued), frequency, daycount)


def test_coupon_dates_count_back_from_maturity_and_keep_its_day_where_they_can():
    made = terms(date(2023, 8, 31), date(2024, 8, 31), frequency=4)
    assert coupon_days(made) == (
        date(2023, 8, 31),
        date(2023, 11, 30),
        date(2024, 2, 29),
        date(2024, 5, 31),
        date(2024, 8, 31),
    )


def test_a_short_first_coupon_pays_what_has_accrued():
    made = terms(date(2024, 4, 15), date(2025, 7, 15))
    assert coupon_days(made)[:2] == (date(2024, 4, 15), date(2024, 7, 15))
    assert [float(coupon(made, number)) for number in (1, 2, 3)] == [1.5, 3.0, 3.0]


def test_nothing_accrues_before_issue_at_a_coupon_date_and_after_maturity():
    made = terms(date(2020, 1, 15), date(2025, 1, 15))
    days = date(2019, 12, 1), date(2020, 1, 15), date(2022, 7, 15), date(2025, 1, 15)
    assert [accrued(made, midnight(day)) for day in days] == [0, 0, 0, 0]


def test_only_bonds_have_terms_of_bonds():
    with pytest.raises(BrokenPromiseError, match="X has no terms of a bond"):
        bond_terms(Instrument(id="X"))
    bond = Instrument(id="B", kind=Kind.BOND, terms=terms(date(2020, 1, 1), date(2021, 1, 1)))
    assert list(coupon_instants(bond).values()) == [1, 2]


@pytest.mark.parametrize("daycount", sorted(COUNTS))
@given(
    issued=DAYS,
    years=st.integers(1, 20),
    day=st.integers(1, 28),
    ahead=st.integers(0, 7_000),
    frequency=st.sampled_from([1, 2, 4]),
)
def test_accrued_interest_is_the_librarys(daycount, issued, years, day, ahead, frequency):
    ql = quantlib()
    issued = issued.replace(day=day)
    maturity = issued.replace(year=issued.year + years)
    at = min(issued + timedelta(days=ahead), maturity - timedelta(days=1))
    made = terms(issued, maturity, daycount, frequency)
    schedule = ql.Schedule(
        ql.Date.from_date(issued),
        ql.Date.from_date(maturity),
        ql.Period(12 // frequency, ql.Months),
        ql.NullCalendar(),
        ql.Unadjusted,
        ql.Unadjusted,
        ql.DateGeneration.Backward,
        False,
    )
    bond = ql.FixedRateBond(0, 100.0, schedule, [0.06], COUNTS[daycount](ql))
    theirs = bond.accruedAmount(ql.Date.from_date(at))
    assert float(accrued(made, midnight(at))) == pytest.approx(theirs, abs=1e-10)
