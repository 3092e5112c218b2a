"""The crypto agents, on a few rows each."""

import numpy as np
import pytest

from magents.model.facts import FUNDING, FactTable
from pods.agents.basis import BasisAgent
from pods.agents.funding import FundingAgent
from pods.pairs import Pair, base_of, pairs_in
from tests.builders import block, panel


def evaluated(agent, bars, sizes):
    """Return the convictions of an agent fed blocks of these sizes, filled forward."""
    rows, start = [], 0
    for size in sizes:
        rows.append(agent.evaluate(bars.rows(start, start + size), {}).conviction)
        start += size
    table = np.vstack(rows)
    for row in range(1, len(table)):
        table[row] = np.where(np.isnan(table[row]), table[row - 1], table[row])
    return np.nan_to_num(table)


def test_basis_sells_the_dearer_market_until_they_meet():
    calm = [100.0 + 0.01 * (n % 2) for n in range(20)]
    other = [*calm, 101.0, 101.0, 100.0]
    held = [100.0] * 23
    of = panel("BTC/USDT@a", "BTC/USDT:USDT@b")
    agent = BasisAgent(of, (), 20, entry=1.5, leave=0.25, edge_bps=5, both_ways=False)
    found = evaluated(agent, block(np.column_stack([held, other]), of=of), [10, 13])
    assert found[:20].any() == np.False_
    assert found[20:].tolist() == [[1, -1], [1, -1], [0, 0]]


def test_a_basis_smaller_than_its_edge_is_left_alone():
    other = [100.0 + 0.001 * (n % 7) for n in range(60)]
    of = panel("BTC/USDT@a", "BTC/USDT:USDT@b")
    agent = BasisAgent(of, (), 20, entry=1.0, leave=0.25, edge_bps=5, both_ways=True)
    bars = block(np.column_stack([[100.0] * 60, other]), of=of)
    assert not evaluated(agent, bars, [60]).any()


def test_funding_holds_the_pair_while_longs_pay_enough():
    of = panel("BTC/USDT", "BTC/USDT:USDT")
    bars = block(np.full((4, 2), 100.0), of=of)
    at = bars.ts[[0, 1, 2, 3]] - 1
    rates = FactTable(
        FUNDING,
        at,
        np.array(["BTC/USDT:USDT"] * 4, object),
        {"rate": np.array([0.0002, 0.00005, -0.0001, 0.0001])},
    )
    agent = FundingAgent(of, (), 0.0001, 0.0)
    found = agent.evaluate(bars, {FUNDING: rates}).conviction
    assert found[0].tolist() == [1, -1]
    assert np.isnan(found[1]).all()
    assert found[2].tolist() == [0, 0]
    assert found[3].tolist() == [1, -1]


@pytest.mark.parametrize(
    ("names", "pairs"),
    [
        (("BTC/USDT", "BTC/USDT:USDT"), [Pair(0, 1)]),
        (("BTC/USDT@binance", "BTC/USDT@bybit"), [Pair(0, 1)]),
        (("BTC/USDT", "ETH/USDT"), []),
        (("BTC/USDT", "ETH/USDT", "ETH/USDT:USDT"), [Pair(1, 2)]),
    ],
)
def test_pairs_are_found_by_what_they_are_of(names, pairs):
    assert pairs_in(panel(*names), ()) == pairs


def test_bases_are_read_off_every_spelling():
    spellings = ("BTC/USDT", "BTCUSDT", "BTC-USD", "BTC/USDT:USDT@bybit", "BTC_USDT")
    assert {base_of(name) for name in spellings} == {"BTC"}
