"""What an exchange tells those who publish it, the moment it happens."""

from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple

from brokers.emulators.core.market import Market
from brokers.emulators.core.orders import Fill, VenueOrder


class Traded(NamedTuple):
    """A trade as the public sees it.

    Attributes:
        side: the taker's. buyer, seller: numbers of the two orders.
    """

    market: Market
    number: int
    price: Decimal
    quantity: Decimal
    side: int
    time: int
    buyer: int
    seller: int


class OrderMoved(NamedTuple):
    """An order of a client moved.

    Attributes:
        what: ``NEW``, ``TRADE``, ``CANCELED``, ``EXPIRED``, ``REPLACED`` or ``TRIGGERED``.
        fill: of a trade. status, filled, paid: as they were at that moment.
    """

    order: VenueOrder
    what: str
    fill: Fill | None
    status: str
    filled: Decimal
    paid: Decimal
    time: int


class WalletMoved(NamedTuple):
    """Balances of a client moved; ``delta`` is set where money came or went from outside."""

    account: str
    assets: tuple[str, ...]
    time: int
    delta: Decimal | None = None


class PositionMoved(NamedTuple):
    """A position in a perpetual moved."""

    account: str
    market: Market
    time: int


class FundingPaid(NamedTuple):
    """A position paid funding; ``amount`` is what the client got, negative where he paid.

    ``number`` is its own.
    """

    account: str
    market: Market
    rate: Decimal
    amount: Decimal
    price: Decimal
    size: Decimal
    time: int
    number: int


Event = Traded | OrderMoved | WalletMoved | PositionMoved | FundingPaid
Listener = Callable[[Event], None]
