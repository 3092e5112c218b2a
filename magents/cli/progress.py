"""The progress bar on stderr: simulated date, how far, how fast, how long still."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from magents.model.results import Progress
from magents.model.time import iso
from magents.runtime import wall

Show = Callable[[Progress], None]


@contextmanager
def progress_bar(console: Console, *, quiet: bool) -> Iterator[Show | None]:
    """Show a bar while the run runs; nothing where nobody looks."""
    if quiet or not console.is_terminal:
        yield None
        return
    with _bar(console) as bar:
        yield _updater(bar)


def _bar(console: Console) -> Bar:
    return Bar(
        TextColumn("[bold]{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[rate]}"),
        TextColumn("[green]{task.fields[equity]}"),
        TimeRemainingColumn(),
        console=console,
        transient=True,
    )


def _updater(bar: Bar) -> Show:
    task = bar.add_task("loading", total=None, rate="", equity="")
    started = wall.monotonic()

    def show(at: Progress) -> None:
        seconds = max(wall.monotonic() - started, 1e-9)
        bar.update(
            task,
            description=iso(at.now)[:10],
            total=None if at.end is None else at.end - at.start,
            completed=at.now - at.start,
            rate=f"{at.bars / seconds:,.0f} bars/s",
            equity=f"{at.equity:,.0f}",
        )

    return show
