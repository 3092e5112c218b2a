"""A ccxt.pro exchange that tells everything it hears, as it hears it.

Nothing of ccxt is changed: its class is derived from, and the connection objects it makes are given
other methods one by one.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import msgspec

from feeds.live.frames import Event, Kind
from feeds.live.harvest import Harvest
from feeds.live.secrets import clean_address, clean_place, clean_text
from magents.runtime.supervisor import Supervisor

_BOOK = ("book", "depth")
METHOD = "$method"
"""Marks a method of the exchange in a subscription as it is recorded."""


class Sink(Protocol):
    """Takes what is heard; called on the loop, outside of the fund's turns."""

    def __call__(self, kind: Kind, place: str, text: str, events: Sequence[Event] = ()) -> None:
        """Take one frame and what it came to."""
        ...


Reading = Callable[[Callable[[], object]], None]
"""Calls what reads a connection: at once, or when there is room for what comes."""


def wire(client: Any, harvest: Harvest) -> None:  # noqa: ANN401 - ccxt has no types
    """Let a connection show each result of each message, also where nobody waits for it."""
    resolve, reject = client.resolve, client.reject

    def resolved(result: object, message_hash: object) -> object:
        harvest.on_result(result)
        return resolve(result, message_hash)

    def rejected(error: object, message_hash: object = None) -> object:
        answer = reject(error, message_hash)
        harvest.on_refusal()
        return answer

    client.resolve, client.reject = resolved, rejected


def has_books(client: Any) -> bool:  # noqa: ANN401
    """Return whether books come over a connection."""
    names = (str(name).lower() for name in client.subscriptions)
    return any(word in name for name in names for word in _BOOK)


def has_trades(client: Any) -> bool:  # noqa: ANN401
    """Return whether trades come over a connection."""
    return any("trade" in str(name).lower() for name in client.subscriptions)


def plain(subscription: object) -> object:
    """Return a subscription as it can be written; methods become their names."""
    if isinstance(subscription, dict):
        return {str(key): plain(value) for key, value in subscription.items()}
    if isinstance(subscription, list):
        return [plain(value) for value in subscription]
    if callable(subscription):
        return {METHOD: getattr(subscription, "__name__", "")}
    return subscription


class Tap:
    """What is laid over a ccxt.pro class; see :func:`tapped`.

    Attributes:
        harvest: who looks after each message; set with :meth:`listen`.
    """

    clients: dict[str, Any]

    def listen(self, harvest: Harvest, sink: Sink, reading: Reading) -> None:
        """Begin to tell; ``reading`` says when connections are read."""
        self.harvest: Harvest = harvest
        self._reading: Reading = reading
        self._sink: Sink = sink
        self._bodies: dict[object, tuple[int, str]] = {}
        self._noted: dict[str, set[str]] = {}
        self._attempt = Supervisor().attempt

    # -- connections ------------------------------------------------------------------------------

    def client(self, url: str) -> Any:  # noqa: ANN401
        """Return the connection of an address, wired."""
        known = bool(self.clients) and url in self.clients
        client = super().client(url)  # type: ignore[misc]
        if not known and hasattr(self, "harvest"):
            self._wire(client, clean_place(url))
        return client

    def _wire(self, client: Any, place: str) -> None:  # noqa: ANN401
        wire(client, self.harvest)
        handle, send, read = client.handle_text_or_binary_message, client.send, client.receive_loop
        client.receive_loop = lambda: self._reading(read)
        self._noted[place] = set()

        def heard(data: str | bytes) -> None:
            text = data.decode() if isinstance(data, bytes) else data
            failed: list[Exception] = []
            self._attempt(place, lambda: handle(data), lambda _, error: failed.append(error))
            self._tell(Kind.MESSAGE, place, clean_text(text))
            for error in failed:
                client.on_error(error)

        async def sent(message: object) -> object:
            self._note_subscriptions(client, place)
            text = message if isinstance(message, str) else msgspec.json.encode(message).decode()
            self._tell(Kind.OUT, place, clean_text(text))
            return await send(message)

        client.handle_text_or_binary_message, client.send = heard, sent

    def handle_message(self, client: Any, message: object) -> None:  # noqa: ANN401
        """Look at a message, then let ccxt handle it."""
        if hasattr(self, "harvest"):
            self.harvest.on_message(client.url, message)
        super().handle_message(client, message)  # type: ignore[misc]

    def on_connected(self, client: Any, message: object = None) -> None:  # noqa: ANN401
        """Tell of a connection."""
        super().on_connected(client, message)  # type: ignore[misc]
        self._tell(Kind.OPENED, clean_place(client.url), "")

    def on_error(self, client: Any, error: object) -> None:  # noqa: ANN401
        """Tell of a connection that broke."""
        super().on_error(client, error)  # type: ignore[misc]
        self._lost(client, f"{type(error).__name__}: {error}")

    def on_close(self, client: Any, error: object) -> None:  # noqa: ANN401
        """Tell of a connection that was closed from the other side."""
        super().on_close(client, error)  # type: ignore[misc]
        if not client.error:
            self._lost(client, f"closed by the venue, code {error}")

    def _lost(self, client: Any, why: str) -> None:  # noqa: ANN401
        if not hasattr(self, "harvest"):
            return
        if has_books(client):
            self.harvest.distrust_all(why)
        if has_trades(client):
            self.harvest.miss_trades(client.url)
        self._tell(Kind.CLOSED, clean_place(client.url), why)

    def _note_subscriptions(self, client: Any, place: str) -> None:  # noqa: ANN401
        """Tell which subscriptions ccxt has noted since: answers are handled by them."""
        noted = self._noted.setdefault(place, set())
        for name, subscription in client.subscriptions.items():
            text = msgspec.json.encode({str(name): plain(subscription)}).decode()
            if text not in noted:
                noted.add(text)
                self._tell(Kind.SUBSCRIBED, place, clean_text(text))

    # -- REST -------------------------------------------------------------------------------------

    async def fetch(self, url: str, method: str = "GET", *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        """Ask, and tell the answer before anybody goes on with it."""
        task = asyncio.current_task()
        address = clean_address(method, url)
        try:
            return await super().fetch(url, method, *args, **kwargs)  # type: ignore[misc]
        finally:
            status, body = self._bodies.pop(task, (0, "")) if hasattr(self, "harvest") else (0, "")
            kind = Kind.ANSWER if status else Kind.FAILED
            self._tell(kind, f"{status} {address}", clean_text(body))

    def on_rest_response(self, code: int, reason: str, url: str, method: str, *rest: Any) -> Any:  # noqa: ANN401
        """Keep the body of an answer until its request goes on."""
        body = super().on_rest_response(code, reason, url, method, *rest)  # type: ignore[misc]
        if hasattr(self, "harvest"):
            self._bodies[asyncio.current_task()] = (code, body)
        return body

    def spawn(self, method: Callable[..., Any], *args: Any) -> Any:  # noqa: ANN401
        """Let ccxt do something by itself, and tell what came of it."""

        async def work() -> Any:  # noqa: ANN401
            try:
                return await method(*args)
            finally:
                self._tell_rest()

        return super().spawn(work)  # type: ignore[misc]

    # -- telling ----------------------------------------------------------------------------------

    def _tell(self, kind: Kind, place: str, text: str) -> None:
        if hasattr(self, "harvest"):
            self._sink(kind, place, text, self.harvest.collect())

    def _tell_rest(self) -> None:
        """Tell events that came of an answer already told."""
        events = self.harvest.collect() if hasattr(self, "harvest") else []
        if events:
            self._sink(Kind.ANSWER, "", "", events)


def tapped(venue: str) -> type[Any]:
    """Return the tapped class of a venue, by its ccxt id.

    Raises:
        AttributeError: ccxt.pro has no such exchange.
    """
    import ccxt.pro

    return type(f"Tapped{venue}", (Tap, getattr(ccxt.pro, venue)), {})
