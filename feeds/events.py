"""Files of what happens without a trade: dividends, splits, funding, borrow fees, rates.

They lie in the folder ``events`` of a data directory, dividends and splits also beside the bars.
A file is known by the beginning of its name; its columns stand in :data:`COLUMNS`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

import numpy as np

from feeds.calendars import Calendar, open_calendar
from feeds.columns import SPELLINGS
from feeds.directory import ENDINGS, stem
from feeds.facttable import NEVER, FactFile
from magents.model.bars import Instants
from magents.model.errors import DataError
from magents.model.events import (
    Borrow,
    Delisting,
    Dividend,
    Event,
    Events,
    Exchange,
    Funding,
    Rate,
    Split,
    Timeline,
)
from magents.model.instruments import Instrument, Kind
from magents.model.money import ONE, ZERO, exact
from magents.model.time import DAY

FOLDER = "events"
COLUMNS: Mapping[str, str] = {
    "dividends": "ticker, ex_date, dividend",
    "dividends_coverage": "ticker, covered_from, covered_to",
    "splits": "ticker, ex_date, ratio",
    "corporate_actions": "ticker, ex_date, action (dividend or split), value",
    "exchanges": "ticker, ex_date, becomes, ratio, cash",
    "delistings": "ticker, ex_date, price",
    "funding": "ts_utc, venue, symbol, rate",
    "borrow": "ticker, date, rate, available",
    "rates": "date, rate, currency",
}
"""By the beginning of a file's name, the columns it needs; the last of some may be missing."""

BESIDE = ("dividends_coverage", "dividends", "splits")
"""Those that may lie beside the bars."""

_DATES = ("ex_date", "ts_utc", "ts", "date")
_HORIZON = 15
E = TypeVar("E", bound=Event)


class Openings:
    """Turns dates into the instants at which the sessions of instruments open.

    Args:
        calendars: code by instrument; the others trade round the clock.
    """

    def __init__(self, calendars: Mapping[str, str]) -> None:
        """Load no calendar yet."""
        self._codes = calendars
        self._open: dict[tuple[str, int], int] = {}
        self._calendars: dict[tuple[str, int], Calendar] = {}

    def at(self, instrument: str, stamp: int) -> int:
        """Return when the session of a date opens; a time of day stays what it is.

        A date without a session means the next one.
        """
        if stamp % DAY:
            return stamp
        key = (self._codes.get(instrument, "24/7"), stamp // DAY)
        if key not in self._open:
            self._open[key] = self._find(*key)
        return self._open[key]

    def _find(self, code: str, day: int) -> int:
        days = np.arange(day, day + _HORIZON, dtype=np.int64)
        times = self._calendar(code, day).daily(days * DAY)
        if not times.ok.any():
            raise DataError(f"the calendar {code} has no session within {_HORIZON} days of a date")
        return int(times.open_ts[int(times.ok.argmax())])

    def _calendar(self, code: str, day: int) -> Calendar:
        """Return a calendar good for the ten years around a day."""
        decade = day // 3653
        if (code, decade) not in self._calendars:
            first, last = decade * 3653, (decade + 1) * 3653 + _HORIZON
            self._calendars[code, decade] = open_calendar(code, first, last)
        return self._calendars[code, decade]


class Rows:
    """The rows of one file of events, with errors that name the place."""

    def __init__(self, path: Path, openings: Openings) -> None:
        """Read the file."""
        self.file = FactFile(path)
        self._openings = openings
        self.names = next((self.texts(n) for n in SPELLINGS["symbol"] if self.file.has(n)), [])

    def texts(self, name: str) -> list[str]:
        """Return a column of text."""
        return [str(text) for text in self.file.texts(name)]

    def numbers(self, *spellings: str) -> list[Decimal | None]:
        """Return the first of the columns that is there, exact, ``None`` where missing.

        Raises:
            DataError: none is there, or it is not of numbers.
        """
        for name in spellings:
            values = self.file.numbers(name) if self.file.has(name) else None
            if values is not None:
                return [None if each != each else exact(float(each)) for each in values]  # noqa: PLR0124 - NaN
        raise self.wrong(f"column {' or '.join(spellings)} is missing or not in numbers")

    def maybe(self, *spellings: str) -> list[Decimal | None]:
        """Return such a column, all missing where there is none."""
        if any(self.file.has(name) for name in spellings):
            return self.numbers(*spellings)
        return [None] * len(self.file)

    def stamps(self, *spellings: str) -> Instants:
        """Return the first of the columns of dates or times that is there.

        Raises:
            DataError: none is there, or a row has no instant.
        """
        for name in spellings or _DATES:
            if self.file.has(name):
                ts = self.file.moments(name).ts
                for row in np.flatnonzero(ts == NEVER)[:1]:
                    raise self.wrong(f"{name} is missing or not a date", int(row))
                return ts
        raise self.wrong(f"column {' or '.join(spellings or _DATES)} is missing")

    def instants(self) -> list[int]:
        """Return when the sessions of each row's date open, or the row's time."""
        if not self.names:
            raise self.wrong("column ticker is missing")
        stamps = self.stamps()
        return [self._openings.at(n, int(t)) for n, t in zip(self.names, stamps, strict=True)]

    def positive(self, values: Iterable[Decimal | None], what: str) -> list[Decimal]:
        """Return values that must all be there and above 0."""
        found = list(values)
        for row, each in enumerate(found):
            if each is None or each <= 0:
                raise self.wrong(f"{what} is {each}, it must be above 0", row)
        return [each for each in found if each is not None]

    def wrong(self, text: str, row: int = -1) -> DataError:
        """Return an error that names the place."""
        return DataError(f"{self.file.where(row) if row >= 0 else self.file.path}: {text}")


def dividends(rows: Rows) -> list[Dividend]:
    """Read dividends, also of a file of corporate actions."""
    amounts = rows.positive(rows.numbers("dividend", "amount", "value"), "dividend")
    return [Dividend(*each) for each in _of(rows, "dividend", amounts)]


def splits(rows: Rows) -> list[Split]:
    """Read splits, also of a file of corporate actions: new shares for one old."""
    ratios = rows.positive(rows.numbers("ratio", "value"), "ratio")
    return [Split(*each) for each in _of(rows, "split", ratios)]


def _of(rows: Rows, action: str, values: list[Decimal]) -> Iterator[tuple[int, str, Decimal]]:
    """Yield instant, instrument and value of the rows of one action."""
    size = len(values)
    actions = rows.texts("action") if rows.file.has("action") else [action] * size
    for ts, name, value, what in zip(rows.instants(), rows.names, values, actions, strict=True):
        if what == action:
            yield ts, name, value


def exchanges(rows: Rows) -> list[Exchange]:
    """Read symbol changes and mergers: shares of another for each share, and cash."""
    becomes = rows.texts("becomes") if rows.file.has("becomes") else [""] * len(rows.file)
    ratios, cash = rows.maybe("ratio", "stock_ratio"), rows.maybe("cash", "cash_per_share")
    parts = zip(rows.instants(), rows.names, becomes, ratios, cash, strict=True)
    return [
        Exchange(ts, name, other, _ratio(other, ratio), ZERO if paid is None else paid)
        for ts, name, other, ratio, paid in parts
    ]


def _ratio(becomes: str, ratio: Decimal | None) -> Decimal:
    """Return the ratio: one for one where only the new name is given, none without a name."""
    if not becomes:
        return ZERO
    return ONE if ratio is None else ratio


def delistings(rows: Rows) -> list[Delisting]:
    """Read delistings; without a price the last one is paid."""
    parts = zip(rows.instants(), rows.names, rows.maybe("price"), strict=True)
    return [Delisting(*each) for each in parts]


def funding(rows: Rows, instruments: Mapping[tuple[str, str], str]) -> list[Funding]:
    """Read funding rates of the perpetuals that are traded.

    Args:
        rows: of the file. instruments: id by venue and symbol as the file writes them.
    """
    venues = rows.texts("venue") if rows.file.has("venue") else [""] * len(rows.file)
    stamps, rates = rows.stamps(), rows.numbers("rate", "funding_rate")
    found = []
    for row, key in enumerate(zip(venues, rows.names, strict=True)):
        name, rate = instruments.get(key, ""), rates[row]
        if name and rate is not None:
            found.append(Funding(int(stamps[row]), name, rate))
    return found


def borrow(rows: Rows) -> list[Borrow]:
    """Read borrow fees a year, and how many units can be had."""
    rates, available = _fractions(rows), rows.maybe("available", "shares_available")
    return [
        Borrow(*each) for each in zip(rows.instants(), rows.names, rates, available, strict=True)
    ]


def rates(rows: Rows, currency: str) -> list[Rate]:
    """Read what money costs a year; ``currency`` where the file names none."""
    size = len(rows.file)
    money = rows.texts("currency") if rows.file.has("currency") else [currency] * size
    stamps = (int(ts) for ts in rows.stamps())
    return [Rate(*each) for each in zip(stamps, money, _fractions(rows), strict=True)]


def _fractions(rows: Rows) -> list[Decimal]:
    """Return the rates; numbers above 1 are surely percent and refused."""
    found = rows.numbers("rate")
    for row, each in enumerate(found):
        if each is None or abs(each) > 1:
            raise rows.wrong(f"rate is {each}; write 5 percent a year as 0.05", row)
    return [each for each in found if each is not None]


def coverage(rows: Rows) -> dict[str, tuple[int, int]]:
    """Read between which instants the dividends of an instrument are all known."""
    first, last = rows.stamps("covered_from"), rows.stamps("covered_to")
    parts = zip(rows.names, first, last, strict=True)
    return {name: (int(start), int(end) + DAY) for name, start, end in parts}


# -- a whole directory -----------------------------------------------------------------------------


def event_files(directory: Path) -> dict[str, list[Path]]:
    """Return the files of events of a data directory, by what they hold."""
    files = [*_files(directory / FOLDER, tuple(COLUMNS)), *_files(directory, BESIDE)]
    found: dict[str, list[Path]] = {}
    for file in files:
        found.setdefault(_kind(file), []).append(file)
    return found


def _files(folder: Path, kinds: tuple[str, ...]) -> list[Path]:
    if not folder.is_dir():
        return []
    files = sorted(file for file in folder.iterdir() if file.name.lower().endswith(ENDINGS))
    return [file for file in files if _kind(file) in kinds]


def _kind(file: Path) -> str:
    """Return what a file holds: the longest of the names it begins with, "" for none."""
    name = stem(file).lower()
    return max((kind for kind in COLUMNS if name.startswith(kind)), key=len, default="")


def read_events(directory: Path, instruments: Iterable[Instrument], currency: str) -> Events:
    """Read all files of events of a data directory, as far as they are about the instruments.

    Args:
        directory: of the data. instruments: what is traded. currency: the fund's.

    Raises:
        DataError: a file or row is wrong.
    """
    known = {i.id: i for i in instruments}
    openings = Openings({name: each.calendar for name, each in known.items()})
    files = event_files(directory)

    def read(kind: str, parse: Callable[[Rows], list[E]]) -> list[E]:
        found = (each for path in files.get(kind, ()) for each in parse(Rows(path, openings)))
        return [each for each in found if getattr(each, "instrument", "") in {*known, ""}]

    named = {key: i.id for i in known.values() for key in funding_names(i)}
    both = "corporate_actions"
    covered: dict[str, tuple[int, int]] = {}
    for path in files.get("dividends_coverage", ()):
        covered |= coverage(Rows(path, openings))
    return Events(
        Timeline(read("dividends", dividends) + read(both, dividends)),
        Timeline(read("splits", splits) + read(both, splits)),
        Timeline(read("exchanges", exchanges)),
        Timeline(read("delistings", delistings)),
        Timeline(read("funding", lambda rows: funding(rows, named))),
        by(read("borrow", borrow), lambda each: each.instrument),
        by(read("rates", lambda rows: rates(rows, currency)), lambda each: each.currency),
        covered,
    )


def by(events: Iterable[E], key: Callable[[E], str]) -> dict[str, Timeline[E]]:
    """Return one timeline for each key, in the order of the keys."""
    groups: dict[str, list[E]] = {}
    for event in events:
        groups.setdefault(key(event), []).append(event)
    return {name: Timeline(groups[name]) for name in sorted(groups)}


def funding_names(instrument: Instrument) -> list[tuple[str, str]]:
    """Return the venues and symbols under which files may name a perpetual.

    ``BTC/USDT`` is also ``BTC-USDT``, ``BTC_USDT`` and ``BTCUSDT``; a settlement currency after a
    colon is left out.
    """
    if instrument.kind not in {Kind.PERPETUAL, Kind.INVERSE_PERPETUAL}:
        return []
    pair = instrument.id.partition(":")[0]
    symbols = dict.fromkeys([instrument.id, pair, *(pair.replace("/", mark) for mark in "-_")])
    symbols |= {pair.replace("/", ""): None}
    return [(venue, symbol) for venue in (instrument.venue, "") for symbol in symbols]
