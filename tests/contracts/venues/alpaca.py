"""The sandbox at an Alpaca paper account: orders are told, trades are asked for."""

from tests.contracts.at_emulator import Case, Emulated


class STAGE(Emulated):
    """Opens the emulator."""

    case = Case("alpaca", "BTC/USD", money="USD")
