"""The sandbox at Bybit's perpetuals: positions in place of coins."""

from tests.contracts.at_emulator import Case, Emulated


class STAGE(Emulated):
    """Opens the emulator."""

    case = Case("bybit", symbol="BTC/USDT:USDT")
