"""Reading a journal: by filters, by the way back from a fill, and with no tool of ours."""

import sqlite3
from contextlib import closing
from decimal import Decimal

import pytest

from magents.journal.reading import read, stored_digest, trace
from magents.journal.writing import SqliteJournal
from magents.model.errors import UnknownNameError
from magents.model.orders import OrderState
from magents.model.records import Allocation, Check, Fill, Notice, OrderEvent, Signal, Verdict
from tests.builders import fill, order


def story():
    """Return two orders of two pods, one of which answers a signal and fills."""
    signal = Signal(1, "pod", "plan", "AAA", 1.0, 0.0, 100.0, 1, {"fast": 2.5})
    verdict = Verdict(
        1, "pod", "pod:1", "AAA", accepted=True, checks=(Check("halt", 0, 0, ok=True),)
    )
    return [
        Allocation(0, "pod", Decimal(1000)),
        Notice(0, "inputs", "runs on bars only", pod="other"),
        signal,
        order(ts=1, signal=3),
        order(ts=1, id="other:1", pod="other", instrument="BBB"),
        verdict,
        OrderEvent(1, "pod", "pod:1", "AAA", OrderState.ACCEPTED),
        fill(17, ts=2, order="pod:1"),
    ]


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "journal.sqlite"
    journal = SqliteJournal(path)
    for record in story():
        journal.append(record)
    journal.close()
    return path


def numbers(path, **filters):
    return [number for number, _ in read(path, **filters)]


def test_everything_comes_back_as_it_went_in_with_its_number(path):
    assert list(read(path)) == list(enumerate(story(), 1))


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"pod": "pod"}, [1, 3, 4, 6, 7, 8]),
        ({"pod": "other"}, [2, 5]),
        ({"order": "pod:1"}, [4, 6, 7, 8]),
        ({"instrument": "BBB"}, [5]),
        ({"kind": "intent"}, [4, 5]),
        ({"kind": "fill"}, [8]),
        ({"kind": "intent", "pod": "other"}, [5]),
        ({"limit": 3}, [1, 2, 3]),
        ({"pod": "pod", "limit": 2}, [1, 3]),
        ({"pod": "nobody"}, []),
    ],
)
def test_filters_are_all_applied_and_keep_the_order(path, filters, found):
    assert numbers(path, **filters) == found


@pytest.mark.parametrize("name", ["pod:1", "17"])
def test_the_way_back_from_an_order_or_a_fill_starts_at_its_signal(path, name):
    chain = trace(path, name)
    assert [number for number, _ in chain] == [3, 4, 6, 7, 8]
    assert isinstance(chain[0][1], Signal)
    assert isinstance(chain[-1][1], Fill)


def test_the_way_back_of_an_order_without_a_signal_starts_at_the_order(path):
    assert [number for number, _ in trace(path, "other:1")] == [5]


@pytest.mark.parametrize("name", ["pod:9", "18", "nonsense"])
def test_the_way_back_from_nothing_is_an_error_that_names_it(path, name):
    with pytest.raises(UnknownNameError, match=f"no order or fill {name}"):
        trace(path, name)


def test_a_missing_journal_is_an_error_that_names_the_file(tmp_path):
    with pytest.raises(UnknownNameError, match="no journal of a run"):
        list(read(tmp_path / "nothing.sqlite"))


def test_any_tool_can_read_the_file(path):
    query = "SELECT seq, ts, kind, pod, order_id, instrument FROM events WHERE seq IN (1, 4, 8)"
    with closing(sqlite3.connect(path)) as database:
        rows = database.execute(query).fetchall()
    assert rows == [
        (1, 0, "allocation", "pod", None, None),
        (4, 1, "intent", "pod", "pod:1", "AAA"),
        (8, 2, "fill", "pod", "pod:1", "AAA"),
    ]


def test_json_functions_of_sqlite_reach_into_a_record(path):
    query = "SELECT json_extract(body, '$.price') FROM events WHERE kind = 'fill'"
    with closing(sqlite3.connect(path)) as database:
        assert database.execute(query).fetchone() == ("100",)


def test_the_digest_is_stored_when_the_journal_is_closed(path):
    digest, count = stored_digest(path)
    assert len(digest) == 64
    assert count == len(story())


def test_a_run_that_did_not_end_has_no_digest(tmp_path):
    journal = SqliteJournal(tmp_path / "open.sqlite")
    journal.append(story()[0])
    journal.flush()
    assert stored_digest(tmp_path / "open.sqlite") is None
    assert numbers(tmp_path / "open.sqlite") == [1]
    journal.close()
