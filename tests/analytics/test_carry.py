"""Carry in the figures of a run: by cause and pod, adding up to what the fund has gained."""

from decimal import Decimal
from io import StringIO

import pytest
from rich.console import Console

from feeds.memory import MemoryFeed
from magents.analytics.attribution import activity_of, attribute
from magents.analytics.carrying import settled
from magents.analytics.report import render
from magents.analytics.summary import load_result, summarise, write_tables
from magents.analytics.trades import trades_of
from magents.cli.tables import show_summary
from magents.model.events import Dividend, Events, Rate, Split, Timeline
from magents.model.instruments import FutureTerms, Instrument, Kind, OptionTerms
from magents.model.time import DAY, HOUR
from tests.builders import CLOSING, MONDAY, NAN, OPENING, Script, block, instrument, panel, trade

D = Decimal
FREE = {"max_single_name": 1e9, "max_leverage": 1e9, "price_collar": 1e9}


def holder(name, units):
    """Return a script that buys at the second opening."""

    async def script(desk):
        await desk.clock.until(MONDAY + CLOSING + HOUR)
        await desk.target(name, units)

    return script


def ran(instruments, columns, pods, events=None, **how):
    names = [each.id for each in instruments]
    bars = block(list(zip(*columns, strict=True)), of=panel(*names))
    scripts = [Script(pod, script) for pod, script in pods.items()]
    feed = MemoryFeed(instruments, [bars], events=events)
    return trade(scripts, feed, **FREE, **how).result


@pytest.fixture(scope="module")
def run():
    """Return a run with dividends, interest, a split and a future."""
    opens = MONDAY + OPENING
    events = Events(
        dividends=Timeline([Dividend(opens + 2 * DAY, "AAA", D("0.5"))]),
        splits=Timeline([Split(opens + 3 * DAY, "AAA", D(2))]),
        rates={"USD": Timeline([Rate(MONDAY, "USD", D("0.05"))])},
    )
    terms = FutureTerms(MONDAY + CLOSING + 90 * DAY)
    future = Instrument(id="ES", kind=Kind.FUTURE, multiplier=D(50), terms=terms)
    columns = [100, 100, 102, 51, 52], [4000, 4000, 4010, 4020, 4000]
    pods = {"a": holder("AAA", 4000), "b": holder("AAA", -50), "c": holder("ES", 2)}
    how = {"prices": "raw", "transaction_cost": 0.001}
    return ran([instrument(), future], columns, pods, events, **how)


def test_contributions_have_carry_by_cause_and_add_up(run):
    split = attribute(run)
    assert split.causes == ["dividend", "interest"]
    rows = {row.pod: row for row in split.pods}
    assert [rows[pod].carry.get("dividend", 0) for pod in "abc"] == [2000, -25, 0]
    assert [rows[pod].gross for pod in "abc"] == [16_000, -200, 0]
    for row in split.pods:
        assert row.gross - row.commission + row.carried + row.other == row.net
        assert abs(row.other) <= D("0.01")
    assert sum(row.net for row in split.pods) + split.rest == split.change
    assert settled(run) == {"c": 0}


def test_a_split_halves_the_price_of_an_open_trade(run):
    held = next(t for t in trades_of(run) if t.pod == "a")
    assert (held.quantity, held.entry_price, held.exit_price) == (8000, 50.0, 52.0)
    assert held.entry_value == 400_000


def test_a_contract_counts_with_its_multiplier(run):
    held = next(t for t in trades_of(run) if t.pod == "c")
    assert (held.entry_value, held.entry_price) == (400_000, 4000.0)
    assert activity_of(run, "c").traded == 400_000


def test_exercise_makes_the_premium_a_part_of_what_shares_cost():
    terms = OptionTerms("AAA", D(100), MONDAY + CLOSING + 2 * DAY, "call", settlement="physical")
    call = Instrument(id="CALL", kind=Kind.OPTION, multiplier=D(100), terms=terms)
    columns = [104, 104, 107.25, 108], [2.5, 2.5, 7.25, NAN]
    (held,) = trades_of(ran([instrument(), call], columns, {"pod": holder("CALL", 3)}))
    assert (held.instrument, held.quantity, held.entry_value) == ("AAA", 300, 30_750)
    assert (held.entry_price, held.exit_price) == (102.5, 108.0)
    assert (held.entry_order, held.open) == ("pod:1", True)


def test_a_run_with_carry_is_the_same_when_loaded_again(run, tmp_path):
    written = {path.name for path in write_tables(run, tmp_path)}
    assert {"flows.csv", "flows.parquet", "adjustments.csv", "adjustments.parquet"} <= written
    again = load_result(tmp_path)
    assert again.flows == run.flows
    assert again.adjustments == run.adjustments
    assert again.instruments == run.instruments
    assert summarise(again) == summarise(run)


def test_the_summary_says_who_got_what(run):
    carry = summarise(run)["carry"]
    assert carry["pods"]["a"]["dividend"] == "2000"
    assert carry["settled"] == {"c": "0"}
    assert "interest" in carry["house"]


def test_the_report_shows_costs_and_carry(run):
    page = render(run)
    assert "Costs and carry" in page
    for word in ("Dividend", "Interest", "House book</th>", "Settled in cash"):
        assert word in page


def shown(run, folder):
    out = StringIO()
    show_summary(summarise(run), folder, Console(file=out, width=200))
    return out.getvalue()


def test_the_terminal_has_a_column_of_carry_only_where_there_is_any(run, long_run, tmp_path):
    assert "carry" in shown(run, tmp_path)
    assert "carry" not in shown(long_run, tmp_path)
    assert "<h3>Carry</h3>" not in render(long_run)
