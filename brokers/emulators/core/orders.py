"""Orders as a venue keeps them, and the refusals it knows."""

from decimal import Decimal
from enum import Enum

import msgspec

from brokers.emulators.core.market import Market
from brokers.emulators.core.matching import BUY, SelfTrade

ZERO = Decimal(0)


class Kind(Enum):
    """How an order finds its price."""

    LIMIT = "LIMIT"
    MARKET = "MARKET"


class Life(Enum):
    """How long an order stays."""

    GTC = "GTC"
    IOC = "IOC"
    FOK = "FOK"


class Status(Enum):
    """Where an order is in its life."""

    WAITING = "WAITING"
    """A stop that has not been triggered."""
    NEW = "NEW"
    PARTIALLY_FILLED = "PARTIALLY_FILLED"
    FILLED = "FILLED"
    CANCELED = "CANCELED"
    EXPIRED = "EXPIRED"
    EXPIRED_IN_MATCH = "EXPIRED_IN_MATCH"
    """Taken off so that its owner does not trade with himself."""
    REJECTED = "REJECTED"


OPEN = frozenset({Status.WAITING, Status.NEW, Status.PARTIALLY_FILLED})


class Why(Enum):
    """Why a venue refuses; each protocol has its own code and words for it."""

    UNKNOWN_SYMBOL = "unknown symbol"
    HALTED = "market is closed"
    TICK = "price is no multiple of the tick"
    PRICE_RANGE = "price out of range"
    BAND = "price too far from the market"
    STEP = "quantity is no multiple of the step"
    TOO_SMALL = "quantity too small"
    TOO_LARGE = "quantity too large"
    MARKET_TOO_LARGE = "market quantity too large"
    NOTIONAL = "value of the order too small"
    FUNDS = "insufficient balance"
    MARGIN = "insufficient margin"
    POST_ONLY = "would trade at once"
    STOP_AT_ONCE = "stop would trigger at once"
    DUPLICATE = "client order id in use"
    NO_LIQUIDITY = "nobody to trade with"
    NO_ORDER = "order does not exist"
    NOT_OPEN = "order is not open"
    MAX_ORDERS = "too many open orders"
    MAX_STOPS = "too many open stops"
    REDUCE_ONLY = "nothing to reduce"
    SAME = "order would not change"
    BAD_AMEND = "this cannot be amended"


class RefusedError(Exception):
    """The venue refuses; a protocol turns it into its own answer."""

    def __init__(self, why: Why, detail: str = "") -> None:
        super().__init__(detail or why.value)
        self.why = why
        self.detail = detail


class Ask(msgspec.Struct, kw_only=True):
    """An order as it is asked for.

    Attributes:
        account, market, side, kind, life: as their names say.
        quantity: in base; or else ``spend``, a market order's amount of quote.
        price: the limit. stop: price that triggers. rising: whether the stop waits for a rise.
        post_only: refused where it would trade at once. client_id: the client's own name for it.
        reduce_only: of a perpetual. self_trade: see :class:`SelfTrade`.
        label: the venue's own name of the type, given back as it came.
    """

    account: str
    market: Market
    side: int
    kind: Kind = Kind.LIMIT
    life: Life = Life.GTC
    quantity: Decimal = ZERO
    spend: Decimal = ZERO
    price: Decimal | None = None
    stop: Decimal | None = None
    rising: bool = False
    post_only: bool = False
    reduce_only: bool = False
    client_id: str = ""
    self_trade: SelfTrade = SelfTrade.EXPIRE_MAKER
    label: str = ""


class Fill(msgspec.Struct, frozen=True):
    """One execution of one order.

    Attributes:
        number: the trade's. order: the order's number. price, quantity: exact.
        fee, fee_asset: what it cost. maker: whether the order waited. time: milliseconds.
    """

    number: int
    order: int
    price: Decimal
    quantity: Decimal
    fee: Decimal
    fee_asset: str
    maker: bool
    time: int


class VenueOrder:
    """An order of a client: what was asked, and what has become of it."""

    def __init__(self, number: int, ask: Ask, time: int) -> None:
        """Begin its life.

        Attributes:
            time, updated: milliseconds, of coming and of the last change.
            filled, paid: base and quote traded. locked: what is set aside for it, of
                ``locked_asset``. triggered: whether its stop has fired. note: why it ended.
        """
        self.number, self.ask, self.time, self.updated = number, ask, time, time
        self.market, self.account, self.side = ask.market, ask.account, ask.side
        self.quantity, self.price = ask.quantity, ask.price
        self.status = Status.NEW
        self.filled = self.paid = self.locked = ZERO
        self.locked_asset = ""
        self.triggered = False
        self.fills: list[Fill] = []
        self.note = ""
        self.cancel_id = ""

    @property
    def left(self) -> Decimal:
        """Return the quantity not traded."""
        return self.quantity - self.filled

    @property
    def open(self) -> bool:
        """Say whether it can still trade."""
        return self.status in OPEN

    @property
    def average(self) -> Decimal:
        """Return the mean price of its fills, 0 before the first."""
        return self.paid / self.filled if self.filled else ZERO

    @property
    def buys(self) -> bool:
        """Say whether it buys."""
        return self.side == BUY
