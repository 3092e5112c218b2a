"""Parameters of a request to OKX."""

from decimal import Decimal

from brokers.emulators.arguments import Arguments
from brokers.emulators.core.market import Market
from brokers.emulators.okx.errors import NO_INSTRUMENT, OkxError, bad, empty
from brokers.emulators.venue import Venue

SPOT = "SPOT"
MARKET_WORTH = Decimal(1_000_000)
"""USDT a market order may be worth."""
KINDS = frozenset({SPOT, "MARGIN", "SWAP", "FUTURES", "OPTION"})


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
            name = self.text("instId")
            found = [each for each in venue.exchange.markets.values() if each.symbol == name]
        if not found:
            raise OkxError(*NO_INSTRUMENT)
        return found[0]

    def markets(self, venue: Venue) -> list[Market]:
        """Return the markets a request is about, all of the type where it names none."""
        if self.text("instId", ""):
            return [self.market(venue)]
        return list(venue.exchange.markets.values()) if self.kind(SPOT) == SPOT else []


def coded(market: Market) -> int:
    """Return the number by which websocket orders name a market."""
    return 1000 + sum(market.symbol.encode())
