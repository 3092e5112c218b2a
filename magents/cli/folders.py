"""Run folders: the next free one, and those there are."""

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from magents.cli.exits import RunNotFoundError
from magents.model.errors import ConfigError

LAST = "last"
_NUMBERED = re.compile(r"(?P<stem>.+)-(?P<number>[0-9]{4,})")
_MARK = "config.json"
"""The file every run folder has."""


def reserve(report_dir: Path, stem: str) -> Path:
    """Create and return the next free folder: ``results/backtest-0001``.

    Raises:
        ConfigError: the directory cannot be written.
    """
    try:
        report_dir.mkdir(parents=True, exist_ok=True)
        return _next_free(report_dir, stem)
    except OSError as error:
        msg = f"--report-dir: {report_dir} cannot be written: {error.strerror}"
        raise ConfigError(msg) from None


def _next_free(report_dir: Path, stem: str) -> Path:
    number = max((n for name, n in _numbers(report_dir) if name == stem), default=0) + 1
    while True:
        folder = report_dir / f"{stem}-{number:04d}"
        try:
            folder.mkdir()
        except FileExistsError:
            number += 1
        else:
            return folder


def runs(report_dir: Path) -> list[Path]:
    """Return the run folders in a directory, oldest number first."""
    if not report_dir.is_dir():
        return []
    found = (path for path in report_dir.iterdir() if (path / _MARK).is_file())
    return sorted(found, key=lambda path: (_number(path.name), path.name))


def find(name: str, report_dir: Path, meant: Callable[[Path], bool] = lambda _: True) -> Path:
    """Return a run's folder.

    Args:
        name: the folder itself, its name inside ``report_dir``, or ``last``.
        report_dir: where runs are. meant: which of them ``last`` may be.

    Raises:
        RunNotFoundError: there is no such run; suggests the nearest.
    """
    known = {path.name: path for path in runs(report_dir)}
    if name in known:
        return known[name]
    if name == LAST and (found := [path for path in known.values() if meant(path)]):
        return newest(found)
    if (Path(name) / _MARK).is_file():
        return Path(name)
    raise RunNotFoundError(_missing(name, report_dir, list(known)))


def newest(folders: Sequence[Path]) -> Path:
    """Return the run that began last; of runs that began together, that of the highest number."""
    return max(
        folders,
        key=lambda path: ((path / _MARK).stat().st_mtime_ns, _number(path.name), path.name),
    )


def is_sandbox(folder: Path) -> bool:
    """Return whether a run trades an account at a venue."""
    return (folder / "account.json").is_file()


def is_paper(folder: Path) -> bool:
    """Return whether a run is live, on simulated fills."""
    return (folder / "recording").is_dir() and not is_sandbox(folder)


def is_session(folder: Path) -> bool:
    """Return whether a run is or was live."""
    return (folder / "recording").is_dir() or is_sandbox(folder)


def _missing(name: str, report_dir: Path, known: list[str]) -> str:
    from magents.config.names import hint

    if Path(name).is_dir():
        return f"{name} is not the folder of a run: it has no {_MARK}"
    return f"no run {name} in {report_dir}{hint(name, known[-20:])}"


def _numbers(report_dir: Path) -> Iterator[tuple[str, int]]:
    for path in report_dir.iterdir():
        match = _NUMBERED.fullmatch(path.name)
        if match:
            yield match["stem"], int(match["number"])


def _number(name: str) -> int:
    match = _NUMBERED.fullmatch(name)
    return int(match["number"]) if match else 0


def journal_of(name: str, report_dir: Path) -> Path:
    """Return the journal of a run, see :func:`find`."""
    return find(name, report_dir) / "journal.sqlite"
