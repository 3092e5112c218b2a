"""A data directory opened: instruments chosen, files surveyed, panels laid out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from feeds import catalog
from feeds.badrows import FAIL
from feeds.barfile import BarFile
from feeds.barlength import length_text
from feeds.calendars import ALWAYS, Calendar, open_calendar
from feeds.csvfile import open_csv
from feeds.directory import Directory, instrument_of, look
from feeds.judge import Days
from feeds.parquetfile import open_parquet
from feeds.schedule import Schedule
from feeds.settings import BarSettings
from feeds.survey import Spacing, Survey, spacing, survey
from feeds.ticks import TickShelf, survey_ticks, tick_shelves
from magents.model.bars import Panel
from magents.model.errors import DataError
from magents.model.instruments import Instrument
from magents.model.records import Notice
from magents.model.time import DAY

_MARGIN = 7
_COARSE = 5 * DAY
# Fewer steps than this between dates do not tell that bars are longer than a day.
_FEW = 6
_FOREVER = Days(-(10**6), 10**6)


@dataclass(frozen=True, slots=True)
class Shelf:
    """One panel and where its bars are.

    Attributes:
        surveys: the files that hold its instruments, sorted by path.
        days: the sessions wanted. span: open of the first and close of the last bar, about.
    """

    panel: Panel
    schedule: Schedule
    surveys: tuple[Survey, ...]
    days: Days
    span: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Library:
    """Everything known before the first price is read.

    Attributes:
        known: instruments that are known beside those of the run, ``None``: all others are.
        notices: what a reader should know of the files themselves.
        ticks: the panels of trades, quotes and depth.
    """

    directory: Directory
    settings: BarSettings
    instruments: tuple[Instrument, ...]
    shelves: tuple[Shelf, ...]
    known: frozenset[str] | None
    notices: tuple[Notice, ...]
    ticks: tuple[TickShelf, ...] = ()

    def shelf(self, panel: str) -> Shelf:
        """Return the shelf of a panel by name."""
        return next(shelf for shelf in self.shelves if shelf.panel.name == panel)


def open_library(place: Path, wanted: Sequence[str] | None, settings: BarSettings) -> Library:
    """Open a directory and survey its bar files.

    Raises:
        DataError: there is nothing to read, or no such instrument or range.
    """
    directory = look(place)
    listed = catalog.read_instruments(directory.instruments)
    surveys = _surveys(directory, listed)
    ticks = survey_ticks(place, listed)
    barred = {name for found in surveys for name in found.instruments}
    there = sorted(barred | {name for found in ticks for _, name in found.spans})
    if not there:
        msg = f"{place} has no bars; put one CSV or Parquet file an instrument there, or into bars/"
        raise DataError(msg)
    names = catalog.chosen(wanted, [name for name in there if not listed or name in listed], place)
    described = {name: listed.get(name) or catalog.default_instrument(name) for name in names}
    strangers = _strangers(surveys, listed, settings) if wanted is None else []
    instruments = tuple(
        catalog.settled(described[name], settings.calendar, fractional=settings.fractional)
        for name in names
    )
    shelves = _shelves([each for each in instruments if each.id in barred], surveys, settings)
    _refuse_empty_range(shelves, settings)
    known = frozenset(listed) if listed and wanted is None else None
    notices = (*_notices(surveys), *strangers)
    finer = tick_shelves(ticks, instruments, settings)
    return Library(directory, settings, instruments, shelves, known, notices, finer)


def _surveys(directory: Directory, listed: Mapping[str, Instrument]) -> list[Survey]:
    found = []
    for path in directory.bars:
        file = open_file(path, instrument_of(path, listed))
        if file is not None:
            found.append(survey(file))
    return found


def open_file(path: Path, instrument: str) -> BarFile | None:
    """Open a file of bars of either form; ``None`` if it has no rows."""
    if path.name.lower().endswith(".parquet"):
        return open_parquet(path, instrument)
    return open_csv(path, instrument)


def _shelves(
    instruments: Sequence[Instrument], surveys: Sequence[Survey], settings: BarSettings
) -> tuple[Shelf, ...]:
    groups: dict[tuple[str, int], list[str]] = {}
    for instrument in instruments:
        length = settings.length or _length(instrument, surveys)
        groups.setdefault((instrument.calendar, length), []).append(instrument.id)
    calendars: dict[str, Calendar] = {}
    for code in sorted({code for code, _ in groups}):
        days = [found.first // DAY for found in surveys] + [found.last // DAY for found in surveys]
        calendars[code] = open_calendar(code, min(days) - _MARGIN, max(days) + _MARGIN)
    shelves = []
    for (code, length), names in groups.items():
        schedule = Schedule(calendars[code], length, settings.timestamp == "close")
        shelves.append(_shelf(names, schedule, surveys, settings))
    return tuple(sorted(shelves, key=lambda shelf: shelf.panel.name))


def _length(instrument: Instrument, surveys: Sequence[Survey]) -> int:
    """Infer the length of an instrument's bars.

    Raises:
        DataError: one bar is too few, or they are weekly on an exchange's calendar.
    """
    steps = [_spacing(found, instrument.id) for found in surveys if instrument.id in found.starts]
    known = [step.step for step in steps if step.step is not None]
    if not known:
        if all(step.dates for step in steps):
            return DAY
        msg = f"{instrument.id} has too few bars to tell their length; give it, as in --bar 1m"
        raise DataError(msg)
    step = min(known)
    if step > DAY and all(found.dates for found in steps) and sum(s.steps for s in steps) < _FEW:
        return DAY
    if not all(found.midnights for found in steps) and step < DAY:
        return step
    if instrument.calendar == ALWAYS:
        return step
    return _session_length(instrument, step)


def _spacing(found: Survey, name: str) -> Spacing:
    return spacing(found.starts[name])


def _session_length(instrument: Instrument, step: int) -> int:
    if step < _COARSE:
        return min(DAY, step)
    msg = (
        f"the bars of {instrument.id} are {length_text(step)} apart, and bars of several sessions "
        f"of {instrument.calendar} cannot be placed in time; give daily bars, or say --bar 1d"
    )
    raise DataError(msg)


def _shelf(
    names: Sequence[str], schedule: Schedule, surveys: Sequence[Survey], settings: BarSettings
) -> Shelf:
    panel = Panel(
        schedule.name,
        tuple(sorted(names)),
        length_text(schedule.length),
        schedule.periods_per_year,
        schedule.calendar.days_per_year,
    )
    mine = tuple(found for found in surveys if not set(names).isdisjoint(found.starts))
    days = days_between(settings.start, settings.end)
    first = max(min(found.first for found in mine), days.first * DAY)
    last = min(max(found.last for found in mine) + schedule.length, (days.last + 1) * DAY)
    return Shelf(panel, schedule, mine, days, (first, last))


def days_between(start: date | None, end: date | None) -> Days:
    """Return the sessions from ``start`` to ``end``, both included; ``None`` is without end."""
    return Days(_day(start, _FOREVER.first), _day(end, _FOREVER.last))


def _day(when: date | None, otherwise: int) -> int:
    return otherwise if when is None else when.toordinal() - date(1970, 1, 1).toordinal()


def _refuse_empty_range(shelves: Sequence[Shelf], settings: BarSettings) -> None:
    if not shelves:
        return
    first = min(found.first for shelf in shelves for found in shelf.surveys) // DAY
    last = max(found.last for shelf in shelves for found in shelf.surveys) // DAY
    from_day, to_day = _text(first), _text(last)
    if settings.start is not None and shelves[0].days.first > last:
        msg = f"the start {settings.start} is after the end of the bars, {to_day}"
        raise DataError(f"{msg}; they begin on {from_day}")
    if settings.end is not None and shelves[0].days.last < first:
        msg = f"the end {settings.end} is before the beginning of the bars, {from_day}"
        raise DataError(f"{msg}; they end on {to_day}")


def _text(day: int) -> str:
    return (date(1970, 1, 1).fromordinal(date(1970, 1, 1).toordinal() + day)).isoformat()


def _strangers(
    surveys: Sequence[Survey], listed: Mapping[str, Instrument], settings: BarSettings
) -> list[Notice]:
    """Tell of files about one instrument that ``instruments.csv`` does not list.

    Raises:
        DataError: there is one and bad rows are not to be dropped.
    """
    found = [each.file for each in surveys if listed and not each.file.long]
    strange = [file for file in found if file.instrument not in listed]
    if strange and settings.on_bad_row == FAIL:
        raise DataError(
            f"{strange[0].path}: {strange[0].instrument} is not in instruments.csv; add it there "
            "or pass --on-bad-row drop"
        )
    text = "left out: the instrument is not in instruments.csv"
    return [Notice(0, "data", f"{file.path}: {text}") for file in strange]


def _notices(surveys: Sequence[Survey]) -> tuple[Notice, ...]:
    adjusted = [found.file.path for found in surveys if found.file.columns.adjusted]
    if not adjusted:
        return ()
    text = f"{adjusted[0].parent}: adjusted closes are not used; open, high, low and close are"
    return (Notice(0, "data", text, len(adjusted)),)
