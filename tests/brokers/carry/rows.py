"""Real rows: excerpts in ``tests/data/carry``, or the whole files where ``MAGENTS_DATA`` says."""

import os
from pathlib import Path

import pandas as pd
import pytest

from magents.model.time import DAY, HOUR

HERE = Path(__file__).parents[2] / "data" / "carry"


def shared(name):
    """Return a file of the shared data directory, which has to be named."""
    folder = os.environ.get("MAGENTS_DATA")
    if folder is None:
        pytest.fail("the evidence on real rows needs MAGENTS_DATA, the directory they lie in")
    return Path(folder) / name


def frame(path):
    """Read a file, its ``date`` as midnights in nanoseconds."""
    table = pd.read_parquet(path)
    if "date" in table:
        table["ts"] = pd.to_datetime(table["date"]).astype("datetime64[ns]").astype("int64")
    else:
        table["ts"] = table["ts_utc"].dt.tz_localize(None).astype("datetime64[ns]").astype("int64")
    return table


def closing(midnight):
    """Return an instant in the US session of a date, after every event at its opening."""
    return int(midnight) + 20 * HOUR


__all__ = ["DAY", "HERE", "closing", "frame", "shared"]
