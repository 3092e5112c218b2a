"""The simulated exchange."""

from tests.contracts.at_simulated import Simulated

STAGE = Simulated
