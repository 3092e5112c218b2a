"""Numbers by which venues let their readers notice that a message of a book is missing.

ccxt checks some venues' (Binance's update ids, checksums) and not others'; those are looked at
before ccxt handles a message.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple


class Step(NamedTuple):
    """The numbers of one message of a book.

    Attributes:
        market: the venue's id of whose book. number: its own.
        before: that of the message it says it follows. snapshot: whether it follows none.
    """

    market: str
    number: int
    before: int
    snapshot: bool


class Sequencer:
    """A venue whose books carry no numbers, or whose numbers ccxt checks itself.

    Attributes:
        numbered: whether the ids of trades count one by one.
    """

    numbered = False

    def read(self, message: Mapping[str, Any]) -> Step | None:
        """Read the numbers of a message; ``None`` where it is none of a book, or has none."""
        del message
        return None

    def follow(self, symbol: str, step: Step) -> str:
        """Take a message's number; return what is missing before it, or ""."""
        del symbol, step
        return ""

    def whole(self, book: Mapping[str, Any], symbol: str) -> bool:
        """Return whether a book may be trusted that was not before."""
        del book, symbol
        return True

    def lose(self, symbol: str) -> None:
        """Forget the numbers of a book: it comes whole again next."""


class Binance(Sequencer):
    """Update ids are checked by ccxt; a book without one waits for its snapshot."""

    numbered = True

    def whole(self, book: Mapping[str, Any], symbol: str) -> bool:
        """Trust a book that has its snapshot."""
        return book.get("nonce") is not None


class Counted(Sequencer):
    """A venue that sends snapshots on the stream and numbers what follows them."""

    def __init__(self) -> None:
        """Wait for snapshots."""
        self._last: dict[str, int] = {}

    def whole(self, book: Mapping[str, Any], symbol: str) -> bool:
        """Trust a book that began with a snapshot."""
        return symbol in self._last

    def lose(self, symbol: str) -> None:
        """Wait for a snapshot."""
        self._last.pop(symbol, None)

    def follow(self, symbol: str, step: Step) -> str:
        """Compare a number with the last; before a snapshot there is nothing to compare."""
        last = self._last.get(symbol)
        if not step.snapshot and last is not None and step.before != last:
            self.lose(symbol)
            return f"update {step.number} does not follow {last}"
        if step.snapshot or last is not None:
            self._last[symbol] = step.number
        return ""


class Bybit(Counted):
    """``u`` counts one by one from each snapshot."""

    def read(self, message: Mapping[str, Any]) -> Step | None:
        """Read ``u``."""
        topic, data = message.get("topic"), message.get("data")
        if not isinstance(topic, str) or not isinstance(data, dict) or "u" not in data:
            return None
        if not topic.startswith("orderbook."):
            return None
        number = int(data["u"])
        return Step(str(data.get("s")), number, number - 1, message.get("type") == "snapshot")


class Okx(Counted):
    """``prevSeqId`` is the ``seqId`` of the message before, -1 in a snapshot."""

    def read(self, message: Mapping[str, Any]) -> Step | None:
        """Read ``seqId`` and ``prevSeqId``."""
        arg, data = message.get("arg"), message.get("data")
        if not isinstance(arg, dict) or not isinstance(data, list) or not data:
            return None
        row = data[0]
        if not str(arg.get("channel")).startswith("books") or "prevSeqId" not in row:
            return None
        before, number = int(row["prevSeqId"]), int(row["seqId"])
        snapshot = message.get("action") == "snapshot" or before == -1
        return Step(str(arg.get("instId")), number, before, snapshot)


class KrakenFutures(Counted):
    """``seq`` counts the messages of a contract one by one; ccxt does not look at it."""

    def read(self, message: Mapping[str, Any]) -> Step | None:
        """Read ``seq``."""
        feed = message.get("feed")
        if feed not in {"book", "book_snapshot"} or "seq" not in message:
            return None
        number = int(message["seq"])
        return Step(str(message.get("product_id")), number, number - 1, feed == "book_snapshot")


_KNOWN: dict[str, type[Sequencer]] = {
    "binance": Binance,
    "binanceus": Binance,
    "binanceusdm": Binance,
    "bybit": Bybit,
    "okx": Okx,
    "krakenfutures": KrakenFutures,
}


def sequencer_of(venue: str) -> Sequencer:
    """Return who follows the numbers of a venue's books, by its ccxt id."""
    return _KNOWN.get(venue, Sequencer)()
