"""Whatever is looked at and when: what is counted, kept and shown is what the journal has."""

from collections import Counter
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from magents.control.kinds import kinds_of
from magents.control.rows import event_row
from magents.control.watching import IN_WHOLE, ORDERS, Watch
from magents.journal.writing import MemoryJournal
from magents.model.orders import OrderState
from magents.model.records import (
    CashFlow,
    Check,
    Command,
    Fill,
    Halt,
    Notice,
    OrderEvent,
    Signal,
    Verdict,
)
from magents.model.snapshots import Wish
from magents.model.time import MINUTE
from pods.base import SignalPod
from tests.builders import MONDAY, Plan, always_open, feed, fill, order
from tests.control.rig import Hand, controlled

REFUSED = (Check("halt", 0.0, 0.0, ok=True), Check("gross", 2.0, 1.0, ok=False))
HALTED = (Check("halt", 1.0, 0.0, ok=False), Check("gross", 2.0, 1.0, ok=False))
PODS = ("ma", "rsi")


def life(number, fate):
    """Return the records of one order, as a fund writes them."""
    pod, name, ts = PODS[number % 2], f"{PODS[number % 2]}:{number}", MONDAY + number * MINUTE
    signal = Signal(ts, pod, "agent", "AAA", 1.0, 0.0, 100.0, ts, {"fast": 1.0})
    asked = order(id=name, pod=pod, ts=ts)
    if fate in {"refused", "halted"}:
        checks = REFUSED if fate == "refused" else HALTED
        return [signal, asked, Verdict(ts, pod, name, "AAA", accepted=False, checks=checks)]
    accepted = Verdict(ts, pod, name, "AAA", accepted=True, checks=REFUSED[:1])
    begun = [signal, asked, accepted, OrderEvent(ts, pod, name, "AAA", OrderState.ACCEPTED)]
    if fate == "filled":
        filled = fill(number + 1, order=name, pod=pod, ts=ts + 1, complete=True)
        return [*begun, filled]
    if fate == "rejected":
        return [*begun[:3], OrderEvent(ts, pod, name, "AAA", OrderState.REJECTED, "too small")]
    return begun


RARE = (
    Halt(MONDAY, "ma", "ValueError: no"),
    Command(MONDAY, "kill", by="ann"),
    Notice(MONDAY, "data", "a gap", 3),
    CashFlow(MONDAY, "rsi", "AAA", "dividend", Decimal(5), "USD"),
)
FATES = st.sampled_from(("refused", "halted", "filled", "rejected", "working"))
LIVES = st.lists(st.one_of(FATES, st.sampled_from(RARE)), max_size=60).map(
    lambda drawn: [
        record
        for number, each in enumerate(drawn)
        for record in (life(number, each) if isinstance(each, str) else [each])
    ]
)


def watched(records, looks=(), flushes=()):
    """Return what a watch has of records, when it was looked at in between."""
    journal = MemoryJournal()
    watch = Watch(journal)
    for at, record in enumerate(records):
        journal.append(record)
        if at in flushes:
            journal.flush()
        if at in looks:
            watch.look()
    watch.look()
    return watch


def everything(watch):
    return (
        list(watch.orders.items()),
        list(watch.fills),
        watch.events(10_000),
        {pod: list(thoughts) for pod, thoughts in watch.thoughts.items()},
        watch.tally.counts,
        watch.tally.pod_fills,
        watch.tally.marks.rows(),
    )


@given(LIVES, st.sets(st.integers(0, 250)), st.sets(st.integers(0, 250)))
def test_looking_more_often_shows_the_same(records, looks, flushes):
    assert everything(watched(records, looks, flushes)) == everything(watched(records))


@given(LIVES, st.sets(st.integers(0, 250)))
def test_counts_are_those_of_the_journal(records, looks):
    watch = watched(records, looks)

    kinds = Counter(kind for record in records for kind in kinds_of(record))
    del kinds["decision"]
    assert watch.tally.counts == kinds
    assert sum(watch.tally.pod_fills.values()) == kinds["fill"]
    told = [n for n, r in enumerate(records, 1) if set(kinds_of(r)) - {"decision"}]
    told += [n for n, r in enumerate(records, 1) if isinstance(r, CashFlow)]
    assert [number for number, _ in watch.events(10_000)] == sorted(told)


@given(LIVES, st.sets(st.integers(0, 250)))
def test_news_are_all_records_once(records, asked):
    journal = MemoryJournal()
    watch = Watch(journal)
    assert watch.news() == []
    heard = []
    for at, record in enumerate(records):
        journal.append(record)
        if at in asked:
            heard += watch.news()
            watch.look()
    heard += watch.news()

    assert heard == records
    watch.forget_news()
    journal.append(RARE[0])
    assert watch.news() == []


def test_what_is_passed_over_is_counted_and_nothing_rare_is_missed():
    fates = ["filled", "refused"] * (2 * IN_WHOLE)
    records = [r for number, fate in enumerate(fates) for r in life(number, fate)]
    records[100:100] = [RARE[0], RARE[1]]

    watch = watched(records)

    assert watch.tally.counts["fill"] == watch.tally.counts["refusal"] == 2 * IN_WHOLE
    assert watch.tally.halted == {"ma": MONDAY}
    events = watch.events(10_000)
    assert events[0] == (101, RARE[0])
    assert events[-1] == (len(records), records[-1])
    assert RARE[0] in watch.thoughts["ma"] or len(watch.thoughts["ma"]) == 40
    newest = [r for r in records[-IN_WHOLE:] if isinstance(r, Fill)]
    assert list(watch.fills)[-len(newest) :] == newest
    assert len(watch.orders) <= ORDERS


def test_refusal_is_shown_however_much_comes_after_it():
    quiet = [r for number in range(IN_WHOLE) for r in life(number, "working")]
    records = [*life(0, "refused"), *quiet]

    watch = watched(records)

    assert [event_row(each).kind for each in watch.events(10)] == ["refusal"]


class Looker(Hand):
    """Looks at a pod every few instants, and what the journal has said of its mind by then."""

    def __init__(self, pod):
        super().__init__(())
        self.pod = pod
        self.seen = []

    def __len__(self):
        return 1

    def work(self):
        detail = self.room.frame(Wish("pod", self.pod)).pod
        journal = self.room.painter.parts.journal
        said = {s.instrument: s for s in journal.of(Signal, pod=self.pod)}
        self.seen.append((detail.signals, said))


class Swinging(SignalPod):
    """A pod that changes its mind at every third close about three instruments at once."""

    def agents(self, panel):
        closes = always_open(60, "AAA", "BBB", "CCC").ts.tolist()
        return (Plan({ts: float(n % 3) / 2 for n, ts in enumerate(closes[::3])}),)


def test_minds_are_those_of_the_journal_at_every_instant():
    bars = always_open(60, "AAA", "BBB", "CCC")
    for rows in (1, 7, 60):
        looker = Looker("plan")
        controlled([Swinging("plan")], feed(bars), hand=looker, block_size=rows)
        assert len(looker.seen) > 20
        for shown, said in looker.seen:
            assert {s.instrument: (s.ts, s.conviction, s.previous, s.evidence) for s in shown} == {
                s.instrument: (s.ts, s.conviction, s.previous, s.evidence) for s in said.values()
            }
