"""The sandbox at OKX demo trading, told by its private streams."""

from tests.contracts.at_emulator import Case, Emulated


class STAGE(Emulated):
    """Opens the emulator."""

    case = Case("okx")
