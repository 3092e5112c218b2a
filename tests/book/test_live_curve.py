"""The curve of a live run: bounded, evenly thinned, and gone on with after a resume."""

import numpy as np
import pytest

from magents.analytics.series import returns_of
from magents.book.equity import FEW_ROWS
from magents.book.thinning import STEPS, coarser, last_of
from magents.journal.curve import CURVE, CurveFile, read_curve
from magents.journal.past import past_from
from magents.model.time import DAY, HOUR, MINUTE, SECOND
from pods.base import Pod
from tests.book.test_equity import Film, walk
from tests.builders import MONDAY
from tests.feeds.live.made import NAME, START, market, session


class Holder(Pod):
    """Holds two from the first trade on."""

    async def run(self, desk):
        async for _ in desk.trades(NAME):
            if not desk.positions:
                await desk.buy(NAME, 2)


def walked(start, prices, **how):
    """Run a fund on a price each minute; return the journal, result and recorder's rows."""
    heard = [market(start + (n + 1) * MINUTE, float(price)) for n, price in enumerate(prices)]
    until = start + (len(prices) + 1) * MINUTE
    return session(*heard, pods=[Holder("holder")], start=start, until=until, **how)


@pytest.mark.parametrize(("step", "longer"), [(SECOND, 5 * SECOND), (HOUR, 4 * HOUR), (DAY, DAY)])
def test_each_step_is_followed_by_a_longer_one_that_it_divides(step, longer):
    assert coarser(step) == longer
    assert longer % step == 0
    assert step in STEPS


def test_the_last_row_of_each_step_and_the_first_row_stay():
    ts = np.array([3, 9, 10, 11, 25, 26], np.int64)
    assert last_of(ts, 10).tolist() == [0, 1, 3, 5]
    assert last_of(ts[:1], 10).tolist() == [0]


class Live(Film):
    """The same film as a live run sees it."""

    live = True


@pytest.mark.parametrize(
    ("rows", "every", "step"),
    [(FEW_ROWS - 1, SECOND, SECOND), (FEW_ROWS + 2_000, SECOND, 5 * SECOND), (90_000, MINUTE, 300)],
)
def test_a_long_live_run_keeps_at_most_so_many_rows_on_an_even_grid(rows, every, step):
    step = step * SECOND if step < SECOND else step
    made = Live(walk(rows, start=MONDAY, length=every, every=every)).trade(0, 10, 0, 5)
    recorder = made.play(500)
    table = recorder.table()
    assert table.step == step
    assert not table.daily
    assert len(table.ts) <= FEW_ROWS
    assert len(table.ts) > FEW_ROWS / 10
    assert sum(map(len, recorder._ts)) <= 2 * FEW_ROWS
    every_row = Film(walk(rows, start=MONDAY, length=every, every=every)).trade(0, 10, 0, 5)
    assert recorder.drawdowns() == every_row.play(500).drawdowns()
    values = dict(zip(made.bars[0].ts.tolist(), made.bars[0].close[:, 0].tolist(), strict=True))
    kept = np.diff([values[ts] for ts in table.ts[20:200].tolist()]) * 5
    assert np.diff(table.fund[20:200]) == pytest.approx(kept, abs=1e-6)


def test_returns_of_a_live_run_are_annualised_by_its_step():
    _, result = walked(START, [100, 101, 102])
    series = returns_of(result)
    assert result.equity.step == SECOND
    assert series.periods_per_year == pytest.approx(365 * 86_400)
    assert series.convention.startswith("Returns of every 1 s")


PRICES = [100, 120, 90, 130]
MORE = [110, 140]
AGAIN = START + HOUR


def resumed(tmp_path, *, curve=True):
    """Run a fund, go on with it in another; return both results."""
    first, before = walked(START, PRICES)
    past = past_from(enumerate(first.entries, 1))
    if curve:
        file = CurveFile(tmp_path)
        table = before.equity
        rows = np.column_stack(
            [table.fund, table.gross, table.net]
            + [each["holder"] for each in (table.pods, table.pod_gross, table.pod_net)]
        )
        for number in range(len(rows)):
            file.add(table.ts[: number + 1], rows[: number + 1])
        file.close()
        past.curve = read_curve(tmp_path)
    _, after = walked(AGAIN, MORE, past=past)
    return before, after


def test_the_curve_goes_on_after_a_resume_with_what_was_held_valued_all_along(tmp_path):
    before, after = resumed(tmp_path)
    whole = after.equity
    many = len(before.equity.ts)
    assert whole.ts[:many].tolist() == before.equity.ts.tolist()
    assert whole.fund[:many].tolist() == before.equity.fund.tolist()
    assert (np.diff(whole.ts) > 0).all()
    held = whole.fund - whole.fund[many - 1]
    assert held[-1] == pytest.approx(2 * (MORE[-1] - PRICES[-1]))
    # Until something is heard again it is held at the price of its fill, never at nothing.
    bought = float(before.fills[0].price)
    assert held[many] == pytest.approx(2 * (bought - PRICES[-1]))


def test_the_largest_fall_of_the_first_stretch_is_that_of_the_whole_run(tmp_path):
    before, after = resumed(tmp_path)
    assert before.max_drawdown[""] > 0
    assert after.max_drawdown[""] == pytest.approx(before.max_drawdown[""])
    assert after.max_drawdown["holder"] == pytest.approx(before.max_drawdown["holder"])


def test_returns_of_the_whole_run_see_no_flow_of_capital_at_the_resume(tmp_path):
    _, after = resumed(tmp_path)
    series = returns_of(after, "holder")
    assert len(series.ts) == len(after.equity.ts)
    assert np.prod(1 + series.returns) - 1 == pytest.approx(
        float(series.equity[-1] / series.equity[0] - 1)
    )


def test_without_a_curve_it_begins_at_the_resume(tmp_path):
    _, after = resumed(tmp_path, curve=False)
    assert after.equity.ts[0] == AGAIN


def test_a_line_that_was_cut_off_is_nobodys(tmp_path):
    file = CurveFile(tmp_path)
    for second in range(1, 5):
        file.add(np.array([second * SECOND]), np.array([[float(second), 0.0, 0.0]]))
        file.add(np.array([second * SECOND + 1]), np.array([[9.0, 0.0, 0.0]]))
    file.close()
    path = tmp_path / CURVE
    path.write_bytes(path.read_bytes()[:-3])
    ts, table = read_curve(tmp_path)
    assert (ts // SECOND).tolist() == [1, 2, 3]
    assert table[:, 0].tolist() == [1, 2, 3]
    again = CurveFile(tmp_path, 4 * SECOND)
    # The first row of a process is kept, then one a step.
    for second in (5, 6, 7, 10):
        again.add(np.array([second * SECOND]), np.array([[1.0, 0.0, 0.0]]), 5 * SECOND)
    again.close()
    assert (read_curve(tmp_path)[0] // SECOND).tolist() == [1, 2, 3, 5, 10]
    assert path.read_bytes().endswith(b"\n")
    assert read_curve(tmp_path / "elsewhere") is None
