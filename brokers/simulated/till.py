"""What a fill costs: slippage on the price, then the fee on the notional."""

from decimal import Decimal
from typing import NamedTuple

from brokers.simulated.fees import Fees
from brokers.simulated.market import Execution
from brokers.simulated.slippage import Slippage
from magents.model.instruments import Instrument
from magents.model.money import ONE, exact, on_grid
from magents.model.orders import Order, Side


class Deal(NamedTuple):
    """A fill's numbers: signed units, price, signed notional and commission, all exact."""

    quantity: Decimal
    price: Decimal
    notional: Decimal
    commission: Decimal


class Till:
    """Prices fills.

    Args:
        fees: what the venue charges. slippage: how much worse orders that take fill.
    """

    def __init__(self, fees: Fees, slippage: Slippage) -> None:
        """Keep the two models."""
        self._fees = fees
        self._slippage = slippage

    def deal(
        self,
        order: Order,
        instrument: Instrument,
        execution: Execution,
        quantity: Decimal,
        now: int,
    ) -> Deal:
        """Return what a fill of ``quantity`` units comes to."""
        del now
        price = exact(execution.price)
        if execution.slips:
            price = self._slippage.price(price, order.side, instrument)
        signed = quantity if order.side is Side.BUY else -quantity
        notional = signed * price
        if instrument.multiplier != ONE:
            notional *= instrument.multiplier
        notional = on_grid(notional)
        return Deal(signed, price, notional, self._fees.charge(notional))
