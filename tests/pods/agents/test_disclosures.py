"""Congress: points by hand, decay, clusters, dirty rows, weekly decisions."""

import math

import numpy as np
import pytest

from magents.model.facts import CONGRESS
from magents.model.time import parse_instant
from pods.agents.congress import CongressAgent
from pods.agents.disclosures import DisclosureRule
from pods.agents.selection import Selection

NAN = float("nan")


def disclosures(world, *rows):
    """Each row: known_at, instrument, member, side, low, high and perhaps the trade's date."""
    traded = [row[6] if len(row) > 6 else "2013-12-20" for row in rows]
    return world.facts(
        CONGRESS,
        *[row[:2] for row in rows],
        transaction_ts=[float(parse_instant(day)) for day in traded],
        member=[row[2] for row in rows],
        side=[row[3] for row in rows],
        amount_low=[row[4] for row in rows],
        amount_high=[row[5] for row in rows],
        owner=["Self"] * len(rows),
    )


def test_a_purchase_opens_on_the_first_row_of_the_week_after_its_disclosure(world):
    # Rows 0 (2014-01-01, Wednesday), 5, 12, 19, ... begin weeks.
    block = world.block(world.days("2014-01-01", 30), {"AAA": 10.0})
    table = disclosures(world, ("2014-01-08", "AAA", "m", "buy", 1001.0, 15000.0))
    opinion = world.run(CongressAgent(), block, table)
    assert world.changes(opinion.conviction[:, 0]) == [12]


def test_points_decay_from_the_disclosure_with_the_middle_of_the_band(world):
    block = world.block(world.days("2014-01-01", 30), {"AAA": 10.0})
    table = disclosures(world, ("2014-01-08T21:00", "AAA", "m", "buy", 1001.0, 15000.0))
    evidence = world.run(CongressAgent(), block, table).evidence
    points = math.log10(8.0005) * 0.5 ** (5 / 60)
    assert evidence["newest_age_days"][12, 0] == 5
    assert evidence["disclosure_points"][12, 0] == pytest.approx(points)
    assert evidence["score"][12, 0] == pytest.approx(points / (points + 2))
    assert evidence["disclosures"][12, 0] == evidence["members"][12, 0] == 1


def test_an_open_band_counts_one_and_a_half_times_its_start(world):
    block = world.block(world.days("2014-01-06", 1), {"AAA": 10.0})
    table = disclosures(world, ("2014-01-06T21:00", "AAA", "m", "buy", 50_000_000.0, NAN))
    evidence = world.run(CongressAgent(), block, table).evidence
    assert evidence["disclosure_points"][0, 0] == pytest.approx(math.log10(75_000))


def test_sales_take_away_less_than_purchases_add(world):
    block = world.block(world.days("2014-01-06", 1), {"AAA": 10.0, "BBB": 10.0})
    table = disclosures(
        world,
        ("2014-01-06T21:00", "AAA", "m", "buy", 10_000.0, 10_000.0),
        ("2014-01-06T21:00", "AAA", "n", "sell", 10_000.0, 10_000.0),
        ("2014-01-06T21:00", "BBB", "n", "sell", 10_000.0, 10_000.0),
        ("2014-01-06T21:00", "BBB", "n", "exchange", 10_000.0, 10_000.0),
    )
    opinion = world.run(CongressAgent(), block, table)
    assert opinion.evidence["disclosure_points"][0] == pytest.approx([0.7, -0.3])
    assert opinion.conviction.tolist() == [[1, 0]]


@pytest.mark.parametrize(("members", "bonus"), [("abb", 1.0), ("abc", 1.5)])
def test_three_different_members_are_a_cluster(world, members, bonus):
    rows = [("2014-01-06T21:00", "AAA", m, "buy", 10_000.0, 10_000.0) for m in members]
    block = world.block(world.days("2014-01-06", 1), {"AAA": 10.0})
    evidence = world.run(CongressAgent(), block, disclosures(world, *rows)).evidence
    assert evidence["disclosure_points"][0, 0] == pytest.approx(3 * bonus)


@pytest.mark.parametrize("traded", ["2014-01-07", "2012-12-01"])
def test_trades_after_their_disclosure_or_long_before_it_are_left_out(world, traded):
    table = disclosures(world, ("2014-01-06", "AAA", "m", "buy", 1001.0, 15000.0, traded))
    block = world.block(world.days("2014-01-06", 8), {"AAA": 10.0})
    assert not world.run(CongressAgent(), block, table).conviction.any()


def test_it_closes_when_the_last_disclosure_leaves_the_window(world):
    block = world.block(world.days("2014-01-06", 140), {"AAA": 10.0})
    table = disclosures(world, ("2014-01-06", "AAA", "m", "buy", 100_001.0, 250_000.0))
    opinion = world.run(CongressAgent(), block, table)
    assert world.changes(opinion.conviction[:, 0]) == [105]


def test_decay_is_a_setting_and_can_close_a_position_early(world):
    block = world.block(world.days("2014-01-06", 140), {"AAA": 10.0})
    table = disclosures(world, ("2014-01-06T21:00", "AAA", "m", "buy", 10_000.0, 10_000.0))
    rule = DisclosureRule(half_life_days=7.0, half_score=1.0)
    agent = CongressAgent(selection=Selection(0.3, 0.2, 5), disclosures=rule)
    # Weekly: 1/2, 1/3, 1/5, 1/9.
    assert world.changes(world.run(agent, block, table).conviction[:, 0]) == [21]


def test_never_more_than_slots_and_the_biggest_first(world):
    names = [f"S{i}" for i in range(6)]
    rows = [
        ("2014-01-05", name, "m", "buy", 10_000.0 * (i + 1), 10_000.0 * (i + 1))
        for i, name in enumerate(names)
    ]
    block = world.block(world.days("2014-01-06", 3), dict.fromkeys(names, 10.0))
    agent = CongressAgent(selection=Selection(0.05, 0.0, 2))
    opinion = world.run(agent, block, disclosures(world, *rows))
    assert world.held(opinion, block, 0) == ["S4", "S5"]


def test_nothing_disclosed_nothing_held(world):
    block = world.block(world.days("2014-01-06", 8), {"AAA": 10.0})
    opinion = world.run(CongressAgent(), block)
    assert not opinion.conviction.any()
    assert np.isnan(opinion.evidence["score"]).all()
