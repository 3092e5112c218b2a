"""Parameters of a request to Alpaca."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from brokers.emulators.alpaca.errors import impossible, wrong
from brokers.emulators.alpaca.names import asset_id, instant
from brokers.emulators.core.market import Market
from brokers.emulators.venue import Venue

FOREVER = 2**60


class Params:
    """What was sent, in the path, the query or as JSON."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = values

    def text(self, name: str, default: str | None = None) -> str:
        """Return a text; what is missing must have a default.

        Raises:
            AlpacaError: it has none.
        """
        value = self.values.get(name)
        if value is None or value == "" or isinstance(value, dict | list):
            if default is None:
                raise wrong(f"{name} is required")
            return default
        return str(value)

    def limit(self, name: str, usual: int, most: int) -> int:
        """Return how many rows are wanted.

        Raises:
            AlpacaError: it is no number.
        """
        text = self.text(name, str(usual))
        if not text.isdecimal() or not text.isascii():
            raise wrong(f"invalid {name}: {text}")
        return max(1, min(int(text), most))

    def instant(self, name: str, default: int) -> int:
        """Return an instant in milliseconds.

        Raises:
            AlpacaError: it is none.
        """
        text = self.text(name, "")
        return instant(text, name) if text else default

    def decimal(self, name: str) -> Decimal | None:
        """Return an exact positive number, ``None`` where there is none.

        Raises:
            AlpacaError: it is none.
        """
        text = self.text(name, "")
        if not text:
            return None
        try:
            value = Decimal(text)
        except InvalidOperation:
            raise wrong(f"invalid {name}: {text}") from None
        if not value.is_finite() or value <= 0:
            raise impossible(f"{name} must be > 0")
        return value

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
