"""One run has one digest, whatever does not belong to it changes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from magents.model.records import Fill, Signal
from tests.builders import trade
from tests.replay.market import every_strategy, market

ROOT = Path(__file__).resolve().parents[2]
COSTS = {"transaction_cost": 0.001, "slippage_bps": 2.0}


def digest(pods=None, bars=None, **how):
    run = trade(pods or every_strategy(), bars or market(), **{**COSTS, **how})
    assert run.result.halts == []
    return run.result.digest


@pytest.fixture(scope="module")
def expected():
    """Return the run that the others must repeat."""
    return trade(every_strategy(), market(), **COSTS)


def in_a_process_of_its_own(hash_seed):
    return subprocess.run(
        [sys.executable, "-m", "tests.replay.market"],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": str(hash_seed), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    ).stdout


def test_the_run_exercises_every_pod_in_both_markets(expected):
    """Guards the tests below: a run in which nothing happens is always the same."""
    fills = expected.journal.of(Fill)
    assert {fill.pod for fill in fills} == {pod.name for pod in every_strategy()}
    assert len({fill.instrument for fill in fills}) > 5
    assert len(expected.journal.of(Signal)) > 100


@pytest.mark.slow
def test_fresh_processes_with_any_hash_seed_give_one_digest(expected):
    result = expected.result
    wanted = f"{result.digest} {result.records} {len(result.fills)}\n"
    assert [in_a_process_of_its_own(seed) for seed in range(4)] == [wanted] * 4


def test_repeating_a_run_in_one_process_gives_one_digest(expected):
    assert digest() == expected.result.digest


@pytest.mark.parametrize("size", [1, 7, 512, 100_000])
def test_every_block_size_gives_one_digest(expected, size):
    assert digest(block_size=size) == expected.result.digest


@pytest.mark.parametrize("speed", [1e9, 1e12])
def test_a_paced_run_gives_the_digest_of_one_as_fast_as_possible(expected, speed):
    assert digest(speed=speed) == expected.result.digest


@pytest.mark.parametrize("turn", [1, 2, 3])
def test_pods_listed_in_another_order_give_one_digest(expected, turn):
    pods = every_strategy()
    assert digest(pods[turn:] + pods[:turn]) == expected.result.digest
    assert digest(pods[::-1]) == expected.result.digest


def test_checking_the_books_more_or_less_often_changes_nothing(expected):
    assert digest(check=False) == expected.result.digest


@pytest.mark.parametrize(
    "other",
    [
        lambda: digest(bars=market(seed=4)),
        lambda: digest(bars=market(rows=249)),
        lambda: digest(slippage_bps=3.0),
        lambda: digest(every_strategy()[1:]),
        lambda: digest(initial_capital=999_999),
    ],
    ids=["data", "length", "costs", "pods", "capital"],
)
def test_what_does_belong_to_a_run_changes_its_digest(expected, other):
    assert other() != expected.result.digest
