"""A paper run that was killed goes on from its journal: nothing lost, nothing twice."""

import asyncio
import json
import os
import signal
import sqlite3
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from feeds.live.recording import files_of
from magents.cli.main import main
from magents.cli.replay_parts import parts_of, replay_parts
from magents.journal.curve import read_curve
from magents.journal.past import past_of
from magents.journal.reading import read, stored_digest
from magents.model.orders import Order, OrderState
from magents.model.records import Allocation, Command, Fill, Notice, OrderEvent, Verdict
from magents.model.time import SECOND
from magents.runtime import wall
from tests.cli.watched_again import watched_again

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


def replayed(folder, into):
    """Play all files of a run into a folder; return the result."""
    into.mkdir()
    parts = parts_of(files_of(folder), None, {}, folder / "journal.sqlite")
    assert len(parts) == 3
    return replay_parts(parts, into)


def screen_shows_every_stretch(folder, fills, digest):
    """Watch the replay of a run of three stretches: what was before each is there in all."""
    home = folder / "screen"
    home.mkdir(mode=0o700)
    starts, seen, again = asyncio.run(watched_again(home, folder, files_of(folder)))
    third, back = seen["third"], seen["back"]

    assert again == digest
    assert third.head.shown == starts[2] + SECOND
    assert third.head.start < starts[1] < starts[2] < third.head.end
    assert [row.id for row in third.fills] == [f.id for f in fills if f.ts <= third.head.shown]
    assert third.pods[0].fills == len(third.fills)
    assert {mark.kind for mark in third.marks} >= {"fill"}
    assert third.marks[0].ts < starts[1]
    assert third.curve.ts[0] < starts[1]
    assert (back.head.review, back.head.shown) == (True, seen["first"].head.shown)
    assert third.breakpoints
    assert len(seen["last"].fills) == len(fills)


def test_a_run_that_was_killed_and_not_taken_up_is_replayed_up_to_its_death(tmp_path):
    results = tmp_path / "results"
    folder = results / "paper-0001"
    folder.mkdir(parents=True)
    killed_after(start(folder, resume=False), folder, 5)
    (folder / "config.json").write_text("{}")
    asked = ["replay", "last", "--report-dir", str(results), "--times", "2"]
    many = len(list(read(folder / "journal.sqlite")))
    # The last run is the session both times, not the replay of it.
    for first in ("replay-0001", "replay-0003"):
        told = CliRunner().invoke(main, asked).output
        assert f"the {many} records that the session had when it died" in told
        assert first in told
        assert told.count("run folder") == 1
        assert told.count("digest ") == 2
    refused = CliRunner().invoke(main, ["replay", "replay-0001", "--report-dir", str(results)])
    assert (refused.exit_code, "it is a replay" in refused.output) == (4, True)


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
    commands = [entry for entry in entries if isinstance(entry, Command)]
    assert len({command.limit for command in commands}) == 3
    kept_in_force = [e.text for e in entries if isinstance(e, Notice) and e.source == "resume"]
    assert kept_in_force == [
        f"in force from before: limit gross is {command.limit:g}" for command in commands[:2]
    ]
    held = sum((fill.quantity for fill in fills), Decimal(0))
    paid = sum((fill.quantity * fill.price + fill.commission for fill in fills), Decimal(0))
    assert Decimal(answer["units"]) == held
    assert Decimal(answer["cash"]) == pytest.approx(1_000_000 - paid, abs=Decimal("0.0001"))

    again = [replayed(tmp_path, tmp_path / f"replay-{number}") for number in range(3)]
    kept = stored_digest(tmp_path / "journal.sqlite")
    assert [(each.digest, each.records) for each in again] == [kept] * 3
    assert sum(again[0].orders.values()) == len(orders)
    assert again[0].orders["filled"] == sum(fill.complete for fill in fills)
    assert len(again[0].refusals) == sum(
        isinstance(entry, Verdict) and not entry.accepted for entry in entries
    )
    ts = again[0].equity.ts
    assert (np.diff(ts) > 0).all()
    assert ts[0] < first[0].ts < second[-1].ts < ts[-1]
    (tmp_path / "config.json").write_text("{}")
    asked = ["replay", str(tmp_path), "--report-dir", str(tmp_path / "results")]
    told = CliRunner().invoke(main, asked)
    assert "the journal is the session's, record by record" in told.output
    screen_shows_every_stretch(tmp_path, fills, kept[0])
    live, _ = read_curve(tmp_path)
    assert abs(int(live[0]) - int(ts[0])) < 2 * SECOND
    assert (np.diff(live) >= SECOND).all()
