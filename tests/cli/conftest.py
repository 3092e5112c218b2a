"""A small market on disk, pods of a user's own, and a way to call the program."""

import json
import math
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from magents.cli.main import main

ROOT = Path(__file__).resolve().parents[2]

PODS = '''\
"""Pods that misbehave, each in its own way."""

import os
import signal

import numpy as np

from magents.model.agents import Opinion
from pods.strategies.ma import MaPod

FEBRUARY = 1391558400 * 10**9


class Boom(MaPod):
    """Fails in February 2014."""

    id = "boom"
    aliases = ()

    async def run(self, desk):
        await desk.clock.until(FEBRUARY)
        raise ValueError("[red]no[/red] luck")


class Stopper(MaPod):
    """Presses Ctrl-C in February 2014."""

    id = "stopper"
    aliases = ()

    async def run(self, desk):
        await desk.clock.until(FEBRUARY)
        os.kill(os.getpid(), signal.SIGINT)


class Peek:
    """An agent that knows the next close."""

    name = "peek"
    inputs = ()

    def evaluate(self, block, news):
        later = np.vstack([block.close[1:], block.close[-1:]])
        return Opinion(np.sign(later - block.close))


class Cheat(MaPod):
    """Trades on the next close."""

    id = "cheat"
    aliases = ()

    def agents(self, panel):
        return [Peek()]
'''


def pytest_itemcollected(item: pytest.Item) -> None:
    """Let exchange_calendars use what the newest pandas will change."""
    item.add_marker(pytest.mark.filterwarnings("ignore:Series.values returning an ndarray"))


CLOSED = {"01-01", "01-20", "02-17", "04-18", "05-26", "07-04", "09-01", "11-27", "12-25"}
"""New York's holidays of 2014."""


def sessions() -> list[date]:
    """Return the days New York traded in 2014."""
    days = (date(2014, 1, 1) + timedelta(n) for n in range(365))
    return [day for day in days if day.weekday() < 5 and day.isoformat()[5:] not in CLOSED]


def price(day: int, phase: int) -> float:
    """Return a price that swings often enough for averages to cross."""
    return 100 + 20 * math.sin((day + phase) / 9) + day * 0.02


@pytest.fixture(scope="session")
def market(tmp_path_factory) -> Path:
    """Return a directory with a year of daily bars of two shares."""
    folder = tmp_path_factory.mktemp("market")
    for phase, name in enumerate(("AAA", "BBB")):
        rows = ["date,open,high,low,close,volume"]
        for n, day in enumerate(sessions()):
            opened, closed = price(n, 20 * phase), price(n, 20 * phase) + 0.5
            bar = f"{opened:.2f},{closed + 1:.2f},{opened - 1:.2f},{closed:.2f},1000"
            rows.append(f"{day},{bar}")
        (folder / f"{name}.csv").write_text("\n".join(rows) + "\n", "utf-8")
    return folder


@pytest.fixture(scope="session")
def own_pods(tmp_path_factory) -> Path:
    """Return a file of pods that misbehave."""
    path = tmp_path_factory.mktemp("own") / "own_pods.py"
    path.write_text(PODS, "utf-8")
    return path


@pytest.fixture
def workdir(tmp_path, monkeypatch) -> Path:
    """Return an empty working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def call(workdir) -> Callable[..., Result]:
    """Return a function that calls the program in an empty working directory."""

    def invoke(*args: object) -> Result:
        return CliRunner().invoke(main, [str(arg) for arg in args], prog_name="magents")

    return invoke


@pytest.fixture(scope="session")
def results(tmp_path_factory, market) -> Path:
    """Return a directory with one finished run, ``backtest-0001``."""
    folder = tmp_path_factory.mktemp("results")
    flags = ["--strategies", "ma", "--data-dir", str(market), "--report-dir", str(folder)]
    answer = CliRunner().invoke(main, ["backtest", *flags])
    assert answer.exit_code == 0, answer.output
    return folder


def program(*args: object, cwd: Path = ROOT) -> "subprocess.CompletedProcess[str]":
    """Run the program in a process of its own."""
    command: Sequence[str] = [sys.executable, "-m", "magents", *map(str, args)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=cwd)


def json_of(answer: Result) -> Any:
    """Return the JSON a call wrote to stdout."""
    return json.loads(answer.stdout)
