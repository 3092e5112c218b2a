"""V1: only what is traded here."""

from collections.abc import Mapping

from magents.model.instruments import Instrument
from magents.model.orders import Order


class KnownRule:
    """Refuses what the venue has never heard of; asked before all others.

    Args:
        instruments: what is traded here, by id.
    """

    number = "V1"

    def __init__(self, instruments: Mapping[str, Instrument]) -> None:
        """Keep the list."""
        self._instruments = instruments

    def refusal(self, order: Order) -> str:
        """Return why an order cannot be asked about at all, with the rule's number."""
        if order.instrument in self._instruments:
            return ""
        return f"{self.number}: {order.instrument} is not traded here"
