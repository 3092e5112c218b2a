"""Trades of a lost connection: fetched, in order, each exactly once, and a gap where they end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brokers.emulators.core.events import Traded
from feeds.live.frames import Kind
from feeds.live.missed import Missed
from tests.feeds.live.house import House
from tests.feeds.live.test_emulators import SYMBOLS, listening, replayed

NAME = "BTC/USDT"


def trade(number, ts, prefix=""):
    return {"symbol": NAME, "id": f"{prefix}{number}", "timestamp": ts, "price": 1, "amount": 1}


@given(
    steps=st.lists(st.integers(0, 2), min_size=3, max_size=60),
    lost=st.integers(1, 58),
    away=st.integers(0, 30),
    polls=st.lists(st.tuples(st.integers(0, 6), st.integers(-4, 6)), max_size=8),
    prefix=st.sampled_from(["", "u"]),
)
def test_every_trade_is_told_once_in_order_whenever_the_stream_and_the_answers_come(
    steps, lost, away, polls, prefix
):
    """The stream is lost after ``lost`` trades, and tells nothing of the next ``away``.

    Each answer comes after so many more trades; it lags behind the stream, or is ahead of it, also
    while the venue has not taken the new subscription yet.
    """
    ts, trades = 1_000, []
    for number, step in enumerate(steps, 1):
        ts += step
        trades.append(trade(number, ts, prefix))
    lost = min(lost, len(trades))
    heard = min(lost + away, len(trades))  # the stream begins here again
    missed, told, now = Missed([NAME]), list(trades[:lost]), lost
    missed.lose(NAME, trades[:lost])
    for more, lead in [*polls, (len(trades), 0)]:
        for each in trades[max(now, heard) : now + more]:
            told += missed.admit(each)
        now = min(max(now, now + more), len(trades))
        answer = trades[: max(lost, min(now + lead, len(trades)))]
        found, _, why = missed.make_up(NAME, answer)
        assert why == ""
        told += found
    assert [each["id"] for each in told] == [each["id"] for each in trades]
    assert bool(missed.waiting) == (heard == len(trades))


def test_an_answer_that_does_not_reach_back_is_told_whole_and_the_gap_is_marked():
    missed = Missed([NAME])
    missed.lose(NAME, [trade(1, 10)])
    found, count, why = missed.make_up(NAME, [trade(7, 70), trade(8, 80)])
    assert ([each["id"] for each in found], count) == (["7", "8"], 2)
    assert "do not reach back" in why


def test_without_an_answer_what_was_kept_back_is_told_and_that_is_said():
    missed = Missed([NAME])
    missed.lose(NAME, [trade(1, 10)])
    missed.admit(trade(5, 50))
    found, count, why = missed.make_up(NAME, None)
    assert ([each["id"] for each in found], count) == (["5"], 0)
    assert "could not be fetched" in why


def test_a_second_loss_right_after_the_first_tells_nothing_twice():
    missed = Missed([NAME])
    trades = [trade(number, 10) for number in range(1, 9)]
    missed.lose(NAME, trades[:2])
    told = missed.make_up(NAME, trades[:4])[0]
    assert not missed.admit(trades[4])
    told += missed.make_up(NAME, trades[:5])[0]
    missed.lose(NAME, [*trades[:2], trades[4]])
    found, _, why = missed.make_up(NAME, trades[:6])
    assert [each["id"] for each in [*told, *found]] == ["3", "4", "5", "6"]
    assert why == ""
    assert not missed.admit(trades[6])
    missed.make_up(NAME, trades[:7])
    assert not missed.admit(trades[5])
    assert list(missed.admit(trade(9, 5_000)))
    assert missed.idle


def joined(last, count, ts, size):
    """Return a trade of OKX's stream, which joins the matches of one order at one price."""
    return {**trade(last, ts), "amount": size, "info": {"count": str(count)}}


def test_trades_that_a_message_joins_are_known_by_all_their_ids():
    missed = Missed([NAME])
    missed.lose(NAME, [joined(4, 3, 10, 3.0)])
    told = missed.make_up(NAME, [trade(number, 10) for number in range(1, 8)])[0]
    assert [each["id"] for each in told] == ["1", "5", "6", "7"]
    assert list(missed.admit(joined(7, 2, 10, 2.0))) == []


def test_of_a_message_that_was_fetched_in_part_the_rest_is_told():
    missed = Missed([NAME])
    missed.lose(NAME, [trade(1, 10)])
    missed.admit(joined(5, 4, 10, 4.0))
    fetched = [trade(number, 10) for number in (1, 2, 3)]
    told = [*missed.make_up(NAME, fetched)[0], *missed.make_up(NAME, [*fetched, trade(5, 10)])[0]]
    assert [(each["id"], each["amount"]) for each in told][:2] == [("2", 1.0), ("3", 1.0)]
    assert sum(each["amount"] for each in told) == 4.0


def test_what_is_kept_back_is_bounded(monkeypatch):
    monkeypatch.setattr("feeds.live.missed.KEPT_BACK", 3)
    missed, told = Missed([NAME]), []
    for number in range(1, 9):
        told += missed.admit(trade(number, number))
        if number == 2:
            missed.lose(NAME, told)
    assert [each["id"] for each in told] == [str(number) for number in range(1, 9)]


def test_before_the_first_trade_nothing_can_be_missed():
    missed = Missed([NAME])
    missed.lose(NAME, [])
    assert missed.waiting == []
    assert list(missed.admit(trade(1, 10))) == [trade(1, 10)]
    assert missed.idle


@pytest.mark.wall
@pytest.mark.slow
class TestBinance:
    def away(self, house, on_live_loop, listen, window=1000):
        """Lose the connection, trade seven times meanwhile and twice after it."""
        house.window = window

        async def main():
            async with house.open() as door, listen(door, book="none") as heard:
                await house.subscription("btcusdt@trade")
                await house.trades((1, 1), (2, 1))
                await heard.until(lambda: heard.feed.counts["trades"] == 2)
                await house.drop()
                for price in range(3, 10):
                    house.trade(price, 1)
                await house.subscription("btcusdt@trade")
                await house.trades((10, 1), (11, 1))
                await heard.until(lambda: heard.prices()[-1:] == [11.0])
                return heard.prices(), [notice.text for notice in heard.feed.notices()]

        return on_live_loop(main)

    def test_trades_of_a_lost_connection_are_fetched_and_told_once(
        self, on_live_loop, listen, frames
    ):
        prices, notes = self.away(House(), on_live_loop, listen)
        assert prices == list(range(1, 12))
        assert notes == ["binance BTC/USDT: a trade of a lost connection was fetched"]
        assert any(f.kind is Kind.POLLED and f.place == "missed trades" for f in frames())

    def test_a_window_too_short_leaves_a_gap_that_is_marked(self, on_live_loop, listen):
        prices, notes = self.away(House(), on_live_loop, listen, window=3)
        assert prices[:2] + prices[-2:] == [1, 2, 10, 11]
        assert 3 not in prices
        assert prices == sorted(set(prices))
        assert any("do not reach back" in note for note in notes)
        assert any("trades missing before" in note for note in notes)


def note_trade(truth, event):
    if isinstance(event, Traded) and event.market.key == "spot:BTCUSDT":
        truth.append(str(event.number))


@pytest.mark.wall
@pytest.mark.slow
@pytest.mark.parametrize("name", ["binance", "bybit"])
def test_a_live_session_misses_no_trade_of_the_venue_and_its_recording_says_the_same(
    name, tmp_path, on_live_loop
):
    symbols = SYMBOLS[:1]

    async def main():
        async with listening(name, symbols, tmp_path) as (emulator, session, heard):
            truth = []
            emulator.exchange.listeners.append(lambda event: note_trade(truth, event))
            told = []
            harvest = session.venues[name].harvest
            note = harvest._trade
            harvest._trade = lambda row: (told.append(str(row["id"])), note(row))
            await heard.until(lambda: told)
            burst = {"act": "burst", "symbol": "BTCUSDT", "trades": 20}
            for _ in range(2):
                emulator.act({"act": "disconnect"})
                emulator.act(burst)
                await heard.until(lambda: harvest.missed.waiting)
                await heard.until(lambda: not harvest.missed.waiting)
                count = len(told)
                emulator.act(burst)
                await heard.until(lambda n=count: len(told) >= n + 20)
        return heard.everything(), heard.feed.notices(), told, truth

    lived, notices, told, truth = on_live_loop(main)
    told = told[told.index(truth[0]) :]
    assert told == truth[: len(told)]
    assert len(told) >= 80
    again, notices_again = replayed(tmp_path)
    assert again == lived
    assert [n.text for n in notices_again] == [n.text for n in notices]
    assert any("was fetched" in n.text for n in notices)
