"""A headless Chromium, spoken to over its debugging protocol."""

import asyncio
import base64
import itertools
import json
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any, Self

import aiohttp

from tests.tui.real import CHROMIUM, until

LOOKS = 600
"""Tries, a tenth of a second apart."""
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-port=0",
    "--window-size=1600,900",
)


class Browser:
    """One page of a browser with a profile of its own."""

    def __init__(self) -> None:
        self._profile = Path(tempfile.mkdtemp(prefix="mg-chromium-"))
        self._numbers = itertools.count(1)

    async def __aenter__(self) -> Self:
        """Start it and open a page."""
        command = [str(CHROMIUM), *FLAGS, f"--user-data-dir={self._profile}", "about:blank"]
        self._process = await asyncio.create_subprocess_exec(
            *command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        port_file = self._profile / "DevToolsActivePort"
        await until(lambda: port_file.exists() and "\n" in port_file.read_text(), "Chromium", str)
        port = port_file.read_text().split("\n")[0]
        self._http = aiohttp.ClientSession()
        async with self._http.get(f"http://127.0.0.1:{port}/json") as answer:
            pages = await answer.json()
        page = next(one for one in pages if one["type"] == "page")
        self._socket = await self._http.ws_connect(page["webSocketDebuggerUrl"], max_msg_size=0)
        return self

    async def __aexit__(self, *_: object) -> None:
        """End it."""
        await self._socket.close()
        await self._http.close()
        self._process.terminate()
        await self._process.wait()
        shutil.rmtree(self._profile, ignore_errors=True)

    async def do(self, method: str, **params: Any) -> dict[str, Any]:
        """Ask for something by the protocol's name and return the answer."""
        number = next(self._numbers)
        await self._socket.send_json({"id": number, "method": method, "params": params})
        while True:
            message = json.loads(await self._socket.receive_str())
            if message.get("id") == number:
                return dict(message.get("result", {}))

    async def press(self, text: str) -> None:
        """Type into whatever has the focus."""
        for char in text:
            for kind in ("keyDown", "keyUp"):
                await self.do("Input.dispatchKeyEvent", type=kind, text=char, key=char)

    async def script(self, source: str) -> Any:
        """Run a script in the page and return its value."""
        answer = await self.do("Runtime.evaluate", expression=source, returnByValue=True)
        return answer["result"].get("value")

    async def wait_for(self, source: str) -> None:
        """Wait until a script's value is true."""
        for _ in range(LOOKS):
            if await self.script(source):
                return
            await asyncio.sleep(0.1)
        raise AssertionError(f"waited for {source}")

    async def picture(self) -> bytes:
        """Return the page as a PNG."""
        answer = await self.do("Page.captureScreenshot", format="png")
        return base64.b64decode(answer["data"])
