"""Storms at emulators of all five venues: no order twice, no fill lost, books as the venue has."""

import asyncio
import random

import pytest

from tests.brokers.sandbox.gales import Gale, faults

pytestmark = [pytest.mark.wall, pytest.mark.slow]
NAMES = ["binance", "bybit", "okx", "krakenfutures", "alpaca"]
AT_ONCE = 8
BLOCK, BLOCKS = 50, 10
GIVEN_UP = 300.0
"""Seconds after which a storm hangs."""


async def weather(folder, name, seeds):
    """Let storms blow, some at once; return them, and what went wrong by seed."""
    left, found, wrong = iter(seeds), [], {}

    async def blow():
        for seed in left:
            (folder / str(seed)).mkdir()
            gale = Gale(name, seed, folder / str(seed), kill=bool(seed % 2))
            try:
                async with asyncio.timeout(GIVEN_UP):
                    await gale.blow()
            except Exception as error:  # noqa: BLE001 - all are told at the end
                wrong[seed] = repr(error)
            found.append(gale)

    await asyncio.gather(*(blow() for _ in range(AT_ONCE)))
    return found, wrong


@pytest.mark.parametrize("name", NAMES)
async def test_storm_at_a_venue_leaves_no_duplicate_no_lost_fill_and_equal_books(tmp_path, name):
    found, wrong = await weather(tmp_path, name, range(2))
    assert not wrong
    assert sum(gale.trades for gale in found) > 4


@pytest.mark.evidence
@pytest.mark.parametrize("block", range(BLOCKS))
@pytest.mark.parametrize("name", NAMES)
async def test_500_storms_at_a_venue_leave_equal_books(tmp_path, name, block):
    seeds = range(BLOCK * block, BLOCK * (block + 1))
    found, wrong = await weather(tmp_path, name, seeds)
    assert not wrong
    assert sum(gale.trades for gale in found) > 5 * BLOCK
    assert sum(gale.deaths for gale in found) > BLOCK // 4
    assert sum(gale.hits for gale in found) > 3 * BLOCK


def test_a_storm_has_faults_of_every_kind_before_long():
    kinds = {rule["do"] for seed in range(60) for rule in faults(random.Random(seed))}
    assert len(kinds) > 18
