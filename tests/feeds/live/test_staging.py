"""The queue between sockets and fund: bounded, nothing lost, in order, and it says when it held."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.live.frames import Frame, Kind, Note
from feeds.live.staging import Staging
from tests.feeds.live.house import House


def frame(text="x", kind=Kind.MESSAGE, place="wss"):
    return Frame(0, 0, 0, "binance", kind, place, text)


class Connection:
    """A socket with so many messages a read, until it has no more."""

    def __init__(self, staging, name, many, each):
        self.staging, self.left, self.each = staging, [f"{name}{n}" for n in range(many)], each

    def read(self):
        """Read once, and ask to be read again."""
        now, self.left = self.left[: self.each], self.left[self.each :]
        for text in now:
            self.staging.add(frame(text), ())
        if self.left:
            self.staging.read(self.read)


@given(
    many=st.lists(st.integers(1, 60), min_size=1, max_size=4),
    each=st.integers(1, 7),
    batch=st.integers(1, 9),
    bound=st.integers(1, 20),
)
def test_all_come_once_in_each_connections_order_and_what_waits_is_bounded(
    many, each, batch, bound
):
    staging, told = Staging(frames=bound), []
    connections = [Connection(staging, "abcd"[n], count, each) for n, count in enumerate(many)]
    for connection in connections:
        staging.read(connection.read)
    while len(staging):
        told += [heard.text for heard, _ in staging.take(batch)]
    for n, count in enumerate(many):
        mine = [text for text in told if text[0] == "abcd"[n]]
        assert mine == [f"{'abcd'[n]}{number}" for number in range(count)]
    assert staging.peak < bound + each
    assert not staging.health()["holding"]


def test_it_holds_by_size_too_and_counts_how_often():
    staging, read = Staging(frames=100, size=10), []
    staging.add(frame("x" * 10), ())
    staging.read(lambda: read.append(1))
    assert (read, staging.holds, staging.health()["holding"]) == ([], 1, True)
    assert staging.row().rule.startswith("connections WAIT NOW: once, ")
    staging.take(1)
    assert staging.row().rule == "connections wait: once, 0.0 s in all"
    assert (read, staging.holds, staging.health()["holding"]) == ([1], 1, False)
    assert staging.held_s >= 0


def test_connections_go_on_only_when_half_of_the_room_is_free():
    staging, read = Staging(frames=4), []
    for _ in range(4):
        staging.add(frame(), ())
    staging.read(lambda: read.append(1))
    staging.take(1)
    assert read == []
    staging.take(1)
    assert read == [1]


def test_what_came_of_an_answer_stays_with_it():
    staging = Staging()
    staging.add(frame(kind=Kind.ANSWER, place="200 GET /"), ())
    staging.add(frame("", Kind.ANSWER, ""), [Note("late")])
    assert [(f.place, list(e)) for f, e in staging.take(9)] == [("200 GET /", [Note("late")])]


@pytest.mark.wall
@pytest.mark.slow
def test_a_fund_too_slow_for_a_burst_lets_the_venue_wait_and_loses_nothing(
    on_live_loop, listen, monkeypatch
):
    monkeypatch.setattr("feeds.live.session.BATCH", 10)
    house, many = House(), 6_000

    async def main():
        async with house.open() as door, listen(door, book="none") as heard:
            heard.session.staging._frames = 200
            await house.subscription("btcusdt@trade")
            for n in range(many):
                await house.trades((n + 1, 1))
            await heard.until(lambda: heard.feed.counts["trades"] == many)
            return heard.prices(), heard.session.health()

    prices, health = on_live_loop(main)
    assert prices == [float(n + 1) for n in range(many)]
    assert health["holds"] > 0
    assert health["peak"] < 3_000  # 200, and what one connection may have read by then
