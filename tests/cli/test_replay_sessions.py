"""Which files of a recording are one run, and which are runs of their own."""

import msgspec
import pytest

from feeds.live.frames import Frame, Kind, Opening
from feeds.live.recording import Recorder, files_of
from feeds.live.settings import Live
from magents.cli.replay_parts import parts_of, replay_parts, sessions_in
from magents.config import dump, load
from magents.journal.past import past_in
from magents.journal.writing import SqliteJournal
from magents.model.errors import DataError
from magents.model.records import Command
from magents.model.time import SECOND
from tests.builders import MONDAY
from tests.feeds.live.made import COIN, MARKET

LIVE = Live(venues=("binance",), symbols=(COIN,), bar="1s", book="none", warmup=0)
GIVEN = {"strategies": ["ma"]}


def recorded(folder, at, after=0, until=0):
    """Write what a process has heard: nothing, for a second."""
    coin = {**MARKET, "symbol": COIN, "swap": False, "spot": True}
    opening = Opening(
        markets={"binance": {COIN: coin}},
        feed=msgspec.to_builtins(LIVE),
        settings=dump(load(None, GIVEN).settings),
        mode="paper",
        after=after,
        until=until,
    )
    recorder = Recorder(folder)
    text = msgspec.json.encode(opening).decode()
    recorder.write(Frame(1, at, at, "", Kind.BEGIN, "", text))
    recorder.write(Frame(2, at + SECOND, at + SECOND, "", Kind.END, "", ""))
    recorder.close()


def starts(folder, given=None):
    """Return the sessions of a recording, as the numbers of their files."""
    sessions = sessions_in(parts_of(files_of(folder), None, given or GIVEN, None))
    return [[part.path.name[:4] for part in session] for session in sessions]


def test_files_that_take_up_a_journal_go_on_with_the_run_before(tmp_path):
    recorded(tmp_path, MONDAY)
    recorded(tmp_path, MONDAY + 10 * SECOND, after=5, until=MONDAY + SECOND)
    recorded(tmp_path, MONDAY + 20 * SECOND, after=9, until=MONDAY + 11 * SECOND)
    assert starts(tmp_path) == [["0001", "0002", "0003"]]


def test_files_that_take_up_nothing_are_runs_of_their_own(tmp_path):
    for number in range(3):
        recorded(tmp_path, MONDAY + 10 * number * SECOND, after=7 if number == 2 else 0)
    assert starts(tmp_path) == [["0001"], ["0002", "0003"]]


def test_a_file_that_never_began_is_passed_over_unless_it_is_all_there_is(tmp_path):
    Recorder(tmp_path / "empty").close()
    with pytest.raises(DataError, match="does not begin as a session does"):
        starts(tmp_path / "empty")
    recorded(tmp_path, MONDAY)
    Recorder(tmp_path).close()
    recorded(tmp_path, MONDAY + 10 * SECOND, after=1)
    assert starts(tmp_path) == [["0001", "0003"]]


def test_each_part_is_told_what_was_told_while_it_ran(tmp_path):
    journal = SqliteJournal(tmp_path / "journal.sqlite")
    for number in range(1, 7):
        journal.append(Command(number, "limit", rule="gross", limit=float(number)))
    journal.close()
    recorded(tmp_path, MONDAY)
    recorded(tmp_path, MONDAY + 10 * SECOND, after=2)
    recorded(tmp_path, MONDAY + 20 * SECOND, after=5)
    parts = parts_of(files_of(tmp_path), None, {}, tmp_path / "journal.sqlite")
    assert [[c.limit for c in part.commands] for part in parts] == [[1, 2], [3, 4, 5], [6]]
    assert [part.ends for part in parts] == [2, 5, None]


def test_a_part_that_comes_to_less_than_was_taken_up_is_told(tmp_path):
    recorded(tmp_path, MONDAY)
    recorded(tmp_path, MONDAY + 10 * SECOND, after=1_000)
    (tmp_path / "into").mkdir()
    parts = parts_of(files_of(tmp_path), None, {}, None)
    with pytest.raises(DataError, match="comes to less than was journalled"):
        replay_parts(parts, tmp_path / "into")


def test_a_run_that_never_began_leaves_nothing_to_go_on_from(tmp_path):
    path = tmp_path / "journal.sqlite"
    assert past_in(path) is None
    SqliteJournal(path).close()
    assert past_in(path) is None
