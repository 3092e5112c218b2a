"""What a screen does when time passes: playing, review, loss of the fund, live updates."""

import pytest

from magents.model.snapshots import Wish
from tui.invented import InventedLink, Shape


@pytest.mark.wall
async def test_page_asks_for_what_it_shows_and_no_more(desk):
    async with desk() as at:
        await at.press("2", "down", "enter", "4", "down", "9")

        asked = {wish.page: wish for wish in at.link.wishes}
        assert asked["pod"].pod == "value"
        assert asked["market"].instrument == "MSFT"
        assert asked["log"].newest == 1000
        assert set(asked) == {"overview", "pods", "pod", "market", "log"}


@pytest.mark.wall
async def test_escape_goes_back_page_by_page(desk):
    async with desk() as at:
        await at.press("2", "6", "9", "escape")
        assert at.app.front == "risk"
        await at.press("escape", "escape", "escape")

        assert at.app.front == "overview"


@pytest.mark.wall
async def test_review_is_marked_and_space_returns_to_the_newest(desk):
    async with desk() as at:
        await at.press("less_than_sign")
        assert "REVIEW" in at.text()
        assert "2014-04-22" in at.text()
        await at.press("space")

        assert "REVIEW" not in at.text()
        assert at.link.fiction.state == "playing"


@pytest.mark.wall
async def test_click_on_the_time_line_goes_there(desk):
    async with desk() as at:
        await at.pilot.click("#rail", offset=(10, 0))
        await at.settle()

        assert "REVIEW" in at.text()
        assert at.link.fiction.cursor < at.link.fiction.day


@pytest.mark.wall
async def test_click_on_a_key_in_the_footer_presses_it(desk):
    async with desk() as at:
        line, place = next(
            (y, text.index("Bar"))
            for y, text in enumerate(at.text().splitlines())
            if ". Bar" in text
        )
        await at.pilot.click(offset=(place, line))
        await at.settle()

        assert [type(told).__name__ for told in at.heard()] == ["Step"]


@pytest.mark.wall
async def test_click_on_a_page_brings_it_to_the_front(desk):
    async with desk() as at:
        await at.pilot.click(offset=(at.text().splitlines()[1].index("Risk"), 1))
        await at.settle()

        assert at.app.front == "risk"


@pytest.mark.wall
async def test_lost_fund_is_said_and_found_again(desk):
    async with desk() as at:
        at.link.cut = True
        await at.app.look()
        await at.pilot.pause()
        assert "LOST" in at.text()
        await at.press("full_stop")
        assert any("may have been carried out" in note.message for note in at.app._notifications)
        at.link.cut = False
        await at.app.look()
        await at.pilot.pause()

        assert "LOST" not in at.text()
        assert "REPLAY" in at.text()


@pytest.mark.wall
async def test_why_tells_the_order_at_the_cursor(desk):
    async with desk() as at:
        await at.press("5", "w")
        assert "over the limit" in at.text()
        await at.press("escape")
        assert "over the limit" not in at.text()


@pytest.mark.wall
async def test_enter_on_a_line_of_the_log_goes_to_its_instant(desk):
    async with desk() as at:
        await at.press("9", "down", "down", "enter")

        assert "REVIEW" in at.text()
        assert at.link.fiction.cursor == 117


@pytest.mark.wall
async def test_halted_pod_says_so_in_words(desk):
    async with desk() as at:
        await at.press("2", "H")

        assert "HALTED" in at.text()


@pytest.mark.wall
async def test_screen_follows_by_itself_when_it_may(monkeypatch):
    from tui.app import Dashboard

    link = InventedLink(Shape(pods=2, instruments=2, days=130))
    link.fiction.state = "playing"
    app = Dashboard(link, fps=50)
    async with app.run_test(size=(80, 24)) as pilot:
        while link.fiction.state == "playing":
            await pilot.pause(0.01)
        await pilot.pause(0.1)
        assert app.newest.head.state == "finished"
        assert app.newest.head.shown == app.newest.head.computed


@pytest.mark.wall
@pytest.mark.slow
async def test_memory_does_not_grow_with_updates(desk):
    """Eight hours of updates, one a minute, keep less than one object an update.

    Two working days before fill what the invented fund remembers, and the caches of Textual, which
    have a bound: a leak of ours would keep at least a row or a frame of every update.
    """
    import gc

    pages = ("overview", "pods", "market", "blotter", "risk", "log")
    async with desk(Shape(pods=8, instruments=20, days=5000), size=(120, 36)) as at:
        counts = []
        for _ in range(3):
            for number, page in enumerate(pages):
                await at.app.action_page(page)
                for minute in range(80):
                    at.link.fiction.shown = 600 + 80 * number + minute
                    await at.app.look()
                await at.pilot.pause()
            gc.collect()
            counts.append(len(gc.get_objects()))

        assert counts[2] - counts[1] < 80 * len(pages)


async def test_invented_fund_repeats_itself():
    one, two = InventedLink(), InventedLink()

    assert await one.frame(Wish("market")) == await two.frame(Wish("market"))
