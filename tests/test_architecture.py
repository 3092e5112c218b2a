"""The shape of the repository: where packages come from, what may be called, what start-up loads.

Who may import whom is the import contract in pyproject.toml, run by ``make check``.
"""

import importlib
import json
import re
import socket
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("magents", "feeds", "pods", "brokers", "tui")

BANNED_CALLS = """\
import time; time.time()
import time; time.time_ns()
import time; time.monotonic()
import time; time.perf_counter()
import time; time.sleep(1)
from time import monotonic
from datetime import datetime; datetime.now()
from datetime import datetime; datetime.utcnow()
from datetime import datetime; datetime.today()
import datetime as dt; dt.datetime.now(dt.UTC)
from datetime import date; date.today()
import random
from random import choice
import secrets
import os; os.urandom(8)
import uuid; uuid.uuid4()
from uuid import uuid1
import numpy as np; np.random.seed(0)
import numpy as np; np.random.default_rng(0)
import numpy as np; np.random.RandomState(0)
import numpy as np; np.random.normal()
import numpy as np; np.random.Generator(np.random.PCG64(0))
from numpy.random import default_rng
import asyncio; asyncio.create_task(f())
import asyncio; asyncio.ensure_future(f())
import asyncio; asyncio.get_event_loop()
import asyncio; asyncio.gather()
import asyncio; asyncio.wait([])
import asyncio; asyncio.run(f())
import asyncio; asyncio.Runner()
from asyncio import TaskGroup
"""

ALLOWED_CALLS = """\
import time; time.strftime("%Y")
from datetime import datetime, UTC; datetime.fromtimestamp(0, UTC)
import numpy as np; draw: np.random.Generator
import asyncio; asyncio.sleep(1)
import asyncio; asyncio.timeout(1)
import asyncio; asyncio.get_running_loop()
"""


def ruff(source: str, path: str, *options: str) -> set[int]:
    """Return the lines of the source on which ruff finds a banned call, were it at that path."""
    command = [sys.executable, "-m", "ruff", "check", "--no-cache", "--select=TID251", *options]
    command += ["--output-format=json", f"--stdin-filename={path}", "-"]
    answer = subprocess.run(
        command, input=source, capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert answer.returncode in {0, 1}, answer.stderr
    return {finding["location"]["row"] for finding in json.loads(answer.stdout)}


@pytest.mark.parametrize("name", PACKAGES)
def test_package_is_loaded_from_this_repository(name):
    assert importlib.import_module(name).__file__ == str(ROOT / name / "__init__.py")


def test_every_part_of_magents_has_a_layer():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    layers = re.findall(r"magents\.\w+", " ".join(contracts["contracts"][0]["layers"]))
    parts = {f"magents.{path.stem}" for path in (ROOT / "magents").iterdir() if _is_part(path)}

    assert parts <= set(layers)


def _is_part(path: Path) -> bool:
    if path.suffix == ".py":
        return not path.stem.startswith("__")
    return (path / "__init__.py").exists()


def test_every_banned_call_is_caught_in_source():
    caught = ruff(BANNED_CALLS, "magents/planted.py")

    missed = [line for n, line in enumerate(BANNED_CALLS.splitlines(), 1) if n not in caught]
    assert missed == []


def test_allowed_calls_are_not_caught():
    assert ruff(ALLOWED_CALLS, "magents/planted.py") == set()


@pytest.mark.parametrize("folder", ["feeds", "pods/strategies/trend", "brokers", "tui"])
def test_banned_calls_are_caught_in_every_package(folder):
    lines = BANNED_CALLS.count("\n")

    assert ruff(BANNED_CALLS, f"{folder}/planted.py") == set(range(1, lines + 1))


def test_no_test_sleeps_on_the_wall_clock():
    ban = "lint.flake8-tidy-imports.banned-api.'time.sleep'.msg='await something instead'"
    sleepers = [
        str(path.relative_to(ROOT))
        for path in sorted((ROOT / "tests").rglob("*.py"))
        if "sleep" in (source := path.read_text("utf-8"))
        and path != Path(__file__)
        and ruff(source, path.name, "--isolated", "--config", ban)
    ]

    assert sleepers == []


def test_help_loads_nothing_heavy():
    heavy = {"numpy", "pandas", "plotly", "pyarrow", "textual", "exchange_calendars", "ccxt"}
    program = (
        "import sys; sys.argv = ['magents', '--help']\n"
        "from magents.cli.main import main\n"
        "try: main()\n"
        "except SystemExit as done: assert not done.code\n"
        "print(); print(*sys.modules)"
    )

    answer = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=ROOT
    )

    assert answer.returncode == 0, answer.stderr
    assert heavy.intersection(answer.stdout.splitlines()[-1].split()) == set()


def test_architecture_names_only_folders_that_exist():
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    named = re.findall(r"(?<![\w./<-])([a-z_][\w-]*(?:/[a-z_][\w-]*)*)/(?=[\s`]|$)", text)
    folders = dict.fromkeys(name for name in named if name != "results")

    missing = [name for name in folders if not _exists_under(name, [".", *folders])]
    assert folders
    assert missing == []


def _exists_under(name: str, parents: list[str]) -> bool:
    """Say whether a folder is at the root, or in a folder named too (as in a drawn tree)."""
    return any((ROOT / parent / name).is_dir() for parent in parents)


def test_network_out_of_this_machine_is_refused():
    with socket.socket() as sock, pytest.raises(pytest.fail.Exception, match="network"):
        sock.connect(("192.0.2.1", 80))
    with pytest.raises(pytest.fail.Exception, match="example"):
        socket.create_connection(("example.invalid", 80))


def test_loopback_is_allowed():
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()
