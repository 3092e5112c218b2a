"""One comparison of a session with its replay, from a name to exit code."""

import tempfile
from pathlib import Path

import click
import msgspec
from msgspec.structs import replace
from rich.table import Table

from magents.analytics.parity import Life, Line, Parity, compare, lives
from magents.cli.console import out, print_json
from magents.cli.exits import RunNotFoundError
from magents.cli.folders import find
from magents.cli.replaying import replay_file, settings_of
from magents.cli.resolving import resolved
from magents.cli.running import JOURNAL
from magents.config import Loaded
from magents.journal.reading import read


def parity(name: str, report_dir: Path, *, fitted: bool, everything: bool, as_json: bool) -> int:
    """Compare and show; return the exit code.

    Raises:
        UserError: there is no such run, or it has no recording.
    """
    from feeds.live.recording import files_of, recording_of

    folder = find(name, report_dir)
    place = recording_of(folder)
    if place is None:
        raise RunNotFoundError(f"{folder} has no recording: only live runs have one")
    files = files_of(place)
    if len(files) > 1:
        click.echo(f"note: {folder} was resumed; its first stretch is compared", err=True)
    loaded = resolved(settings_of(files[0], None, {}))
    live = lives(entry for _, entry in read(folder / JOURNAL))
    found = compare(live, _simulated(loaded, files[0]))
    again = compare(live, _simulated(_with(loaded, found), files[0])) if fitted else None
    if as_json:
        shown = {"parity": found, "fitted": again}
        print_json(msgspec.to_builtins(shown))
        return 0
    _show(found, everything=everything)
    if again is not None:
        click.echo("\nwith these settings:")
        _show(again, everything=everything)
    return 0


def _simulated(loaded: Loaded, path: Path) -> dict[str, Life]:
    """Return what becomes of the orders in the simulator."""
    with tempfile.TemporaryDirectory() as folder:
        replay_file(loaded, path, run_dir=Path(folder))
        return lives(entry for _, entry in read(Path(folder) / JOURNAL))


def _with(loaded: Loaded, found: Parity) -> Loaded:
    """Return settings with the fitted latency and slippage."""
    settings = loaded.settings
    latency = replace(settings.exchange.latency, insert_ms=found.latency_ms or 0.0)
    return Loaded(
        replace(
            settings,
            exchange=replace(settings.exchange, latency=latency),
            global_=replace(settings.global_, slippage_bps=found.slippage_bps or 0.0),
        ),
        loaded.lines,
    )


def _show(found: Parity, *, everything: bool) -> None:
    lines = [line for line in found.lines if everything or not line.same]
    if lines:
        out().print(_table(lines))
    click.echo(", ".join(f"{name}: {count}" for name, count in found.totals.items()))
    if found.latency_ms is None:
        click.echo("no market order filled in both: nothing to fit latency and slippage to")
        return
    click.echo("what would have come closest, for the config of a backtest:")
    click.echo(f"global:\n  slippage_bps: {found.slippage_bps}")
    click.echo(f"exchange:\n  latency:\n    insert_ms: {found.latency_ms}")


def _table(lines: list[Line]) -> Table:
    table = Table("order", "what", "live", "simulated")
    for heading in ("price live", "price sim.", "later ms", "worse bps", "fee live", "fee sim."):
        table.add_column(heading, justify="right")
    for line in lines:
        table.add_row(
            line.order,
            line.what,
            f"{line.state[0]} {line.filled[0]}",
            f"{line.state[1]} {line.filled[1]}",
            *(_number(price) for price in line.price),
            _number(line.later_ms),
            _number(line.worse_bps),
            *line.fee,
        )
    return table


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:,.4g}" if abs(value) < 1 else f"{value:,.2f}"
