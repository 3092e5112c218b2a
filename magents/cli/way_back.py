"""The way back from a fill, drawn as a tree: each step under the one it led to."""

from collections.abc import Sequence

from rich.text import Text
from rich.tree import Tree

from magents.cli.console import out
from magents.cli.entries import kind, told
from magents.journal.reading import Numbered
from magents.model.records import Entry, Fill, Signal
from magents.model.time import iso


def print_way_back(chain: Sequence[Numbered]) -> None:
    """Draw the records of one order from the last to the first, down to the bar."""
    out().print(_tree(chain))


def _tree(chain: Sequence[Numbered]) -> Tree:
    last, *before = reversed(chain)
    tree = branch = Tree(_label(*last), guide_style="dim")
    for seq, entry in before:
        branch = branch.add(_label(seq, entry))
    _add_data(branch, chain[0][1])
    return tree


def _label(seq: int, entry: Entry) -> Text:
    style = "bold green" if isinstance(entry, Fill) else "bold"
    return Text.assemble(
        (f"{kind(entry):8}", style), f" {told(entry)}", (f"  {iso(entry.ts)} #{seq}", "dim")
    )


def _add_data(branch: Tree, first: Entry) -> None:
    if not isinstance(first, Signal):
        branch.add(Text("no signal: the pod decided by itself", style="dim"))
        return
    bar = f"the bar of {first.instrument} that closed {iso(first.bar_ts)} at {first.close:g}"
    branch.add(Text.assemble(("data    ", "bold"), f" {bar}"))
