"""Waits before another try: they double, never exceed their cap, and are not the same for two."""

import pytest

from magents.runtime.backoff import Backoff, Budget
from magents.runtime.streams import Streams


def waits(seed, many=12, first=0.25, longest=30.0):
    backoff = Backoff(first, longest, Streams(seed).stream("x"))
    return [backoff.wait() for _ in range(many)]


def test_each_wait_is_between_half_of_its_span_and_all_of_it_and_spans_double_to_the_cap():
    spans = [min(0.25 * 2**n, 30.0) for n in range(12)]
    for seed in range(50):
        for span, wait in zip(spans, waits(seed), strict=True):
            assert span / 2 <= wait <= span


def test_a_seed_gives_the_same_waits_again_and_another_seed_others():
    assert waits(7) == waits(7)
    assert len({tuple(waits(seed)) for seed in range(50)}) == 50


def test_a_crowd_that_lost_its_connection_at_once_does_not_come_back_at_once():
    fifth = sorted(waits(seed)[4] for seed in range(400))
    # Four hundred over two seconds: no tenth of them has more than its share by far.
    tenths = [sum(2 + n / 5 <= wait < 2 + (n + 1) / 5 for wait in fifth) for n in range(10)]
    assert max(tenths) < 70


def test_after_a_reset_it_begins_with_the_first():
    backoff = Backoff(1.0, 8.0, Streams(1).stream("x"))
    for _ in range(5):
        backoff.wait()
    backoff.reset()
    assert backoff.wait() <= 1.0


def test_a_budget_lets_so_many_pass_in_any_span():
    budget, now, used = Budget(3, 10.0), 0.0, []
    for _ in range(12):
        used.append(now + budget.spend(now))
        now += 0.5
    for start in used:
        assert sum(start <= each < start + 10.0 for each in used) <= 3
    assert used[:4] == [0.0, 0.5, 1.0, pytest.approx(10.0)]
