"""Parameters of a request to Bybit."""

from brokers.emulators.arguments import Arguments
from brokers.emulators.bybit.errors import BybitError, bad
from brokers.emulators.core.market import LINEAR, SPOT, Market
from brokers.emulators.venue import Venue


class Params(Arguments):
    """What was sent, in the query or as JSON."""

    def missing(self, name: str) -> BybitError:
        """Return the error for what must be there."""
        return bad(f"params error: {name} is required")

    def wrong(self, name: str, text: str) -> BybitError:
        """Return the error for what makes no sense."""
        del text
        return bad(f"params error: {name} invalid")

    def kind(self) -> str:
        """Return the category.

        Raises:
            BybitError: it is not emulated.
        """
        kind = self.text("category")
        if kind not in {SPOT, LINEAR}:
            raise bad("params error: category only spot and linear here")
        return kind

    def market(self, venue: Venue) -> Market:
        """Return the market a request is about.

        Raises:
            BybitError: there is none by that name.
        """
        market = venue.exchange.markets.get(f"{self.kind()}:{self.text('symbol')}")
        if market is None:
            raise bad("params error: symbol invalid")
        return market

    def markets(self, venue: Venue) -> list[Market]:
        """Return the markets a request is about, all of the category where it names none."""
        if self.text("symbol", ""):
            return [self.market(venue)]
        kind, base = self.kind(), self.text("baseCoin", "")
        every = venue.exchange.markets.values()
        return [each for each in every if each.kind == kind and base in {"", each.base}]
