"""Funds in processes of their own, and viewers of them, for tests."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

from magents.control.client import Reach, SocketLink
from magents.control.places import Card, card_of
from magents.control.wire import Hello

ROOT = Path(__file__).resolve().parents[2]
RUN = ("backtest", "--strategies", "ma,value", "--end-date", "2015-12-31")


def environment(home: Path) -> dict[str, str]:
    """Return an environment in which running funds are found in a folder of the test's own."""
    own = {"XDG_RUNTIME_DIR": home, "HOME": home, "XDG_STATE_HOME": home / "state"}
    return {**os.environ, **{name: str(path) for name, path in own.items()}}


def magents(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the program to its end."""
    return subprocess.run(
        [sys.executable, "-m", "magents", *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env=environment(home),
        timeout=60,
    )


class Beside:
    """A fund in a process of its own that can be attached to."""

    def __init__(self, home: Path, *more: str, run: Sequence[str] = RUN) -> None:
        self.home = home
        self.results = home / "results"
        command = [sys.executable, "-m", "magents", *run, "--serve", "--wait", *more]
        self.process = subprocess.Popen(
            [*command, "--report-dir", str(self.results)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=environment(home),
        )
        self.card = self._card()

    def _card(self) -> Card:
        while True:
            card = card_of(self.home / "magents", self.process.pid)
            if card is not None:
                return card
            try:
                self.process.wait(0.02)
            except subprocess.TimeoutExpired:
                continue
            raise AssertionError(self.process.stderr.read())

    def link(self, name: str = "test", **how: Any) -> SocketLink:
        """Return a way to the fund over its socket."""
        return SocketLink(Reach(Hello(name, **how), socket=Path(self.card.socket)))

    def end(self) -> str:
        """Wait for the end of the process; return what it printed."""
        out, err = self.process.communicate(timeout=60)
        assert self.process.returncode == 0, err
        return out

    def summary(self, run: str = "backtest-0001") -> dict[str, Any]:
        """Return what the run left."""
        return json.loads((self.results / run / "summary.json").read_text("utf-8"))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()
