"""Numbers on the terminal."""

import pytest

from magents.cli.tables import gain, money, percent, signed


@pytest.mark.parametrize(
    ("fraction", "text"),
    [(0.0125, "+1.25%"), (-0.5, "-50.00%"), (0.0, "0.00%"), (-1e-9, "0.00%"), (None, "n/a")],
)
def test_percent(fraction, text):
    assert percent(fraction) == text


def test_money_and_gain():
    assert [money("1234.5"), money(None)] == ["1,234.50", "n/a"]
    assert [gain("1234.5"), gain("-3"), gain("0")] == ["+1,234.50", "-3.00", "0.00"]


def test_sign_gives_the_colour():
    assert [str(signed(text).style) for text in ("+1%", "-1%", "0%", "n/a")] == [
        "green",
        "red",
        "",
        "",
    ]
