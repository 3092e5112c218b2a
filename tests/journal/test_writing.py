"""Writing a journal: one digest however it is flushed, one content wherever it is kept."""

import hashlib
import tempfile
from decimal import Decimal
from pathlib import Path

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from magents.journal.reading import read, stored_digest
from magents.journal.writing import BULK, MemoryJournal, SqliteJournal
from magents.model.orders import Order, OrderState, OrderType, Side, TimeInForce
from magents.model.records import (
    Adjustment,
    Allocation,
    Amendment,
    CashFlow,
    Check,
    Command,
    Entry,
    Fill,
    Halt,
    Notice,
    OrderEvent,
    Signal,
    Verdict,
)

TS = st.integers(0, 2**62)
TEXT = st.text(max_size=8)
NAMES = st.sampled_from(["pod", "other", "AAA", "BTC/USDT", "pod:1"])
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
AMOUNTS = st.decimals(-(10**9), 10**9, places=8)
CHECKS = st.lists(st.builds(Check, NAMES, NUMBERS, NUMBERS, st.booleans()), max_size=3).map(tuple)
EVIDENCE = st.dictionaries(TEXT, NUMBERS, max_size=3)
MAYBE = st.none() | AMOUNTS
BY_KIND = {
    Order: st.builds(
        Order,
        ts=TS,
        id=NAMES,
        pod=NAMES,
        instrument=NAMES,
        side=st.sampled_from(Side),
        quantity=AMOUNTS,
        type=st.sampled_from(OrderType),
        limit=MAYBE,
        stop=MAYBE,
        signal=TS,
        reason=TEXT,
        tif=st.sampled_from(TimeInForce),
        expires=TS,
        trail=MAYBE,
        trail_percent=MAYBE,
        limit_offset=MAYBE,
        post_only=st.booleans(),
        reduce_only=st.booleans(),
        display=MAYBE,
        group=TEXT,
        parent=TEXT,
    ),
    Signal: st.builds(Signal, TS, NAMES, NAMES, NAMES, NUMBERS, NUMBERS, NUMBERS, TS, EVIDENCE),
    Verdict: st.builds(Verdict, TS, NAMES, NAMES, NAMES, st.booleans(), CHECKS),
    OrderEvent: st.builds(OrderEvent, TS, NAMES, NAMES, NAMES, st.sampled_from(OrderState), TEXT),
    Fill: st.builds(
        Fill,
        TS,
        NAMES,
        NAMES,
        NAMES,
        TS,
        AMOUNTS,
        AMOUNTS,
        AMOUNTS,
        TS,
        NAMES,
        st.booleans(),
    ),
    Amendment: st.builds(Amendment, TS, NAMES, NAMES, NAMES, MAYBE, MAYBE, MAYBE),
    CashFlow: st.builds(CashFlow, TS, NAMES, NAMES, TEXT, AMOUNTS, NAMES, AMOUNTS, NUMBERS),
    Adjustment: st.builds(Adjustment, TS, NAMES, NAMES, TEXT, AMOUNTS, AMOUNTS, TEXT),
    Allocation: st.builds(Allocation, TS, NAMES, AMOUNTS),
    Command: st.builds(Command, TS, TEXT, TEXT, TEXT),
    Halt: st.builds(Halt, TS, NAMES, TEXT),
    Notice: st.builds(Notice, TS, NAMES, TEXT, st.integers(1, 99), TEXT),
}
ENTRIES = st.one_of(*BY_KIND.values())


def test_there_is_an_example_of_every_kind_of_record():
    assert set(BY_KIND) == set(Entry.__args__)


@given(ENTRIES)
def test_every_record_reads_back_from_its_json(entry):
    assert msgspec.json.decode(_encoded(entry), type=Entry) == entry


@given(ENTRIES)
def test_a_record_names_its_kind_before_anything_else(entry):
    kind = entry.__struct_config__.tag
    assert _encoded(entry).startswith(f'{{"kind":"{kind}","ts":{entry.ts},'.encode())


def test_amounts_are_written_as_text_to_the_last_digit():
    entry = Allocation(0, "pod", Decimal("0.10000000"))
    assert b'"amount":"0.10000000"' in _encoded(entry)


@given(st.lists(ENTRIES, max_size=30), st.sets(st.integers(0, 29)))
def test_the_digest_does_not_depend_on_when_the_journal_is_flushed(entries, flushes):
    lazy, busy = MemoryJournal(), MemoryJournal()
    for number, entry in enumerate(entries):
        assert lazy.append(entry) == busy.append(entry) == number + 1
        if number in flushes:
            busy.flush()
    assert lazy.digest() == busy.digest()


@given(st.lists(ENTRIES, max_size=10))
def test_the_digest_is_over_one_json_object_a_line(entries):
    journal = MemoryJournal()
    for entry in entries:
        journal.append(entry)
    lines = b"".join(_encoded(entry) + b"\n" for entry in entries)
    assert journal.digest() == hashlib.sha256(lines).hexdigest()


@given(st.lists(ENTRIES, min_size=1, max_size=6), st.data())
def test_the_digest_tells_any_two_histories_apart(entries, data):
    other = list(entries)
    other[data.draw(st.integers(0, len(entries) - 1))] = data.draw(ENTRIES)
    digests = []
    for history in (entries, other):
        journal = MemoryJournal()
        for entry in history:
            journal.append(entry)
        digests.append(journal.digest())
    same = [_encoded(e) for e in entries] == [_encoded(e) for e in other]
    assert (digests[0] == digests[1]) == same


def test_a_journal_longer_than_its_bulk_loses_nothing(tmp_path):
    path = tmp_path / "long.sqlite"
    journal, memory = SqliteJournal(path), MemoryJournal()
    for ts in range(2 * BULK + 10):
        journal.append(Halt(ts, "pod", "why"))
        memory.append(Halt(ts, "pod", "why"))
    journal.close()
    assert [entry.ts for _, entry in read(path)] == list(range(2 * BULK + 10))
    assert stored_digest(path) == (memory.digest(), 2 * BULK + 10)


class Journals(RuleBasedStateMachine):
    """A journal in memory, one in a file, and a list."""

    def __init__(self):
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "journal.sqlite"
        self.memory, self.file = MemoryJournal(), SqliteJournal(self.path)
        self.model = []

    @rule(entry=ENTRIES)
    def append(self, entry):
        self.model.append(entry)
        assert self.memory.append(entry) == self.file.append(entry) == len(self.model)

    @rule(which=st.sampled_from(["memory", "file"]))
    def flush(self, which):
        getattr(self, which).flush()

    @rule()
    def read_what_is_flushed(self):
        self.file.flush()
        assert list(read(self.path)) == list(enumerate(self.model, 1))

    @rule(pod=NAMES)
    def read_one_pod(self, pod):
        self.file.flush()
        found = [number for number, _ in read(self.path, pod=pod)]
        assert found == [n for n, e in enumerate(self.model, 1) if getattr(e, "pod", "") == pod]

    @invariant()
    def both_count_the_same(self):
        assert self.memory.records == self.file.records == len(self.model)

    def teardown(self):
        self.file.close()
        assert stored_digest(self.path) == (self.memory.digest(), len(self.model))
        self.folder.cleanup()


TestJournals = Journals.TestCase
TestJournals.settings = settings(max_examples=25, stateful_step_count=15, deadline=None)


def _encoded(entry):
    return msgspec.json.Encoder(decimal_format="string").encode(entry)
