"""Funding that was due while nobody ran: asked of the venue when a run is taken up again."""

from collections.abc import Sequence
from typing import Any

from feeds.live.frames import Missed
from magents.model.time import iso

MOST = 100
"""Rates a venue tells at once; of more the older ones are not booked, and that is said."""
MINUTE_MS, MS = 60_000, 1_000_000


async def missed(
    exchange: Any,  # noqa: ANN401 - ccxt has no types
    symbols: Sequence[str],
    since: int,
    until: int,
) -> tuple[dict[str, list[Missed]], list[str]]:
    """Return what was due after an instant, by symbol, and in words what could not be found out.

    Args:
        symbols: perpetuals. since, until: nanoseconds UTC; what was due at ``since`` is booked.
    """
    import ccxt

    found: dict[str, list[Missed]] = {}
    lacks: list[str] = []
    for symbol in symbols:
        gap = f"funding of {symbol} that was due from {iso(since)} to {iso(until)}"
        if not exchange.has.get("fetchFundingRateHistory"):
            lacks.append(f"{gap} is in nobody's books: {exchange.id} does not tell past rates")
            continue
        try:
            found[symbol] = await _of(exchange, symbol, since, until)
        except ccxt.BaseError as error:
            why = f"{exchange.id} did not tell the rates ({type(error).__name__})"
            lacks.append(f"{gap} is in nobody's books: {why}")
            continue
        if len(found[symbol]) >= MOST:
            lacks.append(f"{gap} is booked in part: {exchange.id} tells the last {MOST} rates only")
    return found, lacks


async def _of(exchange: Any, symbol: str, since: int, until: int) -> list[Missed]:  # noqa: ANN401
    rows = await exchange.fetch_funding_rate_history(symbol, since // MS, MOST)
    due = {
        int(row["timestamp"]): float(row["fundingRate"])
        for row in rows
        if since < int(row["timestamp"]) * MS <= until and row.get("fundingRate") is not None
    }
    return [Missed(at, due[at], await _price(exchange, symbol, at)) for at in sorted(due)]


async def _price(exchange: Any, symbol: str, at: int) -> float:  # noqa: ANN401
    """Return the price at which the minute of an instant began.

    Raises:
        ccxt.NullResponse: the venue has no bar of that minute.
    """
    import ccxt

    start = at // MINUTE_MS * MINUTE_MS
    rows = await exchange.fetch_ohlcv(symbol, "1m", start, 2)
    for row in rows:
        if start <= int(row[0]) <= at:
            return float(row[1])
    raise ccxt.NullResponse(f"no price of {symbol} at {exchange.iso8601(at)}")
