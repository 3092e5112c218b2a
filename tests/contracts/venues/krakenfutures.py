"""The sandbox at Kraken futures: a perpetual, positions in place of coins."""

from tests.contracts.at_emulator import Case, Emulated


class STAGE(Emulated):
    """Opens the emulator."""

    case = Case("krakenfutures", symbol="BTC/USD:USD", money="USD")
