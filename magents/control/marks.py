"""What happened where on the time line: few marks, however long the run."""

from magents.model.snapshots import Mark, MarkKind
from magents.model.time import MINUTE

MARKS = 400


class Marks:
    """At most one mark of a kind in each piece of time."""

    def __init__(self) -> None:
        """Mark nothing; pieces are a minute at first, and grow."""
        self._width = MINUTE
        self._at: dict[tuple[str, int], int] = {}

    def add(self, ts: int, kind: str) -> None:
        """Mark that something of a kind happened."""
        if kind in _MARKED:
            self._at.setdefault((kind, ts // self._width), ts)
            if len(self._at) > MARKS:
                self._widen()

    def rows(self) -> tuple[Mark, ...]:
        """Return the marks in order of time."""
        marked = sorted((ts, kind) for (kind, _), ts in self._at.items())
        return tuple(Mark(ts, _MARKED[kind]) for ts, kind in marked)

    def _widen(self) -> None:
        self._width *= 2
        before, self._at = self._at, {}
        for (kind, _), ts in before.items():
            self._at.setdefault((kind, ts // self._width), ts)


_MARKED: dict[str, MarkKind] = {
    "fill": "fill",
    "refusal": "refusal",
    "notice": "notice",
    "breach": "breach",
    "halt": "halt",
    "kill": "kill",
}
