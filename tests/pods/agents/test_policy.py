"""Bills and contract awards: stages, sectors, surprises, and the blend with disclosures."""

import pytest

from magents.model.facts import BILLS, CONGRESS, CONTRACTS
from magents.model.time import parse_instant
from pods.agents.congress import CongressAgent
from pods.agents.policy import AwardRule, BillRule


def bills(world, *rows):
    """Each row: known_at, instrument or "", sector, stage, support."""
    return world.facts(
        BILLS,
        *[row[:2] for row in rows],
        sector=[row[2] for row in rows],
        stage=[row[3] for row in rows],
        support=[row[4] for row in rows],
    )


def awards(world, *rows):
    """Each row: known_at, instrument, amount."""
    return world.facts(CONTRACTS, *[row[:2] for row in rows], amount=[row[2] for row in rows])


def test_a_sector_bill_is_about_every_instrument_of_the_sector(world):
    sectors = {"AAA": "Energy", "BBB": "Energy", "CCC": "Health Care"}
    block = world.block(world.days("2014-01-06", 1), dict.fromkeys(sectors, 10.0))
    table = bills(
        world,
        ("2014-01-05", "", "Energy", "committee", 0.8),
        ("2014-01-05", "BBB", "", "passed", -0.4),
        ("2014-01-05", "", "Unheard of", "passed", 1.0),
        ("2014-01-05", "CCC", "", "vetoed", 1.0),
    )
    opinion = world.run(CongressAgent(bills=BillRule(sectors=sectors)), block, table)
    assert opinion.evidence["bill_score"][0] == pytest.approx([0.4, 0, 0])
    assert opinion.evidence["bills"][0].tolist() == [1, 2, 1]
    assert opinion.conviction.tolist() == [[1, 0, 0]]


def test_a_bill_holds_for_126_days(world):
    block = world.block(world.days("2014-01-06", 140), {"AAA": 10.0})
    opinion = world.run(
        CongressAgent(), block, bills(world, ("2014-01-06T21:00", "AAA", "", "passed", 1.0))
    )
    assert world.changes(opinion.conviction[:, 0]) == [133]  # the Monday after day 126


def test_an_award_is_measured_against_those_before_it(world):
    # Mean 100, standard deviation 10; 120 is two deviations above, so 2 / 3.
    rows = [("2013-11-01", "AAA", 90.0), ("2013-11-02", "AAA", 110.0)] * 2
    table = awards(world, *rows, ("2014-01-05", "AAA", 120.0))
    block = world.block(world.days("2014-01-06", 80), {"AAA": 10.0})
    opinion = world.run(CongressAgent(), block, table)
    assert opinion.evidence["award_score"][0, 0] == pytest.approx(2 / 3)
    assert opinion.evidence["awards"][0, 0] == 1
    assert world.changes(opinion.conviction[:, 0]) == [63]


def test_awards_without_a_year_of_history_say_nothing(world):
    rows = [("2012-11-01", "AAA", 90.0)] * 4
    table = awards(world, *rows, ("2014-01-05", "AAA", 500.0))
    block = world.block(world.days("2014-01-06", 1), {"AAA": 10.0})
    assert not world.run(CongressAgent(), block, table).conviction.any()
    agent = CongressAgent(awards=AwardRule(history_days=500))
    assert world.run(agent, block, table).evidence["award_score"][0, 0] == 1


def test_weights_are_spread_over_the_kinds_heard_of(world):
    block = world.block(world.days("2014-01-06", 8), {"AAA": 10.0})
    trade = world.facts(
        CONGRESS,
        ("2014-01-06T21:00", "AAA"),
        transaction_ts=[float(parse_instant("2014-01-02"))],
        member=["m"],
        side=["buy"],
        amount_low=[100_000.0],
        amount_high=[100_000.0],
    )
    bill = bills(world, ("2014-01-07", "AAA", "", "passed", 1.0))
    evidence = world.run(CongressAgent(), block, trade, bill).evidence
    assert evidence["score"][0, 0] == evidence["disclosure_score"][0, 0] == 0.5
    later = (0.3 * evidence["disclosure_score"][7, 0] + 0.4 * 1.0) / 0.7
    assert evidence["score"][7, 0] == pytest.approx(later)


def test_a_weight_of_zero_leaves_a_kind_out(world):
    agent = CongressAgent(weights=(0.3, 0.0, 0.3))
    assert agent.inputs == (CONGRESS, CONTRACTS)
    block = world.block(world.days("2014-01-06", 1), {"AAA": 10.0})
    opinion = world.run(agent, block, bills(world, ("2014-01-05", "AAA", "", "passed", 1.0)))
    assert not opinion.conviction.any()
