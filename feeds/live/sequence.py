"""Numbers by which venues let their readers notice that a message of a book is missing.

ccxt checks some venues' (Binance's update ids, checksums) and not others'; those are looked at
before ccxt handles a message.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple


class Checked(NamedTuple):
    """A message of a book: whose by the venue's id, and what is missing before it, or ""."""

    market: str
    missing: str


class Sequencer:
    """A venue whose books carry no numbers, or whose numbers ccxt checks itself.

    Attributes:
        numbered: whether the ids of trades count one by one.
    """

    numbered = False

    def check(self, message: Mapping[str, Any]) -> Checked | None:
        """Look at a message; ``None`` where it is none of a book, or has no numbers."""
        del message
        return None

    def whole(self, book: Mapping[str, Any], market: str) -> bool:
        """Return whether a book may be trusted that was not before."""
        del book, market
        return True

    def lose(self, market: str) -> None:
        """Forget the numbers of a book: it comes whole again next."""


class Binance(Sequencer):
    """Update ids are checked by ccxt; a book without one waits for its snapshot."""

    numbered = True

    def whole(self, book: Mapping[str, Any], market: str) -> bool:
        """Trust a book that has its snapshot."""
        return book.get("nonce") is not None


class Counted(Sequencer):
    """A venue that sends snapshots on the stream and numbers what follows them."""

    def __init__(self) -> None:
        """Wait for snapshots."""
        self._last: dict[str, int] = {}

    def whole(self, book: Mapping[str, Any], market: str) -> bool:
        """Trust a book that began with a snapshot."""
        return market in self._last

    def lose(self, market: str) -> None:
        """Wait for a snapshot."""
        self._last.pop(market, None)

    def _follow(self, market: str, number: int, before: int | None, *, snapshot: bool) -> Checked:
        """Take a message's number; ``before`` is the one it says it follows."""
        last = self._last.get(market)
        if snapshot or (last is not None and before == last):
            self._last[market] = number
        elif last is not None:
            self.lose(market)
            return Checked(market, f"update {number} does not follow {last}")
        return Checked(market, "")


class Bybit(Counted):
    """``u`` counts one by one from each snapshot."""

    def check(self, message: Mapping[str, Any]) -> Checked | None:
        """Compare ``u`` with the one before."""
        topic, data = message.get("topic"), message.get("data")
        if not isinstance(topic, str) or not isinstance(data, dict) or "u" not in data:
            return None
        if not topic.startswith("orderbook."):
            return None
        number = int(data["u"])
        snapshot = message.get("type") == "snapshot"
        return self._follow(str(data.get("s")), number, number - 1, snapshot=snapshot)


class Okx(Counted):
    """``prevSeqId`` is the ``seqId`` of the message before."""

    def check(self, message: Mapping[str, Any]) -> Checked | None:
        """Compare ``prevSeqId`` with the last ``seqId``."""
        arg, data = message.get("arg"), message.get("data")
        if not isinstance(arg, dict) or not isinstance(data, list) or not data:
            return None
        row = data[0]
        if not str(arg.get("channel")).startswith("books") or "prevSeqId" not in row:
            return None
        before, number = int(row["prevSeqId"]), int(row["seqId"])
        snapshot = message.get("action") == "snapshot" or before == -1
        return self._follow(str(arg.get("instId")), number, before, snapshot=snapshot)


_KNOWN: dict[str, type[Sequencer]] = {
    "binance": Binance,
    "binanceus": Binance,
    "binanceusdm": Binance,
    "bybit": Bybit,
    "okx": Okx,
}


def sequencer_of(venue: str) -> Sequencer:
    """Return who follows the numbers of a venue's books, by its ccxt id."""
    return _KNOWN.get(venue, Sequencer)()
