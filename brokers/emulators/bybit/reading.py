"""Parameters of a request to Bybit."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from brokers.emulators.bybit.errors import bad
from brokers.emulators.core.market import LINEAR, SPOT, Market
from brokers.emulators.venue import Venue


class Params:
    """What was sent, in the query or as JSON."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = values

    def text(self, name: str, default: str | None = None) -> str:
        """Return a text; what is missing must have a default.

        Raises:
            BybitError: it has none.
        """
        value = self.values.get(name)
        if value in {None, ""}:
            if default is None:
                raise bad(f"params error: {name} is required")
            return default
        return str(value)

    def number(self, name: str, default: int) -> int:
        """Return a whole number.

        Raises:
            BybitError: it is none.
        """
        text = self.text(name, str(default))
        if not text.lstrip("-").isdigit():
            raise bad(f"params error: {name} invalid")
        return int(text)

    def decimal(self, name: str) -> Decimal | None:
        """Return an exact number, ``None`` where there is none.

        Raises:
            BybitError: it is no number.
        """
        text = self.text(name, "")
        if not text:
            return None
        try:
            value = Decimal(text)
        except InvalidOperation:
            raise bad(f"params error: {name} invalid") from None
        if not value.is_finite():
            raise bad(f"params error: {name} invalid")
        return value

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
