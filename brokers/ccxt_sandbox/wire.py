"""What travels with one request, inside its task: the gate, and what became of it."""

from collections.abc import Callable
from contextvars import ContextVar

from brokers.ccxt_sandbox.outcomes import Reply
from magents.model.errors import MagentsError


class BarredError(MagentsError):
    """The gate was closed when the request was about to leave."""


REPLY: ContextVar[Reply | None] = ContextVar("reply", default=None)
GATE: ContextVar[Callable[[], str] | None] = ContextVar("gate", default=None)


def check_gate() -> None:
    """Refuse to let the present request leave if its gate is closed by now.

    Raises:
        BarredError: it is.
    """
    gate = GATE.get()
    why = gate() if gate is not None else ""
    if why:
        raise BarredError(why)


def note_sent() -> None:
    """Take note that the present request is on its way."""
    reply = REPLY.get()
    if reply is not None:
        reply.sent = True


def note_reply(status: int, body: str) -> None:
    """Take note of the whole answer to the present request."""
    reply = REPLY.get()
    if reply is not None:
        reply.status, reply.body = status, body
