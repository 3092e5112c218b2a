"""One handling of one message: rows are applied as they are written, commands are collected."""

from brokers.ccxt_sandbox.truth.messages import (
    Ask,
    Lane,
    News,
    Request,
    Told,
    ToldChange,
    ToldFill,
    ToldNote,
)
from brokers.ccxt_sandbox.truth.rows import Entry
from brokers.ccxt_sandbox.truth.settings import Patience
from brokers.ccxt_sandbox.truth.state import Tracked, Truth


class Turn:
    """What one message leads to.

    Attributes:
        rows: to be made durable before anything else. requests: then to be sent.
        news: then to be told.
    """

    __slots__ = ("news", "now", "patience", "requests", "rows", "truth")

    def __init__(self, truth: Truth, now: int, patience: Patience) -> None:
        """Begin with nothing."""
        self.truth = truth
        self.now = now
        self.patience = patience
        self.rows: list[Entry] = []
        self.requests: list[Request] = []
        self.news: list[News] = []

    def write(self, row: Entry) -> None:
        """Apply a row and have it journalled."""
        self.truth.apply(row)
        self.rows.append(row)

    def tell(self, news: News) -> None:
        """Tell the fund, unless it is of an order that the fund knows was refused."""
        if isinstance(news, Told | ToldFill | ToldChange):
            order = self.truth.orders.get(news.intent.client)
            if order is not None and order.disowned:
                return
        self.news.append(news)

    def note(self, text: str, *, loud: bool = False) -> None:
        """Tell a human."""
        self.news.append(ToldNote(text, loud=loud))

    def look(self, order: Tracked, lane: Lane = Lane.QUERY) -> None:
        """Ask the venue about an order, once at a time."""
        if order.looking:
            return
        order.looking = True
        order.due = 0
        self.requests.append(self._about(Ask.LOOK, order, lane))

    def look_in(self, order: Tracked, span: int) -> None:
        """Look at an order after a while, unless an earlier look is due."""
        due = self.now + span
        order.due = min(order.due, due) if order.due else due

    def create(self, order: Tracked, attempt: int = 1) -> None:
        """Send an order."""
        intent = order.intent
        self.requests.append(
            Request(Ask.CREATE, Lane.NEW, self.now, order.client, intent=intent, attempt=attempt)
        )

    def cancel(self, order: Tracked) -> None:
        """Ask the venue to cancel an order; while the kill switch is pulled, before all else."""
        if order.cancelling:
            return
        order.cancelling = True
        lane = Lane.KILL if self.truth.killed else Lane.CANCEL
        self.requests.append(self._about(Ask.CANCEL, order, lane))

    def amend(self, order: Tracked) -> None:
        """Ask the venue for the other size or price that is wanted."""
        wanted = order.amend
        if wanted is None:
            return
        self.requests.append(
            Request(
                Ask.AMEND,
                Lane.AMEND,
                self.now,
                order.client,
                order.venue_id,
                order.intent,
                wanted.quantity if wanted.quantity is not None else order.quantity,
                wanted.limit if wanted.limit is not None else order.limit,
            )
        )

    def _about(self, ask: Ask, order: Tracked, lane: Lane) -> Request:
        return Request(ask, lane, self.now, order.client, order.venue_id, order.intent)
