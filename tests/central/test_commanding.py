"""What somebody tells the fund takes effect at once, is journalled, and can be told again."""

import pytest

from magents.fund import Fund, Hire
from magents.model.orders import OrderState
from magents.model.records import Command, Fill, Notice, OrderEvent, Verdict
from magents.model.time import DAY
from tests.builders import Notebook, Script, Traded, feed, run, settings, virtual_clock, walk

BARS = walk(16)
CLOSES = BARS.ts.tolist()
LATER = 1


def buyer(instrument="AAA", units=5):
    """Return a script that buys at every close and keeps an order far below the market."""

    async def script(desk):
        resting = False
        async for bar in desk.bars(instrument):
            if not resting:
                await desk.buy(instrument, 1, limit=bar.close * 0.91)
            resting = True
            await desk.buy(instrument, units)

    return script


def told(*commands, block_size=512, **how):
    """Run a fund of two pods that is told these at their instants."""
    journal = Notebook()

    async def main():
        hires = [Hire(Script("left", buyer())), Hire(Script("right", buyer("BBB")))]
        wanted = settings(block_size=block_size, **how)
        clock = virtual_clock()
        return await Fund(wanted, feed(BARS), hires, clock, journal, commands=commands).run()

    return Traded(run(main), journal)


def fills(traded, pod, after=0):
    return [fill for fill in traded.journal.of(Fill, pod=pod) if fill.ts > after]


def test_halted_pod_trades_no_more_and_its_orders_are_cancelled_while_others_go_on():
    traded = told(Command(CLOSES[4] + LATER, "halt", "left", "me"))

    assert not fills(traded, "left", CLOSES[4])
    assert fills(traded, "right", CLOSES[12])
    assert traded.states("left:1")[-1] == OrderState.CANCELLED
    (told_once,) = [n for n in traded.journal.of(Notice) if n.pod == "left"]
    assert "not sent until it is resumed" in told_once.text
    assert not [v for v in traded.journal.of(Verdict, pod="left") if not v.accepted]


def test_resumed_pod_trades_again():
    halt, back = CLOSES[4] + LATER, CLOSES[9] + LATER
    traded = told(Command(halt, "halt", "left"), Command(back, "resume", "left"))

    later = fills(traded, "left", halt)
    assert later
    assert all(fill.ts > back for fill in later)


def test_flattened_pod_holds_nothing_afterwards():
    traded = told(Command(CLOSES[4] + LATER, "flatten", "left"))

    assert sum(fill.quantity for fill in fills(traded, "left")) == 0
    assert sum(fill.quantity for fill in fills(traded, "right")) > 0


def test_nothing_stands_in_the_way_of_flattening():
    # The instrument may not be traded at all any more: its limit is next to nothing.
    at = CLOSES[4] + LATER
    orders = [Command(at, "limit", "", "", "order_rate", 1.0), Command(at, "flatten")]
    traded = told(*orders)

    assert sum(fill.quantity for fill in fills(traded, "left")) == 0
    assert sum(fill.quantity for fill in fills(traded, "right")) == 0


def test_killed_fund_is_flat_and_does_not_come_back():
    at = CLOSES[4] + LATER
    traded = told(Command(at, "kill", "", "me"), Command(at + DAY, "resume"))

    for pod in ("left", "right"):
        assert sum(fill.quantity for fill in fills(traded, pod)) == 0
    assert not fills(traded, "right", CLOSES[6])
    assert [c.command for c in traded.journal.of(Command)] == ["kill"]


def test_changed_limit_is_met_from_then_on():
    at = CLOSES[4] + LATER
    traded = told(Command(at, "limit", "left", "", "leverage", 1e-6))

    assert fills(traded, "left", CLOSES[3])
    assert not fills(traded, "left", CLOSES[5])
    assert fills(traded, "right", CLOSES[12])


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (Command(1, "halt", "nobody"), "there is no pod nobody; there is left, right"),
        (Command(1, "dance"), "there is no command dance"),
        (Command(1, "limit", "", "", "height", 1.0), "there is no limit height; there is "),
        (Command(1, "limit", "", "", "gross", 0.0), "a limit must be above 0, got 0"),
        (Command(1, "limit", "left", "", "gross", 1.0), "has only the limit leverage, not gross"),
    ],
)
def test_impossible_command_is_answered_and_leaves_no_trace(command, said):
    answers = []

    async def main():
        hires = [Hire(Script("left", buyer())), Hire(Script("right", buyer("BBB")))]
        journal = Notebook()
        fund = Fund(settings(), feed(BARS), hires, virtual_clock(), journal)
        virtual_clock().call_at(CLOSES[3], 2, lambda: answers.append(fund.commander.obey(command)))
        await fund.run()
        return journal

    journal = run(main)

    assert said in answers[0]
    assert not journal.of(Command)


@pytest.mark.parametrize("block_size", [1, 3, 512])
def test_commands_of_a_run_given_again_give_the_same_digest(block_size):
    first = told(
        Command(CLOSES[2] + LATER, "limit", "right", "me", "leverage", 0.01),
        Command(CLOSES[4] + LATER, "flatten", "left", "me"),
        Command(CLOSES[8] + LATER, "resume", "left", "me"),
        Command(CLOSES[11] + LATER, "kill", "", "me"),
    )
    again = told(*first.journal.of(Command), block_size=block_size)

    assert len(first.journal.of(Command)) == 4
    assert first.journal.of(OrderEvent)
    assert again.result.digest == first.result.digest
