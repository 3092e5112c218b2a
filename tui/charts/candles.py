"""Candles at half a cell's resolution, with the fund's own fills marked on them.

One column a candle has thin bodies (heavy lines); from three columns on bodies are blocks.
"""

from collections.abc import Sequence
from typing import NamedTuple

from tui.charts.equity import AXIS, NARROW, TICK_ROWS
from tui.charts.rows import Charset, Row, join
from tui.charts.scale import Scale, labels, scale_of, short

THIN = " ╵╹╷│╿╻╽┃"
"""A cell by what its upper and lower half hold (0 nothing, 1 wick, 2 body): ``up + 3 * low``."""
ASCII = " '|,||.||"
STEPS = (1, 2, 4)
"""Columns from one candle to the next, by zoom."""
BARS = " ▁▂▃▄▅▆▇█"
MARKS = {"buy": "▲", "sell": "▼"}
ASCII_MARKS = {"buy": "^", "sell": "v"}


class Candle(NamedTuple):
    """One bar, and what the fund did in it.

    Attributes:
        when: the bar's close as the axis writes it.
        bought: units bought in it. sold: units sold in it, positive.
    """

    when: str
    open: float
    high: float
    low: float
    close: float
    volume: float = 0.0
    bought: float = 0.0
    sold: float = 0.0


class Look(NamedTuple):
    """How candles are drawn: cells, zoom (an index into :data:`STEPS`), rows of volume, charset."""

    width: int
    height: int
    zoom: int = 0
    volume: int = 0
    charset: Charset = "braille"


def candles(bars: Sequence[Candle], look: Look) -> list[Row]:
    """Draw the newest bars that fit, newest at the right, volume under them, times at the foot."""
    room = look.width - (AXIS if look.width >= NARROW else 0)
    step = STEPS[look.zoom]
    shown = bars[-max(1, room // step) :]
    height = look.height - look.volume - 1
    if not shown or room < 1 or height < 1:
        return [((" " * max(look.width, 0), ""),)] * max(look.height, 0)
    sheet = _Sheet(room, height)
    scale = _scale(shown, height)
    for at, candle in enumerate(shown):
        _draw(sheet, candle, at * step, scale, look)
    numbers = _labels(scale, height, shown[-1].close)
    rows = [
        _with_axis(row, numbers.get(at), look.width - room) for at, row in enumerate(sheet.rows())
    ]
    rows += [_with_axis(row, None, look.width - room) for row in _volume(shown, room, step, look)]
    return [*rows, _times(shown, step, look.width)]


class _Sheet:
    """Characters and their styles by row and column."""

    def __init__(self, width: int, height: int) -> None:
        self.chars = [[" "] * width for _ in range(height)]
        self.styles = [[""] * width for _ in range(height)]

    def put(self, row: int, column: int, char: str, style: str) -> None:
        if 0 <= row < len(self.chars) and column < len(self.chars[0]):
            self.chars[row][column] = char
            self.styles[row][column] = style

    def rows(self) -> list[Row]:
        return [join(*pair) for pair in zip(self.chars, self.styles, strict=True)]


def _scale(shown: Sequence[Candle], height: int) -> Scale:
    """Lay lows to highs over half cells; a row at each end is left for marks."""
    bounds = [bound for bar in shown for bound in (bar.low, bar.high)]
    raw = scale_of(bounds, height * 2)
    inner = max(1, height * 2 - 4)
    room = (raw.high - raw.low) * 2 / inner
    return Scale(raw.low - room, raw.high + room, height * 2)


def _draw(sheet: _Sheet, candle: Candle, column: int, scale: Scale, look: Look) -> None:
    style = "gain" if candle.close >= candle.open else "loss"
    top, bottom = scale.at(candle.high), scale.at(candle.low)
    head, foot = sorted((scale.at(candle.open), scale.at(candle.close)))
    wide = STEPS[look.zoom] - 1 if STEPS[look.zoom] > 2 else 1  # noqa: PLR2004 - a gap of one
    for row in range(top // 2, bottom // 2 + 1):
        halves = [_half(half, (top, bottom), (head, foot)) for half in (2 * row, 2 * row + 1)]
        for offset, char in enumerate(_cell(halves, wide, look.charset)):
            sheet.put(row, column + offset, char, style)
    marks = ASCII_MARKS if look.charset == "ascii" else MARKS
    if candle.bought:
        sheet.put(bottom // 2 + 1, column + wide // 2, marks["buy"], "buy")
    if candle.sold:
        sheet.put(top // 2 - 1, column + wide // 2, marks["sell"], "sell")


def _half(half: int, wick: tuple[int, int], body: tuple[int, int]) -> int:
    """Return what half a cell holds: 2 body, 1 wick, 0 nothing."""
    if body[0] <= half <= body[1]:
        return 2
    return 1 if wick[0] <= half <= wick[1] else 0


def _cell(halves: list[int], wide: int, charset: Charset) -> str:
    up, low = halves
    thin = (ASCII if charset == "ascii" else THIN)[up + 3 * low]
    if wide == 1:
        return thin
    side = " ▀▄█"[(up == 2) + 2 * (low == 2)]  # noqa: PLR2004 - 2 is a body, see _half
    if charset == "ascii":
        side = "#" if side != " " else " "
    middle = side if side != " " else thin
    return side * (wide // 2) + middle + side * (wide - 1 - wide // 2)


def _labels(scale: Scale, height: int, last: float) -> dict[int, tuple[str, str]]:
    """Return axis numbers and their styles by row; the last close stands out."""
    found = {
        scale.at(value) // 2: (text, "muted")
        for value, text in labels(scale, max(1, height // TICK_ROWS))
    }
    gap = (scale.high - scale.low) / 100
    found[scale.at(last) // 2] = (short(last, gap, scale.high), "accent")
    return found


def _with_axis(row: Row, label: tuple[str, str] | None, axis: int) -> Row:
    if not axis:
        return row
    text, style = label or ("", "muted")
    return (*row, (("┤" if label else "│"), "muted"), (text[: axis - 1].rjust(axis - 1), style))


def _volume(shown: Sequence[Candle], room: int, step: int, look: Look) -> list[Row]:
    """Draw volumes as columns; blank where there are none."""
    most = max(bar.volume for bar in shown) or 1.0
    sheet = _Sheet(room, look.volume)
    wide = max(1, step - 1)
    for at, bar in enumerate(shown):
        eighths = round(bar.volume / most * look.volume * 8)
        for row in range(look.volume):
            level = min(8, max(0, eighths - 8 * (look.volume - 1 - row)))
            char = ("#" if level else " ") if look.charset == "ascii" else BARS[level]
            for column in range(at * step, at * step + wide):
                sheet.put(row, column, char, "muted")
    return sheet.rows()


def _times(shown: Sequence[Candle], step: int, width: int) -> Row:
    """Write when bars closed, as often as there is room, under their columns."""
    text = ""
    for at, bar in enumerate(shown):
        place = at * step
        if place >= len(text) + (2 if text else 0) and place + len(bar.when) <= width:
            text = text.ljust(place) + bar.when
    return ((text.ljust(width)[:width], "muted"),)
