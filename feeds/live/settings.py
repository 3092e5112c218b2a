"""The settings of a live feed; no ccxt here, so that any command may read them."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Seconds = Annotated[float, Meta(gt=0)]


class Live(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Live market data: whose, of what, and how closely.

    Attributes:
        venues: Exchanges by their ccxt ids, such as [binance, bybit].
        symbols: Markets as ccxt writes them, such as [BTC/USDT]; a perpetual is BTC/USDT:USDT. Of
            several venues each market that a venue has; BTC/USDT@bybit is that of one venue.
        data_from: Whose prices: of the real market, of the venue's test network, or (auto) of the
            real one unless an exchange on this machine stands in for the test network alone.
        bar: The length of a bar: 1s to 1d.
        bars_from: Bars are built from the trades that arrive, or are the venue's own.
        book: What fills orders: the book by levels (depth), its best prices (quotes), or trades
            alone (none).
        levels: Levels of the book on each side.
        warmup: Bars from before the session that agents are shown at its start.
        grace_ms: A bar ends so long after its close, for trades that are on their way.
        silence: Seconds without a message after which a connection is cut and dialled again.
        funding: Whether funding rates of perpetuals are followed.
    """

    venues: tuple[str, ...] = ()
    symbols: tuple[str, ...] = ()
    data_from: Literal["auto", "real", "test"] = "auto"
    bar: Annotated[str, Meta(pattern="^[1-9][0-9]*[smhd]$", description="a bar such as 1m")] = "1m"
    bars_from: Literal["trades", "venue"] = "trades"
    book: Literal["depth", "quotes", "none"] = "depth"
    levels: Annotated[int, Meta(ge=1, le=200)] = 20
    warmup: Annotated[int, Meta(ge=0, le=1000)] = 300
    grace_ms: Annotated[int, Meta(ge=0)] = 500
    silence: Seconds = 30.0
    funding: bool = True
