"""Parameters of a request to OKX."""

from decimal import Decimal

from brokers.emulators.arguments import Arguments
from brokers.emulators.core.market import Market
from brokers.emulators.okx.errors import NO_INSTRUMENT, OkxError, bad, empty
from brokers.emulators.okx.names import SPOT, SWAP, kind_of, named
from brokers.emulators.venue import Venue

MARKET_WORTH = Decimal(1_000_000)
"""USDT a market order may be worth."""
KINDS = frozenset({SPOT, SWAP, "MARGIN", "FUTURES", "OPTION"})


class Params(Arguments):
    """What was sent, in the query or as JSON."""

    def missing(self, name: str) -> OkxError:
        """Return the error for what must be there."""
        return empty(name)

    def wrong(self, name: str, text: str) -> OkxError:
        """Return the error for what makes no sense."""
        del text
        return bad(name)

    def number(self, name: str, default: int) -> int:
        """Return a whole number of 0 or more.

        Raises:
            OkxError: it is none.
        """
        found = super().number(name, default)
        if found < 0:
            raise bad(name)
        return found

    def limit(self, most: int) -> int:
        """Return how many rows are wanted, ``most`` unless told."""
        return max(1, min(self.number("limit", most), most))

    def kind(self, default: str | None = None) -> str:
        """Return the type of instrument.

        Raises:
            OkxError: there is no such type.
        """
        kind = self.text("instType", default).upper()
        if kind not in KINDS:
            raise bad("instType")
        return kind

    def market(self, venue: Venue) -> Market:
        """Return the market a request is about.

        Raises:
            OkxError: there is none by that name.
        """
        code = self.text("instIdCode", "")
        if code:
            found = [each for each in venue.exchange.markets.values() if str(coded(each)) == code]
        else:
            found = [each for each in [named(venue, self.text("instId"))] if each is not None]
        if not found:
            raise OkxError(*NO_INSTRUMENT)
        return found[0]

    def markets(self, venue: Venue) -> list[Market]:
        """Return the markets a request is about, all of the type where it names none."""
        kind = self.kind("") if self.text("instType", "") else ""
        chosen = (
            [self.market(venue)] if self.text("instId", "") else venue.exchange.markets.values()
        )
        return [each for each in chosen if kind in {"", kind_of(each)}]


def coded(market: Market) -> int:
    """Return the number by which websocket orders name a market."""
    return 1000 + sum(market.symbol.encode())
