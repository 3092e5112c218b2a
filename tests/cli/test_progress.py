"""The progress bar: there on a terminal, nowhere else."""

import io

from rich.console import Console

from magents.cli.progress import progress_bar
from magents.model.results import Progress
from magents.model.time import DAY, parse_instant

START = parse_instant("2014-01-02")


def test_nothing_is_shown_where_nobody_looks():
    with progress_bar(Console(file=io.StringIO()), quiet=False) as show:
        assert show is None


def test_nothing_is_shown_when_quiet():
    with progress_bar(Console(file=io.StringIO(), force_terminal=True), quiet=True) as show:
        assert show is None


def test_bar_has_the_simulated_date_and_value():
    file = io.StringIO()
    with progress_bar(Console(file=file, force_terminal=True, width=120), quiet=False) as show:
        assert show is not None
        show(Progress(START + 50 * DAY, START, START + 100 * DAY, 50, 1234567.0))

    assert "2014-02-21" in file.getvalue()
    assert "50%" in file.getvalue()
    assert "1,234,567" in file.getvalue()
    assert "bars/s" in file.getvalue()
