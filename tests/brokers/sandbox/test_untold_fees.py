"""A venue that tells no fees: the highest is booked, and what was less is found at once."""

from decimal import Decimal

import pytest

from brokers.ccxt_sandbox.truth.messages import ToldAdopted, ToldNote
from tests.brokers.sandbox.bench import bench, venue

pytestmark = [pytest.mark.wall, pytest.mark.slow]
LESS = Decimal("0.01") * (Decimal("0.0025") - Decimal("0.0015"))


async def test_who_rested_pays_less_and_the_rest_goes_to_the_house_without_a_halt(tmp_path):
    async with venue("alpaca") as (emulator, keys), bench(emulator, keys, tmp_path) as at:
        await at.orderly()
        resting = at.place("buy", "0.01", limit=15_000)
        await at.until(at.open_at_venue)
        emulator.act({"act": "fill", "account": "alice", "client_id": resting.client})
        await at.until(lambda: at.filled(resting) == Decimal("0.01"))
        await at.until(lambda: at.machine.truth.adopted["BTC"] != 2)
        told = [each for each in at.news if isinstance(each, ToldAdopted) and each.asset == "BTC"]

        assert [each.amount for each in told[1:]] == [LESS]
        assert "less of trades" in told[-1].note
        assert at.machine.auditor.orderly
        assert not [n.text for n in at.news if isinstance(n, ToldNote) and "again" in n.text]
        at.check()


async def test_units_that_no_fee_explains_are_believed_slowly_as_ever(tmp_path):
    async with venue("alpaca") as (emulator, keys), bench(emulator, keys, tmp_path) as at:
        await at.orderly()
        emulator.act({"act": "deposit", "account": "alice", "asset": "BTC", "amount": "0.5"})
        await at.until(lambda: at.machine.truth.adopted["BTC"] == Decimal("2.5"))
        notes = [n.text for n in at.news if isinstance(n, ToldNote)]

        assert any("0.5 BTC more" in text for text in notes)
