"""The sandbox at a venue that tells nothing by itself: no websocket is taken, so it is polled."""

from tests.contracts.at_emulator import Case, Emulated


class STAGE(Emulated):
    """Opens the emulator."""

    case = Case("binance", stream=False)
