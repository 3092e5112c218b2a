"""The table of order states: what it allows, and that everything else is refused."""

from itertools import product

import pytest

from magents.model.errors import BrokenPromiseError, InvalidTransitionError
from magents.model.orders import CLOSED, TRANSITIONS, OrderState, move

S = OrderState
ALLOWED = """
created          > refused approved cancelled
refused          >
approved         > submitted cancelled
submitted        > unknown accepted held rejected RESTING
unknown          > accepted held rejected RESTING
accepted         > unknown accepted rejected RESTING
rejected         >
held             > held accepted cancelled expired rejected
triggered        > unknown rejected RESTING
partly_filled    > unknown RESTING
pending_cancel   > unknown accepted held RESTING
pending_amend    > unknown accepted held RESTING
filled           >
cancelled        > partly_filled filled cancelled
expired          > partly_filled filled
""".replace("RESTING", "triggered partly_filled pending_cancel pending_amend LEAVING")
ALLOWED = ALLOWED.replace("LEAVING", "filled cancelled expired")
ROWS = [line.split(">") for line in ALLOWED.strip().splitlines()]
PAIRS = {(S(start.strip()), S(end)) for start, ends in ROWS for end in ends.split()}


@pytest.mark.parametrize(("start", "end"), list(product(S, S)))
def test_a_move_is_in_the_table_or_it_raises(start, end):
    if (start, end) in PAIRS:
        assert move("pod:1", start, end) is end
    else:
        with pytest.raises(InvalidTransitionError, match=f"pod:1 cannot go from {start} to {end}"):
            move("pod:1", start, end)


def test_every_state_has_a_row():
    assert list(TRANSITIONS) != []
    assert set(TRANSITIONS) == set(S)


def test_a_move_that_is_not_in_the_table_is_our_own_fault():
    assert issubclass(InvalidTransitionError, BrokenPromiseError)


def test_closed_states_open_again_only_for_fills_that_were_on_their_way():
    after = {end for start, end in PAIRS if start in CLOSED}
    assert after == {S.PARTLY_FILLED, S.FILLED, S.CANCELLED}


def test_every_order_can_reach_an_end_from_everywhere():
    for state in S:
        reached, waiting = {state}, [state]
        while waiting:
            new = set(TRANSITIONS[waiting.pop()]) - reached
            reached |= new
            waiting += sorted(new)
        assert reached & CLOSED, state


def test_no_order_fills_before_it_was_sent():
    unsent = {S.CREATED, S.APPROVED, S.REFUSED, S.REJECTED}
    assert not {(a, b) for a, b in PAIRS if a in unsent and b in {S.FILLED, S.PARTLY_FILLED}}
