"""Bad rows: the first is an error, or all are dropped and counted."""

from collections.abc import Sequence

from feeds.barfile import BarFile
from feeds.rows import Problem
from magents.model.errors import DataError
from magents.model.records import Notice

FAIL = "fail"
DROP = "drop"


class BadRows:
    """What becomes of the bad rows of one file during one pass."""

    def __init__(self, file: BarFile, mode: str) -> None:
        """Take ``fail`` or ``drop``."""
        self.file = file
        self.mode = mode
        self.counts: dict[str, int] = {}
        self.first: dict[str, list[str]] = {}

    def add(self, problems: Sequence[Problem]) -> None:
        """Count the problems, in the order of the file.

        Raises:
            DataError: there is one and the mode is ``fail``.
        """
        for problem in sorted(problems, key=lambda found: found.line):
            if self.mode == FAIL:
                raise DataError(self.sentence(problem))
            self.counts[problem.reason] = self.counts.get(problem.reason, 0) + 1
            shown = self.first.setdefault(problem.reason, [])
            if len(shown) < 3:  # noqa: PLR2004 - a few examples
                shown.append(self.sentence(problem))

    def sentence(self, problem: Problem) -> str:
        """Say where a row is, what is wrong with it and how to mend it."""
        label = f"{problem.label}: " if problem.label else ""
        place = self.file.where(problem.line)
        return f"{place}: {label}{problem.text}; {problem.mend} or pass --on-bad-row drop"

    def notices(self) -> list[Notice]:
        """Return one notice for each reason."""
        return [
            Notice(0, "data", f"{self.file.path}: {_rows(count)} dropped: {reason}", count)
            for reason, count in sorted(self.counts.items())
        ]


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count} rows"
