"""The strategies as plain values, and as a table."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from rich import box
from rich.table import Table

from magents.cli.console import out
from magents.config.example import default_of
from pods.registry import Registry, Strategy


def catalogue() -> list[dict[str, Any]]:
    """Return every strategy with the defaults of its settings, ready for JSON."""
    registry = Registry.load()
    return [_described(registry.get(name)) for name in registry.ids()]


def defaults(type_: type[msgspec.Struct]) -> dict[str, Any]:
    """Return the default of every setting, ready for JSON."""
    found = {field.encode_name: default_of(field) for field in msgspec.structs.fields(type_)}
    plain: dict[str, Any] = msgspec.to_builtins(found)
    return plain


def print_catalogue(found: Sequence[Mapping[str, Any]]) -> None:
    """Write the table."""
    table = Table(header_style="bold", box=box.ROUNDED, show_lines=True)
    for heading in ("id", "also", "what it does", "from", "settings"):
        table.add_column(heading, overflow="fold")
    for entry in found:
        settings = "\n".join(f"{name}: {_short(value)}" for name, value in entry["config"].items())
        table.add_row(
            entry["id"], "\n".join(entry["aliases"]), entry["summary"], entry["source"], settings
        )
    out().print(table)


def _described(strategy: Strategy) -> dict[str, Any]:
    return {
        "id": strategy.id,
        "aliases": list(strategy.aliases),
        "summary": strategy.summary,
        "source": strategy.source,
        "config": defaults(strategy.config_type),
    }


def _short(value: object) -> str:
    """Write a value as a config file has it."""
    return value if isinstance(value, str) else json.dumps(value)
