"""Every page at both sizes, as text, against a file; ``MAGENTS_GOLDEN=write`` writes the files."""

import os
from pathlib import Path

import pytest

from tui.invented import Shape
from tui.themes import THEMES

GOLDEN = Path(__file__).parent / "golden"
SIZES = {"80x24": (80, 24), "200x50": (200, 50)}
PAGES = {
    "overview": "1",
    "pods": "2",
    "pod": "3",
    "market": "4",
    "blotter": "5",
    "risk": "6",
    "data": "7",
    "desk": "8",
    "log": "9",
    "help": "question_mark",
}
DIALOGS = {
    "go-to": ("g",),
    "breakpoints": ("B",),
    "why": ("5", "w"),
    "flatten": ("F",),
    "kill": ("K",),
    "limit": ("6", "L"),
    "stop": ("Q",),
    "filter": ("9", "slash", "m", "a"),
    "review": ("comma", "comma"),
}


def differing(name: str, shown: str) -> list[str]:
    """Return the name where the screen is not as in its file."""
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("MAGENTS_GOLDEN") == "write":
        path.write_text(shown, "utf-8")
    return [name] if shown != path.read_text("utf-8") else []


@pytest.mark.wall
@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
async def test_every_page_looks_as_in_its_file(desk, size):
    async with desk(size=SIZES[size]) as at:
        others = []
        for page, key in PAGES.items():
            await at.press(key)
            others += differing(f"{page}-{size}", at.text())

    assert others == []


@pytest.mark.wall
@pytest.mark.slow
async def test_every_dialog_looks_as_in_its_file_on_a_small_screen(desk):
    async with desk(size=(80, 24)) as at:
        others = []
        for dialog, keys in DIALOGS.items():
            await at.press("1", *keys)
            others += differing(f"{dialog}-80x24", at.text())
            await at.press("escape")

    assert others == []


@pytest.mark.wall
async def test_answers_of_the_ai_team_are_shown_where_there_are_any(desk):
    async with desk(Shape(asks=5), size=(80, 24)) as at:
        await at.press("8", "down")

        assert differing("desk-asked-80x24", at.text()) == []


@pytest.mark.wall
@pytest.mark.slow
@pytest.mark.parametrize("size", [(40, 10), (60, 16), (300, 80)], ids=str)
async def test_no_page_breaks_at_any_size(desk, size):
    async with desk(size=size) as at:
        for key in PAGES.values():
            await at.press(key)
            lines = at.text().splitlines()
            assert len(lines) == size[1]
            assert max(len(line) for line in lines) <= size[0]


@pytest.mark.wall
@pytest.mark.slow
async def test_themes_change_colours_and_no_character(desk):
    async with desk(size=(80, 24)) as at:
        await at.press("2")
        seen = {}
        for _ in THEMES:
            await at.press("t")
            at.app.clear_notifications()
            await at.settle()
            seen[at.app.theme] = at.app.export_screenshot()
            assert differing("pods-80x24", at.text()) == []

    assert set(seen) == {theme.name for theme in THEMES}
    assert len(set(seen.values())) == len(THEMES)


@pytest.mark.wall
async def test_no_colour_is_drawn_where_none_is_wanted(desk):
    async with desk(size=(80, 24), theme="no-colour") as at:
        await at.press("2")
        strips = at.app.screen._compositor.render_strips()
        colours = {
            colour.get_truecolor()
            for strip in strips
            for segment in strip
            if segment.style
            for colour in (segment.style.color, segment.style.bgcolor)
            if colour is not None and not colour.is_default
        }

    assert all(red == green == blue for red, green, blue in colours)


@pytest.mark.wall
async def test_plain_characters_where_the_terminal_has_no_others(desk):
    async with desk(size=(80, 24), charset="ascii") as at:
        await at.press("4")
        drawn = [line[31:] for line in at.text().splitlines()[3:12]]

        assert all(char.isascii() or char in "│┤▲▼─" for line in drawn for char in line)


def coloured(at) -> str:
    """Return the screen as runs of text, each with its colours: ``#d5d9ea/#14161f text``."""
    lines = []
    for strip in at.app.screen._compositor.render_strips():
        runs: list[list[str]] = []
        for segment in strip:
            style = segment.style
            pair = f"{hue(style and style.color)}/{hue(style and style.bgcolor)}"
            weight = "*" if style is not None and style.bold else ""
            if runs and runs[-1][0] == pair + weight:
                runs[-1][1] += segment.text
            else:
                runs.append([pair + weight, segment.text])
        lines += [f"{look} {text.rstrip()}" for look, text in runs if text.strip()]
        lines.append("")
    return "\n".join(lines)


def hue(colour) -> str:
    """Return a colour as hexadecimal digits, ``-`` for none."""
    return "-" if colour is None or colour.is_default else colour.get_truecolor().hex


@pytest.mark.wall
@pytest.mark.slow
@pytest.mark.parametrize("theme", [theme.name for theme in THEMES])
async def test_every_theme_looks_as_in_its_file(desk, theme):
    async with desk(size=(80, 24), theme=theme) as at:
        assert differing(f"theme-{theme}-80x24", coloured(at)) == []


@pytest.mark.wall
@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Kolkata"])
async def test_instants_are_in_the_zone_asked_for_and_say_so(desk, zone):
    short = {"America/New_York": "EDT", "Asia/Kolkata": "IST"}[zone]
    async with desk(size=(120, 36), zone=zone) as at:
        shown = at.text()
        utc = at.app.newest.head.shown

    from tui.format import Zone

    assert Zone(zone).moment(utc) in shown
    assert Zone(zone).moment(utc).endswith(short)
