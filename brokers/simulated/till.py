"""What a fill costs: slippage on the price, then the fee on the notional."""

from decimal import Decimal

import msgspec
from msgspec.structs import replace

from brokers.simulated.fees import FeeQuestion, Fees
from brokers.simulated.market import Execution, Working
from brokers.simulated.slippage import Slippage
from magents.book.worth import worth
from magents.model.instruments import Instrument
from magents.model.money import ZERO, exact, on_grid
from magents.model.orders import BUY, Order


class Deal(msgspec.Struct, frozen=True, gc=False):
    """A fill's numbers, all exact.

    Attributes:
        quantity: signed units. price: per unit. notional: signed money.
        commission: fee in the instrument's currency, negative for a rebate.
        withheld: fee in units of what was traded, where the venue takes it so.
    """

    quantity: Decimal
    price: Decimal
    notional: Decimal
    commission: Decimal
    withheld: Decimal


class Till:
    """Prices fills.

    Args:
        fees: what the venue charges. slippage: how much worse orders that take fill.

    Attributes:
        plain: the part of the notional that every fill costs, where fees are as simple as that.
    """

    def __init__(self, fees: Fees, slippage: Slippage) -> None:
        """Keep the two models."""
        self._fees = fees
        self.plain = fees.plain
        self._slippage = slippage

    def deal(
        self,
        working: Working,
        instrument: Instrument,
        execution: Execution,
        quantity: Decimal,
        ts: int,
    ) -> Deal:
        """Return what a fill of ``quantity`` units comes to, and count it with its order."""
        order = working.order
        price = exact(execution.price)
        if execution.slips and not self._slippage.free:
            name = f"{order.id}/{working.filled}"
            price = self._slippage.price(
                price, order.side, instrument, quantity, execution.volume, name
            )
        signed = quantity if order.side is BUY else -quantity
        notional = worth(instrument, signed, price, ts)
        traded = abs(notional)
        if self.plain is not None:
            commission, withheld = on_grid(traded * self.plain), ZERO
            working.paid += commission
        else:
            fee = self._fees.charge(
                FeeQuestion(
                    instrument,
                    signed,
                    price,
                    notional,
                    execution.maker,
                    ts,
                    working.filled,
                    working.traded,
                    working.paid,
                )
            )
            working.paid += fee.amount
            in_money = fee.currency == instrument.currency
            commission, withheld = (fee.amount, ZERO) if in_money else (ZERO, fee.amount)
        working.traded += traded
        return Deal(signed, price, notional, commission, withheld)

    def at_open(
        self, order: Order, instrument: Instrument, signed: Decimal, quoted: float, volume: float
    ) -> tuple[Decimal, Decimal, Decimal]:
        """Return price, signed notional and commission of a market order filled wholly at an open.

        Only where fees are plain, and units times price is what is paid; as :meth:`deal` says.
        """
        price = exact(quoted)
        if not self._slippage.free:
            units = order.quantity
            # As deal writes it: what is filled so far, with the digits that the quantity has.
            name = f"{order.id}/{units - units - ZERO}"
            price = self._slippage.price(price, order.side, instrument, units, volume, name)
        notional = on_grid(signed * price)
        return price, notional, on_grid(abs(notional) * (self.plain or ZERO))


class BookTill(Till):
    """Prices fills so that orders without a limit slip at quotes and books too (rule C15)."""

    def deal(
        self,
        working: Working,
        instrument: Instrument,
        execution: Execution,
        quantity: Decimal,
        ts: int,
    ) -> Deal:
        """Return what a fill comes to."""
        if not execution.maker and working.order.limit is None:
            execution = replace(execution, slips=True)
        return super().deal(working, instrument, execution, quantity, ts)
