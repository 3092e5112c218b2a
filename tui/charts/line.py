"""A line over its range in braille dots (two by four a cell), half blocks, or plain ASCII."""

from collections.abc import Sequence

from tui.charts.rows import Charset
from tui.charts.scale import Scale, buckets, scale_of

DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""Bits of a braille cell, by row from the top and column from the left."""
BRAILLE = 0x2800
HALVES = (" ", "▀", "▄", "█")
DENSITY = {"braille": (2, 4), "block": (1, 2), "ascii": (1, 1)}
"""Points a cell holds across and down, by charset."""


def line(
    values: Sequence[float], width: int, height: int, charset: Charset = "braille"
) -> list[str]:
    """Draw a series over its own range and return ``height`` rows of ``width`` characters."""
    across, down = DENSITY[charset]
    scale = scale_of(values, height * down)
    return line_on(scale, buckets(values, width * across), width, charset)


def line_on(
    scale: Scale, spans: Sequence[tuple[float, float]], width: int, charset: Charset
) -> list[str]:
    """Draw one span of values a column of points on a given scale."""
    across, down = DENSITY[charset]
    grid = [[0] * width for _ in range(-(-scale.cells // down))]
    for column, (low, high) in enumerate(spans):
        for point in range(scale.at(high), scale.at(low) + 1):
            row, inside = divmod(point, down)
            grid[row][column // across] |= _bit(charset, inside, column % across)
    return ["".join(_char(charset, bits) for bits in row) for row in grid]


def _bit(charset: Charset, down: int, across: int) -> int:
    return DOTS[down][across] if charset == "braille" else 1 << down


def _char(charset: Charset, bits: int) -> str:
    if charset == "braille":
        return chr(BRAILLE + bits) if bits else " "
    return HALVES[bits] if charset == "block" else " *"[bits]
