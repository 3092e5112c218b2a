"""The exchange: takes orders of clients and of the crowd, matches them, books what comes of it.

Synchronous and without a clock of its own: ``now`` says the venue's time.  What happens is told to
the listeners at once and in order.
"""

from collections.abc import Callable, Iterable
from decimal import Decimal

from brokers.emulators.core import filters
from brokers.emulators.core.events import (
    Event,
    FundingPaid,
    Listener,
    OrderMoved,
    PositionMoved,
    Traded,
    WalletMoved,
)
from brokers.emulators.core.market import LINEAR, Market
from brokers.emulators.core.matching import BUY, SELL, Match, MatchingBook, Resting
from brokers.emulators.core.orders import (
    ZERO,
    Ask,
    Fill,
    Kind,
    Life,
    RefusedError,
    Status,
    VenueOrder,
    Why,
)
from brokers.emulators.core.registry import Registry
from brokers.emulators.core.settling import Settler, fee_of, worse
from brokers.emulators.core.stops import Stops, triggers
from brokers.emulators.core.wallets import Wallets

CROWD = "crowd"


class Exchange:
    """One venue.

    Args:
        markets: what is traded. now: the venue's time, milliseconds.
        eternal_ids: whether a client order id may never be used again, as at Bybit; else it must
            be unique among open orders only, as at Binance.
        soft_post_only: whether a post-only order that would trade is accepted and then cancelled,
            as at Bybit, instead of refused.
    """

    def __init__(
        self,
        markets: Iterable[Market],
        now: Callable[[], int],
        *,
        eternal_ids: bool = False,
        soft_post_only: bool = False,
    ) -> None:
        self.markets = {market.key: market for market in markets}
        self.now = now
        self.books = {key: MatchingBook() for key in self.markets}
        self.last: dict[str, Decimal] = {}
        self.halted: set[str] = set()
        self.wallets = Wallets()
        self.registry = Registry(eternal_ids=eternal_ids)
        self.settler = Settler(self.wallets, self.books)
        self.listeners: list[Listener] = []
        self._stops = {key: Stops() for key in self.markets}
        self._soft_post_only = soft_post_only
        self.slip = ZERO
        self._numbers, self._trades = 1_000_000, dict.fromkeys(self.markets, 5_000_000)
        self._prints: list[tuple[Market, Decimal]] = []

    # ------------------------------------------------------------------------------- clients

    def place(self, ask: Ask) -> VenueOrder:
        """Take an order.

        Raises:
            RefusedError: it is refused, and nothing has changed.
        """
        self._admit(ask)
        self._numbers += 1
        order = VenueOrder(self._numbers, ask, self.now())
        if ask.spend:
            order.quantity = self._spends(ask)
        if ask.reduce_only:
            order.quantity = min(order.quantity, self._reducible(ask))
        self.settler.reserve(order)
        self.registry.add(order)
        if ask.stop is not None:
            order.status = Status.WAITING
            self._stops[ask.market.key].add(order)
            self._tell_order(order, "NEW")
            self._tell_wallet(order)
            return order
        self._tell_order(order, "NEW")
        self._work(order)
        self._after_prints()
        return order

    def cancel(self, order: VenueOrder, *, cancel_id: str = "") -> VenueOrder:
        """Cancel an open order.

        Raises:
            RefusedError: it is not open.
        """
        if not order.open:
            raise RefusedError(Why.NOT_OPEN)
        order.cancel_id = cancel_id
        self._stops[order.market.key].drop(order)
        self.books[order.market.key].cancel(order.number)
        self._end(order, Status.CANCELED, "CANCELED")
        return order

    def cancel_all(self, account: str, market: Market | None = None) -> list[VenueOrder]:
        """Cancel all open orders of a client, or those in one market."""
        return [self.cancel(order) for order in self.registry.open(account, market)]

    def amend(
        self,
        order: VenueOrder,
        *,
        quantity: Decimal | None = None,
        price: Decimal | None = None,
        stop: Decimal | None = None,
    ) -> VenueOrder:
        """Change an open order; with less quantity alone it keeps its place in the queue.

        Raises:
            RefusedError: it cannot be; the order is as it was.
        """
        if not order.open:
            raise RefusedError(Why.NOT_OPEN)
        wanted = quantity if quantity is not None else order.quantity
        self._check_amend(order, wanted, price, stop)
        keeps = wanted <= order.quantity and price in {None, order.price} and stop is None
        before = order.quantity, order.price, order.ask.stop
        order.quantity = wanted
        order.price = order.price if price is None else price
        order.ask.stop = order.ask.stop if stop is None else stop
        try:
            self.settler.reserve(order)
        except RefusedError:
            order.quantity, order.price, order.ask.stop = before
            raise
        self._move_in_book(order, keeps=keeps)
        return order

    # --------------------------------------------------------------------------------- crowd

    def crowd_take(self, market: Market, side: int, limit: int | None, lots: int) -> int:
        """Let the crowd trade at once, and return the lots that found nobody."""
        self._numbers += 1
        taken = self.books[market.key].take(side, limit, lots)
        for match in taken.matches:
            self._print(market, match, self._numbers, side)
        self._after_prints()
        return taken.left

    def crowd_rest(self, market: Market, side: int, price: int, lots: int) -> int:
        """Let the crowd place an order; what does not trade rests. Return its number."""
        left = self.crowd_take(market, side, price, lots)
        if left:
            resting = Resting(self._numbers, CROWD, side, price, left)
            self.books[market.key].rest(resting)
        return self._numbers

    def fill_resting(self, order: VenueOrder, lots: int) -> None:
        """Let somebody trade with a resting order out of turn, as a fault script may want it."""
        match = self.books[order.market.key].hit(order.number, lots)
        self._numbers += 1
        self._print(order.market, match, self._numbers, -order.side)
        self._after_prints()

    # ------------------------------------------------------------------------------- funding

    def pay_funding(self, market: Market, rate: Decimal, price: Decimal) -> None:
        """Let all positions of a perpetual pay or get funding; long pays where rate is positive."""
        for account in self.wallets.accounts():
            position = self.wallets.position(account, market)
            if position.size:
                amount = -position.size * price * rate
                self.wallets.move(account, market.quote, amount)
                now = self.now()
                self._numbers += 1
                paid = (rate, amount, price, position.size, now, self._numbers)
                self.tell(FundingPaid(account, market, *paid))
                self.tell(WalletMoved(account, (market.quote,), now))

    def deposit(self, account: str, asset: str, amount: Decimal) -> None:
        """Bring money in for a client, or take it out."""
        self.wallets.deposit(account, asset, amount)
        self.tell(WalletMoved(account, (asset,), self.now(), amount))

    def wipe(self, account: str) -> None:
        """Forget an account's orders, positions and money, as a testnet does once a month."""
        self.cancel_all(account)
        self.registry.forget(account)
        self.wallets.wipe(account)

    def tell(self, event: Event) -> None:
        """Tell the listeners."""
        for listener in self.listeners:
            listener(event)

    def middle(self, market: Market) -> Decimal:
        """Return the middle of a book, or else the last price; 0 where there is neither."""
        book = self.books[market.key]
        bid, ask = book.best(BUY), book.best(SELL)
        if bid is not None and ask is not None:
            return (market.price(bid) + market.price(ask)) / 2
        return self.last.get(market.key, ZERO)

    # ------------------------------------------------------------------------------ admission

    def _admit(self, ask: Ask) -> None:
        market = ask.market
        if market.key in self.halted:
            raise RefusedError(Why.HALTED)
        filters.check_shape(ask, self.last.get(market.key) or self.middle(market))
        self.registry.check(ask)
        if ask.reduce_only and not self._reducible(ask):
            raise RefusedError(Why.REDUCE_ONLY)
        if ask.post_only and not self._soft_post_only and ask.price is not None:
            self._check_post_only(ask)
        if ask.stop is not None and triggers(VenueOrder(0, ask, 0), self._seen(market, ask)):
            raise RefusedError(Why.STOP_AT_ONCE)

    def _seen(self, market: Market, ask: Ask) -> Decimal:
        """Return the price a stop is held against; one that triggers nothing before the first."""
        known = self.last.get(market.key) or self.middle(market)
        return known or (ZERO if ask.rising else Decimal("Infinity"))

    def _check_post_only(self, ask: Ask) -> None:
        price = ask.market.ticks(ask.price or ZERO)
        if self.books[ask.market.key].crosses(ask.side, price):
            raise RefusedError(Why.POST_ONLY)

    def _reducible(self, ask: Ask) -> Decimal:
        size = self.wallets.position(ask.account, ask.market).size
        return abs(size) if size * ask.side < 0 else ZERO

    def _spends(self, ask: Ask) -> Decimal:
        """Return the quantity an amount of quote currency trades now."""
        market, left, lots = ask.market, ask.spend, 0
        for ticks, there in self.books[market.key].levels(-ask.side):
            unit = market.price(ticks) * market.step
            some = min(there, int(left / unit))
            lots, left = lots + some, left - some * unit
            if some < there:
                break
        if not lots:
            raise RefusedError(Why.NO_LIQUIDITY)
        return market.quantity(lots)

    # ------------------------------------------------------------------------------- working

    def _work(self, order: VenueOrder) -> None:
        """Match an order that has come, and let it rest or end."""
        market, book = order.market, self.books[order.market.key]
        limit = market.ticks(order.price) if order.price is not None else None
        lots = market.lots(order.left)
        if order.ask.post_only and limit is not None and book.crosses(order.side, limit):
            order.note = "post only"
            self._end(order, Status.CANCELED, "CANCELED")
            return
        if order.ask.life is Life.FOK and book.reachable(order.side, limit, order.account) < lots:
            self._end(order, Status.EXPIRED, "EXPIRED")
            return
        taken = book.take(order.side, limit, lots, order.account, order.ask.self_trade)
        for match in taken.matches:
            self._fill_taker(order, match)
        for lost in taken.expired:
            maker = self.registry.orders[lost.maker.order]
            self._end(maker, Status.EXPIRED_IN_MATCH, "EXPIRED")
        self._leave(order, stopped=taken.stopped)

    def _leave(self, order: VenueOrder, *, stopped: bool) -> None:
        """Let what an order has left rest, or end it."""
        if not order.left:
            self._tell_wallet(order)
        elif stopped:
            self._end(order, Status.EXPIRED_IN_MATCH, "EXPIRED")
        elif order.ask.kind is Kind.MARKET or order.ask.life is not Life.GTC:
            self._end(order, Status.EXPIRED, "EXPIRED")
        else:
            lots, price = order.market.lots(order.left), order.market.ticks(order.price or ZERO)
            resting = Resting(order.number, order.account, order.side, price, lots)
            self.books[order.market.key].rest(resting)
            self.settler.reserve(order, check=False)
            self._tell_wallet(order)

    def _end(self, order: VenueOrder, status: Status, what: str) -> None:
        order.status = status
        self.settler.release(order)
        self.registry.closed(order)
        self._tell_order(order, what)
        self._tell_wallet(order)

    def _fill_taker(self, order: VenueOrder, match: Match) -> None:
        number = self._print(order.market, match, order.number, order.side)
        price, quantity = order.market.price(match.price), order.market.quantity(match.lots)
        self._fill(order, number, price, quantity, maker=False)

    def _print(self, market: Market, match: Match, taker: int, side: int) -> int:
        """Tell a trade to the public, fill its maker, and return its number."""
        self._trades[market.key] += 1
        number, price = self._trades[market.key], market.price(match.price)
        quantity, maker = market.quantity(match.lots), match.maker.order
        self.last[market.key] = price
        self._prints.append((market, price))
        pair = (taker, maker) if side == BUY else (maker, taker)
        self.tell(Traded(market, number, price, quantity, side, self.now(), *pair))
        waiting = self.registry.orders.get(maker)
        if waiting is not None:
            self._fill(waiting, number, price, quantity, maker=True)
        return number

    def _fill(
        self, order: VenueOrder, number: int, price: Decimal, quantity: Decimal, *, maker: bool
    ) -> None:
        price = price if maker or not self.slip else worse(order, price, self.slip)
        asset, fee = fee_of(order, price, quantity, maker=maker)
        now = self.now()
        fill = Fill(number, order.number, price, quantity, fee, asset, maker, now)
        self.settler.settle(order, fill)
        order.status = Status.PARTIALLY_FILLED if order.left else Status.FILLED
        if order.left:
            self.settler.reserve(order, check=False)
        else:
            self.registry.closed(order)
        self._tell_order(order, "TRADE", fill)
        if order.market.kind == LINEAR:
            self.tell(PositionMoved(order.account, order.market, now))
        if maker:
            self._tell_wallet(order)

    def _after_prints(self) -> None:
        """Let the stops fire that the trades since have triggered, in order."""
        while self._prints:
            market, price = self._prints.pop(0)
            for order in self._stops[market.key].fired(price):
                self._trigger(order)

    def _trigger(self, order: VenueOrder) -> None:
        order.triggered, order.status = True, Status.NEW
        try:
            self.settler.reserve(order)
        except RefusedError:
            self._end(order, Status.EXPIRED, "EXPIRED")
            return
        self._tell_order(order, "TRIGGERED")
        self._work(order)

    # ------------------------------------------------------------------------------- amending

    def _check_amend(
        self, order: VenueOrder, quantity: Decimal, price: Decimal | None, stop: Decimal | None
    ) -> None:
        unchanged = quantity == order.quantity and price in {None, order.price}
        if unchanged and stop in {None, order.ask.stop}:
            raise RefusedError(Why.SAME)
        if quantity <= order.filled:
            raise RefusedError(Why.BAD_AMEND)
        for each in (price, stop):
            if each is not None:
                filters.check_price(order.market, each)
        filters.check_quantity(order.market, quantity, order.ask.kind)

    def _move_in_book(self, order: VenueOrder, *, keeps: bool) -> None:
        order.updated = self.now()
        book = self.books[order.market.key]
        self._tell_order(order, "REPLACED")
        if order.status is Status.WAITING:
            return
        if keeps:
            book.reduce(order.number, order.market.lots(order.left))
            self._tell_wallet(order)
        else:
            book.cancel(order.number)
            self._work(order)
            self._after_prints()

    # -------------------------------------------------------------------------------- telling

    def _tell_order(self, order: VenueOrder, what: str, fill: Fill | None = None) -> None:
        order.updated = self.now()
        now = order.updated
        status = order.status.value
        self.tell(OrderMoved(order, what, fill, status, order.filled, order.paid, now))

    def _tell_wallet(self, order: VenueOrder) -> None:
        market = order.market
        assets = (market.quote,) if market.kind == LINEAR else (market.base, market.quote)
        self.tell(WalletMoved(order.account, assets, self.now()))
