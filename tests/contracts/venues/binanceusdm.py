"""The sandbox at Binance's USD-M futures: positions in place of coins."""

from tests.contracts.at_emulator import Case, Emulated


class STAGE(Emulated):
    """Opens the emulator."""

    case = Case("binanceusdm", symbol="BTC/USDT:USDT")
