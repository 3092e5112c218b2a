"""The config with everything explained."""

from magents.config import Lines, Settings, convert, load
from magents.config.example import example
from tests.config.structs import Wide


def test_example_loads_to_the_defaults(run_yaml):
    assert load(run_yaml(example({}))).settings == Settings()


def test_example_has_the_settings_of_its_strategies_with_their_meaning(run_yaml):
    text = example({"wide": Wide})

    assert "    # What it is called, which has no default and a meaning that goes on for" in text
    assert "    # name: REQUIRED\n    # Bars.\n    fast: 3\n    # More bars.\n    slow: 5\n" in text
    options = load(run_yaml(text)).settings.strategies["wide"]
    assert options["leg"] == {"weight": 1.0}
    assert convert({**options, "name": "a"}, Wide, "wide", Lines()) == Wide("a")


def test_example_fits_the_page():
    assert max(map(len, example({"wide": Wide}).splitlines())) <= 100
