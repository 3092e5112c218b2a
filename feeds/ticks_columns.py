"""Which column means what in files of trades, quotes and depth; sides and kinds in words."""

from collections.abc import Mapping, Sequence

TRADES, QUOTES, DEPTH = "trades", "quotes", "depth"
BEGINNINGS: Mapping[str, tuple[str, ...]] = {
    TRADES: ("trades",),
    QUOTES: ("quotes",),
    DEPTH: ("depth", "l2"),
}
"""Beginnings of the names of files of each level."""

_STAMPS = ("ts_utc", "ts_ns", "ts", "recv_ts", "timestamp", "datetime", "time", "date")
_PRICES = ("price", "px", "p")
_SIZES = ("size", "amount", "qty", "quantity", "volume")
_BASE: Mapping[str, tuple[str, ...]] = {
    "ts": _STAMPS,
    "symbol": ("symbol", "ticker", "instrument", "asset"),
}
_ROWS: Mapping[str, tuple[str, ...]] = {
    "price": _PRICES,
    "size": _SIZES,
    "side": ("side", "aggressor", "taker_side"),
}
_QUOTES: Mapping[str, tuple[str, ...]] = {
    "bid": ("bid", "bid_price", "best_bid"),
    "ask": ("ask", "ask_price", "best_ask"),
    "bid_size": ("bid_size", "bid_qty", "bid_amount"),
    "ask_size": ("ask_size", "ask_qty", "ask_amount"),
}
SPELLINGS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    TRADES: {**_BASE, **_ROWS},
    QUOTES: {**_BASE, **_QUOTES},
    DEPTH: {**_BASE, **_ROWS, "kind": ("kind", "type")},
}
_NEEDED: Mapping[str, tuple[str, ...]] = {
    TRADES: ("ts", "price", "size"),
    QUOTES: ("ts", "bid", "ask"),
    DEPTH: ("ts", "side", "price", "size"),
}
TEXTS = frozenset({"symbol", "side", "kind"})
"""Roles whose columns hold words; all but these and ``ts`` hold numbers."""

SIGNS: Mapping[str, int] = {
    **dict.fromkeys(("b", "buy", "buyer", "bid", "bids", "1", "+1", "1.0"), 1),
    **dict.fromkeys(("s", "sell", "seller", "a", "ask", "asks", "-1", "-1.0"), -1),
    **dict.fromkeys(("", "0", "0.0", "n", "unknown"), 0),
}
SNAPSHOT, UPDATE, TRADE = 0, 1, 2
KINDS: Mapping[str, int] = {
    **dict.fromkeys(("snapshot", "partial", "s"), SNAPSHOT),
    **dict.fromkeys(("update", "delta", "diff", "u", "l2update"), UPDATE),
    **dict.fromkeys(("trade", "t"), TRADE),
}


def find_roles(level: str, header: Sequence[str]) -> dict[str, str]:
    """Map roles to the columns of a header, as they are written there.

    Raises:
        ValueError: one that is needed is missing; the text ends a sentence about the file.
    """
    plain = {name.strip().lower(): name for name in reversed(header)}
    roles = {
        role: plain[spelling]
        for role, spellings in SPELLINGS[level].items()
        if (spelling := next((each for each in spellings if each in plain), None))
    }
    missing = [role for role in _NEEDED[level] if role not in roles]
    if missing:
        msg = f"has no column for {', '.join(missing)}; its header is {','.join(header)!r}"
        raise ValueError(msg)
    return roles
