"""Which column means what: header spellings of the wild, mapped to the roles a bar file needs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

PRICES = ("open", "high", "low", "close")

# Spellings in order of preference, lower case.
SPELLINGS: Mapping[str, tuple[str, ...]] = {
    "stamp": ("ts_utc", "timestamp", "datetime", "open_time", "ts", "date", "time"),
    "symbol": ("symbol", "ticker", "instrument", "asset", "name"),
    "open": ("open", "o"),
    "high": ("high", "h"),
    "low": ("low", "l"),
    "close": ("close", "c"),
    "volume": ("volume", "vol", "v"),
}
ADJUSTED = frozenset({"adj close", "adj_close", "adjclose", "adjusted close", "adjusted_close"})


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the roles of a bar file are.

    Attributes:
        names: the header as written.
        roles: role to position; ``symbol`` and ``volume`` may be missing.
        adjusted: whether there is an adjusted close, which is not used.
    """

    names: tuple[str, ...]
    roles: Mapping[str, int]
    adjusted: bool


def find_columns(header: Sequence[str]) -> Columns:
    """Map a header to roles.

    Raises:
        ValueError: a role is missing or double; the text is the end of a sentence about the file.
    """
    names = tuple(name.strip().strip('"').lstrip("<").rstrip(">") for name in header)
    plain = [name.lower() for name in names]
    roles = {role: place for role in SPELLINGS if (place := _place(role, plain)) is not None}
    if "stamp" not in roles and plain and plain[0] in {"", "unnamed: 0", "index"}:
        roles["stamp"] = 0
    _refuse_split_stamp(plain, roles)
    missing = [_spoken(role) for role in ("stamp", *PRICES) if role not in roles]
    if missing:
        msg = f"has no column for {', '.join(missing)}; its header is {','.join(names)!r}"
        raise ValueError(msg)
    return Columns(names, roles, any(name in ADJUSTED for name in plain))


def _place(role: str, plain: Sequence[str]) -> int | None:
    for spelling in SPELLINGS[role]:
        if spelling in plain:
            return plain.index(spelling)
    return None


def _refuse_split_stamp(plain: Sequence[str], roles: Mapping[str, int]) -> None:
    stamp = roles.get("stamp")
    if stamp is not None and plain[stamp] == "date" and "time" in plain:
        msg = "has a date and a time column; write both as one column, as in 2014-03-05 14:30:00"
        raise ValueError(msg)


def _spoken(role: str) -> str:
    return "date" if role == "stamp" else role
