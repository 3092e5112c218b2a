"""Who owns what: balances, positions in perpetuals, and the other side of it all."""

from collections import defaultdict
from decimal import Decimal

from brokers.emulators.core.market import Market
from brokers.emulators.core.orders import ZERO


class Wallet:
    """The balances of one client, by asset."""

    def __init__(self) -> None:
        self.free: defaultdict[str, Decimal] = defaultdict(Decimal)
        self.locked: defaultdict[str, Decimal] = defaultdict(Decimal)
        self.fees: defaultdict[str, Decimal] = defaultdict(Decimal)

    def assets(self) -> list[str]:
        """Return what it has or had, by name."""
        return sorted(set(self.free) | set(self.locked))

    def total(self, asset: str) -> Decimal:
        """Return free and locked."""
        return self.free[asset] + self.locked[asset]

    def lock(self, asset: str, amount: Decimal) -> None:
        """Set an amount aside; a negative one comes back."""
        self.free[asset] -= amount
        self.locked[asset] += amount


class Position:
    """A position in a perpetual, one way only.

    Attributes:
        size: signed, base. cost: signed, quote, of the open size at its entry prices.
        realised: quote, since it was first opened. leverage: chosen by the client.
        asset: what it is settled in.
    """

    def __init__(self, leverage: Decimal, asset: str) -> None:
        self.size = self.cost = self.realised = ZERO
        self.leverage, self.asset = leverage, asset

    @property
    def entry(self) -> Decimal:
        """Return the mean entry price, 0 where flat."""
        return self.cost / self.size if self.size else ZERO

    def trade(self, signed: Decimal, price: Decimal) -> Decimal:
        """Trade a signed quantity and return the profit that is realised."""
        closing = min(abs(signed), abs(self.size)) if signed * self.size < 0 else ZERO
        profit = ZERO
        if closing:
            sign = 1 if self.size > 0 else -1
            cost = self.cost if closing == abs(self.size) else self.entry * sign * closing
            profit = price * sign * closing - cost
            self.cost -= cost
            self.size -= sign * closing
            signed += sign * closing
        self.size += signed
        self.cost += signed * price
        self.realised += profit
        return profit

    def unrealised(self, mark: Decimal) -> Decimal:
        """Return the profit at a price."""
        return self.size * mark - self.cost

    def margin(self) -> Decimal:
        """Return the initial margin it holds."""
        return abs(self.cost) / self.leverage


class Wallets:
    """All clients' wallets and positions, and the world on the other side.

    What clients own, what the ``world`` owns and the venue's ``fees`` always add up to what was
    ``deposited``.
    """

    def __init__(self) -> None:
        self._wallets: dict[str, Wallet] = {}
        self.positions: dict[tuple[str, str], Position] = {}
        self.world: defaultdict[str, Decimal] = defaultdict(Decimal)
        self.fees: defaultdict[str, Decimal] = defaultdict(Decimal)
        self.deposited: defaultdict[str, Decimal] = defaultdict(Decimal)

    def accounts(self) -> list[str]:
        """Return the names of all clients, in order of coming."""
        return list(self._wallets)

    def of(self, account: str) -> Wallet:
        """Return a client's wallet."""
        return self._wallets.setdefault(account, Wallet())

    def deposit(self, account: str, asset: str, amount: Decimal) -> None:
        """Bring money in, or take it out."""
        self.of(account).free[asset] += amount
        self.deposited[asset] += amount

    def move(self, account: str, asset: str, amount: Decimal) -> None:
        """Give a client an amount from the world, or take it."""
        self.of(account).free[asset] += amount
        self.world[asset] -= amount

    def charge(self, account: str, asset: str, amount: Decimal) -> None:
        """Take a fee, or pay a rebate."""
        wallet = self.of(account)
        wallet.free[asset] -= amount
        wallet.fees[asset] += amount
        self.fees[asset] += amount

    def position(self, account: str, market: Market) -> Position:
        """Return a client's position, a flat one where there was none."""
        key = account, market.key
        return self.positions.setdefault(key, Position(Decimal(10), market.quote))

    def wipe(self, account: str) -> None:
        """Take away all a client has; his positions are closed at no price, the world bears it."""
        wallet = self.of(account)
        for asset in wallet.assets():
            self.deposit(account, asset, -wallet.total(asset))
        for key in [key for key in self.positions if key[0] == account]:
            del self.positions[key]
