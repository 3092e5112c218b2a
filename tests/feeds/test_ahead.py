"""Reading ahead changes nothing but when things are read."""

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.ahead import DEPTH, ReadAhead
from magents.model.errors import DataError


class Source:
    """Counts, notes in which thread, and can fail."""

    def __init__(self, count, fails=False):
        self.made = 0
        self.closed = False
        self.threads = set()
        self.count, self.fails = count, fails

    def __call__(self):
        try:
            for number in range(self.count):
                self.threads.add(threading.current_thread().name)
                self.made += 1
                yield number
            if self.fails:
                raise DataError("line 7: no number")
        finally:
            self.closed = True


@given(st.integers(0, 20))
def test_everything_comes_in_order_from_one_other_thread(count):
    source = Source(count)
    assert list(ReadAhead(source(), "bars")) == list(range(count))
    assert source.threads <= {"reading bars"}
    assert source.closed


def test_what_the_source_raises_is_raised_where_it_is_read():
    seen = []
    with pytest.raises(DataError, match="line 7"):
        seen.extend(ReadAhead(Source(3, fails=True)(), "bars"))
    assert seen == [0, 1, 2]


@given(st.integers(0, 5))
def test_no_more_is_read_than_may_wait(taken):
    source = Source(100)
    items = iter(ReadAhead(source(), "bars"))
    got = [next(items) for _ in range(taken + 1)]
    assert got == list(range(taken + 1))
    assert source.made <= taken + 1 + DEPTH + 1
    items.close()


def test_stopping_early_ends_the_thread_and_closes_the_source():
    source = Source(100)
    items = iter(ReadAhead(source(), "early"))
    next(items)
    items.close()
    assert source.closed
    assert "reading early" not in {thread.name for thread in threading.enumerate()}
