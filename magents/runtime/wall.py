"""The only place that reads the machine's clocks."""

import time


def monotonic() -> float:
    """Return seconds from an arbitrary start, for pacing and progress rates."""
    return time.monotonic()


def cpu_seconds() -> float:
    """Return the CPU seconds this process has used."""
    return time.process_time()


def utc_now() -> int:
    """Return the present instant, nanoseconds UTC."""
    return time.time_ns()
