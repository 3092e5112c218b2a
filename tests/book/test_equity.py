"""Value over time: as a slow loop has it, and the same for every way of cutting the bars."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from magents.book.equity import FEW_ROWS, EquityRecorder
from magents.book.ledger import HOUSE, Ledger
from magents.book.marks import Marks
from magents.model.time import DAY, MINUTE, Phase
from tests.builders import MONDAY, always_open, block, fill, instrument, walk

PODS = ["one", "two"]
CAPITAL = Decimal(1_000)
SIZES = [1, 7, 512]


class Film:
    """Bars and fills played to an equity recorder, in blocks of some size."""

    pods = PODS
    share = Decimal(400)
    live = False

    def __init__(self, *bars):
        self.bars = bars
        self.start = min(int(each.open_ts[0]) for each in bars)
        self.end = max(int(each.ts[-1]) for each in bars)
        self.fills = []

    def trade(self, panel, row, column, units, *, pod="one", inside=False):
        """Fill at a row's open, or inside its bar, which is known at its close."""
        bars = self.bars[panel % len(self.bars)]
        row, column = row % len(bars), column % len(bars.panel.instruments)
        price = bars.low[row, column] if inside else bars.open[row, column]
        if price == price:  # noqa: PLR0124 - not NaN
            self.fills.append(
                fill(
                    len(self.fills) + 1,
                    units,
                    price,
                    pod=pod,
                    ts=int((bars.ts if inside else bars.open_ts)[row]),
                    bar_ts=int(bars.ts[row]),
                    instrument=bars.panel.instruments[column],
                    commission=Decimal("0.01"),
                )
            )
        return self

    def play(self, rows):
        """Return the recorder after all bars, in blocks of so many rows."""
        self._now = self.start
        marks = Marks([bars.panel for bars in self.bars], lambda: self._now)
        ledger = Ledger(self.pods, [instrument()], CAPITAL)
        for pod in self.pods:
            ledger.allocate(pod, self.share)
        recorder = EquityRecorder(ledger, marks, self.pods, live=self.live)
        recorder.start(self.start)
        self.begun(recorder)
        for now, _, _, what in sorted(self._events(rows)):
            self._now = now
            if isinstance(what, tuple):
                recorder.settle(self._now)
                marks.on_block(self.bars[what[0]].rows(*what[1:]))
            elif ledger.apply(each := self.fills[what]):
                late = (
                    each.ts < each.bar_ts
                )  # filled as the bar opened, after this instant's closes
                recorder.note(each.ts, each.pod, each.instrument, late=late)
        recorder.settle(self.end)
        return recorder

    def begun(self, recorder):
        """Look at the recorder before anything happens."""

    def _events(self, rows):
        for number, each in enumerate(self.fills):
            phase = Phase.FILLS if each.ts == each.bar_ts else Phase.OPEN
            yield each.ts, phase, number, number
        for which, bars in enumerate(self.bars):
            for first in range(0, len(bars), rows):
                when = int(bars.ts[first - 1]) if first else self.start
                phase = Phase.LOAD if first else -1
                yield when, phase, which, (which, first, min(first + rows, len(bars)))

    def known(self, fill_, ts):
        """Return whether a fill counts in the value at a close."""
        return fill_.ts <= ts if fill_.ts == fill_.bar_ts else fill_.ts < ts

    def value(self, owner, ts):
        """Return value, gross and net of an owner at a close, the slow way."""
        made = [f for f in self.fills if owner in {f.pod, ""} and self.known(f, ts)]
        cash = CAPITAL if owner == "" else Decimal(400)
        units = {}
        for each in made:
            cash -= each.quantity * each.price + each.commission
            units[each.instrument] = units.get(each.instrument, 0) + each.quantity
        worth = [float(units[name]) * self.price(name, ts) for name in sorted(units)]
        return float(cash) + sum(worth), sum(map(abs, worth)), sum(worth)

    def price(self, name, ts):
        """Return the last close of an instrument, 0 before the first."""
        for bars in self.bars:
            if name in bars.panel.instruments:
                closes = bars.close[bars.ts <= ts, bars.panel.instruments.index(name)]
                closes = closes[~np.isnan(closes)]
                return float(closes[-1]) if len(closes) else 0.0
        raise AssertionError(name)


FILLS = st.lists(
    st.tuples(
        st.integers(0, 1),
        st.integers(0, 40),
        st.integers(0, 1),
        st.integers(-5, 5).filter(bool),
        st.sampled_from(PODS),
        st.booleans(),
    ),
    max_size=12,
)


def film(fills, seed=1, *, panels=2):
    """Return a film over a daily panel with gaps and a panel that never closes."""
    bars = (walk(9, seed=seed, gaps=0.3), always_open(41, seed=seed, gaps=0.1))[:panels]
    made = Film(*bars)
    for panel, row, column, units, pod, inside in fills:
        made.trade(panel, row, column, units, pod=pod, inside=inside)
    made.fills.sort(key=lambda f: (f.ts, f.ts != f.bar_ts, f.id))
    return made


def columns(recorder):
    """Return everything recorded as one table."""
    table = recorder.table()
    series = [table.ts, table.fund, table.gross, table.net]
    for pod in PODS:
        series += [table.pods[pod], table.pod_gross[pod], table.pod_net[pod]]
    return np.column_stack(series)


@given(FILLS, st.integers(0, 5), st.integers(1, 2))
def test_value_and_exposure_are_what_a_slow_loop_finds(fills, seed, panels):
    made = film(fills, seed, panels=panels)
    table = made.play(512).table()
    for row, ts in enumerate(table.ts[1:].tolist(), 1):
        fund = (table.fund[row], table.gross[row], table.net[row])
        assert fund == pytest.approx(made.value("", ts), rel=1e-12, abs=1e-9)
        for pod in PODS:
            mine = (table.pods[pod][row], table.pod_gross[pod][row], table.pod_net[pod][row])
            assert mine == pytest.approx(made.value(pod, ts), rel=1e-12, abs=1e-9)


@given(FILLS, st.integers(0, 5), st.integers(1, 2))
def test_every_partition_gives_the_same_record_bit_for_bit(fills, seed, panels):
    made = film(fills, seed, panels=panels)
    plays = [made.play(rows) for rows in SIZES]
    tables = [columns(recorder) for recorder in plays]
    assert all(np.array_equal(tables[0], table) for table in tables[1:])
    assert plays[0].drawdowns() == plays[1].drawdowns() == plays[2].drawdowns()


@given(FILLS, st.integers(0, 5))
def test_drawdown_is_the_largest_fall_from_a_peak_at_any_close(fills, seed):
    recorder = film(fills, seed).play(7)
    table = recorder.table()
    for name, value in {"": table.fund, **table.pods}.items():
        peaks = np.maximum.accumulate(value)
        worst = float(max(1 - v / p for v, p in zip(value, peaks, strict=True)))
        assert recorder.drawdowns()[name] == pytest.approx(max(worst, 0), abs=1e-12)


@given(FILLS)
def test_every_close_of_every_panel_has_a_row_once_and_the_start_is_the_first(fills):
    made = film(fills)
    ts = made.play(7).table().ts.tolist()
    closes = {int(ts) for bars in made.bars for ts in bars.ts}
    assert ts == [made.start, *sorted(closes)]


def test_a_fill_at_the_open_counts_at_that_bars_close_and_not_at_the_one_it_opened_on():
    bars = block([10.0, 12.0, 14.0], opens=[10.0, 11.0, 12.0], length=DAY)
    fund = Film(bars).trade(0, 1, 0, 10).play(512).table().fund
    assert fund.tolist() == pytest.approx([1000, 1000, 1009.99, 1029.99])


def test_a_fill_inside_a_bar_counts_at_that_bars_close():
    bars = block([10.0, 12.0, 14.0], lows=[9.0, 9.5, 12.0])
    fund = Film(bars).trade(0, 1, 0, 10, inside=True).play(512).table().fund
    assert fund.tolist() == pytest.approx([1000, 1000, 1024.99, 1044.99])


def test_an_instrument_without_a_price_yet_is_worth_nothing():
    bars = block([[np.nan, 1.0], [5.0, 1.0]])
    made = Film(bars)
    made.fills.append(fill(1, 2, 5, pod="one", ts=made.start, bar_ts=int(bars.ts[0])))
    assert made.play(1).table().fund.tolist() == [1000, 990, 1000]


def test_capital_of_the_house_counts_for_the_fund():
    table = Film(walk(2)).play(1).table()
    assert table.fund[0] == 1000
    assert {pod: table.pods[pod][0] for pod in PODS} == {"one": 400, "two": 400}
    assert HOUSE not in table.pods


def minutes(rows):
    """Return a film of minute bars, longer than what is kept at full resolution."""
    made = Film(walk(rows, start=MONDAY, length=MINUTE, every=MINUTE))
    return made.trade(0, 10, 0, 5).trade(0, rows // 2, 1, -5, pod="two")


@pytest.mark.parametrize("rows", [512, 7_000, 100_000])
def test_a_long_run_keeps_the_first_row_and_the_last_of_each_day(rows):
    made = minutes(FEW_ROWS + 2_000)
    table = made.play(rows).table()
    closes = made.bars[0].ts
    last_of_day = [closes[closes // DAY == day][-1] for day in np.unique(closes // DAY)]
    assert table.daily
    assert table.ts.tolist() == [made.start, *last_of_day]


def test_a_long_run_is_the_same_for_every_partition_and_sees_falls_inside_the_day():
    made = minutes(FEW_ROWS + 2_000)
    plays = [made.play(rows) for rows in (512, 100_000)]
    assert np.array_equal(columns(plays[0]), columns(plays[1]))
    assert plays[0].drawdowns() == plays[1].drawdowns()
    fund = plays[0].table().fund
    thinned = float((1 - fund / np.maximum.accumulate(fund)).max())
    assert plays[0].drawdowns()[""] > thinned


def test_a_run_just_short_enough_keeps_every_bar():
    table = minutes(FEW_ROWS - 1).play(512).table()
    assert not table.daily
    assert len(table.ts) == FEW_ROWS


class Lone(Film):
    """One pod with all the capital; the house may get something all the same."""

    pods = ("one",)
    share = CAPITAL

    def begun(self, recorder):
        assert recorder._alone


class LongWay(Lone):
    """The same without the short cut."""

    def begun(self, recorder):
        recorder._alone = False


@given(
    st.lists(
        st.tuples(
            st.integers(0, 30),
            st.integers(0, 1),
            st.integers(-9, 9).filter(bool),
            st.sampled_from(["one", "one", "one", HOUSE]),
            st.booleans(),
        ),
        max_size=8,
    ),
    st.sampled_from(SIZES),
)
def test_the_fund_of_one_pod_is_valued_once_for_both(trades, rows):
    films = [kind(walk(30, seed=9, gaps=0.2)) for kind in (Lone, LongWay)]
    for row, column, units, pod, inside in sorted(trades):
        for film in films:
            film.trade(0, row, column, units, pod=pod, inside=inside)
    short, long = (film.play(rows) for film in films)
    assert short.drawdowns() == long.drawdowns()
    for name in ("ts", "fund", "gross", "net"):
        assert np.array_equal(getattr(short.table(), name), getattr(long.table(), name))
