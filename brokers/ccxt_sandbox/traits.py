"""What each venue calls things, and where its test account is. One row a venue; no behaviour."""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from brokers.capabilities import Capabilities
from magents.model.errors import ConfigError
from magents.model.money import ZERO
from magents.model.orders import OrderType, TimeInForce
from magents.model.time import DAY

PLAIN = frozenset({OrderType.MARKET, OrderType.LIMIT})
STOPPED = PLAIN | {OrderType.STOP, OrderType.STOP_LIMIT}
_GTC, _IOC, _FOK = TimeInForce.GTC, TimeInForce.IOC, TimeInForce.FOK


@dataclass(frozen=True, slots=True)
class Traits:
    """One venue.

    Attributes:
        id: as ccxt calls it. account: what its test account is called by people.
        hosts: the only names that are resolved. headers: what every request to a host must carry,
            where the host is shared with the real market.
        create_param, lookup_param: under which name the client id goes into an order, and into a
            search for one; without the latter orders are searched in lists.
        cancel_param: the name in a cancel; empty where only the venue's own id is taken.
        id_length: of client ids, hex digits. stream: whether it tells of orders by itself.
        demo: whether ccxt calls its test account demo trading, not sandbox.
        contract: whether it trades contracts on margin. amends: whether orders can be changed in
            place. amend_params: what goes with every change. times: how long orders may work.
        time_words: what it calls orders that do not wait. secrets: which credentials it wants.
        post_only: whether it knows such orders. types: kinds of order.
        untold_fee: the fraction of what is received that it keeps without telling, at most.
        named_trades: whether its trades can be asked for by symbol.
        told_at_once: how much of the past an answer with trades is of, 0 for all of it.
        options: for ccxt. per_minute: requests that are sure to be allowed. burst: at once.
    """

    id: str
    account: str
    hosts: frozenset[str]
    create_param: str
    cancel_param: str
    lookup_param: str = ""
    headers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    id_length: int = 32
    stream: bool = True
    contract: bool = False
    demo: bool = False
    time_words: Mapping[TimeInForce, str] = field(
        default_factory=lambda: {_IOC: "IOC", _FOK: "FOK"}
    )
    amend_params: Mapping[str, str] = field(default_factory=dict)
    amends: bool = False
    times: frozenset[TimeInForce] = frozenset({_GTC, _IOC, _FOK})
    post_only: bool = True
    types: frozenset[OrderType] = PLAIN
    untold_fee: Decimal = ZERO
    named_trades: bool = True
    told_at_once: int = 0
    secrets: tuple[str, ...] = ("key", "secret")
    options: Mapping[str, object] = field(default_factory=dict)
    per_minute: int = 600
    burst: int = 20

    @property
    def takes(self) -> Capabilities:
        """Return the kinds of order it is sent: what is not declared here never leaves."""
        return Capabilities(
            self.types,
            times=self.times,
            post_only=self.post_only,
            reduce_only=self.contract,
            amends=self.amends,
        )


VENUES: Mapping[str, Traits] = {
    traits.id: traits
    for traits in (
        Traits(
            "binance",
            "spot test network",
            frozenset(
                {
                    "testnet.binance.vision",
                    "stream.testnet.binance.vision",
                    "ws-api.testnet.binance.vision",
                }
            ),
            create_param="newClientOrderId",
            cancel_param="origClientOrderId",
            lookup_param="origClientOrderId",
            types=STOPPED,
            options={"fetchMarkets": {"types": ["spot"]}, "defaultType": "spot"},
        ),
        Traits(
            "bybit",
            "test network",
            frozenset({"api-testnet.bybit.com", "stream-testnet.bybit.com"}),
            create_param="orderLinkId",
            cancel_param="orderLinkId",
            lookup_param="orderLinkId",
            told_at_once=7 * DAY,
            amends=True,
            options={"defaultType": "spot", "fetchMarkets": {"types": ["spot"]}},
        ),
        Traits(
            "okx",
            "demo trading",
            frozenset({"www.okx.com", "wspap.okx.com"}),
            create_param="clOrdId",
            cancel_param="clOrdId",
            lookup_param="clOrdId",
            # The host is that of the real market: this header is what keeps orders out of it.
            headers={"www.okx.com": {"x-simulated-trading": "1"}},
            amends=True,
            secrets=("key", "secret", "password"),
            options={"defaultType": "spot", "fetchMarkets": {"types": ["spot"]}},
        ),
        Traits(
            "krakenfutures",
            "futures demo",
            frozenset({"demo-futures.kraken.com"}),
            create_param="cliOrdId",
            cancel_param="cliOrdId",
            contract=True,
            # Only the word in small letters is understood by ccxt; it has none for fill-or-kill.
            time_words={_IOC: "ioc"},
            times=frozenset({_GTC, _IOC}),
            # A size is else what stays open, whatever was filled.
            amend_params={"qtyMode": "ABSOLUTE"},
            amends=True,
            types=STOPPED,
        ),
        Traits(
            "binanceusdm",
            "futures demo",
            frozenset({"demo-fapi.binance.com", "fstream.binancefuture.com"}),
            create_param="newClientOrderId",
            cancel_param="origClientOrderId",
            lookup_param="origClientOrderId",
            contract=True,
            demo=True,
            told_at_once=7 * DAY,
        ),
        Traits(
            "alpaca",
            "paper account",
            # Markets are listed by the trading host; the data host is the real one, and not asked.
            frozenset({"paper-api.alpaca.markets"}),
            create_param="client_order_id",
            cancel_param="",
            times=frozenset({_GTC, _IOC}),
            types=PLAIN | {OrderType.STOP_LIMIT},
            post_only=False,
            # Its highest fee; what was less is found in the account, and goes to the house.
            untold_fee=Decimal("0.0025"),
            named_trades=False,
            per_minute=180,
            burst=10,
        ),
    )
}
PERPETUALS: Mapping[str, Traits] = {
    "bybit": replace(
        VENUES["bybit"],
        account="test network, perpetuals",
        contract=True,
        # Of coins a stop is another kind of order, which is looked up and cancelled elsewhere.
        types=STOPPED,
        options={"defaultType": "swap", "fetchMarkets": {"types": ["linear"]}},
    ),
    "okx": replace(
        VENUES["okx"],
        account="demo trading, perpetuals",
        contract=True,
        options={"defaultType": "swap", "fetchMarkets": {"types": ["swap"]}},
    ),
}
"""Venues of coins that trade perpetuals too, in the same account and by other rules."""
NO_TEST_ACCOUNT = frozenset({"kraken", "coinbase", "kucoin"})
"""Where ccxt has no sandbox and would stay on the real market, measured with ccxt 4.5."""


def traits_of(venue: str, symbols: Iterable[str] = ()) -> Traits:
    """Return the row of a venue; that of its perpetuals where only such are traded.

    Raises:
        ConfigError: there is none, with the reason where it is known.
    """
    names = list(symbols)
    if names and venue in PERPETUALS and all(":" in name for name in names):
        return PERPETUALS[venue]
    if venue in VENUES:
        return VENUES[venue]
    if venue in NO_TEST_ACCOUNT:
        raise ConfigError(
            f"{venue} has no test account that ccxt can reach, orders would go to the real market; "
            f"there is {', '.join(VENUES)}"
        )
    near = difflib.get_close_matches(venue, VENUES, n=1)
    meant = f", did you mean {near[0]}?" if near else f"; there is {', '.join(VENUES)}"
    raise ConfigError(f"no test account is known for venue {venue!r}{meant}")
