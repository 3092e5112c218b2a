"""The exchange of a file that says which, and an unmodified ccxt client that has an account."""

import pytest

from brokers.emulators.serving import open_emulator
from tests.emulators_rig import ccxt_client


@pytest.fixture
async def emulator(request):
    """Open the exchange that the file's ``FAST`` describes."""
    async with open_emulator(request.module.FAST) as opened:
        yield opened


@pytest.fixture
async def client(emulator, request):
    """Open a client whose account has the file's ``MONEY``."""
    account = emulator.account("ann", request.module.MONEY)
    async with ccxt_client(emulator, account) as exchange:
        await exchange.load_markets()
        yield exchange
