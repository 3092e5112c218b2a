"""Arguments of a request to Kraken futures."""

from brokers.emulators.arguments import Arguments
from brokers.emulators.core.market import LINEAR, Market
from brokers.emulators.krakenfutures.errors import KrakenError, bad, missing
from brokers.emulators.krakenfutures.names import millis
from brokers.emulators.venue import Venue


class Params(Arguments):
    """What was sent in query or body."""

    def missing(self, name: str) -> KrakenError:
        """Return the error for what must be there."""
        return missing(name)

    def wrong(self, name: str, text: str) -> KrakenError:
        """Return the error for what makes no sense."""
        del text
        return bad(name)

    def instant(self, name: str, default: int) -> int:
        """Return an instant in milliseconds, given as such or as text.

        Raises:
            KrakenError: it is neither.
        """
        try:
            return millis(self.text(name, str(default)))
        except ValueError:
            raise bad(name) from None

    def flag(self, name: str) -> bool:
        """Return whether something is wanted."""
        return self.text(name, "false").lower() == "true"

    def many(self, name: str) -> list[str]:
        """Return all values of an argument that may come several times."""
        value = self.values.get(name) or []
        return [str(each) for each in (value if isinstance(value, list) else [value])]

    def market(self, venue: Venue) -> Market:
        """Return the contract a request is about; its case does not matter.

        Raises:
            KrakenError: there is none by that name.
        """
        return market_of(venue, self.text("symbol"))

    def markets(self, venue: Venue) -> list[Market]:
        """Return the contract a request names, or all."""
        if self.text("symbol", ""):
            return [self.market(venue)]
        return list(venue.exchange.markets.values())


def market_of(venue: Venue, symbol: str) -> Market:
    """Return a contract.

    Raises:
        KrakenError: there is none by that name.
    """
    market = venue.exchange.markets.get(f"{LINEAR}:{symbol.upper()}")
    if market is None:
        raise KrakenError("contractNotFound", 404)
    return market
