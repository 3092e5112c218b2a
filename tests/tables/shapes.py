"""Candles for tables of orders: six bars each, drawn in a few shapes."""

import pytest

from magents.model.time import HOUR
from tests.builders import MONDAY, NAN, candles

NONE = (NAN, NAN, NAN, NAN)
RISING = [
    (100, 102, 99, 101),
    (101, 104, 101, 103),
    (103, 105, 102, 104),
    (108, 110, 107, 109),  # opens above the high before
    (109, 111, 108, 110),
    (110, 112, 109, 112),
]
FALLING = [
    (100, 101, 98, 99),
    (99, 99, 96, 97),
    (97, 98, 95, 96),
    (92, 93, 90, 91),  # opens below the low before
    (91, 92, 89, 90),
    (90, 91, 88, 88),
]
HILL = [
    (100, 103, 99, 102),
    (102, 108, 101, 107),
    (107, 107, 103, 104),
    (104, 105, 98, 99),
    (99, 100, 95, 96),
    (96, 97, 95, 96),
]
VALLEY = [
    (100, 101, 97, 98),
    (98, 99, 92, 93),
    (93, 97, 93, 96),
    (96, 102, 95, 101),
    (101, 105, 100, 104),
    (104, 105, 103, 104),
]
FLAT = [(100, 100, 100, 100)] * 6
WIDE = [(100, 106, 94, 100), *[(100, 101, 99, 100)] * 5]
LATE_WIDE = [(100, 101, 99, 100), (100, 106, 94, 100), *[(100, 101, 99, 100)] * 4]
UPWARD = [(100, 106, 97, 101), *[(101, 102, 100, 101)] * 5]

rows = pytest.mark.parametrize


def day(*made):
    """Return bars of eight hours: three are a session, which ends at midnight."""
    return candles(*made, start=MONDAY, length=8 * HOUR, every=8 * HOUR)
