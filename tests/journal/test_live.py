"""The live journal: each flush is a commit, and a journal is taken up where it stands."""

import sqlite3

import pytest

from magents.journal.live import LiveJournal
from magents.journal.reading import read
from magents.journal.writing import MemoryJournal
from magents.model.errors import BrokenPromiseError
from magents.model.records import Notice

NOTES = [Notice(n, "test", f"note {n}") for n in range(6)]


def test_records_are_readable_by_others_after_a_flush_while_the_run_goes_on(tmp_path):
    journal = LiveJournal(tmp_path / "journal.sqlite")
    journal.append(NOTES[0])
    assert list(read(tmp_path / "journal.sqlite")) == []
    journal.flush()
    assert [entry for _, entry in read(tmp_path / "journal.sqlite")] == NOTES[:1]
    journal.close()


def test_a_journal_left_by_a_crash_is_taken_up_with_its_numbers_and_digest(tmp_path):
    path = tmp_path / "journal.sqlite"
    left = LiveJournal(path)
    for note in NOTES[:3]:
        left.append(note)
    left.flush()
    left.append(NOTES[3])  # never flushed: the process dies here
    left._database.close()
    again, whole = LiveJournal(path), MemoryJournal()
    assert [again.append(note) for note in NOTES[3:]] == [4, 5, 6]
    for note in NOTES:
        whole.append(note)
    assert again.digest() == whole.digest()
    again.close()
    assert [entry for _, entry in read(path)] == NOTES


def test_a_journal_with_a_hole_is_refused(tmp_path):
    path = tmp_path / "journal.sqlite"
    journal = LiveJournal(path)
    for note in NOTES:
        journal.append(note)
    journal.close()
    with sqlite3.connect(path) as database:
        database.execute("DELETE FROM events WHERE seq = 3")
    database.close()
    with pytest.raises(BrokenPromiseError, match="record 3 is missing"):
        LiveJournal(path)
