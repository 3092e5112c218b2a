"""Journal records to stdout: aligned for people, JSON lines for programs."""

from collections.abc import Iterable

import click
import msgspec

from magents.cli.entries import column, kind, order_id, told
from magents.journal.reading import Numbered
from magents.model.records import Entry
from magents.model.time import iso

_FORM = "{seq:>7}  {time:20}  {kind:10}  {pod:12}  {order:14}  {instrument:10}  {text}"


def print_entries(found: Iterable[Numbered]) -> None:
    """Write one aligned line a record, under a heading on stderr."""
    heading = {name: name for name in ("seq", "time", "kind", "pod", "order", "instrument")}
    click.echo(_FORM.format(**heading, text=""), err=True)
    for seq, entry in found:
        click.echo(line(seq, entry))


def line(seq: int, entry: Entry) -> str:
    """Write one record as one line."""
    return _FORM.format(
        seq=seq,
        time=iso(entry.ts),
        kind=kind(entry),
        pod=column(entry, "pod"),
        order=order_id(entry),
        instrument=column(entry, "instrument"),
        text=told(entry),
    )


def print_json_lines(found: Iterable[Numbered]) -> None:
    """Write one JSON object a record: its number, and the record as the journal has it."""
    for seq, entry in found:
        click.echo(msgspec.json.encode({"seq": seq, **msgspec.to_builtins(entry)}).decode())
