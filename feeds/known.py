"""When a fact became known: the one time by which facts may meet bars."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from feeds.facttable import NEVER, FactFile
from magents.model.bars import Instants
from magents.model.errors import DataError
from magents.model.facts import SENTIMENT
from magents.model.time import DAY, SECOND

COLUMNS = (
    "known_at",
    "available_from",
    "filing_date",
    "first_seen",
    "disclosure_date",
    "due_date",
    "release_date",
)
"""Columns that say when a row became known, the best first."""

ZONE = ZoneInfo("America/New_York")
_EPOCH = date(1970, 1, 1)


def end_of_days(days: Instants) -> Instants:
    """Return when days (since 1970) end in New York: 00:00 of the next day, as instants UTC.

    A date without a time says only that the fact was known before the day was over.
    """
    distinct, place = np.unique(days, return_inverse=True)
    ends = np.array([_midnight_after(int(day)) for day in distinct], np.int64)
    return ends[place] if len(days) else days


def _midnight_after(day: int) -> int:
    following = _EPOCH + timedelta(days=day + 1)
    midnight = datetime(following.year, following.month, following.day, tzinfo=ZONE)
    return int(midnight.astimezone(UTC).timestamp()) * SECOND


def known_at(file: FactFile, kind: str) -> tuple[Instants, list[int]]:
    """Return when each row became known, :data:`NEVER` where nothing says so, and unread rows.

    Of several columns the best that has a value in the row counts.

    Raises:
        DataError: the file has none of the columns.
    """
    names = [name for name in (*COLUMNS, *_spare(kind)) if file.has(name)]
    if not names:
        raise DataError(
            f"{file.path} does not say when its {kind} became known; add one of the columns "
            f"{', '.join((*COLUMNS, *_spare(kind)))}"
        )
    ts = np.full(len(file), NEVER, np.int64)
    unread: list[int] = []
    for name in names:
        moments = file.moments(name)
        unread += moments.unread
        given = (ts == NEVER) & (moments.ts != NEVER)
        found = moments.ts[given]
        ts[given] = end_of_days(found // DAY) if moments.dates else found
    return ts, unread


def _spare(kind: str) -> tuple[str, ...]:
    """Return the date column that will do for a kind that is about that very day."""
    return ("date",) if kind == SENTIMENT else ()
