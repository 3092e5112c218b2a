"""Files larger than memory stream: what is held is bounded by pieces and blocks."""

import subprocess
import sys

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import pytest

MINUTE = 60
ROWS = 3_400_000
BOUND_MB = 220

# A fresh process, so that the peak is this reading's alone.
SCRIPT = """
import asyncio, sys
from pathlib import Path
from feeds.history import HistoryFeed

async def count(feed):
    rows = 0
    for panel in feed.panels:
        async for block in feed.blocks(panel, 4096):
            rows += block.close.size
    return rows

rows = asyncio.run(count(HistoryFeed(Path(sys.argv[1]))))
# The peak of this program; getrusage would count what the parent held when it forked.
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(rows, int(peak.split()[1]) // 1024)
"""


def table(grouped):
    """Make rows of four instruments, by time or by instrument."""
    minutes = 1_600_000_000 + MINUTE * np.arange(ROWS // 4)
    names = np.array(["A/USD", "B/USD", "C/USD", "D/USD"])
    stamp = np.tile(minutes, 4) if grouped else np.repeat(minutes, 4)
    symbol = np.repeat(names, ROWS // 4) if grouped else np.tile(names, ROWS // 4)
    price = 100 + np.round(np.sin(np.arange(ROWS) / 1e4), 4)
    return pa.table(
        {
            "ts": stamp,
            "symbol": symbol,
            "open": price,
            "high": price + 1.25,
            "low": price - 1.25,
            "close": price + 0.5,
            "volume": np.full(ROWS, 1234567.5),
        }
    )


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
@pytest.mark.parametrize("form", ["csv", "parquet"])
@pytest.mark.parametrize("grouped", [False, True])
def test_two_hundred_megabytes_are_read_in_bounded_memory(tmp_path, form, grouped):
    if form == "csv":
        pacsv.write_csv(table(grouped), tmp_path / "bars.csv")
        assert (tmp_path / "bars.csv").stat().st_size > 180e6
    else:
        pq.write_table(
            table(grouped), tmp_path / "bars.parquet", compression="none", use_dictionary=False
        )
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    rows, peak = map(int, done.stdout.split())
    assert rows == ROWS
    assert peak < BOUND_MB
