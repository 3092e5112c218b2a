"""Where the run pauses by itself: the list, and a line to add to it."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Label, OptionList, Static

from magents.model.snapshots import Breakpoint
from tui.asking import breakpoint_of, written

HINT = """fill, refusal, breach, decision; with pod:NAME, on:INSTRUMENT or both
pod:NAME or on:INSTRUMENT alone: any of these
value<950000 or value>1100000: what the fund is worth"""


class BreakpointsDialog(ModalScreen[tuple[Breakpoint, ...] | None]):
    """Edits the breakpoints; escape keeps what was changed, as every change is shown.

    Args:
        breakpoints: those that hold now.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "done", "Done"),
        Binding("ctrl+d", "remove", "Remove", priority=True),
        Binding("delete", "remove", "Remove"),
    ]

    def __init__(self, breakpoints: tuple[Breakpoint, ...]) -> None:
        super().__init__()
        self._held = list(breakpoints)

    def compose(self) -> ComposeResult:
        """Lay the dialog out."""
        with Vertical(classes="dialog"):
            yield Label("Pause at", classes="question")
            yield OptionList(*(written(stop) for stop in self._held), id="stops-list", markup=False)
            yield Input(placeholder="add one, as: fill pod:ma", id="stops-input")
            yield Static(HINT, id="stops-hint", markup=False)
            yield Static("enter adds, ctrl+d removes the one marked, escape ends", classes="hint")

    def on_mount(self) -> None:
        """Begin with the line."""
        self.query_one(Input).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Add one, or say what is wrong with it; an empty line ends."""
        hint = self.query_one("#stops-hint", Static)
        if not event.value.strip():
            self.action_done()
            return
        try:
            stop = breakpoint_of(event.value)
        except ValueError as error:
            hint.update(str(error))
            hint.add_class("wrong")
            return
        hint.update(HINT)
        hint.remove_class("wrong")
        event.input.clear()
        if stop not in self._held:
            self._held.append(stop)
            self.query_one(OptionList).add_option(written(stop))

    def action_remove(self) -> None:
        """Remove the marked one, or the last where none is."""
        options = self.query_one(OptionList)
        if self._held:
            at = options.highlighted if options.highlighted is not None else len(self._held) - 1
            del self._held[at]
            options.remove_option_at_index(at)

    def action_done(self) -> None:
        """End, with what there is now."""
        self.dismiss(tuple(self._held))
