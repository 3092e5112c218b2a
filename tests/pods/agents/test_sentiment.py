"""Insiders and mood: scores by hand, routine trades, attention, the blend."""

import numpy as np
import pytest

from magents.model.facts import INSIDERS, SENTIMENT
from magents.model.time import HOUR, parse_instant
from pods.agents.insider import InsiderAgent, InsiderRule
from pods.agents.mood import MoodAgent, MoodRule
from pods.agents.selection import Selection
from pods.agents.sentiment import SentimentAgent

NAN = float("nan")


def trades(world, *rows):
    """Each row: known_at, instrument, insider, code, dollars and perhaps the trade's date."""
    traded = [row[5] if len(row) > 5 else row[0] for row in rows]
    return world.facts(
        INSIDERS,
        *[row[:2] for row in rows],
        transaction_ts=[float(parse_instant(day)) for day in traded],
        insider=[row[2] for row in rows],
        code=[row[3] for row in rows],
        shares=[row[4] for row in rows],
        price=[1.0] * len(rows),
    )


def talk(world, ts, instrument, n, positive, negative):
    rows = [(int(t), instrument) for t in ts]
    many = [np.broadcast_to(x, len(ts)).astype(float) for x in (n, positive, negative)]
    names = ("n_messages", "positive", "negative")
    return world.facts(SENTIMENT, *rows, **dict(zip(names, many, strict=True)))


def test_two_insiders_count_in_full_and_one_by_half(world):
    block = world.block(world.days("2014-01-06", 1), {"AAA": 10.0, "BBB": 10.0, "CCC": 10.0})
    table = trades(
        world,
        ("2014-01-05", "AAA", "x", "P", 500_000.0),
        ("2014-01-05", "AAA", "y", "P", 500_000.0),
        ("2014-01-05", "BBB", "x", "P", 1_000_000.0),
        ("2014-01-05", "CCC", "x", "S", 1_000_000.0),
        ("2014-01-05", "CCC", "x", "G", 9_000_000.0),
        ("2014-01-05", "CCC", "x", "P", NAN),
    )
    opinion = world.run(InsiderAgent(), block, table)
    assert opinion.evidence["insider_score"].tolist() == [[0.5, 0.25, -0.5]]
    assert opinion.evidence["insiders"].tolist() == [[2, 1, 0]]
    assert opinion.conviction.tolist() == [[1, 0, 0]]


def test_the_third_march_in_a_row_is_routine(world):
    years = ("2012-03-05", "2013-03-20", "2014-03-10")
    rows = [(day, "AAA", "x", "P", 1_000_000.0) for day in years]
    rows.append(("2014-03-11", "AAA", "y", "P", 500_000.0))
    block = world.block(world.days("2014-03-17", 1), {"AAA": 10.0})
    evidence = world.run(InsiderAgent(), block, trades(world, *rows)).evidence
    assert evidence["net_usd"][0, 0] == 500_000
    agent = InsiderAgent(rule=InsiderRule(routine_years=4))
    assert world.run(agent, block, trades(world, *rows)).evidence["net_usd"][0, 0] == 1_500_000


def test_insider_trades_dated_after_their_filing_are_left_out(world):
    table = trades(world, ("2014-01-05", "AAA", "x", "P", 1e7, "2014-01-06"))
    block = world.block(world.days("2014-01-06", 8), {"AAA": 10.0})
    assert not world.run(InsiderAgent(), block, table).conviction.any()


def test_insider_positions_end_with_the_window(world):
    table = trades(world, *[("2014-01-06T21:00", "AAA", who, "P", 1e7) for who in "xy"])
    block = world.block(world.days("2014-01-06", 120), {"AAA": 10.0})
    opinion = world.run(InsiderAgent(), block, table)
    assert world.changes(opinion.conviction[:, 0]) == [91]


def test_mood_by_hand(world):
    ts = world.days("2014-01-06", 3)
    rule = MoodRule(span=1, fast_weight=0.0, min_history=2)
    # span 1: mood is the tone itself. Tones 0, 1/2, 1/3; mean 1/4, deviation 1/4 before the last.
    table = talk(world, ts, "AAA", 10, [0, 1, 1], [0, 0, 0])
    table.columns["negative"][2] = 0
    table.columns["positive"][:] = [0, 1, 2]
    agent = MoodAgent(rebalance="daily", rule=rule)
    evidence = world.run(agent, world.block(ts, {"AAA": 10.0}), table).evidence
    assert evidence["tone"][:, 0] == pytest.approx([0, 1 / 2, 2 / 3])
    assert np.isnan(evidence["mood_z"][:2, 0]).all()
    assert evidence["mood_z"][2, 0] == pytest.approx((2 / 3 - 1 / 4) / (1 / 4))
    assert evidence["mood_score"][2, 0] == pytest.approx((2 / 3 - 1 / 4) / (3 / 4))


def test_fast_mood_is_a_geometric_sum(world):
    ts = world.days("2014-01-06", 4)
    rule = MoodRule(fast_weight=1.0, decay=0.5, min_history=2)
    table = talk(world, ts, "AAA", 10, [1, 0, 1, 1], [0, 0, 0, 0])
    # Tones 1/2, 0, 1/2, 1/2: moods 1/4, 1/8, 5/16, 13/32.
    moods = np.array([1 / 4, 1 / 8, 5 / 16, 13 / 32])
    agent = MoodAgent(rebalance="daily", rule=rule)
    z = world.run(agent, world.block(ts, {"AAA": 10.0}), table).evidence["mood_z"][:, 0]
    assert z[2] == pytest.approx((moods[2] - moods[:2].mean()) / moods[:2].std())
    assert z[3] == pytest.approx((moods[3] - moods[:3].mean()) / moods[:3].std())


def test_too_few_messages_are_no_observation(world):
    ts = world.days("2014-01-06", 40)
    block = world.block(ts, {"AAA": 10.0})
    opinion = world.run(MoodAgent(), block, talk(world, ts, "AAA", 4, 4, 0))
    assert np.isnan(opinion.evidence["tone"]).all()


def test_good_mood_opens_and_silence_closes(world):
    ts = world.days("2014-01-06", 60)
    said = np.where(np.arange(42) < 35, 5 + np.arange(42) % 2, 10)
    block = world.block(ts, {"AAA": 10.0})
    agent = MoodAgent(selection=Selection(0.9, 0.0, 8))
    opinion = world.run(agent, block, talk(world, ts[:42], "AAA", 12, said, 5))
    # Better from day 35, a Monday; the last words are of day 41, gone on the Monday after day 51.
    assert world.changes(opinion.conviction[:, 0]) == [35, 56]


def test_rows_known_at_one_instant_are_one_observation(world):
    ts = world.days("2014-01-06", 40)
    block = world.block(ts, {"AAA": 10.0})
    said = 5 + np.arange(40) % 3
    whole = talk(world, ts, "AAA", 12, 2 * said, 4)
    halves = talk(world, np.repeat(ts, 2), "AAA", 6, np.repeat(said, 2), 2)
    one, two = (world.run(MoodAgent(), block, table) for table in (whole, halves))
    np.testing.assert_array_equal(one.evidence["mood_z"], two.evidence["mood_z"])


def test_bad_mood_goes_short_only_where_it_may(world):
    ts = world.days("2014-01-06", 42)
    said = np.where(np.arange(42) < 35, 5 + np.arange(42) % 2, 0)
    block, table = world.block(ts, {"AAA": 10.0}), talk(world, ts, "AAA", 12, said, 5)
    assert not world.run(MoodAgent(selection=Selection(0.9, 0.0, 8)), block, table).conviction.any()
    short = MoodAgent(selection=Selection(0.9, 0.0, 8, allow_short=True))
    assert world.run(short, block, table).conviction[-1, 0] == -1


def test_the_blend_weighs_insiders_and_mood_over_what_was_heard(world):
    ts = world.days("2014-01-06", 36)
    said = np.where(np.arange(36) < 35, 5 + np.arange(36) % 2, 10)
    mood = talk(world, ts - HOUR, "AAA", 12, said, 5)
    bought = trades(world, *[("2014-02-09", "AAA", who, "P", 500_000.0) for who in "xy"])
    block = world.block(ts, {"AAA": 10.0})
    alone = world.run(SentimentAgent(), block, mood).evidence
    both = world.run(SentimentAgent(), block, mood, bought).evidence
    assert alone["score"][-1, 0] == alone["mood_score"][-1, 0]
    assert both["score"][-1, 0] == pytest.approx(0.6 * 0.5 + 0.4 * both["mood_score"][-1, 0])


def test_it_names_what_it_reads(world):
    assert SentimentAgent().inputs == (INSIDERS, SENTIMENT)
    assert SentimentAgent(weights=(0, 1)).inputs == (SENTIMENT,)
    block = world.block(world.days("2014-01-06", 10), {"AAA": 10.0})
    assert not world.run(SentimentAgent(), block).conviction.any()
