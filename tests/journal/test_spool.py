"""A spool is a list of records, whatever part of it lies in a file."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from magents.journal.spool import Spool
from magents.model.records import Check, Fill, Verdict


def fill(number, price="10.50"):
    units, fee = Decimal(number), Decimal("0.00000001") * number
    return Fill(
        number, "ma", f"ma:{number}", "AAA", number, units, Decimal(price), fee, 7, "B1", True
    )


def spooled(records, bulk):
    spool = Spool(Fill, bulk)
    for record in records:
        spool.append(record)
    return spool


@given(st.integers(0, 40), st.integers(1, 12), st.integers(-45, 45), st.integers(-45, 45))
def test_it_is_the_list_of_what_was_appended(count, bulk, start, stop):
    records = [fill(n) for n in range(count)]
    spool = spooled(records, bulk)
    assert len(spool) == count
    assert list(spool) == records
    assert spool[start:stop] == records[start:stop]
    assert spool == records
    assert spool != [*records, fill(99)]
    assert bool(spool) == bool(records)
    for at in range(-count, count):
        assert spool[at] == records[at]
    for at in (count, -count - 1):
        with pytest.raises(IndexError):
            spool[at]


def test_money_comes_back_with_every_digit_as_it_was_written():
    kept = spooled([fill(n, "0.10000000") for n in range(3)], 2)[0]
    assert str(kept.price) == "0.10000000"


def test_records_with_records_inside_come_back():
    spool = Spool(Verdict, 1)
    verdict = Verdict(3, "ma", "ma:1", "AAA", False, (Check("halt", 1.0, 0.0, False),))
    spool.append(verdict)
    assert list(spool) == [verdict]


def test_it_may_grow_while_it_is_read():
    spool = spooled([fill(n) for n in range(3)], 2)
    seen = []
    for record in spool:
        seen.append(record)
        if len(spool) < 9:
            spool.append(fill(len(spool)))
    assert seen == [fill(n) for n in range(9)]


def test_little_is_kept_without_a_file():
    assert spooled([fill(n) for n in range(4)], 5)._file is None
