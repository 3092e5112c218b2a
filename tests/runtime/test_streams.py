"""Named random streams: the same name, the same numbers, whatever else is drawn."""

from hypothesis import given
from hypothesis import strategies as st

from magents.runtime.streams import Streams

NAMES = st.text(max_size=20)
SEEDS = st.integers(0, 2**64)


def numbers(streams, name, count=8):
    return streams.stream(name).integers(0, 2**62, count).tolist()


@given(SEEDS, NAMES)
def test_same_seed_and_name_give_the_same_numbers(seed, name):
    assert numbers(Streams(seed), name) == numbers(Streams(seed), name)


@given(SEEDS, NAMES, st.lists(NAMES, max_size=5))
def test_other_streams_do_not_shift_the_numbers_of_one(seed, name, others):
    busy = Streams(seed)
    for other in others:
        busy.stream(other).random(3)
    assert numbers(busy, name) == numbers(Streams(seed), name)


@given(SEEDS, NAMES, NAMES)
def test_different_names_have_different_numbers(seed, one, other):
    assert (numbers(Streams(seed), one) == numbers(Streams(seed), other)) == (one == other)


@given(SEEDS, SEEDS, NAMES)
def test_different_seeds_have_different_numbers(one, other, name):
    assert (numbers(Streams(one), name) == numbers(Streams(other), name)) == (one == other)


def test_the_numbers_of_a_stream_are_the_same_on_every_machine_for_ever():
    first = [3954881802160570990, 2159564262432688570]
    assert numbers(Streams(7), "slippage/AAPL", 2) == first
