"""The forms in which files write instants, and how to read them as nanoseconds UTC."""

import re
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from magents.model.bars import Instants
from magents.model.time import DAY, SECOND, parse_instant

HOW = "write dates as 2014-03-05 and times as 2014-03-05T14:30:00Z or as epoch numbers"


class Form(StrEnum):
    """One way to write instants; a file keeps to one."""

    DATE = "date"
    COMPACT = "yyyymmdd"
    NAIVE = "iso"
    ZONED = "iso with zone"
    SECONDS = "epoch s"
    MILLIS = "epoch ms"
    MICROS = "epoch us"
    NANOS = "epoch ns"


UNIT = {
    Form.SECONDS: SECOND,
    Form.MILLIS: 1_000_000,
    Form.MICROS: 1_000,
    Form.NANOS: 1,
}
_ISO = r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?"
_TEXT = (
    (Form.DATE, re.compile(r"\d{4}-\d{2}-\d{2}")),
    (Form.COMPACT, re.compile(r"(1[6-9]|2[0-2])\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])")),
    (Form.NAIVE, re.compile(_ISO)),
    (Form.ZONED, re.compile(_ISO + r"(Z|[+-]\d{2}(:?\d{2})?)")),
)
_MONTHS = 12
_DIGITS = re.compile(r"\d{9,19}")
_WRITTEN = frozenset({Form.DATE, Form.NAIVE, Form.ZONED})


def form_of(text: str) -> Form | None:
    """Return the form a text is in, or ``None`` if it is in none of ours."""
    for form, pattern in _TEXT:
        if pattern.fullmatch(text):
            return form
    return epoch_form(int(text)) if _DIGITS.fullmatch(text) else None


def epoch_form(number: int) -> Form:
    """Tell the unit of an epoch number by its magnitude (good from 1973 on)."""
    if number < 10**11:
        return Form.SECONDS
    if number < 10**14:
        return Form.MILLIS
    return Form.MICROS if number < 10**17 else Form.NANOS


def parse(text: str, form: Form) -> int:
    """Read one text of a file whose stamps are in ``form``, the slow and exact way.

    Raises:
        ValueError: it is no instant, or in another form.
    """
    found = form_of(text)
    if found is None or (found is not form and not {found, form} <= _WRITTEN):
        msg = f"{text!r} is no {form}"
        raise ValueError(msg)
    if form in UNIT:
        return int(text) * UNIT[form]
    if form is Form.COMPACT:
        text = f"{text[:4]}-{text[4:6]}-{text[6:]}"
    return _iso(text)


def _iso(text: str) -> int:
    """Read ISO text with up to nine decimals (the standard library keeps six)."""
    head, dot, tail = text.partition(".")
    if not dot:
        return parse_instant(text)
    digits = re.match(r"\d+", tail)
    decimals = digits.group() if digits else ""
    return parse_instant(head + tail[len(decimals) :]) + int(decimals.ljust(9, "0"))


def compact_days(numbers: npt.NDArray[np.int64]) -> Instants:
    """Read numbers such as 20140305 as midnights, shape [N].

    Raises:
        ValueError: one of them is no date.
    """
    year, month, day = numbers // 10_000, numbers // 100 % 100, numbers % 100
    if ((month < 1) | (month > _MONTHS) | (day < 1)).any():
        msg = "a number is no date"
        raise ValueError(msg)
    months = (year - 1970) * _MONTHS + month - 1
    first = months.astype("datetime64[M]").astype("datetime64[D]")
    dates = first + (day - 1)
    if (dates.astype("datetime64[M]").astype(np.int64) != months).any():
        msg = "a number is no date"
        raise ValueError(msg)
    return dates.astype(np.int64) * DAY
