"""Numbers met before: as a set has it, in the memory of the gaps."""

from hypothesis import given
from hypothesis import strategies as st

from magents.book.seen import Seen

NUMBERS = st.lists(st.integers(-3, 30) | st.integers(10**15, 10**15 + 3), max_size=60)


@given(NUMBERS)
def test_a_number_is_new_once(numbers):
    seen, known = Seen(), set()
    for number in numbers:
        assert seen.add(number) == (number not in known)
        known.add(number)


def test_numbers_in_a_row_take_no_memory_whatever_their_order_within_it():
    seen = Seen()
    for start in range(1, 10_001, 4):
        for number in (start + 2, start, start + 3, start + 1):
            assert seen.add(number)
    assert len(seen) == 0
    assert not any(seen.add(number) for number in range(1, 10_001))
