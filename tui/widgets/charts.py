"""The pictures on the screens, each a thin shell around a pure renderer of ``tui.charts``."""

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from textual import events
from textual.geometry import Size
from textual.message import Message

from magents.model.snapshots import BarRow, Book, Curve, LimitUse, Mark
from magents.model.time import MINUTE
from tui.charts.candles import STEPS, Candle, Look, candles
from tui.charts.depth import ladder
from tui.charts.equity import drawdown, drawdowns, equity
from tui.charts.foot import foot
from tui.charts.rail import Span, instant_of, rail
from tui.charts.rows import Row
from tui.charts.spark import gauge
from tui.format import Zone, percent
from tui.lines.fund import measure, use_style
from tui.widgets.painted import Drawing

SHARE = 4
"""One row in so many is the drawdown's."""
LOW = 5
"""Below so many rows there is no room for a drawdown, nor for volumes."""


class _Value(NamedTuple):
    """What a chart of value shows."""

    curve: Curve
    initial: float
    zone: Zone


class EquityChart(Drawing):
    """Value over time, and how far below its peak, with the dates it spans at its foot."""

    def show(self, curve: Curve, initial: float, zone: Zone) -> None:
        """Show a curve; its colour is that of the gain since ``initial``."""
        self.refill(_Value(curve, initial, zone))

    def draw(self, width: int, height: int) -> list[Row]:
        """Draw both, three quarters and a quarter."""
        return self._rows(self._data, width, height) if isinstance(self._data, _Value) else []

    def _rows(self, data: _Value, width: int, height: int) -> list[Row]:
        curve = data.curve
        if not curve.value:
            return [(("no value yet", "muted"),)]
        low = max(1, height // SHARE) if height >= LOW else 0
        times = 1 if height >= LOW else 0
        values = curve.value
        rows = equity(values, width, height - low - times, self.charset, data.initial or None)
        rows += drawdown(drawdowns(values), width, low, self.charset) if low else []
        return [*rows, foot(curve.ts, data.zone, width)] if times else rows


class CandleChart(Drawing):
    """Bars of one instrument; the wheel zooms."""

    zoom = 0

    def show(self, bars: Sequence[BarRow], zone: Zone, *, daily: bool) -> None:
        """Show bars, newest at the right."""
        fine = len(bars) > 1 and bars[-1].ts - bars[-2].ts < MINUTE
        write = zone.clock if fine else partial(zone.axis, daily=daily)
        self._candles = [_candle(bar, write(bar.ts)) for bar in bars]
        self.refill((bars, zone.name))

    def draw(self, width: int, height: int) -> list[Row]:
        """Draw as many of the newest bars as fit."""
        if self._data is None:
            return []
        if not self._candles:
            return [(("no bars of this instrument yet", "muted"),)]
        volume = height // 5 if height > 2 * LOW else 0
        return candles(self._candles, Look(width, height, self.zoom, volume, self.charset))

    def magnify(self, by: int) -> None:
        """Make candles wider or narrower."""
        self.zoom = min(len(STEPS) - 1, max(0, self.zoom + by))
        self.redraw()

    def on_mouse_scroll_up(self) -> None:
        """Zoom in."""
        self.magnify(1)

    def on_mouse_scroll_down(self) -> None:
        """Zoom out."""
        self.magnify(-1)


def _candle(bar: BarRow, when: str) -> Candle:
    shape = (bar.open, bar.high, bar.low, bar.close, bar.volume)
    return Candle(when, *shape, bar.bought, bar.sold)


class BookLadder(Drawing):
    """The best levels of an order book, or a word that there is none."""

    def show(self, book: Book | None) -> None:
        """Show a book."""
        self.refill((book,))

    def draw(self, width: int, height: int) -> list[Row]:
        """Draw asks over bids."""
        book: Book | None = self._data[0] if isinstance(self._data, tuple) else None
        if book is None:
            return [(("no order book for this instrument", "muted"),)]
        return ladder(book.bids, book.asks, width, height, self.charset)


class Gauges(Drawing):
    """Limits and how much of each is used, one a row; all in one where there is no room."""

    def show(self, limits: Sequence[LimitUse]) -> None:
        """Show limits."""
        count = len(self._data) if isinstance(self._data, tuple) else 0
        self.refill(tuple(limits))
        if count != len(limits):
            self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Ask for a row a limit, where the style sheet leaves the height to the content."""
        return max(1, len(self._data)) if isinstance(self._data, tuple) else 1

    def draw(self, width: int, height: int) -> list[Row]:
        """Draw a gauge a limit."""
        limits: Sequence[LimitUse] = self._data if isinstance(self._data, tuple) else ()
        if not limits:
            return [(("no limits are set", "muted"),)]
        if height < len(limits):
            return [self._short(limits)]
        name = max(len(use.rule) for use in limits)
        return [self._row(use, name, width) for use in limits]

    def _row(self, use: LimitUse, name: int, width: int) -> Row:
        style = use_style(use.use)
        words = f"{percent(use.use, 0):>5} {measure(use.value, use.unit):>7}"
        words += f" of {measure(use.limit, use.unit) if use.limit else 'none':>7}"
        sign = "!" if style else " "
        cells = max(4, width - name - len(words) - 3)
        picture = gauge(use.use, cells, self.charset)
        return ((f"{use.rule:<{name}} ", "strong"), *picture, (f" {sign}{words}", style))

    def _short(self, limits: Sequence[LimitUse]) -> Row:
        runs: list[tuple[str, str]] = []
        for use in limits:
            runs += [(f"{use.rule} ", "muted"), (percent(use.use, 0), use_style(use.use) or "gain")]
            runs.append(("  ", ""))
        return tuple(runs)


class _Line(NamedTuple):
    """What the time line shows."""

    span: Span
    marks: tuple[Mark, ...]


class TimeLine(Drawing):
    """Where the run is and what happened where; a click goes there."""

    class Sought(Message):
        """Somebody clicked on an instant."""

        def __init__(self, instant: int) -> None:
            super().__init__()
            self.instant = instant

    def show(self, span: Span, marks: Sequence[Mark]) -> None:
        """Show a run's time."""
        self.refill(_Line(span, tuple(marks)))

    def draw(self, width: int, height: int) -> list[Row]:
        """Draw the line."""
        if not isinstance(self._data, _Line):
            return []
        marks = [(mark.ts, mark.kind) for mark in self._data.marks]
        return [rail(self._data.span, marks, width, self.charset)]

    def on_click(self, event: events.Click) -> None:
        """Ask for the instant under the pointer."""
        place = event.get_content_offset(self)
        if isinstance(self._data, _Line) and place is not None:
            instant = instant_of(self._data.span, place.x, self.size.width)
            self.post_message(self.Sought(instant))


class Words(Drawing):
    """Rows of runs as they are given: heads, facts, hints."""

    def show(self, *rows: Row) -> None:
        """Show rows."""
        self.refill(rows)

    def draw(self, width: int, height: int) -> list[Row]:
        """Return the rows."""
        return list(self._data) if isinstance(self._data, tuple) else []
