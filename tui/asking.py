"""What people type, to commands: where to go, where to pause."""

import re
from datetime import UTC, datetime
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from magents.model.controls import Jump, JumpTo
from magents.model.snapshots import Breakpoint, MarkKind

SECOND = 1_000_000_000
UNITS = {
    "s": SECOND,
    "m": 60 * SECOND,
    "h": 3600 * SECOND,
    "d": 86_400 * SECOND,
    "w": 604_800 * SECOND,
}
KINDS: tuple[MarkKind, ...] = ("fill", "refusal", "breach", "halt", "notice", "kill")
STOPS: tuple[Literal["fill", "refusal", "breach", "decision"], ...] = (
    "fill",
    "refusal",
    "breach",
    "decision",
)
PLACES = "2014-03-13, 2014-03-13 15:30, 15:30, +2d, -3h, 50%, start, or next fill"


class Here(NamedTuple):
    """The run's ends and the instant that is shown; a run with no end has 0."""

    start: int
    end: int
    shown: int
    zone: str = "UTC"


def destination(text: str, here: Here) -> Jump | JumpTo:
    """Read where to go.

    Raises:
        ValueError: it is no place; the text says which there are.
    """
    word = text.strip().lower()
    if word.startswith("next "):
        return JumpTo(_kind(word.removeprefix("next ").strip()))
    if word in ("start", "end"):
        return Jump(here.start if word == "start" else here.end or here.shown)
    if match := re.fullmatch(r"(\d+(?:\.\d+)?)%", word):
        return Jump(here.start + int((here.end - here.start) * float(match[1]) / 100))
    if match := re.fullmatch(r"([+-])(\d+)([smhdw])", word):
        sign = 1 if match[1] == "+" else -1
        whole = here.shown // SECOND * SECOND  # a command is carried out a nanosecond later
        return Jump(whole + sign * int(match[2]) * UNITS[match[3]])
    return Jump(_instant(word, here))


def _kind(word: str) -> MarkKind:
    for kind in KINDS:
        if kind.startswith(word.rstrip("s")) and word:
            return kind
    raise ValueError(f"there is no next {word!r}; kinds are {', '.join(KINDS)}")


def _instant(word: str, here: Here) -> int:
    """Read a date, a time of the day that is shown, or both, in the zone of the screen."""
    zone = UTC if here.zone == "UTC" else ZoneInfo(here.zone)
    if re.fullmatch(r"\d{1,2}:\d{2}(:\d{2})?", word):
        day = datetime.fromtimestamp(here.shown / SECOND, zone)
        word = f"{day:%Y-%m-%d}T{word.zfill(5)}"
    try:
        moment = datetime.fromisoformat(word.upper())
    except ValueError:
        raise ValueError(f"{word!r} is no place in time; try {PLACES}") from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    return int(moment.timestamp()) * SECOND


def breakpoint_of(text: str) -> Breakpoint:
    """Read where to pause: ``fill``, ``refusal pod:ma``, ``on:AAPL``, ``value<950000``.

    Raises:
        ValueError: it is none; the text says what there is.
    """
    words = text.strip().split()
    if match := re.fullmatch(r"value\s*([<>])\s*([\d_,]+(?:\.\d+)?)", text.strip().lower()):
        amount = float(match[2].replace(",", ""))
        up = match[1] == ">"
        return Breakpoint("value", above=amount) if up else Breakpoint("value", below=amount)
    kind = next((kind for kind in STOPS if words and kind == words[0].lower()), None)
    if kind is None and not (words and ":" in words[0]):
        raise ValueError(
            f"pause at {', '.join(STOPS)}, pod:NAME, on:INSTRUMENT, value<AMOUNT or value>AMOUNT, "
            f"not {text.strip()!r}"
        )
    found = {"pod": "", "on": ""}
    for word in words if kind is None else words[1:]:
        name, colon, value = word.partition(":")
        if not colon or name not in found or not value:
            raise ValueError(f"{word!r} is neither pod:NAME nor on:INSTRUMENT")
        found[name] = value
    return Breakpoint(kind or "any", pod=found["pod"], instrument=found["on"])


def written(stop: Breakpoint) -> str:
    """Write a breakpoint as it is typed."""
    if stop.kind == "value":
        return f"value>{stop.above:.0f}" if stop.above else f"value<{stop.below:.0f}"
    parts = ["" if stop.kind == "any" else str(stop.kind)]
    parts.append(f"pod:{stop.pod}" if stop.pod else "")
    parts.append(f"on:{stop.instrument}" if stop.instrument else "")
    return " ".join(part for part in parts if part)
