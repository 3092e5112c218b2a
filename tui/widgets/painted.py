"""Base of the widgets that draw their own lines: style names to colours of the theme."""

from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from tui.charts.rows import Charset, Row

NAMES = (
    "gain",
    "loss",
    "muted",
    "accent",
    "warn",
    "cursor",
    "buy",
    "sell",
    "head",
    "selected",
    "strong",
    "review",
    "alarm",
)


class Painted(Widget):
    """A widget whose runs of text are styled by name, see :mod:`tui.charts.rows`."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"paint--{name}" for name in NAMES}
    DEFAULT_CSS = """
    Painted > .paint--gain { color: $gain; }
    Painted > .paint--loss { color: $loss; }
    Painted > .paint--muted { color: $quiet; }
    Painted > .paint--accent { color: $primary; }
    Painted > .paint--warn { color: $warning; text-style: bold; }
    Painted > .paint--cursor { color: $foreground; text-style: bold reverse; }
    Painted > .paint--buy { color: $foreground; text-style: bold; }
    Painted > .paint--sell { color: $foreground; text-style: bold; }
    Painted > .paint--head { color: $secondary; text-style: bold; }
    Painted > .paint--selected { background: $chosen; }
    Painted > .paint--strong { text-style: bold; }
    Painted > .paint--review { color: $background; background: $warning; text-style: bold; }
    Painted > .paint--alarm { color: $background; background: $error; text-style: bold; }
    """

    def paint(self, name: str) -> Style:
        """Return the style of a name as the theme has it now."""
        return self.get_component_rich_style(f"paint--{name}", partial=True) if name else _PLAIN

    def strip(self, row: Row, base: Style | None = None) -> Strip:
        """Make a line of the screen from a row, on the widget's own background."""
        under = (self.rich_style + base) if base is not None else self.rich_style
        return Strip([Segment(text, under + self.paint(name)) for text, name in row])

    @property
    def charset(self) -> Charset:
        """Return which characters the terminal is trusted with."""
        chosen: Charset = getattr(self.app, "charset", "braille")
        return chosen


_PLAIN = Style()


class Drawing(Painted):
    """A picture made anew only when its data or its size change."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self._drawn: list[Row] | None = None
        self._data: object = None

    def draw(self, width: int, height: int) -> list[Row]:
        """Make the picture; each subclass has its own."""
        raise NotImplementedError

    def refill(self, data: object) -> None:
        """Draw again if the data are others than before."""
        if data != self._data:
            self._data = data
            self._drawn = None
            self.refresh()

    def redraw(self) -> None:
        """Draw again whatever the data."""
        self._drawn = None
        self.refresh()

    def on_resize(self) -> None:
        """Draw for the new size."""
        self.redraw()

    def render_line(self, y: int) -> Strip:
        """Return one line of the picture."""
        width, height = self.size
        if self._drawn is None:
            self._drawn = self.draw(width, height)
        row = self._drawn[y] if y < len(self._drawn) else ()
        return self.strip(row).adjust_cell_length(width, self.rich_style)
