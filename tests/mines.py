"""Points at which a process may die: commits, bytes on a socket, awaits of the network.

A process changes the world by what it writes to disks and to sockets, and is changed by what it
waits for.  Commits and other writes of files get a step on each side by :meth:`Mines.around`.  All
bytes to sockets pass one method of asyncio's transport, a step on each side of it.  All tasks are
made by one factory, so no task waits without being looked at: where the network is waited for, one
step is when the wait begins and one when it is over.  What is waited for besides is counted by
name, so that a test can say that nothing of the network is among it.
"""

import asyncio
import os
import re
import signal
import sys
import threading
from asyncio import selector_events
from collections import Counter
from collections.abc import Coroutine
from functools import partial, wraps
from pathlib import Path
from urllib.parse import urlsplit

OUTSIDE = ("/aiohttp/", "/ccxt/", "/aiohappyeyeballs/")
"""Whose coroutines wait for the network, unless they sleep."""
FRAMES = {1: "text", 2: "binary", 8: "close", 10: "pong"}
NAMES = re.compile(r"[0-9a-f-]{8,}|\d{2,}|mag\w+")
"""Numbers and names of orders in an address."""


class Mines:
    """Counts the steps of this process, and kills it at one of them.

    Args:
        where: the number of the step at which it dies, 0 for never; or the n-th step whose name
            has a text in it, as in ``("POST /order: after", 2)``. folder: where ``died`` is left.

    Attributes:
        steps: how often each was passed. waits: for what else tasks waited, and how often.
    """

    def __init__(self, where, folder):
        self._name, self._left = ("", where) if isinstance(where, int) else where
        self.passed = 0
        self.steps, self.waits = Counter(), Counter()
        self._died = os.open(Path(folder) / "died", os.O_CREAT | os.O_TRUNC | os.O_WRONLY)
        self._thread = threading.get_ident()
        transport = selector_events._SelectorSocketTransport
        transport.write = self._written(transport.write)

    def step(self, name):
        """Pass a step, or die there."""
        self.passed += 1
        self.steps[name] += 1
        self._left -= self._name in name
        if self._left == 0 and self._name in name:
            os.write(self._died, name.encode())
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, method, name, wanted=lambda *_: True):
        """Return a method with a step on each side."""

        @wraps(method)
        def does(*given):
            if not wanted(*given):
                return method(*given)
            self.step(f"{name}: before")
            done = method(*given)
            self.step(f"{name}: after")
            return done

        return does

    def lay(self, loop):
        """Look after every task of a loop."""
        loop.set_task_factory(
            lambda at, coro, **how: asyncio.Task(Watched(coro, self), loop=at, **how)
        )
        return loop

    def loop(self):
        """Return an ordinary loop that is looked after."""
        return self.lay(asyncio.new_event_loop())

    def told(self):
        """Return what was counted."""
        return {"passed": self.passed, "steps": self.steps, "waits": self.waits}

    def _written(self, write):
        @wraps(write)
        def writes(transport, data):
            if threading.get_ident() != self._thread:
                return write(transport, data)
            return self.around(partial(write, transport), f"write {_what_is_written()}")(data)

        return writes


class Watched(Coroutine):
    """A coroutine with a step wherever it begins and ends to wait for the network."""

    def __init__(self, inner, mines):
        self._inner, self._mines, self._place = inner, mines, ""

    def send(self, value):
        return self._go(self._inner.send, value)

    def throw(self, *error):
        return self._go(self._inner.throw, *error)

    def close(self):
        return self._inner.close()

    def __await__(self):
        return (yield from self._inner.__await__())

    def _go(self, on, *given):
        if self._place:
            self._mines.step(f"await {self._place}: over")
        yielded = on(*given)
        frames = list(_frames(self._inner))
        self._place = _what_is_awaited(frames)
        if self._place:
            self._mines.step(f"await {self._place}: begins")
        else:
            self._mines.waits[frames[-1].f_code.co_qualname] += 1
        return yielded


def _frames(waiting):
    """Yield the frames of what waits, outermost first."""
    while waiting is not None:
        frame = _first(waiting, "cr_frame", "gi_frame", "ag_frame")
        if frame is not None:
            yield frame
        below = _first(waiting, "cr_await", "gi_yieldfrom", "ag_await")
        if frame is not None and frame.f_code.co_qualname.startswith("_AsyncGeneratorContext"):
            below = frame.f_locals["self"].gen  # what it waits for does not tell whose it is
        waiting = below


def _first(waiting, *names):
    return next((each for each in (getattr(waiting, n, None) for n in names) if each), None)


def _what_is_awaited(frames):
    """Return the name of a wait for the network, empty for any other."""
    if not any(_outside(frame) for frame in frames) or frames[-1].f_code.co_qualname == "sleep":
        return ""
    address = next((found for found in map(_address, frames) if found), "")
    inner = [frame for frame in frames if _outside(frame)][-1]
    return " ".join(filter(None, (inner.f_code.co_qualname, address)))


def _what_is_written():
    """Return a name of the bytes that are about to leave, by who sends them."""
    frame, found = sys._getframe(2), ""
    while frame is not None:
        name, local = frame.f_code.co_qualname, frame.f_locals
        if name == "WebSocketWriter.send_frame":
            return "ping" if _pinging(frame) else f"{FRAMES[int(local['opcode'])]} frame"
        if name.endswith((".send", ".write_bytes")) and hasattr(local.get("self"), "method"):
            return f"{local['self'].method} {_path(local['self'].url)}"
        found = found or (name if _outside(frame) else "")
        frame = frame.f_back
    # A connection that is let go says farewell, if there is time.
    return "TLS" if found == "ResponseHandler.close" else found or "TLS"


def _pinging(frame):
    """Say whether a frame keeps a stream alive, in whatever words the venue wants."""
    while frame is not None and frame.f_code.co_qualname != "Client.ping_loop":
        frame = frame.f_back
    return frame is not None


def _address(frame):
    """Return what a frame asks, or whom it listens to."""
    name, local = frame.f_code.co_qualname, frame.f_locals
    if name.endswith("Exchange.fetch") and "url" in local:
        return f"{local['method']} {_path(local['url'])}"
    if name == "ClientWebSocketResponse.receive":
        return _path(local["self"]._response.url)
    if name == "ClientSession._ws_connect":
        return _path(local["url"])
    return ""


def _path(url):
    return NAMES.sub("*", urlsplit(str(url)).path)


def _outside(frame):
    return any(each in frame.f_code.co_filename for each in OUTSIDE)
