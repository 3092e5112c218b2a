"""Tables: sort, filter, widths, export; and the widget that shows them."""

import csv
import io

import pytest

from tui.invented import Shape
from tui.pages.base import Page
from tui.table import Cell, Column, Line, View, arrange, to_csv, widths
from tui.widgets.grid import Grid

COLUMNS = (Column("POD"), Column("UNITS", "right"), Column("NOTE", rank=1, grow=True))
LINES = [
    Line("a", (Cell("ma"), Cell("1,200", "", 1200.0), Cell("first"))),
    Line("b", (Cell("value"), Cell("-5", "", -5.0), Cell("ma too"))),
    Line("c", (Cell("carry"), Cell("30", "", 30.0), Cell(""))),
]


def keys(view: View) -> str:
    return "".join(line.key for line in arrange(COLUMNS, LINES, view))


@pytest.mark.parametrize(
    ("needle", "found"),
    [
        ("", "abc"),
        ("ma", "ab"),
        ("MA", "ab"),
        ("pod:ma", "a"),
        ("!ma", "c"),
        ("units>29", "ac"),
        ("units<0", "b"),
        ("!units<0", "ac"),
        ("ma !first", "b"),
        ("units>x", ""),
        ("pod>1", ""),
        ("nothing", ""),
        ("foo:bar", ""),
    ],
)
def test_filter_words_must_all_pass(needle, found):
    assert keys(View(needle=needle)) == found


@pytest.mark.parametrize(
    ("sort", "descending", "found"),
    [(0, False, "cab"), (0, True, "bac"), (1, False, "bca"), (1, True, "acb"), (None, True, "abc")],
)
def test_sort_is_by_value_not_by_text(sort, descending, found):
    assert keys(View(sort, descending)) == found


def test_columns_fill_the_room_and_the_last_rank_goes_first():
    assert sum(widths(COLUMNS, LINES, 60).values()) + 4 == 60
    assert list(widths(COLUMNS, LINES, 14)) == [0, 1]
    assert sum(widths(COLUMNS, LINES, 8).values()) + 2 == 8


def test_csv_has_numbers_as_they_are():
    rows = list(csv.reader(io.StringIO(to_csv(COLUMNS, LINES))))

    assert rows[0] == ["pod", "units", "note"]
    assert rows[1] == ["ma", "1200.0", "first"]


@pytest.mark.wall
async def test_s_sorts_by_each_column_and_then_not_at_all(desk):
    async with desk() as at:
        await at.press("2")
        grid = at.grid("pods-grid")
        seen = []
        for _ in range(len(grid.columns) + 1):
            await at.press("s")
            seen.append(grid.view.sort)
        await at.press("s", "s", "s", "S")

        assert seen == [*range(len(grid.columns)), None]
        assert grid.view == View(2, descending=False)
        values = [line.cells[2].value for line in grid.lines]
        assert values == sorted(values)


@pytest.mark.wall
async def test_click_on_a_heading_sorts_and_again_turns_it_round(desk):
    async with desk() as at:
        await at.press("2")
        await at.pilot.click("#pods-grid", offset=(2, 1))
        first = [line.key for line in at.grid("pods-grid").lines]
        await at.pilot.click("#pods-grid", offset=(2, 1))

        assert first == ["congress", "ma", "sentiment", "value"]
        assert [line.key for line in at.grid("pods-grid").lines] == first[::-1]


@pytest.mark.wall
async def test_click_points_at_a_row_and_twice_opens_it(desk):
    async with desk() as at:
        await at.press("2")
        await at.pilot.click("#pods-grid", offset=(2, 3))
        assert at.grid("pods-grid").pointed == "value"
        await at.pilot.click("#pods-grid", offset=(2, 4), times=2)
        await at.settle()

        assert at.app.front == "pod"
        assert at.link.wishes[-1].pod == "congress"


@pytest.mark.wall
async def test_cursor_stays_on_its_row_while_rows_move(desk):
    async with desk() as at:
        await at.press("9", "down", "down", "down")
        grid = at.grid("log-grid")
        held = grid.pointed
        at.link.fiction.day += 5
        await at.app.look()

        assert grid.pointed == held
        assert [line.key for line in grid.lines].index(held) == 8


@pytest.mark.wall
async def test_cursor_at_the_top_stays_at_the_newest(desk):
    async with desk() as at:
        await at.press("9")
        at.link.fiction.day += 5
        await at.app.look()

        assert at.grid("log-grid").pointed == "124"


@pytest.mark.wall
async def test_long_table_scrolls_with_the_cursor(desk):
    async with desk(Shape(pods=60), size=(80, 24)) as at:
        await at.press("2", "pagedown", "pagedown")
        grid = at.grid("pods-grid")
        assert grid.scroll_offset.y > 0
        assert grid.pointed in at.text()
        await at.press("ctrl+end")
        assert grid.pointed == "reversal7" or grid.lines[-1].key == grid.pointed
        assert grid.lines[-1].key in at.text()
        await at.press("ctrl+home")

        assert grid.scroll_offset.y == 0


@pytest.mark.wall
async def test_filter_narrows_while_typed_stays_with_enter_and_goes_with_escape(desk):
    async with desk() as at:
        await at.press("9", "slash")
        await at.type("kind:refusal")
        grid = at.grid("log-grid")
        count = len(grid.lines)
        assert 0 < count < 20
        await at.press("enter")
        assert grid.has_focus
        assert len(grid.lines) == count
        await at.press("escape")

        assert len(grid.lines) == 120


@pytest.mark.wall
@pytest.mark.slow
async def test_every_page_exports_its_table(desk, tmp_path):
    async with desk() as at:
        for key in ("1", "2", "3", "4", "5", "6", "7", "9", "question_mark"):
            await at.press(key, "e")
            grid = at.app.page.grid
            (path,) = tmp_path.glob("*.csv")
            rows = list(csv.reader(io.StringIO(path.read_text("utf-8"))))
            path.unlink()
            assert rows[0] == [column.name.lower() for column in grid.columns]
            assert len(rows) == len(grid.lines) + 1


@pytest.mark.wall
async def test_files_are_never_overwritten(desk, tmp_path):
    async with desk() as at:
        await at.press("2", "e", "e", "p", "p")

    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == [
        "magents-pods-20140502210000-2.svg",
        "magents-pods-20140502210000.svg",
        "magents-pods-grid-20140502210000-2.csv",
        "magents-pods-grid-20140502210000.csv",
    ]


@pytest.mark.wall
async def test_folder_that_cannot_be_written_is_said(desk, tmp_path):
    (tmp_path / "file").write_text("")
    async with desk() as at:
        at.app.folder = tmp_path / "file"
        await at.press("2", "e")

        assert any("cannot write" in note.message for note in at.app._notifications)


@pytest.mark.wall
async def test_o_goes_round_the_tables_of_a_page(desk):
    async with desk() as at:
        await at.press("5", "o")
        assert at.grid("blotter-fills").has_focus
        await at.press("w")
        assert at.heard()[-1].order.endswith(":118")
        await at.press("escape", "o")

        assert at.grid("blotter-orders").has_focus


@pytest.mark.wall
@pytest.mark.slow
async def test_every_table_of_every_page_sorts_and_filters(desk):
    async with desk(Shape(asks=5), size=(200, 50)) as at:
        grids = list(at.app.query(Grid))
        dead = []
        for grid in grids:
            page = next(node for node in grid.ancestors if isinstance(node, Page))
            await at.app.action_page(page.id)
            await at.settle()
            grid.focus()
            await at.settle()
            await at.press("s")
            sorts = grid.view.sort is not None
            await at.press("slash")
            await at.type("zzzz")
            await at.press("enter")
            if not sorts or grid.view.needle != "zzzz" or grid.lines:
                dead.append(grid.id)
            await at.press("escape")

    assert len(grids) > 10
    assert dead == []
