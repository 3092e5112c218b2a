"""A made market with facts of every kind, for runs that every strategy has something to do in."""

import sys

import numpy as np

from magents.model.facts import (
    BILLS,
    CONGRESS,
    CONTRACTS,
    FUNDAMENTALS,
    FUNDING,
    INSIDERS,
    SENTIMENT,
    FactTable,
)
from magents.model.time import DAY, HOUR
from pods.registry import Registry
from tests.builders import MONDAY, always_open, block, feed, panel, trade, walk

NAMES = tuple(f"S{i}" for i in range(9))
FACTS = 500
PERPETUAL = "BTC/USDT:USDT"


def market(rows=250, gaps=0.1, seed=3, *, facts=True):
    """Return a feed of nine shares with gaps, a coin and its perpetual, with facts."""
    shares = walk(rows, panel(*NAMES), seed, gaps)
    coins = always_open(rows, "BTC/USDT", PERPETUAL, seed=seed + 1, gaps=gaps)
    return feed(shares, coins, facts=all_facts(rows, seed) if facts else {})


def flat(rows=60):
    """Return a feed in which nothing moves and nothing is known."""
    return feed(block(np.full((rows, len(NAMES)), 100.0), of=panel(*NAMES)))


def every_strategy():
    """Return one pod of each strategy there is, with its own defaults."""
    registry = Registry.load()
    return [registry.get(name).pod_class(name) for name in registry.ids()]


def all_facts(rows, seed):
    """Return tables of every kind of facts, some known before the first bar."""
    draw = np.random.default_rng(seed)
    return {kind: _table(kind, make(draw), rows, draw) for kind, make in _COLUMNS.items()}


def _table(kind, columns, rows, draw):
    known = MONDAY + np.sort(draw.integers(-90 * 24, rows * 24, FACTS)) * HOUR
    about = draw.choice([*NAMES, "ELSEWHERE"], FACTS).astype(object)
    if kind == FUNDING:
        about[:] = PERPETUAL
    for name in ("transaction_ts", "period_end"):
        if name in columns:
            columns[name] = (known - columns[name] * DAY).astype(np.int64)
    return FactTable(kind, known.astype(np.int64), about, columns)


def _texts(draw, *choices):
    return draw.choice(choices, FACTS).astype(object)


def _statements(draw):
    names = ("eps", "shares", "net_income", "total_equity", "long_term_debt")
    assets = {"total_current_assets": 3.0, "total_current_liabilities": 1.0}
    made = {name: draw.lognormal(1, 1, FACTS) for name in names}
    made |= {name: draw.lognormal(1, 0.3, FACTS) * scale for name, scale in assets.items()}
    return {"period_end": np.full(FACTS, 40), **made}


def _disclosures(draw):
    return {
        "transaction_ts": draw.integers(1, 45, FACTS),
        "member": _texts(draw, "a", "b", "c", "d"),
        "side": _texts(draw, "buy", "buy", "sell"),
        "amount_low": draw.choice([1_001.0, 50_001.0], FACTS),
        "amount_high": draw.choice([15_000.0, 100_000.0], FACTS),
    }


def _bills(draw):
    stage = _texts(draw, "introduced", "passed", "enacted")
    return {"sector": _texts(draw, "a", "b"), "stage": stage, "support": draw.uniform(-1, 1, FACTS)}


def _contracts(draw):
    return {"amount": draw.lognormal(15, 1, FACTS)}


def _insiders(draw):
    return {
        "transaction_ts": draw.integers(1, 5, FACTS),
        "insider": _texts(draw, "a", "b", "c"),
        "code": _texts(draw, "P", "P", "S"),
        "shares": draw.lognormal(10, 1, FACTS),
        "price": draw.lognormal(3, 1, FACTS),
    }


def _moods(draw):
    counts = {"n_messages": 20, "positive": 8, "negative": 5}
    return {name: draw.poisson(mean, FACTS).astype(np.float64) for name, mean in counts.items()}


def _funding(draw):
    return {"rate": draw.normal(0.0001, 0.0002, FACTS)}


_COLUMNS = {
    FUNDAMENTALS: _statements,
    CONGRESS: _disclosures,
    BILLS: _bills,
    CONTRACTS: _contracts,
    INSIDERS: _insiders,
    SENTIMENT: _moods,
    FUNDING: _funding,
}


def main():
    """Run every strategy and write the digest, for a test that starts processes of its own."""
    run = trade(every_strategy(), market(), transaction_cost=0.001, slippage_bps=2.0)
    sys.stdout.write(f"{run.result.digest} {run.result.records} {len(run.result.fills)}\n")


if __name__ == "__main__":
    main()
