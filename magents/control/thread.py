"""The server's thread: an ordinary event loop beside the fund's."""

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path

from magents.control.counter import Counter
from magents.control.mailbox import Mailbox
from magents.control.room import Room
from magents.control.server import Access, Server
from magents.runtime.supervisor import Supervisor


class ControlThread:
    """Runs a :class:`Server` until it is closed.

    Args:
        mailbox, room, folder: see :class:`Counter`. access: how it is reached.
        run, mode: what the run is called. first: called when the first viewer has come.
    """

    def __init__(  # noqa: PLR0913 - what the server needs
        self,
        mailbox: Mailbox,
        room: Room,
        folder: Path | None,
        access: Access,
        run: str,
        mode: str,
        first: Callable[[], None] = lambda: None,
    ) -> None:
        """Be ready to start."""
        self._mailbox = mailbox
        self._room = room
        self._folder = folder
        self._access = access
        self._names = (run, mode)
        self._first = first
        self._thread = threading.Thread(target=self._run, name="control", daemon=True)
        self._ready = threading.Event()
        self._problem: Exception | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closing: asyncio.Event | None = None
        self._server: Server | None = None
        self._counter: Counter | None = None

    def start(self) -> None:
        """Listen; returns once viewers can come.

        Raises:
            UserError: it cannot listen there.
        """
        self._thread.start()
        self._ready.wait()
        if self._problem is not None:
            raise self._problem

    def close(self) -> None:
        """Close all connections and end the thread."""
        if self._loop is not None and self._closing is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._closing.set)
        self._thread.join()

    def show(self, room: Room, folder: Path | None) -> None:
        """Show another run from now on."""
        self._room, self._folder = room, folder
        if self._counter is not None:
            self._counter.show(room, folder)

    @property
    def viewers(self) -> int:
        """Return how many viewers there are."""
        return 0 if self._server is None else self._server.viewers

    def deserted(self) -> bool:
        """Return whether nobody looks."""
        return self.viewers == 0

    @property
    def visited(self) -> bool:
        """Return whether there ever was a viewer."""
        return self._server is not None and self._server.visited

    @property
    def address(self) -> str:
        """Return where it listens over TCP, empty for nowhere."""
        return "" if self._server is None else self._server.address

    def _run(self) -> None:
        try:
            with asyncio.Runner() as runner:
                runner.run(self._main())
        except Exception as error:  # noqa: BLE001 - told to who started it
            self._problem = error
        finally:
            self._ready.set()

    async def _main(self) -> None:
        self._loop, self._closing = asyncio.get_running_loop(), asyncio.Event()
        counter = self._counter = Counter(self._mailbox, self._room, self._folder)
        self._server = Server(counter, self._access, *self._names, self._first)
        await self._server.open()
        supervisor = Supervisor()
        supervisor.start("frames for going back", counter.record())
        self._ready.set()
        try:
            await self._closing.wait()
        finally:
            await supervisor.stop()
            await self._server.close()
