"""What the account must hold, if the fills and adoptions in the journal are the whole truth."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

from brokers.ccxt_sandbox.truth.rows import Filled
from brokers.ccxt_sandbox.truth.state import Truth
from magents.model.money import ZERO


@dataclass(frozen=True, slots=True)
class Market:
    """What trading a symbol moves.

    Attributes:
        base, quote: the assets of a spot market. contract: units stand under the symbol instead,
            and money is margin, which is not compared.
        lot: the smallest step of units.
    """

    symbol: str
    base: str
    quote: str
    lot: Decimal
    contract: bool = False

    @property
    def asset(self) -> str:
        """Return under what name units are held."""
        return self.symbol if self.contract else self.base


class Holdings:
    """Expected units by asset, kept up as fills come; only assets of the markets given."""

    def __init__(self, markets: Mapping[str, Market]) -> None:
        """Expect nothing yet."""
        self._markets = markets
        self._traded: dict[str, Decimal] = {}
        self._counted = 0
        spot = [market for market in markets.values() if not market.contract]
        self.assets = {market.asset for market in markets.values()}
        self.assets |= {market.quote for market in spot}

    def expected(self, truth: Truth) -> dict[str, Decimal]:
        """Return what the account must hold."""
        for fill in islice(truth.fills.values(), self._counted, None):
            self._count(fill)
        self._counted = len(truth.fills)
        names = self.assets & (truth.adopted.keys() | self._traded.keys())
        return {
            name: truth.adopted.get(name, ZERO) + self._traded.get(name, ZERO) for name in names
        }

    def differences(
        self, truth: Truth, held: Mapping[str, Decimal], dust: Mapping[str, Decimal], usual: Decimal
    ) -> dict[str, Decimal]:
        """Return by how much the venue holds more than expected, where it is more than dust."""
        expected = self.expected(truth)
        names = sorted(self.assets & (expected.keys() | held.keys()))
        found = {name: held.get(name, ZERO) - expected.get(name, ZERO) for name in names}
        return {name: diff for name, diff in found.items() if abs(diff) > dust.get(name, usual)}

    def _count(self, fill: Filled) -> None:
        market = self._markets.get(fill.symbol)
        if market is None:
            return
        self._add(market.asset, fill.quantity)
        if not market.contract:
            self._add(market.quote, -fill.quantity * fill.price)
            self._add(fill.fee_currency, -fill.fee)

    def _add(self, asset: str, amount: Decimal) -> None:
        self._traded[asset] = self._traded.get(asset, ZERO) + amount
