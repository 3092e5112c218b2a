"""One pass over the bars of a panel: read, judged, sorted, merged, cut into blocks."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from feeds.badrows import BadRows
from feeds.coder import Coder
from feeds.cut import cut
from feeds.judge import Judge
from feeds.library import Library, Shelf
from feeds.merge import merge
from feeds.rows import Bars, Problem
from feeds.spill import read_back, spill
from feeds.survey import Survey, read_file
from magents.model.bars import BarBlock
from magents.model.errors import DataError
from magents.model.records import Notice
from magents.model.time import iso

_BUDGET = 32 << 20
_SMALLEST, _LARGEST = 1 << 16, 4 << 20
_SPILLED_ROWS = 4096


def read_panel(
    library: Library, panel: str, rows: int, notices: list[Notice]
) -> Iterator[BarBlock]:
    """Yield a panel's blocks; ``notices`` is filled in at the end.

    Raises:
        DataError: a row is bad, or no panel has any bar.
    """
    shelf = library.shelf(panel)
    reading = PanelReading(library, shelf)
    empty = True
    for block in cut(reading.merged(), shelf.panel, rows):
        empty = False
        yield block
    notices.extend(reading.notices())
    if empty and len(library.shelves) == 1:
        raise DataError(_nothing(library, shelf))


def _nothing(library: Library, shelf: Shelf) -> str:
    settings, first, last = library.settings, iso(shelf.span[0])[:10], iso(shelf.span[1])[:10]
    return (
        f"{library.directory.path} has no bars from {settings.start or first} to "
        f"{settings.end or last} of the instruments wanted; choose other days or instruments"
    )


def _first_reader(library: Library, found: Survey) -> Shelf:
    return next(shelf for shelf in library.shelves if any(found is each for each in shelf.surveys))


class PanelReading:
    """One pass over a panel.

    Attributes:
        bad: what is wrong, by file, in the order of the shelf's surveys.
    """

    def __init__(self, library: Library, shelf: Shelf) -> None:
        """Get ready; nothing is read yet."""
        self.shelf = shelf
        self.bad = [BadRows(found.file, library.settings.on_bad_row) for found in shelf.surveys]
        self.size = min(max(_BUDGET // len(shelf.surveys), _SMALLEST), _LARGEST)
        self.library = library

    def merged(self) -> Iterator[Bars]:
        """Yield the clean rows, sorted by (ts, code), each part wholly after the one before.

        Raises:
            DataError: a row is bad and bad rows are not to be dropped.
        """
        with ExitStack() as stack:
            numbers = range(len(self.shelf.surveys))
            runs = [run for number in numbers for run in self._runs(number, stack)]
            yield from merge(runs, self._repeated)

    def _runs(self, number: int, stack: ExitStack) -> list[Iterator[Bars]]:
        """Return the sorted runs of one file; a grouped file is spilled when first asked."""
        found = self.shelf.surveys[number]
        if found.ordered or not found.file.long:
            return [self._clean(number, found)]
        place = Path(stack.enter_context(TemporaryDirectory(prefix="magents-")))
        codes = spill(self._clean(number, found), place)
        return [read_back(place, code, _SPILLED_ROWS) for code in codes]

    def _clean(self, number: int, found: Survey) -> Iterator[Bars]:
        shelf = self.shelf
        # Of the panels that read a file one tells of strangers and of rows of nobody.
        first = _first_reader(self.library, found) is shelf
        coder = Coder(shelf.panel.instruments, self.library.known if first else None)
        judge = Judge(number, coder, shelf.schedule, shelf.days, self.bad[number], orphans=first)
        for raw in read_file(found.file, coder, self.size):
            yield judge.clean(raw)
            if judge.past_end and found.ordered:
                return

    def _repeated(self, bars: Bars) -> None:
        """Take rows whose bar an earlier file has already."""
        for row in range(len(bars)):
            name = self.shelf.panel.instruments[int(bars.code[row])]
            label = f"{name} {iso(int(bars.open_ts[row]))}"
            text, mend = "an earlier file has that bar already", "remove one of the two"
            problem = Problem(int(bars.line[row]), label, "duplicate", text, None, mend)
            self.bad[int(bars.source[row])].add([problem])

    def notices(self) -> list[Notice]:
        """Return what was dropped."""
        return [notice for bad in self.bad for notice in bad.notices()]
