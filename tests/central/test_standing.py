"""What was stopped, limited or killed in one process is so in the next one that goes on."""

import pytest

from magents.journal.past import past_from
from magents.model.orders import Order
from magents.model.records import Command, Fill, Halt, Notice, OrderEvent, Verdict
from magents.model.time import HOUR, SECOND
from pods.base import Pod
from tests.feeds.live.made import NAME, START, market, session

FIRST_END = START + HOUR
AGAIN = FIRST_END + HOUR
END = AGAIN + HOUR


class Buyer(Pod):
    """Buys at every trade."""

    async def run(self, desk):
        async for _ in desk.trades(NAME):
            await desk.buy(NAME, 0.5)


class Faulty(Pod):
    """Breaks at its first trade; it has bought before."""

    async def run(self, desk):
        await desk.buy(NAME, 0.25)
        async for _ in desk.trades(NAME):
            raise ValueError("no such coin")


def pods():
    return [Buyer("left"), Buyer("right"), Faulty("weak")]


def ticks(start):
    return [market(start + (n + 1) * SECOND, 100.0 + n % 3) for n in range(60)]


def twice(*commands, later=()):
    """Run a fund, let it die, and go on in another; return the two journals and last result."""
    at = START + 30 * SECOND
    told = [Command(at, *each) for each in commands]
    first, _ = session(*ticks(START), pods=pods(), until=FIRST_END, commands=told)
    past = past_from(enumerate(first.entries, 1))
    more = [Command(AGAIN + 30 * SECOND, *each) for each in later]
    how = {"start": AGAIN, "until": END, "past": past, "commands": more}
    second, result = session(*ticks(AGAIN), pods=pods(), **how)
    return first, second, result


def bought(journal, pod):
    return sum(fill.quantity for fill in journal.of(Fill, pod=pod))


def notices(journal):
    return [each.text for each in journal.of(Notice) if each.source == "resume"]


def test_a_halted_pod_stays_halted_and_the_others_go_on():
    _, second, _ = twice(("halt", "left", "me"))
    assert not second.of(Fill, pod="left")
    assert bought(second, "right") > 10
    assert "in force from before: left halted by command" in notices(second)


def test_a_halted_pod_can_be_resumed_later():
    _, second, _ = twice(("halt", "left"), later=[("resume", "left")])
    fills = second.of(Fill, pod="left")
    assert fills
    assert all(fill.ts > AGAIN + 30 * SECOND for fill in fills)


def test_a_pod_that_was_resumed_before_is_not_halted_again():
    _, second, _ = twice(("halt", "left"), ("resume", ""))
    assert bought(second, "left") > 10


def test_a_changed_limit_holds():
    _, second, _ = twice(("limit", "left", "", "leverage", 1e-9))
    refused = [v for v in second.of(Verdict, pod="left") if not v.accepted]
    assert refused
    assert not second.of(Fill, pod="left")
    assert {c.limit for v in refused for c in v.checks if not c.ok} == {1e-9}
    assert any("limit leverage of left is 1e-09" in text for text in notices(second))


def test_a_killed_fund_stays_killed_and_closes_what_was_still_open():
    first, second, _ = twice()
    at = AGAIN + 30 * SECOND
    killed = past_from(enumerate([*first.entries, Command(at, "kill", "", "me")], 1))
    third, result = session(*ticks(END), pods=pods(), start=END, until=END + HOUR, past=killed)
    assert "in force from before: the fund was killed by me" in notices(third)
    for pod in ("left", "right"):
        assert bought(first, pod) > 0
        assert bought(first, pod) + bought(third, pod) == 0
    assert all(fill.quantity < 0 for fill in third.of(Fill))
    assert set(notices(third)) <= {notice.text for notice in result.notices}
    assert second.of(Fill)


def test_nothing_can_be_told_to_a_fund_that_was_killed_before():
    first, _, _ = twice()
    killed = past_from(enumerate([*first.entries, Command(FIRST_END, "kill", "", "me")], 1))
    late = [Command(END + 30 * SECOND, "resume", "left")]
    how = {"start": END, "until": END + HOUR, "past": killed, "commands": late}
    third, _ = session(*ticks(END), pods=pods(), **how)
    assert not third.of(Command)


def test_a_pod_that_an_error_halted_does_not_come_back():
    first, second, result = twice(later=[("resume", "weak"), ("resume", "")])
    assert len(first.of(Halt)) == 1
    assert not second.of(Halt)
    assert not second.of(Fill, pod="weak")
    assert [halt.pod for halt in result.halts] == ["weak"]
    assert any("weak halted by an error: ValueError: no such coin" in t for t in notices(second))


def test_an_order_that_was_refused_is_over_when_the_run_is_taken_up():
    first, second, result = twice()
    (refused,) = [v for v in first.of(Verdict, pod="weak") if not v.accepted]
    assert not second.of(OrderEvent, pod="weak")
    assert result.orders["refused"] == 1
    assert refused in result.refusals
    both = [entry for kept in (first, second) for entry in kept.of(Order)]
    assert sum(result.orders.values()) == len(both)


def test_what_is_in_force_is_still_so_after_a_second_resume():
    first, second, _ = twice(("halt", "left", "me"), ("limit", "", "", "single_name", 0.5))
    both = past_from(enumerate([*first.entries, *second.entries], 1))
    assert len(both.standing.lines()) == 3
    third, _ = session(*ticks(END), pods=pods(), start=END, until=END + HOUR, past=both)
    assert not third.of(Fill, pod="left")
    assert notices(third) == notices(second)


@pytest.mark.parametrize("pod", ["left", "right"])
def test_a_run_of_which_nothing_was_told_has_nothing_in_force_but_its_errors(pod):
    _, second, _ = twice()
    assert bought(second, pod) > 10
    assert len(notices(second)) == 1
