"""No binding without a flow: each key of each table is pressed, and something comes of it.

The tables are read: a key that is added anywhere in ``tui`` must be added here too.
"""

import importlib
import pkgutil
from collections.abc import Iterator

import pytest
from textual.app import App
from textual.binding import Binding
from textual.dom import DOMNode

import tui
from tui.invented import Shape
from tui.keys import bindings

STOPS = ("B", "f", "i", "l", "l", "enter")
"""Add a breakpoint; the dialog stays open."""
FLOWS = {
    **{("Console", key): ("2",) for key in ("1", "3", "4", "5", "6", "7", "8", "9", "0")},
    ("Console", "2"): (),
    ("Console", "question_mark"): (),
    ("Console", "space"): (),
    ("Console", "plus"): (),
    ("Console", "equals_sign"): (),
    ("Console", "minus"): (),
    ("Console", "m"): (),
    ("Console", "full_stop"): (),
    ("Console", "d"): (),
    ("Console", "f"): (),
    ("Console", "comma"): (),
    ("Console", "less_than_sign"): (),
    ("Console", "greater_than_sign"): ("less_than_sign", "less_than_sign"),
    ("Console", "home"): (),
    ("Console", "end"): ("comma",),
    ("Console", "g"): (),
    ("Console", "n"): (),
    ("Console", "b"): (),
    ("Console", "B"): (),
    ("Console", "R"): (),
    ("Console", "w"): (),
    ("Console", "H"): (),
    ("Console", "U"): ("H",),
    ("Console", "F"): (),
    ("Console", "L"): ("6",),
    ("Console", "K"): (),
    ("Console", "c"): (),
    ("Console", "slash"): ("2",),
    ("Console", "s"): ("2",),
    ("Console", "S"): ("2", "s"),
    ("Console", "e"): ("2",),
    ("Console", "o"): ("5",),
    ("Console", "left_square_bracket"): ("3", "right_square_bracket"),
    ("Console", "right_square_bracket"): ("3",),
    ("Console", "z"): ("4",),
    ("Console", "Z"): ("4", "z", "z"),
    ("Console", "p"): (),
    ("Console", "t"): (),
    ("Console", "Q"): (),
    ("Console", "q"): (),
    ("Console", "ctrl+q"): (),
    ("Console", "ctrl+d"): (),
    ("Dashboard", "escape"): ("2",),
    ("App", "ctrl+p"): (),
    ("Grid", "up"): ("2", "down"),
    ("Grid", "down"): ("2",),
    ("Grid", "pageup"): ("9", "pagedown"),
    ("Grid", "pagedown"): ("9",),
    ("Grid", "ctrl+home"): ("9", "ctrl+end"),
    ("Grid", "ctrl+end"): ("9",),
    ("Grid", "enter"): ("2",),
    ("FilterBox", "enter"): ("2", "slash", "m"),
    **{("TellDialog", key): ("w",) for key in ("escape", "enter", "w", "q")},
    ("AskDialog", "escape"): ("g",),
    ("TypedDialog", "escape"): ("K",),
    **{("SureDialog", key): ("Q",) for key in ("escape", "n", "y")},
    ("BreakpointsDialog", "escape"): STOPS,
    ("BreakpointsDialog", "ctrl+d"): STOPS,
    ("BreakpointsDialog", "delete"): (*STOPS, "escape", "B", "shift+tab"),
}
"""By owner and key: what is pressed before it, on a screen that has just opened."""


def owners() -> Iterator[type[DOMNode]]:
    """Return every class of the dashboard that may bind keys."""
    for found in pkgutil.walk_packages(tui.__path__, "tui."):
        if found.name != "tui.__main__":
            module = importlib.import_module(found.name)
            for each in vars(module).values():
                if isinstance(each, type) and each.__module__ == module.__name__:
                    yield each


def keys_of(owner: type) -> Iterator[str]:
    """Return the keys that a class itself binds."""
    for binding in vars(owner).get("BINDINGS", ()):
        name = binding.key if isinstance(binding, Binding) else binding[0]
        yield from name.split(",")


def test_every_key_of_every_table_has_a_flow():
    bound = {(owner.__name__, key) for owner in owners() for key in keys_of(owner)}
    textual = {("App", App.COMMAND_PALETTE_BINDING)}

    assert bound | textual == set(FLOWS)


def looked_at(at, folder) -> tuple[object, ...]:
    """Return everything that a key may change: what is drawn, told, written, and in focus."""
    app, chart = at.app, at.app.screen_stack[0].query_one("CandleChart")
    drawn = [
        [(segment.text, str(segment.style)) for segment in strip]
        for strip in app.screen._compositor.render_strips()
    ]
    focused = app.focused.id if app.focused is not None else ""
    files = sorted(path.name for path in folder.iterdir())
    return (drawn, list(at.heard()), files, app.theme, focused, chart.zoom, app.front)


async def comes_of(at, folder, flow) -> bool:
    """Press what comes before a key and the key; return whether it changed anything."""
    while len(at.app.screen_stack) > 1:
        at.app.pop_screen()
    await at.afresh()
    await at.press("escape", "escape", "1", *FLOWS[flow])
    at.app.clear_notifications()
    await at.settle()
    before = looked_at(at, folder)
    await at.press(flow[1])
    return at.app.return_value is not None or looked_at(at, folder) != before


LEAVING = [("Console", "q"), ("Console", "ctrl+q"), ("Console", "ctrl+d"), ("SureDialog", "y")]


@pytest.mark.wall
@pytest.mark.slow
@pytest.mark.parametrize("owner", sorted({owner for owner, _ in FLOWS}))
async def test_every_key_does_something(desk, tmp_path, owner):
    async with desk() as at:
        flows = [flow for flow in FLOWS if flow[0] == owner and flow not in LEAVING]
        dead = [flow for flow in flows if not await comes_of(at, tmp_path, flow)]

    assert dead == []


@pytest.mark.wall
@pytest.mark.slow
@pytest.mark.parametrize("flow", LEAVING, ids="-".join)
async def test_every_key_that_leaves_the_screen_does(desk, flow):
    async with desk() as at:
        await at.press(*FLOWS[flow], flow[1])

    assert at.app.return_value == ("stop" if flow[1] == "y" else "detach")


@pytest.mark.wall
@pytest.mark.slow
@pytest.mark.parametrize("mode", ["replay", "paper"])
async def test_palette_has_the_action_of_every_key_by_its_name(desk, mode):
    async with desk(Shape(mode=mode)) as at:
        offered = {
            each.title: each.callback._action for each in at.app.get_system_commands(at.app.screen)
        }
    bound = {binding.action for binding in bindings()}

    assert offered
    assert [action for action in offered.values() if action not in bound] == []
