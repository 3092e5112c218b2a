"""The market of one instrument's best bid and offer: rules Q1 to Q13 in ``docs/fills.md``."""

from collections.abc import Sequence

from brokers.simulated.market import Execution, Working
from brokers.simulated.taken import Claim
from brokers.simulated.tape import BUY, SELL, Hits, Offers, first
from brokers.simulated.ticks import Part, TickMarket, at_or_better, limit_of
from magents.model.errors import BrokenPromiseError
from magents.model.orders import Side
from magents.model.ticks import Block, QuoteBlock, TradeBlock


class QuoteMarket(TickMarket):
    """Best bid and offer: buys meet the ask, sells the bid."""

    def load(self, block: Block) -> None:
        """Take the next quotes; trades that go with them decide nothing here."""
        if not isinstance(block, TradeBlock):
            super().load(block)

    def _read(self, block: Block) -> None:
        if not isinstance(block, QuoteBlock):
            raise BrokenPromiseError(f"{self.panel.name} got a block of {block.panel.level}")
        asks, bids = Offers(block.ask, block.ask_size), Offers(block.bid, block.bid_size)
        self._tape.load(block.ts, asks, bids)
        self._forget_rows()

    def _meeting_row(self, working: Working, stop: int) -> int:
        if self._now_or_never(working):
            return self._chance_row(working, stop)
        buying, limit = working.order.side is Side.BUY, limit_of(working.order)
        prices = self._tape.side(BUY if buying else SELL).price[working.row : stop]
        hits: Hits = prices <= limit if buying else prices >= limit
        return first(hits, working.row)

    def _parts(self, working: Working, row: int, *, taker: bool) -> Sequence[Part]:
        order, limit = working.order, limit_of(working.order)
        price = self._tape.offer(row, order.side.sign).price
        if order.limit is None:
            return self._part(working, row, price, "Q2")
        if not at_or_better(order.side, price, limit):
            return ()
        return self._part(working, row, price if taker else limit, "Q3" if taker else "Q4")

    def _closing_parts(self, working: Working, row: int) -> Sequence[Part]:
        order = working.order
        price = self._tape.offer(row, order.side.sign).price
        if order.limit is not None and not at_or_better(order.side, price, limit_of(order)):
            return ()
        return self._part(working, row, price, "Q13")

    def _part(self, working: Working, row: int, price: float, rule: str) -> Sequence[Part]:
        """Return the execution cut to what the quote still shows."""
        sign = working.order.side.sign
        size = self._tape.offer(row, sign).size
        key = (sign, self._tape.base + row)
        quantity = self._taken.room(key, size, working.left)
        if not quantity or price != price:  # noqa: PLR0124 - NaN
            return ()
        made = Execution(quantity, price, rule, rule == "Q4", slips=False, bar_ts=0, volume=size)
        return (Part(made, Claim(key, quantity)),)
