"""How much of an execution becomes a fill, and what the fill says."""

from collections.abc import Mapping
from decimal import Decimal

from brokers.simulated.custody import Custody
from brokers.simulated.liquidity import Liquidity
from brokers.simulated.market import Execution, Working
from brokers.simulated.till import Deal, Till
from magents.model.instruments import Instrument
from magents.model.money import ZERO
from magents.model.orders import Order, TimeInForce
from magents.model.records import Fill


class Filling:
    """Makes fills and numbers them.

    Args:
        instruments: by id. till: prices fills. liquidity: how much there is for the fund.
        custody: what pods hold, for orders that may only reduce it.
    """

    def __init__(
        self,
        instruments: Mapping[str, Instrument],
        till: Till,
        liquidity: Liquidity,
        custody: Custody,
    ) -> None:
        """Have filled nothing yet."""
        self._instruments = instruments
        self._till = till
        self._liquidity = liquidity
        self._custody = custody
        self._count = 0

    @property
    def plain(self) -> bool:
        """Return whether a market order fills wholly, for a fixed part of its notional."""
        return self._liquidity.cap is None and self._till.plain is not None

    def go_on_from(self, number: int) -> None:
        """Number the next fill after this one."""
        self._count = number

    def allowed(self, working: Working, execution: Execution) -> Decimal:
        """Take as much as a reduce-only order and liquidity allow.

        Markets without bars know what there is and share it out themselves.
        """
        order = working.order
        wanted = min(execution.quantity, working.left)
        if order.reduce_only:
            wanted = min(wanted, self._custody.room(order))
        if self._liquidity.cap is None or not execution.bar_ts:
            return wanted
        lot = self._instruments[order.instrument].lot
        key = (order.instrument, execution.bar_ts)
        if order.tif is TimeInForce.FOK:
            room = min(wanted, self._liquidity.room(key, execution.volume, wanted, lot))
            wanted = wanted if room >= working.left else ZERO
        return self._liquidity.take(key, execution.volume, wanted, lot)

    def fill(
        self, working: Working, execution: Execution, quantity: Decimal, now: int
    ) -> tuple[Fill, Deal]:
        """Fill a part of an order; return what to tell, and its numbers."""
        order = working.order
        deal = self._till.deal(
            working, self._instruments[order.instrument], execution, quantity, now
        )
        working.left -= quantity
        self._count += 1
        fill = Fill(
            now,
            order.pod,
            order.id,
            order.instrument,
            self._count,
            deal.quantity,
            deal.price,
            deal.commission,
            execution.bar_ts,
            execution.rule,
            working.done,
        )
        return fill, deal

    def whole(
        self, order: Order, signed: Decimal, price: float, volume: float, bar_ts: int, now: int
    ) -> tuple[Fill, Decimal]:
        """Fill all of a plain market order at an open (rule B1); return the fill and its notional.

        Only where :attr:`plain`; the numbers are those of :meth:`fill`.

        Args:
            signed: the order's units with the sign of its side. price, volume: of the bar.
            bar_ts: when the bar closes. now: when it opens.
        """
        name = order.instrument
        paid, notional, commission = self._till.at_open(
            order, self._instruments[name], signed, price, volume
        )
        self._count = number = self._count + 1
        fill = Fill(
            now, order.pod, order.id, name, number, signed, paid, commission, bar_ts, "B1", True,  # noqa: FBT003
        )  # fmt: skip
        return fill, notional
