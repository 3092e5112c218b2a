"""Arguments of a request to Kraken futures."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from brokers.emulators.core.market import LINEAR, Market
from brokers.emulators.krakenfutures.errors import KrakenError, bad, missing
from brokers.emulators.krakenfutures.names import millis
from brokers.emulators.venue import Venue


class Params:
    """What was sent in query or body."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = values

    def text(self, name: str, default: str | None = None) -> str:
        """Return a text; what is missing must have a default.

        Raises:
            KrakenError: it has none.
        """
        value = self.values.get(name)
        if value is None or value == "":
            if default is None:
                raise missing(name)
            return default
        return str(value)

    def number(self, name: str, default: int) -> int:
        """Return a whole number.

        Raises:
            KrakenError: it is none.
        """
        text = self.text(name, str(default))
        if not text.lstrip("-").isdigit():
            raise bad(name)
        return int(text)

    def instant(self, name: str, default: int) -> int:
        """Return an instant in milliseconds, given as such or as text.

        Raises:
            KrakenError: it is neither.
        """
        try:
            return millis(self.text(name, str(default)))
        except ValueError:
            raise bad(name) from None

    def decimal(self, name: str) -> Decimal | None:
        """Return an exact number, ``None`` where there is none.

        Raises:
            KrakenError: it is no number.
        """
        text = self.text(name, "")
        if not text:
            return None
        try:
            value = Decimal(text)
        except InvalidOperation:
            raise bad(name) from None
        if not value.is_finite():
            raise bad(name)
        return value

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
