"""Names that were nearly right, and how values are shown in errors."""

import difflib
import json
from collections.abc import Iterable, Mapping


def nearest(name: str, names: Iterable[str]) -> str | None:
    """Return the known name most like ``name``, or ``None`` where none is like it."""
    by_folded = {known.casefold(): known for known in sorted(names)}
    close = difflib.get_close_matches(name.casefold(), by_folded, n=1)
    return by_folded[close[0]] if close else None


def hint(name: str, names: Iterable[str]) -> str:
    """Return the end of a sentence about an unknown name: the nearest, or all there are."""
    known = sorted(names)
    near = nearest(name, known)
    if near is not None:
        return f", did you mean {near}?"
    return f"; there is {', '.join(known)}" if known else "; none is known here"


def shown(value: object) -> str:
    """Write a value as its giver would recognise it."""
    if value is None:
        return "nothing"
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, (list, tuple)):
        return "a list"
    return json.dumps(value, ensure_ascii=False, default=str)
