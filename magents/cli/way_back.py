"""The way back from a fill, drawn as a tree: each step under the one it led to."""

from collections.abc import Iterator, Sequence

from rich.text import Text
from rich.tree import Tree

from magents.cli.console import out
from magents.cli.entries import kind, told
from magents.journal.reading import Numbered
from magents.model.records import Entry, Fill, Signal, Verdict
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
    head = (f"{kind(entry):8}", style), f" {told(entry)}", (f"  {iso(entry.ts)} #{seq}", "dim")
    return Text.assemble(*head, *_checks(entry))


def _checks(entry: Entry) -> Iterator[tuple[str, str]]:
    """Yield every check of a verdict, a line each."""
    for check in entry.checks if isinstance(entry, Verdict) else ():
        answer = f"{check.value:.6g} against {check.limit:.6g}"
        yield f"\n         {check.rule} {answer}", "dim" if check.ok else "red"


def _add_data(branch: Tree, first: Entry) -> None:
    if not isinstance(first, Signal):
        branch.add(Text("no signal: the pod decided by itself", style="dim"))
        return
    bar = f"the bar of {first.instrument} that closed {iso(first.bar_ts)} at {first.close:g}"
    branch.add(Text.assemble(("data    ", "bold"), f" {bar}"))
