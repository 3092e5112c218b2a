"""Parameters of a request to Alpaca."""

from decimal import Decimal

from brokers.emulators.alpaca.errors import AlpacaError, impossible, wrong
from brokers.emulators.alpaca.names import asset_id, instant
from brokers.emulators.arguments import Arguments
from brokers.emulators.core.market import Market
from brokers.emulators.venue import Venue

FOREVER = 2**60


class Params(Arguments):
    """What was sent, in the path, the query or as JSON."""

    def missing(self, name: str) -> AlpacaError:
        """Return the error for what must be there."""
        return wrong(f"{name} is required")

    def wrong(self, name: str, text: str) -> AlpacaError:
        """Return the error for what makes no sense."""
        return wrong(f"invalid {name}: {text}")

    def decimal(self, name: str) -> Decimal | None:
        """Return an exact positive number, ``None`` where there is none.

        Raises:
            AlpacaError: it is none.
        """
        value = super().decimal(name)
        if value is not None and value <= 0:
            raise impossible(f"{name} must be > 0")
        return value

    def limit(self, name: str, usual: int, most: int) -> int:
        """Return how many rows are wanted.

        Raises:
            AlpacaError: it is no number.
        """
        return max(1, min(self.number(name, usual), most))

    def instant(self, name: str, default: int) -> int:
        """Return an instant in milliseconds.

        Raises:
            AlpacaError: it is none.
        """
        text = self.text(name, "")
        return instant(text, name) if text else default

    def market(self, venue: Venue) -> Market:
        """Return the market a request is about, named with or without the stroke, or by its id.

        Raises:
            AlpacaError: there is none by that name.
        """
        found = named(venue, self.text("symbol"))
        if found is None:
            raise impossible(f"invalid symbol: {self.text('symbol')}")
        return found

    def markets(self, venue: Venue, name: str = "symbols") -> list[Market]:
        """Return the markets a request is about, all where it names none."""
        text = self.text(name, "")
        if not text:
            return list(venue.exchange.markets.values())
        found = (named(venue, each) for each in text.split(","))
        return [each for each in found if each is not None]


def named(venue: Venue, name: str) -> Market | None:
    """Return a market by any of its names."""
    for market in venue.exchange.markets.values():
        if name in {market.symbol, market.symbol.replace("/", ""), asset_id(market)}:
            return market
    return None
