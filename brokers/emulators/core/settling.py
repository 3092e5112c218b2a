"""What fills do to wallets and positions, and what orders set aside."""

from decimal import Decimal

from brokers.emulators.core.market import LINEAR, Market
from brokers.emulators.core.matching import MatchingBook
from brokers.emulators.core.orders import ZERO, Fill, Kind, RefusedError, VenueOrder, Why
from brokers.emulators.core.wallets import Wallets


class Settler:
    """Moves money for orders of clients.

    Args:
        wallets: everybody's. books: by key of the market, for what market orders will cost.
    """

    def __init__(self, wallets: Wallets, books: dict[str, MatchingBook]) -> None:
        self._wallets, self._books = wallets, books
        self.marks: dict[str, Decimal] = {}

    def available(self, account: str, market: Market) -> Decimal:
        """Return what a client may set aside of a market's quote currency."""
        free = self._wallets.of(account).free[market.quote]
        return free + self.carried(account, market.quote)

    def carried(self, account: str, asset: str) -> Decimal:
        """Return open profits less margins held of positions settled in an asset; 0 without."""
        held = ZERO
        for (who, key), position in self._wallets.positions.items():
            if who == account and position.size and position.asset == asset:
                held += position.unrealised(self.mark(key)) - position.margin()
        return held

    def mark(self, key: str) -> Decimal:
        """Return the price by which a market is valued, 0 before there is one."""
        return self.marks.get(key, ZERO)

    def reserve(self, order: VenueOrder, *, check: bool = True) -> None:
        """Set aside what an order may need, or give back what it needs no longer.

        Args:
            check: whether the client must have it; not after a fill, which nobody can refuse.

        Raises:
            RefusedError: the client has not got it.
        """
        asset, amount = self.need(order)
        more = amount - order.locked
        if check and more > 0:
            self._check(order, asset, more)
        self._wallets.of(order.account).lock(asset, more)
        order.locked, order.locked_asset = amount, asset

    def release(self, order: VenueOrder) -> None:
        """Give back all that is set aside for an order."""
        if order.locked:
            self._wallets.of(order.account).lock(order.locked_asset, -order.locked)
            order.locked = ZERO

    def need(self, order: VenueOrder) -> tuple[str, Decimal]:
        """Return what an order still needs: an asset and an amount."""
        market = order.market
        if market.kind == LINEAR:
            return market.quote, self._margin(order)
        if not order.buys:
            return market.base, order.left
        return market.quote, self._cost(order)

    def settle(self, order: VenueOrder, fill: Fill) -> None:
        """Book one fill of an order."""
        signed = order.side * fill.quantity
        order.filled += fill.quantity
        order.paid += fill.quantity * fill.price
        order.fills.append(fill)
        self.release(order)
        if order.market.kind == LINEAR:
            position = self._wallets.position(order.account, order.market)
            profit = position.trade(signed, fill.price)
            self._wallets.move(order.account, order.market.quote, profit)
        else:
            self._wallets.move(order.account, order.market.base, signed)
            self._wallets.move(order.account, order.market.quote, -signed * fill.price)
        self._wallets.charge(order.account, fill.fee_asset, fill.fee)

    def _check(self, order: VenueOrder, asset: str, more: Decimal) -> None:
        market = order.market
        if market.kind == LINEAR:
            if more > self.available(order.account, market):
                raise RefusedError(Why.MARGIN, asset)
        elif more > self._wallets.of(order.account).free[asset] + min(
            ZERO, self.carried(order.account, asset)
        ):
            raise RefusedError(Why.FUNDS, asset)

    def _margin(self, order: VenueOrder) -> Decimal:
        """Return the margin of what an order would open."""
        position = self._wallets.position(order.account, order.market)
        opens = order.left
        if position.size * order.side < 0:
            opens = max(ZERO, order.left - abs(position.size))
        price = order.price or order.ask.stop or self.mark(order.market.key)
        return opens * price / position.leverage

    def _cost(self, order: VenueOrder) -> Decimal:
        """Return the quote currency a spot buy needs at most."""
        price = order.price or order.ask.stop
        if order.ask.kind is Kind.LIMIT and price is not None:
            return order.left * price
        book, market = self._books[order.market.key], order.market
        left, cost = market.lots(order.left), ZERO
        if order.ask.stop and not order.triggered:
            return order.left * order.ask.stop
        for ticks, lots in book.levels(-order.side):
            some = min(left, lots)
            cost += market.price(ticks) * market.quantity(some)
            left -= some
            if not left:
                break
        return cost


def worse(order: VenueOrder, price: Decimal, part: Decimal) -> Decimal:
    """Return a price that is so much worse for whoever takes, a fraction, on the tick."""
    market = order.market
    return market.price(market.ticks(price * (1 + order.side * part)))


def fee_of(
    order: VenueOrder, price: Decimal, quantity: Decimal, *, maker: bool
) -> tuple[str, Decimal]:
    """Return asset and amount of a fill's fee; spot takes it from what is received."""
    market = order.market
    rate = market.maker if maker else market.taker
    if market.kind != LINEAR and order.buys:
        return market.base, quantity * rate
    return market.quote, quantity * price * rate
