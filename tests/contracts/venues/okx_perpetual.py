"""The sandbox at OKX's swaps: positions in contracts of a hundredth of a coin."""

from tests.contracts.at_emulator import Case, Emulated


class STAGE(Emulated):
    """Opens the emulator."""

    case = Case("okx", symbol="BTC/USDT:USDT")
