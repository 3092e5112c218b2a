"""A ccxt.pro exchange that hears a recording instead of the network, message by message.

Everything happens inside the call that plays a frame: what ccxt would do in a task of its own is
stepped by hand, and waits only for answers that are in the recording.
"""

import asyncio
from collections.abc import Callable, Coroutine, Generator, Sequence
from typing import Any

import msgspec

from feeds.live.frames import Event, Frame, Kind
from feeds.live.harvest import Harvest
from feeds.live.making_up import PLACE as MISSED
from feeds.live.secrets import clean_address
from feeds.live.tap import METHOD, has_books, has_trades, wire
from magents.runtime.supervisor import Supervisor

MS = 1_000_000


class _Question:
    """Waits for the answer to a request."""

    def __init__(self, address: str) -> None:
        self.address = address

    def __await__(self) -> Generator["_Question", tuple[int, str], tuple[int, str]]:
        return (yield self)


Answering = Coroutine[Any, Any, Any]


class Stage:
    """What is laid over a ccxt.pro class to play recordings; see :func:`staged`."""

    asyncio_loop: Any
    markets: Any
    clients: dict[str, Any]

    def listen(self, harvest: Harvest) -> None:
        """Begin to play."""
        self.harvest: Harvest = harvest
        self.moment = 0
        self._asked: list[tuple[str, Answering]] = []
        self._attempt = Supervisor().attempt

    def open(self, *, lazy: bool = False) -> None:
        """Open nothing: there is no network here."""
        del lazy
        self.asyncio_loop = asyncio.get_running_loop()

    def milliseconds(self) -> int:
        """Return the time of the frame that is played."""
        return self.moment // MS

    async def load_markets(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        """Return the markets of the recording."""
        return self.markets

    async def throttle(self, cost: object = None) -> None:
        """Wait for nobody."""

    async def fetch(
        self,
        url: str,
        method: str = "GET",
        headers: Any = None,  # noqa: ANN401
        body: Any = None,  # noqa: ANN401
    ) -> Any:  # noqa: ANN401
        """Wait for the answer in the recording, and treat it as ccxt treats any other."""
        import ccxt

        status, text = await _Question(clean_address(method, url))
        if not status:
            raise ccxt.NetworkError(f"{method} {url}")
        answer = self.parse_json(text)  # type: ignore[attr-defined]
        checked: tuple[Any, ...] = (status, "", url, method, {}, text)
        self.handle_errors(*checked, answer, headers, body)  # type: ignore[attr-defined]
        self.handle_http_status_code(status, "", url, method, text)  # type: ignore[attr-defined]
        return text if answer is None else answer

    def client(self, url: str) -> Any:  # noqa: ANN401
        """Return the connection of an address, wired, and open to nowhere."""
        known = bool(self.clients) and url in self.clients
        client = super().client(url)  # type: ignore[misc]
        if not known:
            wire(client, self.harvest)
            client.send = _unsent
        return client

    def handle_message(self, client: Any, message: object) -> None:  # noqa: ANN401
        """Look at a message, then let ccxt handle it."""
        self.harvest.on_message(client.url, message)
        super().handle_message(client, message)  # type: ignore[misc]

    def spawn(self, method: Callable[..., Answering], *args: Any) -> Any:  # noqa: ANN401
        """Do at once what ccxt would do by itself, up to the answer it needs."""
        self._step(method(*args), None)

    def delay(self, timeout: float, method: Callable[..., Answering], *args: Any) -> Any:  # noqa: ANN401
        """Do at once what ccxt would do a little later."""
        del timeout
        self.spawn(method, *args)

    def answer(self, address: str, status: int, text: str) -> None:
        """Let the first that asked for an address go on with its answer."""
        for number, (asked, waiting) in enumerate(self._asked):
            if asked == address:
                del self._asked[number]
                self._step(waiting, (status, text))
                return

    def _step(self, work: Answering, value: object) -> None:
        self._attempt("recording", lambda: self._advance(work, value), _ignore)

    def _advance(self, work: Answering, value: object) -> None:
        try:
            waits = work.send(value)
        except StopIteration:
            return
        if isinstance(waits, _Question):
            self._asked.append((waits.address, work))
        else:
            work.close()


class Player:
    """One venue of a recording.

    Args:
        venue: its ccxt id. markets: as the recording has them, by symbol.
        timeframe: of bars. depth: levels a side that are told.
        test: whether it was the venue's test network.
    """

    def __init__(
        self,
        venue: str,
        markets: dict[str, dict[str, Any]],
        timeframe: str,
        depth: int,
        *,
        test: bool = False,
    ) -> None:
        """Set the stage."""
        self._exchange: Any = staged(venue)({"enableRateLimit": False})
        if test:
            self._exchange.set_sandbox_mode(True)
        self._exchange.set_markets(list(markets.values()))
        self._exchange.asyncio_loop = asyncio.get_running_loop()
        self._harvest = Harvest(self._exchange, list(markets), timeframe, depth)
        self._exchange.listen(self._harvest)
        self._attempt = Supervisor().attempt

    def play(self, frame: Frame) -> Sequence[Event]:
        """Return what a frame comes to."""
        self._exchange.moment = frame.stamp
        match frame.kind:
            case Kind.MESSAGE:
                client = self._exchange.client(frame.place)
                self._attempt(
                    frame.place,
                    lambda: client.handle_text_or_binary_message(frame.text),
                    _ignore,
                )
            case Kind.SUBSCRIBED:
                client = self._exchange.client(frame.place)
                for name, noted in msgspec.json.decode(frame.text).items():
                    client.subscriptions[name] = self._with_methods(noted)
            case Kind.ANSWER | Kind.FAILED:
                status, _, address = frame.place.partition(" ")
                self._exchange.answer(address, int(status or 0), frame.text)
            case Kind.CLOSED:
                self._lose(frame)
            case Kind.POLLED:
                self._polled(frame)
            case Kind.STALE:
                self._harvest.distrust(frame.place, frame.text)
            case _:
                pass
        return self._harvest.collect()

    def _polled(self, frame: Frame) -> None:
        found = msgspec.json.decode(frame.text)
        if frame.place == MISSED:
            self._harvest.make_up(found)
        else:
            self._harvest.on_result(found)

    def _lose(self, frame: Frame) -> None:
        client = self._exchange.clients.pop(frame.place, None)
        if client is not None and has_books(client):
            self._harvest.distrust_all(frame.text)
        if client is not None and has_trades(client):
            self._harvest.miss_trades(frame.place)

    def _with_methods(self, noted: Any) -> Any:  # noqa: ANN401
        """Return a subscription with its methods again."""
        if isinstance(noted, dict):
            if METHOD in noted:
                return getattr(self._exchange, str(noted[METHOD]), None)
            return {key: self._with_methods(value) for key, value in noted.items()}
        return noted


def staged(venue: str) -> type[Any]:
    """Return the class that plays a venue, by its ccxt id."""
    import ccxt.pro

    return type(f"Staged{venue}", (Stage, getattr(ccxt.pro, venue)), {})


async def _unsent(message: object) -> None:
    """Send nothing: what was sent is in the recording."""


def _ignore(_: str, __: Exception) -> None:
    """The session went on after this; so does its replay."""
