"""Fact tables: as of an instant, and always copies."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import fact_table

ROWS = st.lists(
    st.tuples(st.integers(0, 9), st.sampled_from(["AAA", "BBB", ""]), st.floats(0, 1)), max_size=20
)


@given(ROWS, st.integers(-1, 10))
def test_until_gives_what_was_known_then_and_nothing_else(rows, now):
    rows.sort(key=lambda row: row[0])
    known = fact_table("news", *rows).until(now)
    assert len(known) == sum(at <= now for at, *_ in rows)
    assert known.known_at.tolist() == [at for at, *_ in rows if at <= now]


@given(ROWS, st.sampled_from(["AAA", "BBB", "", "ZZZ"]))
def test_of_gives_the_rows_of_one_instrument_in_order(rows, name):
    rows.sort(key=lambda row: row[0])
    table = fact_table("news", *rows).of(name)
    assert list(table.columns["value"]) == [value for _, of, value in rows if of == name]
    assert table.kind == "news"


@pytest.mark.parametrize(
    "view",
    [lambda t: t.until(5), lambda t: t.of("AAA"), lambda t: t.take(slice(0, 2))],
    ids=["until", "of", "take"],
)
def test_changing_what_was_handed_out_changes_nothing(view):
    table = fact_table("news", (1, "AAA", 1.0), (2, "AAA", 2.0), (9, "BBB", 3.0))
    copy = view(table)
    copy.known_at[:] = 0
    copy.instrument[:] = "spoilt"
    copy.columns["value"][:] = -1.0
    assert table.known_at.tolist() == [1, 2, 9]
    assert table.instrument.tolist() == ["AAA", "AAA", "BBB"]
    assert table.columns["value"].tolist() == [1.0, 2.0, 3.0]


def test_what_is_handed_out_leads_nowhere_near_the_rest():
    table = fact_table("news", (1, "AAA", 1.0), (9, "AAA", 99.0))
    known = table.until(5).of("AAA")
    for array in (known.known_at, known.instrument, known.columns["value"]):
        assert array.base is None or len(array.base) == 1
        assert not np.shares_memory(array, table.columns["value"])
