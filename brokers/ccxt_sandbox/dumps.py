"""Keeps the memory of a process that knows keys out of the files a crash leaves behind."""

import ctypes
import resource
import sys
from contextlib import suppress

_PR_SET_DUMPABLE = 4
"""Of prctl(2)."""


def no_dumps() -> None:
    """Have no core file written of this process, nor piped to a collector of crashes.

    The limit alone is not enough: a collector gets its dump whatever the limit is (core(5)).  As a
    consequence no other process of the same user can read this one's memory or environment.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
