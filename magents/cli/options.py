"""Options that several commands share, and how flags become settings."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


class Names(click.ParamType):  # type: ignore[type-arg]  # generic from click 8.4 on
    """A list of names with commas between them: ``AAPL,MSFT``."""

    name = "A,B,..."

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, ...]:
        """Split the names."""
        if isinstance(value, tuple):
            return value
        names = tuple(part.strip() for part in str(value).split(","))
        if not all(names):
            self.fail(f"expected names with commas between them, got {value!r}", param, ctx)
        return names


FILE = click.Path(dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)

SETTINGS: Mapping[str, str] = {
    "data_dir": "data.dir",
    "instruments": "data.instruments",
    "start_date": "data.start",
    "end_date": "data.end",
    "initial_capital": "global.initial_capital",
    "strategies": "strategies",
    "generate_report": "report.generate",
    "report_dir": "report.dir",
    "seed": "global.seed",
    "block_size": "run.block_size",
    "speed": "run.speed",
    "log_level": "run.log_level",
    "on_bad_row": "data.on_bad_row",
}
"""Which setting a flag gives."""

_WHAT = (
    click.option("--data-dir", metavar="DIR", help="Data directory.  [default: the sample]"),
    click.option("--instruments", type=Names(), help="Instruments to trade.  [default: all]"),
    click.option("--start-date", metavar="DATE", help="First day, such as 2014-01-31."),
    click.option("--end-date", metavar="DATE", help="Last day, included."),
    click.option("--initial-capital", metavar="AMOUNT", help="Cash at the start.  [1000000]"),
    click.option("--strategies", type=Names(), help="Pods to run: ids, or path/file.py:Class."),
    click.option("--config", type=FILE, help="YAML or JSON file; flags go before it."),
    click.option("--seed", type=int, metavar="N", help="Seed of all that is random.  [7]"),
    click.option(
        "--block-size", type=int, metavar="ROWS", help="Rows read at once.  [as a cache holds]"
    ),
    click.option(
        "--on-bad-row", type=click.Choice(["fail", "drop"]), help="Stop at a bad row, or drop it."
    ),
)

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
report_dir_option = click.option(
    "--report-dir", type=FOLDER, default=Path("results"), help="Where runs are.  [results]"
)


def what_to_trade(command: F) -> F:
    """Add those of the flags that say what is run that do not speak of past data."""
    for option in reversed((_WHAT[4], _WHAT[5], _WHAT[6], _WHAT[7])):
        command = option(command)
    return command


def what_to_run(command: F) -> F:
    """Add the flags that say what is run: data, strategies, config, seed."""
    for option in reversed(_WHAT):
        command = option(command)
    return command


def overrides(flags: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings that flags give; a flag that was not given gives none."""
    return {
        SETTINGS[name]: value
        for name, value in flags.items()
        if value is not None and value is not False
    }
