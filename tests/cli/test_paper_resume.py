"""A paper run that was killed goes on from its journal: nothing lost, nothing twice."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from magents.journal.past import past_of
from magents.journal.reading import read
from magents.model.orders import Order, OrderState
from magents.model.records import Allocation, Fill, OrderEvent
from magents.runtime import wall

pytestmark = [pytest.mark.wall, pytest.mark.slow]
HERE = Path(__file__).parent
RUNNER = HERE / "paper_process.py"


def start(folder, resume):
    """Start a paper process on a market of its own; ``resume`` goes on with what is there."""
    return subprocess.Popen(
        [sys.executable, str(RUNNER), str(folder), str(int(resume))],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(HERE.parents[1])},
    )


def fills_in(folder):
    path = folder / "journal.sqlite"
    try:
        return [e for _, e in read(path, kind="fill")] if path.exists() else []
    except sqlite3.OperationalError:  # it is being made
        return []


def killed_after(process, folder, fills):
    """Kill a process once so many fills are on the disk."""
    until = wall.monotonic() + 30
    while len(fills_in(folder)) < fills and wall.monotonic() < until:
        assert process.poll() is None, process.stdout.read()
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()


def test_a_run_killed_twice_goes_on_each_time_with_every_fill_and_no_order_twice(tmp_path):
    killed_after(start(tmp_path, resume=False), tmp_path, 5)
    first = fills_in(tmp_path)
    killed_after(start(tmp_path, resume=True), tmp_path, len(first) + 5)
    second = fills_in(tmp_path)
    last = start(tmp_path, resume=True)
    told, _ = last.communicate(timeout=60)
    answer = json.loads(told)
    entries = [entry for _, entry in read(tmp_path / "journal.sqlite")]
    fills = [entry for entry in entries if isinstance(entry, Fill)]

    assert last.returncode == 0
    assert fills[: len(second)] == second
    assert second[: len(first)] == first
    assert [fill.id for fill in fills] == list(range(1, len(fills) + 1))
    orders = [entry.id for entry in entries if isinstance(entry, Order)]
    assert len(orders) == len(set(orders))
    assert sum(isinstance(entry, Allocation) for entry in entries) == 1
    assert past_of(tmp_path / "journal.sqlite").open == {}
    assert any(
        isinstance(e, OrderEvent) and e.state is OrderState.CANCELLED and "resumed" in e.note
        for e in entries
    )
    held = sum((fill.quantity for fill in fills), Decimal(0))
    paid = sum((fill.quantity * fill.price + fill.commission for fill in fills), Decimal(0))
    assert Decimal(answer["units"]) == held
    assert Decimal(answer["cash"]) == pytest.approx(1_000_000 - paid, abs=Decimal("0.0001"))
