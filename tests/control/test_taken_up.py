"""A run that another process took up is shown as one: its bars, and where time was going."""

import dataclasses

from magents.book.marks import PanelMarks
from magents.control.data_view import passed
from magents.control.gate import Target
from magents.control.market_view import market_view
from magents.model.controls import SetBreakpoints
from magents.model.snapshots import Breakpoint, Wish
from magents.model.time import DAY
from tests.builders import MONDAY, Script, block, feed, walk
from tests.control.rig import controlled

BARS = walk(30)
CLOSES = BARS.ts.tolist()
HALF = 15


async def idle(desk):
    async for _ in desk.bars("AAA"):
        pass


def part(rows, *script):
    """Run a fund on some rows of the bars."""
    cut = {
        field.name: getattr(BARS, field.name)[rows]
        for field in dataclasses.fields(BARS)
        if field.name != "panel"
    }
    return controlled([Script("idle", idle)], feed(dataclasses.replace(BARS, **cut)), script)


FIRST, SECOND = part(slice(HALF)), part(slice(HALF, None))


def seen(at):
    """Return the closes a screen shows at an instant, after the second process took over."""
    now, before = SECOND.room.painter.parts, FIRST.room.painter.parts
    view = market_view(now, "AAA", [], at, (before,))
    return [bar.ts for bar in view.bars]


def test_bars_of_the_process_before_come_first():
    assert seen(CLOSES[-1]) == CLOSES


def test_a_review_of_the_process_before_shows_its_bars():
    assert seen(CLOSES[HALF - 3]) == CLOSES[: HALF - 2]


def test_a_bar_that_both_processes_have_is_shown_once():
    both = part(slice(HALF - 5, None)).room.painter.parts
    view = market_view(both, "AAA", [], CLOSES[-1], (FIRST.room.painter.parts,))

    assert [bar.ts for bar in view.bars] == CLOSES


def test_speed_breakpoints_and_target_go_on_in_the_next_process():
    stops = (Breakpoint("fill", "idle"),)
    before = part(slice(HALF), SetBreakpoints(stops))
    before.room.gate.pace(60.0)
    before.room.gate.go_to(Target(ts=CLOSES[20]))
    after = part(slice(HALF, None)).room
    after.gate.go_on_from(before.room.gate)

    assert after.gate.speed == 60.0
    assert after.gate.breakpoints == stops
    assert after.gate.target == Target(ts=CLOSES[20])


def test_a_panel_whose_next_block_is_still_to_come_keeps_the_instant_of_its_last_row():
    first, second = block([100.0, 101.0]), block([102.0], start=MONDAY + 9 * DAY)
    table = PanelMarks(first.panel)
    table.load(first)
    last = int(first.ts[-1])
    assert passed(table, last + 5, 0) == (2, last)
    table.load(second)
    assert passed(table, last + 9, last) == (2, last)
    assert passed(table, int(second.ts[0]), last) == (3, int(second.ts[0]))


async def buyer(desk):
    async for _ in desk.bars("AAA"):
        await desk.buy("AAA", 3)


def test_the_screen_of_a_run_that_was_taken_up_has_the_orders_and_fills_of_before():
    pod = Script("buyer", buyer)
    before = controlled([pod], feed(BARS))
    frame = before.room.frame(Wish("blotter"))
    after = controlled([Script("buyer", idle)], feed(BARS)).room
    after.go_on_from(None, enumerate(before.journal.entries, 1))
    shown = after.frame(Wish("blotter"))

    assert frame.fills
    assert shown.fills == frame.fills
    assert [(row.id, row.state) for row in shown.orders] == [
        (row.id, row.state) for row in frame.orders
    ]
    assert shown.pods[0].fills == frame.pods[0].fills == len(frame.fills)
    assert [mark.kind for mark in shown.marks] == [mark.kind for mark in frame.marks]
