"""What is known of each instrument: ``instruments.csv`` where there is one, defaults elsewhere."""

import csv
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from pathlib import Path

import msgspec

from feeds.calendars import ALWAYS
from magents.model.errors import DataError
from magents.model.instruments import Instrument, Kind
from magents.model.money import GRID, ONE

AUTO = "auto"
EQUITY_CALENDAR = "XNYS"


def read_instruments(path: Path | None) -> dict[str, Instrument]:
    """Read ``instruments.csv``: id, and optionally kind, currency, lot, tick, calendar, sector.

    Raises:
        DataError: a row is wrong; names the line.
    """
    if path is None:
        return {}
    with path.open(newline="", encoding="utf-8-sig") as file:
        rows = csv.DictReader(file)
        found = [_instrument(path, line, row) for line, row in enumerate(rows, start=2)]
    return {instrument.id: instrument for instrument in found}


def _instrument(path: Path, line: int, row: Mapping[str | None, str | None]) -> Instrument:
    cells = {
        (key or "").strip().lower(): (value or "").strip() for key, value in row.items() if key
    }
    name = cells.get("id", "")
    if not name:
        msg = f"{path}:{line}: the row has no id; the header must name id first"
        raise DataError(msg)
    usual = default_instrument(name)
    try:
        kind = Kind(cells["kind"]) if cells.get("kind") else usual.kind
        lot = Decimal(cells["lot"]) if cells.get("lot") else _lot(kind)
        tick = Decimal(cells["tick"]) if cells.get("tick") else None
    except (ValueError, InvalidOperation) as error:
        kinds = ", ".join(Kind)
        msg = f"{path}:{line}: {name} has a wrong kind, lot or tick ({error}); kinds are {kinds}"
        raise DataError(msg) from error
    return Instrument(
        id=name,
        kind=kind,
        currency=cells.get("currency") or usual.currency,
        lot=lot,
        tick=tick,
        calendar=cells.get("calendar") or _calendar(kind),
        sector=cells.get("sector", ""),
    )


def default_instrument(name: str) -> Instrument:
    """Describe an instrument by its name alone: a slash makes it a spot crypto pair."""
    if "/" not in name:
        return Instrument(id=name)
    quote = name.rpartition("/")[2]
    kind = Kind.SPOT_CRYPTO
    return Instrument(id=name, kind=kind, currency=quote, lot=_lot(kind), calendar=ALWAYS)


def _lot(kind: Kind) -> Decimal:
    return GRID if kind is Kind.SPOT_CRYPTO else ONE


def _calendar(kind: Kind) -> str:
    return ALWAYS if kind is Kind.SPOT_CRYPTO else EQUITY_CALENDAR


def settled(instrument: Instrument, calendar: str, *, fractional: bool | None) -> Instrument:
    """Apply the run's settings to an instrument."""
    if calendar != AUTO:
        instrument = msgspec.structs.replace(instrument, calendar=calendar)
    if fractional is not None:
        instrument = msgspec.structs.replace(instrument, lot=GRID if fractional else ONE)
    return instrument


def chosen(wanted: Sequence[str] | None, there: Sequence[str], place: Path) -> list[str]:
    """Return the instruments of a run, sorted.

    Raises:
        DataError: one is not there; suggests the nearest name.
    """
    if wanted is None:
        return sorted(there)
    for name in wanted:
        if name not in there:
            raise DataError(_not_there(name, there, place))
    return sorted(set(wanted))


def _not_there(name: str, there: Sequence[str], place: Path) -> str:
    lower = {known.lower(): known for known in there}
    near = get_close_matches(name.lower(), list(lower), n=1, cutoff=0.5)
    hint = f"did you mean {lower[near[0]]}? " if near else f"there are {_some(sorted(there))}; "
    return (
        f"there are no bars of {name} in {place}; {hint}"
        f"`magents data check {place}` lists all {len(there)}"
    )


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:6]) + (", ..." if len(names) > 6 else "")  # noqa: PLR2004
