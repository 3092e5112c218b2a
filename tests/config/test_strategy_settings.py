"""The settings of strategies: plain values to structs."""

from decimal import Decimal

import pytest

from magents.config import Lines, convert
from magents.model.errors import ConfigError
from tests.config.structs import Leg, Wide


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ({}, ".name: missing, it has no default"),
        ({"name": ""}, ": give it a name"),
        ({"name": "a", "fast": 9}, ".fast: must be below slow, which is 5"),
        ({"name": "a", "fats": 9}, ".fats: unknown key, did you mean fast?"),
        ({"name": "a", "weights": {"q": "t"}}, '.weights.q: expected a number, got "t"'),
        ({"name": "a", "leg": {"wait": 1}}, ".leg.wait: unknown key, did you mean weight?"),
        ({"name": "a", "legs": [{"weight": "b"}]}, '.legs[0].weight: expected a number, got "b"'),
        (
            {"name": "a", "cap": 2},
            ".cap: expected a number of at least 0 and of at most 1, got 2",
        ),
        ({"name": "a", "cap": "v"}, '.cap: expected a number, got "v"'),
        (
            {"name": "a", "sides": ["lnog"]},
            '.sides[0]: expected one of "long", "short", got "lnog", did you mean long?',
        ),
        ({"name": "a", "amount": False}, ".amount: expected a number, got false"),
    ],
)
def test_strategy_settings_are_refused_in_the_same_words(raw, said):
    lines = Lines("run.yaml", {"strategies.ma": "run.yaml:4"})

    with pytest.raises(ConfigError) as caught:
        convert(raw, Wide, "strategies.ma", lines)

    assert str(caught.value) == f"run.yaml:4: strategies.ma{said}"


def test_strategy_settings_convert_to_their_struct():
    raw = {"name": "a", "legs": [{"weight": 2}], "cap": 1, "sides": ["long"], "amount": 2.5}

    built = convert(raw, Wide, "strategies.ma", Lines())

    assert built.legs == (Leg(2.0),)
    assert type(built.cap) is float
    assert (built.sides, built.amount) == (["long"], Decimal("2.5"))
