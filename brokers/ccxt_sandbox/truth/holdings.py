"""What the account must hold, if the fills and adoptions in the journal are the whole truth."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

from brokers.ccxt_sandbox.truth.messages import Snapshot
from brokers.ccxt_sandbox.truth.rows import Filled
from brokers.ccxt_sandbox.truth.state import Truth
from magents.model.money import ONE, ZERO


@dataclass(frozen=True, slots=True)
class Market:
    """What trading a symbol moves.

    Attributes:
        base, quote: the assets of a spot market. contract: units stand under the symbol instead,
            and ``quote`` is the money it is settled in.
        lot: the smallest step of units. multiplier: what one unit is of the base.
    """

    symbol: str
    base: str
    quote: str
    lot: Decimal
    contract: bool = False
    multiplier: Decimal = ONE

    @property
    def asset(self) -> str:
        """Return under what name units are held."""
        return self.symbol if self.contract else self.base


class Holdings:
    """Expected units by asset, kept up as fills come; only assets of the markets given.

    Money of contracts is counted as if they were paid in full: what a venue has for them is its
    balance less what the open positions have cost.  So fees, funding and realised profit are all
    in it, and unrealised profit is not.
    """

    def __init__(self, markets: Mapping[str, Market]) -> None:
        """Expect nothing yet."""
        self._markets = markets
        self._traded: dict[str, Decimal] = {}
        self._counted = self._paid = 0
        self.assets = {market.asset for market in markets.values()}
        self.assets |= {market.quote for market in markets.values()}
        self.margined = any(market.contract for market in markets.values())
        self._contracts = {market.asset for market in markets.values() if market.contract}

    def expected(self, truth: Truth) -> dict[str, Decimal]:
        """Return what the account must hold."""
        for fill in islice(truth.fills.values(), self._counted, None):
            self._count(fill)
        self._counted = len(truth.fills)
        for paid in islice(truth.paid.values(), self._paid, None):
            self._add(paid.currency, paid.amount)
        self._paid = len(truth.paid)
        names = self.assets & (truth.adopted.keys() | self._traded.keys())
        return {
            name: truth.adopted.get(name, ZERO) + self._traded.get(name, ZERO) for name in names
        }

    def differences(
        self, truth: Truth, found: Snapshot, dust: Mapping[str, Decimal], usual: Decimal
    ) -> dict[str, Decimal]:
        """Return by how much the venue holds more than expected, where it is more than dust."""
        expected, held = self.expected(truth), found.holdings
        names = sorted((self.assets & (expected.keys() | held.keys())) - found.unsaid)
        more = {name: held.get(name, ZERO) - expected.get(name, ZERO) for name in names}
        small = {name: dust.get(name, usual) + found.blur.get(name, ZERO) for name in names}
        return {name: diff for name, diff in more.items() if abs(diff) > small[name]}

    def lacks(self, truth: Truth, asset: str, diff: Decimal) -> bool:
        """Say whether the account, with ``diff`` more, has less than the pods' books need.

        Of a contract that is so where the account's position does not cover the pods' any more.
        """
        house = truth.spare(asset) + diff
        if asset not in self._contracts:
            return diff < 0 and house < 0
        pods = self.expected(truth).get(asset, ZERO) - truth.adopted.get(asset, ZERO)
        return pods != 0 and house * pods < 0

    def _count(self, fill: Filled) -> None:
        market = self._markets.get(fill.symbol)
        if market is None:
            return
        self._add(market.asset, fill.quantity)
        self._add(market.quote, -fill.quantity * fill.price * market.multiplier)
        self._add(fill.fee_currency, -fill.fee)

    def _add(self, asset: str, amount: Decimal) -> None:
        self._traded[asset] = self._traded.get(asset, ZERO) + amount
