"""A dialog that tells something: why an order or a pod did what it did."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Label, Static


class TellDialog(ModalScreen[None]):
    """Shows lines until a key closes it; arrows scroll.

    Args:
        title: the heading. lines: what is told.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,enter,w,q", "close", "Close")]

    def __init__(self, title: str, lines: tuple[str, ...]) -> None:
        super().__init__()
        self._title, self._lines = title, lines

    def compose(self) -> ComposeResult:
        """Lay the dialog out."""
        with Vertical(classes="dialog wide"):
            yield Label(self._title, classes="question", markup=False)
            with VerticalScroll(id="tell-scroll"):
                yield Static("\n".join(self._lines), markup=False)
            yield Static("escape closes, arrows scroll", classes="hint")

    def action_close(self) -> None:
        """Close it."""
        self.dismiss(None)
