"""Every key does what its line in the table says."""

import pytest

from magents.model.controls import (
    Back,
    FlattenPod,
    GiveControls,
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
    TakeControls,
    WhyOrder,
    WhyPod,
)
from magents.model.snapshots import Breakpoint
from tui.invented import START, Shape
from tui.keys import KEYS, SPEEDS, beside, bindings, pace, usable
from tui.pages.pod import PodPage
from tui.widgets.bars import lines
from tui.widgets.charts import CandleChart

TOLD = [
    (("space",), [Play()]),
    (("space", "space"), [Play(), Pause()]),
    (("+",), [Speed(300.0)]),
    (("=",), [Speed(300.0)]),
    (("-",), [Speed(10.0)]),
    (("m",), [Speed(0.0)]),
    (("full_stop",), [Step("bar")]),
    (("d",), [Step("decision")]),
    (("f",), [Step("fill")]),
    (("comma",), [Back(1)]),
    (("less_than_sign",), [Back(10)]),
    (("less_than_sign", "greater_than_sign"), [Back(10), Back(-10)]),
    (("home",), [Jump(START)]),
    (("comma", "end"), [Back(1), Newest()]),
    (("comma", "space"), [Back(1), Play()]),
    (("n",), [JumpTo("refusal")]),
    (("b",), [JumpTo("breach")]),
    (("R",), [Restart()]),
    (("c",), [GiveControls()]),
    (("c", "c"), [GiveControls(), TakeControls()]),
    (("H",), [HaltPod("ma")]),
    (("H", "U"), [HaltPod("ma"), ResumePod("ma")]),
    (("2", "down", "H"), [HaltPod("value")]),
    (("3", "right_square_bracket", "H"), [HaltPod("value")]),
    (("5", "w"), [WhyOrder("sentiment:119")]),
    (("w",), [WhyPod("ma")]),
    (("9", "w"), [WhyOrder("sentiment:119")]),
]


@pytest.mark.wall
@pytest.mark.slow
async def test_each_key_tells_the_fund(desk):
    async with desk() as at:
        for keys, told in TOLD:
            await at.afresh()
            await at.press(*keys)
            assert (keys, at.heard()) == (keys, told)
            await at.press("escape")


@pytest.mark.wall
async def test_zoom_keys_widen_and_narrow_the_candles_within_bounds(desk):
    async with desk() as at:
        await at.press("4")
        chart = at.app.query_one(CandleChart)
        await at.press("z", "z")
        assert chart.zoom == 2
        await at.press("Z", "Z", "Z")
        assert chart.zoom == 0


@pytest.mark.wall
async def test_brackets_go_through_the_pods_and_back(desk):
    async with desk() as at:
        await at.press("3")
        page, seen = at.app.query_one(PodPage), []
        for key in ("right_square_bracket", "right_square_bracket", "left_square_bracket"):
            await at.press(key)
            seen.append(page.pod)
        assert seen[0] == seen[2] != seen[1]


@pytest.mark.wall
@pytest.mark.parametrize("key", ["question_mark", "0"])
async def test_help_has_two_keys_and_names_every_other(desk, key):
    async with desk(size=(200, 80)) as at:
        await at.press(key)
        text = at.text()
        missing = [each.about for each in usable("backtest") if each.about not in text]
        assert missing == []


TYPED = [
    (("g",), "2014-03-13", Jump(START + (70 * 24 - 21) * 3600 * 10**9)),
    (("g",), "50%", Jump(START + 250 * 86_400 * 10**9)),
    (("g",), "next halt", JumpTo("halt")),
    (("F",), "ma", FlattenPod("ma")),
    (("K",), "KILL", Kill()),
    (("6", "L"), "0.75", SetLimit("", "order_rate", 0.75)),
]


@pytest.mark.wall
@pytest.mark.slow
async def test_each_dialog_tells_the_fund_what_was_typed(desk):
    async with desk() as at:
        for keys, text, told in TYPED:
            await at.afresh()
            await at.press(*keys)
            await at.type(text)
            await at.press("enter")
            assert (text, at.heard()) == (text, [told])


@pytest.mark.wall
@pytest.mark.slow
async def test_wrong_word_does_nothing_and_escape_leaves(desk):
    async with desk() as at:
        for key, text in (("F", "m"), ("F", ""), ("F", "MA"), ("K", "kill"), ("K", "KILLS")):
            await at.press(key)
            await at.type(text)
            await at.press("enter")
            assert len(at.app.screen_stack) == 2
            await at.press("escape")
            assert len(at.app.screen_stack) == 1

        assert at.heard() == []


@pytest.mark.wall
async def test_button_of_the_kill_switch_wakes_only_with_the_word(desk):
    async with desk() as at:
        await at.press("K")
        button = at.app.screen.query_one("#typed-do")
        assert button.disabled
        await at.type("KILL")
        assert not button.disabled
        await at.pilot.click("#typed-do")
        await at.settle()

        assert at.heard() == [Kill()]
        assert "KILLED" in at.text()


@pytest.mark.wall
async def test_place_that_is_none_is_said_and_asked_again(desk):
    async with desk() as at:
        await at.press("g")
        for text in ("nowhere", "next dinner", "2014-13-01"):
            at.app.screen.query_one("#ask-input").value = text
            await at.press("enter")
            assert text.removeprefix("next ") in str(at.app.screen.query_one("#ask-hint").content)

        assert at.heard() == []


@pytest.mark.wall
async def test_breakpoints_are_added_and_removed(desk):
    async with desk() as at:
        await at.press("B")
        for text in ("fill pod:ma", "value<950000"):
            await at.type(text)
            await at.press("enter")
        await at.press("escape", "B", "ctrl+d", "escape")

        second = Breakpoint("value", below=950_000.0)
        both = (Breakpoint("fill", pod="ma"), second)
        assert at.heard() == [SetBreakpoints(both), SetBreakpoints((second,))]


@pytest.mark.wall
async def test_breakpoint_that_is_none_is_said(desk):
    async with desk() as at:
        await at.press("B")
        await at.type("lunch")
        await at.press("enter")

        assert "pause at fill" in str(at.app.screen.query_one("#stops-hint").content)


@pytest.mark.wall
@pytest.mark.parametrize(("answer", "told"), [("y", [Stop()]), ("n", []), ("escape", [])])
async def test_stop_asks_first(desk, answer, told):
    async with desk() as at:
        await at.press("Q", answer)

        assert at.heard() == told
        assert at.app.return_value == ("stop" if told else None)


@pytest.mark.wall
async def test_leave_tells_nothing_and_closes_the_way(desk):
    async with desk() as at:
        await at.press("q")

    assert at.app.return_value == "detach"
    assert at.heard() == []
    assert at.link.closed


@pytest.mark.wall
@pytest.mark.slow
async def test_live_fund_cannot_be_moved_in_time(desk):
    async with desk(Shape(mode="paper")) as at:
        await at.press("full_stop", "m", "plus", "g", "B", "R", "comma", "home", "end", "n")

        assert at.heard() == []
        assert len(at.app.screen_stack) == 1


@pytest.mark.wall
async def test_space_holds_the_picture_of_a_live_fund(desk):
    async with desk(Shape(mode="paper")) as at:
        await at.press("2", "space")
        before = at.text()
        at.link.fiction.day += 30
        await at.app.look()
        await at.pilot.pause()
        held = at.text()
        await at.press("space")
        await at.app.look()
        await at.pilot.pause()

        assert held.splitlines()[3:10] == before.splitlines()[3:10]
        assert at.text().splitlines()[3:10] != before.splitlines()[3:10]
        assert at.heard() == []


@pytest.mark.wall
async def test_watcher_is_told_that_another_has_the_controls(desk):
    async with desk() as at:
        at.link.fiction.controls = False
        await at.press("full_stop")

        assert "watching" in at.text()
        assert any("another screen" in note.message for note in at.app._notifications)


@pytest.mark.parametrize("mode", ["replay", "paper"])
@pytest.mark.parametrize("width", [80, 200])
def test_footer_has_every_key_of_the_mode_in_a_few_lines(mode, width):
    shown = lines(mode, width)
    words = " ".join(entry for line in shown for entry in line)

    assert len(shown) <= (3 if width == 80 else 2)
    for key in usable(mode):
        if key.group != "page":
            assert all(f"app.{action}" in words for action in key.actions)


@pytest.mark.wall
@pytest.mark.parametrize("mode", ["replay", "paper"])
async def test_palette_has_every_key_of_the_mode(desk, mode):
    async with desk(Shape(mode=mode)) as at:
        offered = list(at.app.get_system_commands(at.app.screen))

        assert len(offered) == sum(len(key.actions) for key in usable(mode))


@pytest.mark.wall
async def test_palette_does_what_the_key_does(desk):
    async with desk() as at:
        offered = {
            command.title: command.callback for command in at.app.get_system_commands(at.app.screen)
        }
        offered["Bar (.)"]()
        await at.settle()

        assert at.heard() == [Step("bar")]


def test_no_key_is_bound_twice_in_a_mode():
    for mode in ("replay", "paper"):
        names = [name for key in usable(mode) for name in key.key.replace(",", " ").split()]
        assert len(names) == len(set(names))


def test_every_key_is_bound():
    bound = {binding.action for binding in bindings()}

    assert {action for key in KEYS for action in key.actions} == bound


@pytest.mark.parametrize(
    ("speed", "text"),
    [
        (1, "1x"),
        (60, "60x"),
        (300, "5m/s"),
        (3600, "1h/s"),
        (86400, "1d/s"),
        (0, "max"),
        (2.08259, "2.08x"),
        (525_600, "6.08d/s"),
        (2e9, "23,148d/s"),
    ],
)
def test_speed_is_written_short(speed, text):
    assert pace(speed) == text


@pytest.mark.parametrize(
    ("speed", "by", "found"),
    [(60, 1, 300), (60, -1, 10), (1, -1, 1), (0, 1, 0), (0, -1, 86400), (61, -1, 60), (7, 1, 60)],
)
def test_ladder_of_speeds_goes_up_and_down(speed, by, found):
    assert beside(speed, by) == found
    assert found in SPEEDS
