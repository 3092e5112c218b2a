"""Value: the score by hand, monthly decisions, statements as of their filing."""

import numpy as np
import pytest

from magents.model.facts import FUNDAMENTALS
from magents.model.time import parse_instant
from pods.agents.graham import GrahamAgent, GrahamRule, percent_rank

NAN = float("nan")


def statement(world, known_at, instrument, period_end="2013-12-31", **values):
    plain = {
        "eps": 10.0,
        "shares": 100.0,
        "net_income": 1000.0,
        "total_equity": 10_000.0,
        "total_current_assets": 400.0,
        "total_current_liabilities": 200.0,
        "long_term_debt": 0.0,
    }
    values = plain | {"period_end": float(parse_instant(period_end))} | values
    columns = {name: [value] for name, value in values.items()}
    return world.facts(FUNDAMENTALS, (known_at, instrument), **columns)


def joined(world, tables):
    rows = [(int(t.known_at[0]), t.instrument[0]) for t in tables]
    names = tables[0].columns
    columns = {name: [float(t.columns[name][0]) for t in tables] for name in names}
    return world.facts(FUNDAMENTALS, *rows, **columns)


def test_score_of_a_single_company_by_hand(world):
    # EPS 10, BVPS 100, price 200: P/E 20, P/B 2, Graham number sqrt(22.5 * 1000) = 150.
    block = world.block(world.days("2014-01-31", 2), {"A": 200.0})
    opinion = world.run(GrahamAgent(), block, statement(world, "2014-01-15", "A"))
    last = {name: float(values[-1, 0]) for name, values in opinion.evidence.items()}
    assert last == {
        "score": pytest.approx(0.35 + 0.25 + 0.2 * 0.75 + 0.2),
        "pe": 20.0,
        "pb": 2.0,
        "graham_ratio": 0.75,
        "balance": 1.0,
    }


def test_balance_is_half_current_ratio_half_debt(world):
    table = statement(
        world, "2014-01-15", "A", total_current_liabilities=400.0, long_term_debt=2500.0
    )
    block = world.block(world.days("2014-01-31", 2), {"A": 200.0})
    balance = world.run(GrahamAgent(), block, table).evidence["balance"]
    assert balance[-1, 0] == (0.5 + 0.75) / 2


def test_a_bank_without_current_items_is_judged_by_the_rest(world):
    table = statement(
        world, "2014-01-15", "A", total_current_assets=0.0, total_current_liabilities=NAN
    )
    block = world.block(world.days("2014-01-31", 2), {"A": 200.0})
    evidence = world.run(GrahamAgent(), block, table).evidence
    assert np.isnan(evidence["balance"][-1, 0])
    assert evidence["score"][-1, 0] == pytest.approx((0.35 + 0.25 + 0.2 * 0.75) / 0.8)


def test_missing_eps_and_shares_follow_from_each_other(world):
    block = world.block(world.days("2014-01-31", 2), {"A": 200.0, "B": 200.0})
    tables = [
        statement(world, "2014-01-15", "A", eps=0.0),
        statement(world, "2014-01-15", "B", shares=NAN),
    ]
    evidence = world.run(GrahamAgent(), block, joined(world, tables)).evidence
    assert evidence["pe"][-1].tolist() == [20, 20]
    assert evidence["pb"][-1].tolist() == [2, 2]


def test_losses_and_negative_equity_score_low_and_break_nothing(world):
    table = statement(world, "2014-01-15", "A", eps=-1.0, total_equity=-500.0)
    block = world.block(world.days("2014-01-31", 2), {"A": 200.0})
    evidence = world.run(GrahamAgent(), block, table).evidence
    assert evidence["graham_ratio"][-1, 0] == 0
    assert evidence["balance"][-1, 0] == 0.5


def test_a_statement_filed_in_a_month_acts_on_the_first_row_of_the_next(world):
    block = world.block(world.days("2014-01-01", 80), {"A": 50.0})
    opinion = world.run(GrahamAgent(), block, statement(world, "2014-02-10", "A"))
    assert world.changes(opinion.conviction[:, 0]) == [59]  # 2014-03-01


@pytest.mark.parametrize(("known_at", "row"), [("2014-02-01T21:00", 31), ("2014-02-01T21:01", 59)])
def test_a_statement_known_at_the_close_acts_then_and_not_before(world, known_at, row):
    block = world.block(world.days("2014-01-01", 80), {"A": 50.0})
    opinion = world.run(GrahamAgent(), block, statement(world, known_at, "A"))
    assert world.changes(opinion.conviction[:, 0]) == [row]


def test_hysteresis_buys_at_the_threshold_and_sells_below_exit(world):
    ts = world.days("2014-01-01", 120)
    # Alone, ranks are 1: score = 0.8 + 0.2 * min(150 / P, 1).
    price = np.where(np.arange(120) < 59, 150.0, np.where(np.arange(120) < 90, 300.0, 1500.0))
    agent = GrahamAgent(signal_threshold=0.95, exit_threshold=0.9)
    block = world.block(ts, {"A": price})
    opinion = world.run(agent, block, statement(world, "2013-12-15", "A"))
    assert opinion.conviction[:90, 0].tolist() == [1] * 90
    assert world.changes(opinion.conviction[:, 0]) == [90]
    assert opinion.evidence["score"][[0, 59, 90], 0] == pytest.approx([1.0, 0.9, 0.82])


def test_an_old_statement_is_not_used(world):
    ts = world.days("2014-01-01", 700)
    opinion = world.run(
        GrahamAgent(), world.block(ts, {"A": 100.0}), statement(world, "2013-12-31", "A")
    )
    assert world.changes(opinion.conviction[:, 0]) == [
        int((parse_instant("2015-08-01") - ts[0]) // 86_400_000_000_000) + 1
    ]


def test_a_late_filing_of_an_older_period_does_not_displace_a_newer_one(world):
    tables = [
        statement(world, "2014-01-10", "A", eps=10.0),
        statement(world, "2014-01-20", "A", period_end="2012-12-31", eps=1.0),
        statement(world, "2014-02-20", "A", eps=20.0),
    ]
    block = world.block(world.days("2014-01-01", 80), {"A": 200.0})
    pe = world.run(GrahamAgent(), block, joined(world, tables)).evidence["pe"][:, 0]
    assert pe[[31, 59]].tolist() == [20, 10]  # the amendment of the same period counts


def test_never_more_than_max_positions_and_ties_in_column_order(world):
    names = "ABCDEFG"
    tables = [statement(world, "2014-01-01", name) for name in names]
    block = world.block(world.days("2014-01-31", 40), dict.fromkeys(names, 100.0))
    agent = GrahamAgent(signal_threshold=0.3, exit_threshold=0.2, max_positions=3)
    opinion = world.run(agent, block, joined(world, tables))
    assert world.held(opinion, block, -1) == ["A", "B", "C"]


def test_no_facts_no_opinion(world):
    block = world.block(world.days("2014-01-01", 80), {"A": 50.0, "B": NAN})
    opinion = world.run(GrahamAgent(), block)
    assert not opinion.conviction.any()


def test_without_a_price_nothing_is_bought(world):
    block = world.block(world.days("2014-01-01", 80), {"A": NAN})
    opinion = world.run(GrahamAgent(), block, statement(world, "2014-01-01", "A"))
    assert not opinion.conviction.any()


def test_percent_rank_shares_ranks_and_keeps_gaps():
    ranks = percent_rank(np.array([3.0, NAN, 1.0, 3.0, 2.0]))
    np.testing.assert_array_equal(ranks, [0.875, NAN, 0.25, 0.875, 0.5])
    assert np.isnan(percent_rank(np.array([NAN]))).all()


def test_weights_are_settings(world):
    rule = GrahamRule(
        earnings_weight=0, book_weight=0, balance_weight=0, graham_weight=1, graham_cap=1.5
    )
    block = world.block(world.days("2014-01-31", 2), {"A": 200.0})
    score = world.run(GrahamAgent(rule=rule), block, statement(world, "2014-01-15", "A"))
    assert score.evidence["score"][-1, 0] == 0.5
