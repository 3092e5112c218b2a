"""A paper process killed at each write of journal and recording, and each frame, goes on whole."""

import json
import os
import signal
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from magents.journal.past import past_of
from magents.journal.reading import read
from magents.model.orders import Order
from magents.model.records import Fill

pytestmark = [pytest.mark.wall, pytest.mark.slow]
HERE = Path(__file__).parent
WRITES = 40
"""Steps in a row from the first on; a session has the same kinds of them over and over."""


def lives(folder, resume, step=0):
    """Run a paper process until it dies at a step, or ends; return its code and what it said."""
    done = subprocess.run(
        [sys.executable, str(HERE / "paper_process.py"), str(folder), str(int(resume)), str(step)],
        stdout=subprocess.PIPE,
        text=True,
        check=False,
        timeout=60,
        env={**os.environ, "PYTHONPATH": str(HERE.parents[1])},
    )
    return done.returncode, done.stdout


def dies_and_goes_on(folder, step):
    """Die at a step and go on; what the journal says and what the run says are the same."""
    folder.mkdir()
    assert lives(folder, resume=False, step=step)[0] == -signal.SIGKILL
    there = (folder / "journal.sqlite").is_file() and list(read(folder / "journal.sqlite"))
    code, said = lives(folder, resume=bool(there))
    assert code == 0
    entries = [entry for _, entry in read(folder / "journal.sqlite")]
    fills = [entry for entry in entries if isinstance(entry, Fill)]
    assert fills
    assert [fill.id for fill in fills] == list(range(1, len(fills) + 1))
    names = [entry.id for entry in entries if isinstance(entry, Order)]
    assert len(names) == len(set(names))
    assert past_of(folder / "journal.sqlite").open == {}
    held = sum((fill.quantity for fill in fills), Decimal(0))
    paid = sum((fill.quantity * fill.price + fill.commission for fill in fills), Decimal(0))
    answer = json.loads(said)
    assert Decimal(answer["units"]) == held
    assert Decimal(answer["cash"]) == pytest.approx(1_000_000 - paid, abs=Decimal("0.0001"))


def test_a_session_has_steps_of_every_kind(tmp_path):
    code, said = lives(tmp_path, resume=False)
    counted = json.loads(said)
    assert code == 0
    assert min(counted["writes"], counted["flushes"], counted["frames"]) > WRITES


@pytest.mark.parametrize("step", [7, 200])
def test_a_paper_run_killed_at_a_step_goes_on_whole(tmp_path, step):
    dies_and_goes_on(tmp_path / "run", step)


@pytest.mark.evidence
@pytest.mark.parametrize("step", [*range(1, WRITES + 1), *range(100, 600, 25)])
def test_a_paper_run_killed_at_any_step_goes_on_whole(tmp_path, step):
    dies_and_goes_on(tmp_path / "run", step)
