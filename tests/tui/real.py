"""Real terminals and browsers for tests: tmux and Chromium, each waited for, never slept upon."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

PROGRAM = str(Path(sys.executable).with_name("magents"))
PATIENCE = 60.0
"""Seconds a screen may take to show what is waited for, on a busy machine."""
LOOK_EVERY = 0.1
TMUX = shutil.which("tmux")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


async def until(seen: Callable[[], object], what: str, shown: Callable[[], str]) -> None:
    """Wait until something is seen.

    Raises:
        AssertionError: it was not, in good time; tells what was shown instead.
    """
    loop = asyncio.get_running_loop()
    end = loop.time() + PATIENCE
    while not seen():
        assert loop.time() < end, f"waited for {what}, and there was:\n{shown()}"
        await asyncio.sleep(LOOK_EVERY)


def funds_of(runtime: Path) -> list[dict[str, Any]]:
    """Return the cards of the funds that run, see ``magents.control.places``."""
    return [json.loads(card.read_bytes()) for card in runtime.glob("magents/*.json")]


class Terminal:
    """A terminal of a size in a tmux server of its own."""

    def __init__(self, name: str, size: tuple[int, int], runtime: Path) -> None:
        self._name, self._size, self._runtime = name, size, runtime

    def start(self, command: str) -> None:
        """Run a command of the shell in it; its exit code is shown when it ends."""
        width, height = map(str, self._size)
        self._tmux("new-session", "-d", "-x", width, "-y", height, f"{command}; echo EXIT $?; cat")

    def press(self, *keys: str) -> None:
        """Press keys, as tmux names them."""
        self._tmux("send-keys", *keys)

    def click(self, text: str) -> None:
        """Click on a text that is shown, as a terminal tells of it (SGR)."""
        for row, line in enumerate(self.text().splitlines(), 1):
            if text in line:
                place = f"{line.index(text) + 1};{row}"
                self.press("-l", f"\x1b[<0;{place}M\x1b[<0;{place}m")
                return
        raise AssertionError(f"there is no {text} in\n{self.text()}")

    def text(self) -> str:
        """Return what is shown."""
        return self._tmux("capture-pane", "-p")

    async def shows(self, *texts: str) -> None:
        """Wait until all the texts are on the screen."""
        await until(lambda: all(text in self.text() for text in texts), str(texts), self.text)

    async def lacks(self, *texts: str) -> None:
        """Wait until none of the texts is on the screen."""
        gone = f"{texts} to go"
        await until(lambda: not any(text in self.text() for text in texts), gone, self.text)

    def close(self) -> None:
        """End the server and what runs in it."""
        self._tmux("kill-server")

    def _tmux(self, *arguments: str) -> str:
        environment = {
            **os.environ,
            "TERM": "xterm-256color",
            "XDG_RUNTIME_DIR": str(self._runtime),
            "LC_ALL": "C.UTF-8",
        }
        environment.pop("NO_COLOR", None)
        command = ["tmux", "-u", "-L", self._name, "-f", os.devnull, *arguments]
        done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
        return done.stdout
