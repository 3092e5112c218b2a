"""A data directory: which files are bars, which are facts, which describe instruments."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from magents.model.errors import DataError
from magents.model.facts import (
    BILLS,
    CONGRESS,
    CONTRACTS,
    FUNDAMENTALS,
    INSIDERS,
    MACRO,
    SENTIMENT,
)

ENDINGS = (".csv", ".csv.gz", ".parquet")
QUOTES = frozenset(
    {
        "USD",
        "USDT",
        "USDC",
        "BUSD",
        "FDUSD",
        "TUSD",
        "DAI",
        "EUR",
        "GBP",
        "JPY",
        "BTC",
        "ETH",
        "BNB",
    }
)
FACT_NAMES: Mapping[str, tuple[str, ...]] = {
    FUNDAMENTALS: ("fundamentals",),
    CONGRESS: ("congress", "senate", "house"),
    BILLS: ("bills",),
    CONTRACTS: ("contracts",),
    INSIDERS: ("insiders", "form4"),
    SENTIMENT: ("sentiment", "tweets"),
    MACRO: ("macro",),
}
INSTRUMENTS = "instruments.csv"
SPLITS = "splits"
TICKS = ("trades", "quotes", "depth", "l2")
RESERVED = ("dividends", "earnings", "licences", "licenses", "catalog", *TICKS)
"""Beginnings of files that lie beside the bars and are left alone."""


@dataclass(frozen=True, slots=True)
class Directory:
    """The files of a data directory, each list sorted by path.

    Attributes:
        facts: kind to files. splits: files of share splits.
    """

    path: Path
    bars: tuple[Path, ...]
    facts: Mapping[str, tuple[Path, ...]]
    splits: tuple[Path, ...]
    instruments: Path | None


def look(path: Path) -> Directory:
    """List a directory and its ``bars`` and ``facts`` folders.

    Raises:
        DataError: it is not there, or has no bars.
    """
    if not path.is_dir():
        msg = f"{path} is not a directory; give the folder that holds the bars"
        raise DataError(msg)
    beside = [file for file in _files(path) if file.name != INSTRUMENTS]
    facts = {kind: [file for file in beside if kind_of(file) == kind] for kind in FACT_NAMES}
    splits = [file for file in beside if _starts(file, (SPLITS,))]
    bars = [file for file in beside if _may_be_bars(file)] + _files(path / "bars")
    for kind, files in facts.items():
        files += [file for file in _files(path / "facts") if kind_of(file) == kind]
    listing = path / INSTRUMENTS
    found = {kind: tuple(files) for kind, files in facts.items() if files}
    return Directory(
        path, tuple(bars), found, tuple(splits), listing if listing.is_file() else None
    )


def kind_of(file: Path) -> str | None:
    """Return the kind of facts a file's name stands for."""
    for kind, beginnings in FACT_NAMES.items():
        if _starts(file, beginnings):
            return kind
    return None


def instrument_of(file: Path, listed: Mapping[str, object]) -> str:
    """Return the instrument a file's name stands for: ``BTC-USDT.csv`` means ``BTC/USDT``."""
    name = stem(file)
    if name in listed:
        return name
    for mark in "-_":
        base, found, quote = name.rpartition(mark)
        if found and base and quote.upper() in QUOTES:
            return f"{base}/{quote}"
    return name


def stem(file: Path) -> str:
    """Return a file's name without its endings."""
    for ending in (".csv.gz", ".csv", ".parquet"):
        if file.name.lower().endswith(ending):
            return file.name[: -len(ending)]
    return file.stem


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return []
    return sorted(file for file in path.iterdir() if file.name.lower().endswith(ENDINGS))


def _may_be_bars(file: Path) -> bool:
    return kind_of(file) is None and not _starts(file, (SPLITS, *RESERVED))


def _starts(file: Path, beginnings: tuple[str, ...]) -> bool:
    """Tell whether a name is one of the beginnings, alone or followed by a mark."""
    name = stem(file).lower()
    for beginning in beginnings:
        rest = name.removeprefix(beginning)
        if rest != name and not rest[:1].isalpha():
            return True
    return False
