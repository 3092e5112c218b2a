"""Named random streams: one seed, one independent generator a name.

Adding or removing a user of randomness never shifts the numbers of another (common random
numbers), because each name derives its own child of the seed.
"""

import hashlib

import numpy as np


class Streams:
    """Gives out generators by name; the same seed and name give the same numbers for ever."""

    def __init__(self, seed: int) -> None:
        """Keep the seed, any integer of zero or more."""
        self.seed = seed

    def stream(self, name: str) -> np.random.Generator:
        """Return a fresh PCG64 generator for a name such as ``slippage/AAPL``."""
        digest = hashlib.sha256(name.encode()).digest()
        key = tuple(int.from_bytes(digest[i : i + 4], "big") for i in range(0, 16, 4))
        sequence = np.random.SeedSequence(self.seed, spawn_key=key)
        return np.random.Generator(np.random.PCG64(sequence))
