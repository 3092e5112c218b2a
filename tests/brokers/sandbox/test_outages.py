"""Network lost and exchange closed for maintenance: waited for, and nothing lost or doubled."""

from decimal import Decimal

import pytest

from brokers.ccxt_sandbox.truth.messages import ToldNote
from tests.brokers.sandbox.bench import bench, venue

pytestmark = [pytest.mark.wall, pytest.mark.slow]
NAMES = ["binance", "bybit"]


@pytest.mark.parametrize("name", NAMES)
async def test_what_rested_is_known_after_maintenance_and_what_was_sent_into_it_ends(
    name, tmp_path
):
    async with venue(name) as (emulator, keys), bench(emulator, keys, tmp_path) as at:
        await at.orderly()
        resting = at.place("buy", "0.01", limit=15_000)
        await at.until(lambda: "accepted" in at.states(resting))
        emulator.faults.add({"on": "order.place", "do": "maintenance", "seconds": 3})
        into = at.place("buy", "0.01")
        await at.until(lambda: at.order(into) is not None and at.order(into).final, 30)
        assert not at.order(resting).final
        await at.orderly()
        assert len(at.at_venue(into)) <= 1
        after = at.place("buy", "0.01", name="pod:after")
        await at.until(lambda: at.filled(after) == Decimal("0.01"))
        at.check()


@pytest.mark.parametrize("name", NAMES)
async def test_a_fill_while_the_network_is_away_is_told_when_it_is_back(name, tmp_path):
    async with venue(name) as (emulator, keys), bench(emulator, keys, tmp_path) as at:
        await at.orderly()
        resting = at.place("buy", "0.01", limit=15_000)
        await at.until(lambda: "accepted" in at.states(resting))
        away = [{"on": on, "do": "refuse", "times": 0} for on in ("any", "connect")]
        for fault in away:
            emulator.faults.add(fault)
        emulator.act({"act": "disconnect"})
        await at.until(lambda: not at.machine.auditor.orderly)
        (order,) = at.open_at_venue()
        emulator.act({"act": "fill", "order": order.number})
        held = at.place("buy", "0.01", name="pod:held")
        assert at.order(held) is None
        assert any(isinstance(note, ToldNote) and "broken" in note.text for note in at.news)
        emulator.faults.clear()
        await at.until(lambda: at.filled(resting) == Decimal("0.01"), 40)
        await at.until(lambda: at.filled(held) == Decimal("0.01"), 40)
        at.check()
