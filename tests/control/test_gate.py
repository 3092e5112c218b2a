"""Play, pause, steps, jumps and breakpoints stop where they say, and change nothing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from magents.model.controls import (
    Back,
    FlattenPod,
    HaltPod,
    Jump,
    JumpTo,
    Kill,
    Newest,
    Pause,
    Play,
    Restart,
    ResumePod,
    SetBreakpoints,
    SetLimit,
    Speed,
    Step,
    Stop,
    WhyPod,
)
from magents.model.orders import Order
from magents.model.records import Command, Fill, Notice, Signal, Verdict
from magents.model.snapshots import Breakpoint, Wish
from magents.model.time import DAY
from pods.base import SignalPod
from tests.builders import Plan, Script, always_open, feed, walk
from tests.control.rig import STILL, controlled

BARS = walk(30)
CLOSES = BARS.ts.tolist()
LOOK = Wish("overview")


class Swing(SignalPod):
    """A pod that changes its mind every five bars."""

    def agents(self, panel):
        turns = {ts: float(n % 2) for n, ts in enumerate(CLOSES[::5], 1)}
        return (Plan(turns),)


async def buyer(desk):
    async for bar in desk.bars("AAA"):
        await desk.buy("AAA", 3)
        if bar.close > 100:
            await desk.buy("AAA", 2, limit=bar.close * 0.97)


def pods():
    return [Swing("swing"), Script("buyer", buyer)]


def play(*script, **how):
    return controlled(pods(), feed(BARS), script, **how)


PLAIN = play()


def test_step_by_bars_stops_at_every_close():
    run = play(Pause(), *[x for _ in range(6) for x in (Step("bar"), LOOK)])

    assert [frame.head.shown for frame in run.hand.frames] == CLOSES[:6]
    assert all(frame.head.state == "paused" for frame in run.hand.frames)


def test_step_by_fills_stops_at_every_fill():
    run = play(Pause(), *[x for _ in range(8) for x in (Step("fill"), Wish("blotter"))])

    fills = sorted({fill.ts for fill in PLAIN.journal.of(Fill)})
    assert [frame.head.shown for frame in run.hand.frames] == fills[:8]
    assert run.hand.frames[0].fills


def test_step_by_decisions_stops_where_somebody_decided():
    run = play(Pause(), Step("decision"), LOOK, Step("decision"), LOOK)

    first = min(signal.ts for signal in PLAIN.journal.of(Signal))
    assert run.hand.frames[0].head.shown == first
    assert run.hand.frames[1].head.shown == CLOSES[1]


def test_jump_goes_to_an_instant_where_nothing_happens():
    between = CLOSES[7] + 3 * DAY // 24 + 17
    run = play(Pause(), Jump(between), LOOK)

    assert run.hand.frames[0].head.shown == between


def test_jump_to_refusal_stops_there():
    run = play(Pause(), JumpTo("refusal"), LOOK, max_single_name=0.003, initial_capital=100_000)

    (frame,) = run.hand.frames
    assert frame.events[-1].kind == "refusal"
    assert "single_name" in frame.events[-1].text
    assert "refusal" in frame.head.reason


@pytest.mark.parametrize(
    ("point", "kind"),
    [
        (Breakpoint("fill", "buyer"), "fill"),
        (Breakpoint("fill", instrument="BBB"), "fill"),
        (Breakpoint("decision", "swing"), "decision"),
        (Breakpoint("any", "swing"), "decision"),
        (Breakpoint("any", instrument="BBB"), "decision"),
    ],
)
def test_breakpoint_stops_at_what_it_names_only(point, kind):
    run = play(SetBreakpoints((point,)), STILL, LOOK)

    (frame,) = run.hand.frames
    assert frame.head.reason.startswith(f"breakpoint: {kind} at")
    assert frame.breakpoints == (point,)
    newest = run.journal.entries[: frame.head.records][-6:]
    assert any(
        record.pod == (point.pod or record.pod)
        and record.instrument == (point.instrument or record.instrument)
        for record in newest
    )


def test_breakpoint_on_value_stops_at_the_close_where_the_fund_falls_below():
    # Nobody is woken between two decisions; the closes are looked at all the same.
    values = PLAIN.result.equity.fund
    below = float(np.sort(values)[2]) + 1e-6
    fallen = int(PLAIN.result.equity.ts[np.flatnonzero(values < below)[0]])
    run = play(Pause(), SetBreakpoints((Breakpoint("value", below=below),)), Play(), STILL, LOOK)

    (frame,) = run.hand.frames
    assert "value below" in frame.head.reason
    assert frame.head.value < below
    assert frame.head.shown >= fallen


def test_breakpoint_on_value_stops_at_the_close_where_the_fund_rises_above():
    values = PLAIN.result.equity.fund
    above = float(np.sort(values)[-3]) - 1e-6
    run = play(Pause(), SetBreakpoints((Breakpoint("value", above=above),)), Play(), STILL, LOOK)

    (frame,) = run.hand.frames
    assert "value above" in frame.head.reason
    assert frame.head.value > above
    assert PLAIN.result.equity.ts[0] < frame.head.shown < PLAIN.result.equity.ts[-1]


def test_speed_waits_in_real_time_and_max_does_not():
    run = play(Speed(1e12), LOOK, 3, LOOK)

    assert [frame.head.speed for frame in run.hand.frames] == [1e12, 1e12]
    assert run.result.digest == PLAIN.result.digest


@pytest.mark.parametrize("multiple", [-1.0, float("inf"), float("nan")])
def test_impossible_speed_is_refused(multiple):
    run = play(Pause(), Speed(multiple))

    assert not run.hand.answers[1].ok


def test_back_shows_recorded_frames_and_play_returns_to_the_newest():
    steps = [x for _ in range(6) for x in (Step("bar"), 0)]
    run = play(
        Pause(), *steps, Back(2), Wish("pod", "swing"), Newest(), LOOK, Back(3), Play(), LOOK
    )

    back, newest, on = run.hand.frames
    assert back.head.review
    assert back.head.shown == CLOSES[3] < back.head.computed == CLOSES[5]
    assert back.pod.row.pod == "swing"
    assert max(back.curve.ts) <= back.head.shown
    assert newest.head.shown == CLOSES[5]
    assert not newest.head.review
    assert not on.head.review


def test_jump_backward_is_a_review_and_past_its_end_it_is_over():
    steps = [x for _ in range(6) for x in (Step("bar"), 0)]
    run = play(Pause(), *steps, Jump(CLOSES[2] + 5), LOOK, Back(-1), LOOK, Back(-9), LOOK)

    shown = [(frame.head.shown, frame.head.review) for frame in run.hand.frames]
    assert shown == [(CLOSES[2], True), (CLOSES[3], True), (CLOSES[5], False)]


def test_fund_command_takes_effect_while_time_stands_still():
    run = play(3, Pause(), HaltPod("buyer"), *[0] * 8, LOOK)

    (frame,) = run.hand.frames
    states = {row.pod: row.state for row in frame.pods}
    assert states == {"buyer": "halted", "swing": "trading"}
    assert run.journal.of(Command)[0].by == "tester"


def test_commands_given_by_hand_replay_to_the_same_digest():
    hand = play(
        3,
        Pause(),
        HaltPod("buyer"),
        Play(),
        6,
        SetLimit("swing", "leverage", 0.01),
        4,
        ResumePod("buyer"),
        5,
        FlattenPod("swing"),
        6,
        Kill(),
    )
    told = hand.journal.of(Command)

    again = play(commands=told)
    paced = play(Pause(), Step("fill"), Step("bar"), LOOK, commands=told, block_size=4)

    assert [c.command for c in told] == ["halt", "limit", "resume", "flatten", "kill"]
    assert hand.result.digest == again.result.digest == paced.result.digest
    assert hand.result.digest != PLAIN.result.digest


def test_stop_ends_the_run_and_keeps_what_was_done():
    run = play(8, Stop())

    assert run.room.stopped == "stopped by tester"
    assert 0 < run.result.records < PLAIN.result.records


def test_restart_asks_for_the_run_once_more():
    run = play(8, Restart())

    assert run.room.restart


def test_after_the_run_only_looking_is_possible():
    run = play()
    answers = [run.room.do(c, "me") for c in (Play(), Kill(), Step("bar"), Back(1), Newest())]

    assert [answer.ok for answer in answers] == [False, False, False, True, True]
    assert run.room.frame(LOOK).head.state == "finished"


def test_why_pod_says_what_it_wants_and_did():
    run = play(20, Pause(), WhyPod("swing"), WhyPod("nobody"))

    yes, no = run.hand.answers[1:]
    text = "\n".join(yes.lines)
    assert all(word in text for word in ("swing", "conviction", "swing:1"))
    assert not no.ok


VIEWING = st.one_of(
    st.sampled_from([Play(), Pause(), Newest(), Restart][:3]),
    st.sampled_from([Step("bar"), Step("decision"), Step("fill")]),
    st.sampled_from([0.0, 1e10, 1e12]).map(Speed),
    st.sampled_from(["fill", "refusal", "breach", "halt"]).map(JumpTo),
    st.integers(CLOSES[0] - DAY, CLOSES[-1] + DAY).map(Jump),
    st.integers(-3, 3).map(Back),
    st.sampled_from([Breakpoint("fill"), Breakpoint("value", below=999_000.0)]).map(
        lambda point: SetBreakpoints((point,))
    ),
    st.sampled_from(["overview", "pods", "pod", "market", "blotter", "risk", "data", "log"]).map(
        lambda page: Wish(page, "swing", "AAA")
    ),
    st.integers(1, 9),
    st.just(WhyPod("buyer")),
)


@given(st.lists(VIEWING, max_size=30), st.sampled_from([1, 5, 512]), st.booleans())
def test_whatever_a_viewer_does_the_run_is_the_same(script, block_size, patient):
    run = play(*script, block_size=block_size, patient=patient)

    assert run.result.digest == PLAIN.result.digest
    assert np.array_equal(run.result.equity.fund, PLAIN.result.equity.fund)
    assert np.array_equal(run.result.equity.ts, PLAIN.result.equity.ts)
    assert run.result.max_drawdown == PLAIN.result.max_drawdown


COINS = always_open(40)


@given(st.lists(VIEWING, max_size=12), st.sampled_from([1, 7]))
def test_the_run_is_the_same_where_bars_close_as_others_open(script, block_size):
    async def trader(desk):
        async for bar in desk.bars("BTC/USDT"):
            await desk.buy("BTC/USDT", "0.01", limit=bar.close)

    def run(wanted):
        return controlled([Script("coin", trader)], feed(COINS), wanted, block_size=block_size)

    watched, alone = run(script), run(())

    assert watched.result.digest == alone.result.digest
    assert np.array_equal(watched.result.equity.fund, alone.result.equity.fund)


def test_after_a_review_the_reason_is_the_one_from_before():
    steps = [x for _ in range(4) for x in (Step("bar"), 0)]
    run = play(Pause(), *steps, LOOK, Back(2), LOOK, Newest(), LOOK, Back(1), Back(-1), LOOK)

    stood, review, newest, on = [frame.head.reason for frame in run.hand.frames]
    assert review == "review"
    assert stood == newest == on
    assert stood.startswith("at 20")


def test_review_while_playing_ends_paused():
    run = play(8, Back(1), LOOK, Newest(), LOOK)

    assert [frame.head.reason for frame in run.hand.frames] == ["review", "paused"]


def notices_of(run, pod):
    return [notice for notice in run.journal.of(Notice) if notice.pod == pod]


def test_orders_of_a_halted_pod_are_not_sent_told_once_and_counted():
    run = play(3, Pause(), HaltPod("buyer"), Play(), 30, Pause(), Wish("pods"))
    halted = run.journal.of(Command)[0].ts

    assert [o for o in run.journal.of(Order) if o.pod == "buyer" and o.ts > halted] == []
    assert [v for v in run.journal.of(Verdict) if v.pod == "buyer" and v.ts > halted] == []
    (told,) = notices_of(run, "buyer")
    assert "not sent" in told.text
    row = next(row for row in run.hand.frames[0].pods if row.pod == "buyer")
    assert row.reason.startswith("halted by command, ")
    assert any(o.pod == "swing" and o.ts > halted for o in run.journal.of(Order))


def test_resumed_pod_trades_again_and_is_told_how_many_were_not_sent():
    run = play(3, Pause(), HaltPod("buyer"), Play(), 12, Pause(), Wish("pods"), ResumePod("buyer"))
    halt, resume = [command.ts for command in run.journal.of(Command)]
    again = play(commands=run.journal.of(Command))

    sent = [order.ts for order in run.journal.of(Order) if order.pod == "buyer"]
    first, last = notices_of(run, "buyer")
    shown = next(row.reason for row in run.hand.frames[0].pods if row.pod == "buyer")
    assert not [ts for ts in sent if halt < ts <= resume]
    assert [ts for ts in sent if ts > resume]
    assert (first.count, last.ts) == (1, resume)
    assert f"{last.count} orders not sent" in shown
    assert again.result.digest == run.result.digest


def test_halted_pod_can_be_flattened():
    run = play(
        6, Pause(), HaltPod("buyer"), *[0] * 8, Wish("pods"), FlattenPod("buyer"), Play(), 9,
        Pause(), Wish("pods"),
    )  # fmt: skip

    before, after = [
        next(row for row in frame.pods if row.pod == "buyer") for frame in run.hand.frames
    ]
    assert before.gross > 0
    assert (after.gross, after.state) == (0, "flat")


def test_each_panel_has_a_count_and_a_rate_of_its_own():
    script = (Pause(), Jump(CLOSES[20]), Wish("data"))
    run = controlled(pods(), feed(BARS, COINS), script, block_size=4)

    (frame,) = run.hand.frames
    rows = {row.source: row for row in frame.data.feeds}
    for block in (BARS, COINS):
        row = rows[block.panel.name]
        assert row.seen == int((block.ts <= frame.head.shown).sum())
        assert row.rate > 0
    first, second = (rows[block.panel.name] for block in (BARS, COINS))
    assert first.seen != second.seen
    assert first.rate / second.rate == pytest.approx(first.seen / second.seen, rel=0.01)


@pytest.mark.parametrize("kind", ["refusal", "breach"])
@pytest.mark.parametrize("pod", ["", "buyer"])
def test_breakpoint_at_a_refusal_or_breach_stops_at_the_first(kind, pod):
    small = {"max_single_name": 0.003, "initial_capital": 100_000}
    run = play(SetBreakpoints((Breakpoint(kind, pod),)), STILL, LOOK, **small)
    plain = play(**small)

    (frame,) = run.hand.frames
    first = min(v.ts for v in plain.journal.of(Verdict) if not v.accepted and pod in ("", v.pod))
    assert frame.head.shown == first
    assert frame.head.reason.startswith(f"breakpoint: {kind} at")
    assert run.result.digest == plain.result.digest
