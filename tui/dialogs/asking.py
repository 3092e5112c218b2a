"""Dialogs that ask for a line of text."""

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Label, Static

Check = Callable[[str], object]
"""Reads what was typed; raises ``ValueError`` with a sentence where it makes no sense."""


class AskDialog(ModalScreen[str | None]):
    """Asks for a line and takes only one that can be read; escape gives ``None``.

    Args:
        question: the heading. hint: what may be typed. check: reads it. value: to begin with.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "cancel", "Cancel")]

    def __init__(self, question: str, hint: str, check: Check, value: str = "") -> None:
        super().__init__()
        self._question, self._hint, self._check, self._value = question, hint, check, value

    def compose(self) -> ComposeResult:
        """Lay the dialog out."""
        with Vertical(classes="dialog"):
            yield Label(self._question, classes="question", markup=False)
            yield Input(self._value, id="ask-input")
            yield Static(self._hint, id="ask-hint", markup=False)
            yield Static("enter does it, escape does not", classes="hint")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the line, or say what is wrong with it."""
        try:
            self._check(event.value)
        except ValueError as error:
            hint = self.query_one("#ask-hint", Static)
            hint.update(str(error))
            hint.add_class("wrong")
        else:
            self.dismiss(event.value)

    def action_cancel(self) -> None:
        """Ask no more."""
        self.dismiss(None)


class TypedDialog(ModalScreen[bool]):
    """Does something that cannot be undone only when a word was typed exactly.

    Args:
        question: the heading. facts: what will happen. word: to be typed. deed: on the button.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "cancel", "Cancel")]

    def __init__(self, question: str, facts: str, word: str, deed: str) -> None:
        super().__init__()
        self._question, self._facts, self._word, self._deed = question, facts, word, deed

    def compose(self) -> ComposeResult:
        """Lay the dialog out; the deed's button is dead until the word is there."""
        with Vertical(classes="dialog danger"):
            yield Label(self._question, classes="question", markup=False)
            yield Static(self._facts, markup=False)
            yield Static(f"Type {self._word} to confirm:", classes="hint", markup=False)
            yield Input(placeholder=self._word, id="typed-input")
            with Horizontal(classes="buttons"):
                yield Button("Cancel (esc)", id="typed-cancel")
                yield Button(self._deed, variant="error", id="typed-do", disabled=True)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Wake the button when the word is there."""
        self.query_one("#typed-do", Button).disabled = event.value != self._word

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Do it, if the word is right; else nothing happens."""
        if event.value == self._word:
            self.dismiss(result=True)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Do it or do not."""
        self.dismiss(event.button.id == "typed-do")

    def action_cancel(self) -> None:
        """Do not."""
        self.dismiss(result=False)


class SureDialog(ModalScreen[bool]):
    """Asks yes or no; the cursor starts on no."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,n", "no", "No"),
        Binding("y", "yes", "Yes"),
    ]

    def __init__(self, question: str, facts: str, deed: str) -> None:
        super().__init__()
        self._question, self._facts, self._deed = question, facts, deed

    def compose(self) -> ComposeResult:
        """Lay the dialog out."""
        with Vertical(classes="dialog"):
            yield Label(self._question, classes="question", markup=False)
            yield Static(self._facts, markup=False)
            with Horizontal(classes="buttons"):
                yield Button("Cancel (esc)", id="sure-no")
                yield Button(f"{self._deed} (y)", variant="warning", id="sure-yes")

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Take the answer."""
        self.dismiss(event.button.id == "sure-yes")

    def action_no(self) -> None:
        """Do not."""
        self.dismiss(result=False)

    def action_yes(self) -> None:
        """Do it."""
        self.dismiss(result=True)
