"""Settings: what loads, what is refused, and in which words."""

import json
import math
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from magents.config import Lines, Settings, convert, dump, load, nearest, pace, pods
from magents.config.example import example
from magents.config.text import parse, scalar
from magents.model.errors import ConfigError

OF_THE_ISSUE = """\
global: {initial_capital: 1000000.0, max_leverage: 2.0, transaction_cost: 0.001}
strategies:
  ma: {fast_window: 10, slow_window: 30}
  value: {signal_threshold: 0.65, max_positions: 5}
"""

MISTAKES = [
    ("global: {max_leverage: two}", '1: global.max_leverage: expected a number, got "two"'),
    ("\nglobal:\n  max_leverage: two", '3: global.max_leverage: expected a number, got "two"'),
    ("global: {max_leverage: 0}", "1: global.max_leverage: expected a number above 0, got 0"),
    ("global: {max_leverage: .inf}", '1: global.max_leverage: expected a number, got ".inf"'),
    ("global: {max_leverage: .nan}", '1: global.max_leverage: expected a number, got ".nan"'),
    ("global: {max_leverage: 1e999}", '1: global.max_leverage: expected a number, got "1e999"'),
    ("global: {max_leverage: true}", "1: global.max_leverage: expected a number, got true"),
    ("global: {max_leverage: [2]}", "1: global.max_leverage: expected a number, got a list"),
    (
        "global: {transaction_cost: 1.5}",
        "1: global.transaction_cost: expected a number of at least 0 and below 1, got 1.5",
    ),
    ("global: {seed: 1.5}", "1: global.seed: expected a whole number, got 1.5"),
    ("global: {seed: -1}", "1: global.seed: expected a whole number of at least 0, got -1"),
    ("global: {initial_capital: x}", '1: global.initial_capital: expected a number, got "x"'),
    (
        "global: {initial_capital: 0}",
        "1: global.initial_capital: expected a number above 0, got 0",
    ),
    (
        "global: {initial_capital: NaN}",
        "1: global.initial_capital: expected a number above 0, got NaN",
    ),
    (
        "global: {currency: dollars}",
        '1: global.currency: expected a currency code such as USD, got "dollars"',
    ),
    ("global: 3", "1: global: expected a mapping, got 3"),
    ("global:\n  max_levrage: 2", "2: global.max_levrage: unknown key, did you mean max_leverage?"),
    ("globl: {}", "1: globl: unknown key, did you mean global?"),
    ("initial_capital: 5", "1: initial_capital: unknown key, did you mean global.initial_capital?"),
    (
        "global: {max_gross: 3}",
        "1: global.max_gross: unknown key, did you mean risk.max_gross?",
    ),
    (
        "report: {colour: red}",
        "1: report.colour: unknown key; there is dir, generate",
    ),
    (
        "data: {timestamp: opne}",
        '1: data.timestamp: expected one of "close", "open", got "opne", did you mean open?',
    ),
    ("data: {start: x}", '1: data.start: expected a date such as 2014-01-31, got "x"'),
    (
        "data:\n  start: 2014-01-01\n  end: 2013-01-01",
        "3: data.end: 2013-01-01 is before the start, 2014-01-01",
    ),
    ("data: {bar: daily}", '1: data.bar: expected a bar such as 1d, or "auto", got "daily"'),
    ("data: {instruments: AAPL}", '1: data.instruments: expected a list, got "AAPL"'),
    ("data:\n  instruments:\n  - A\n  - 1", "4: data.instruments[1]: expected text, got 1"),
    ("data: {instruments: [A, B, A]}", "1: data.instruments: names A twice"),
    (
        "run: {speed: fast}",
        '1: run.speed: expected "max" or a multiple of real time such as 60x, got "fast"',
    ),
    (
        "run: {speed: 0x}",
        '1: run.speed: expected "max" or a multiple of real time such as 60x, got "0x"',
    ),
    ("run: {block_size: 0}", "1: run.block_size: expected a whole number of at least 1, got 0"),
    ("run: {check: 1}", "1: run.check: expected true or false, got 1"),
    ("strategies: {ma: 3}", "1: strategies.ma: expected a mapping, got 3"),
    ("strategies: [ma, ma]", "1: strategies: ma is named twice"),
    ("strategies: [1]", "1: strategies: expected names, or a mapping of names to settings"),
    ("strategies: ma", '1: strategies: expected a mapping, got "ma"'),
    ("a: 1\nb: 2\na: 3", "3: a: given twice, first at run.yaml:1"),
    ("global:\n  seed: 1\n  seed: 1", "3: global.seed: given twice, first at run.yaml:2"),
    ("[a]: 1", "1: a key must be a name"),
    ("a: &x [*x]", "1: a[0]: refers to itself"),
    ("a: [", "1: not YAML: expected the node content, but found '<stream end>'"),
    ("a: 1\n---\nb: 2", "2: not YAML: but found another document"),
]

POD_MISTAKES = [
    (
        "strategies: {ma: {capital: 2}}",
        "run.yaml:1: strategies.ma.capital: expected a number above 0 and of at most 1, got 2",
    ),
    ("strategies: {ma: {strategy: 1}}", "run.yaml:1: strategies.ma.strategy: expected text, got 1"),
    (
        "strategies:\n  a: {capital: 0.6}\n  b: {capital: 0.6}",
        "run.yaml:1: strategies: the pods' capital adds up to 1.2, it may not be more than 1",
    ),
    (
        "strategies:\n  a: {capital: 1}\n  b:",
        "run.yaml:1: strategies: nothing is left for the pods without capital",
    ),
    (
        "strategies:\n  Mine: {}\n  x/y.py:Mine: {}",
        "run.yaml:3: strategies.x/y.py:Mine: a pod named Mine is there already",
    ),
    ("strategies: {'': {}}", "run.yaml:1: strategies: a pod needs a name"),
    (
        "strategies: {house: {strategy: ma}}",
        "run.yaml:1: strategies.house: house is the fund's own book; give the pod another name",
    ),
    ("global: {}", "no strategies: name some with --strategies, or in a file with --config"),
]


@pytest.fixture
def run_yaml(tmp_path, monkeypatch):
    """Return a function that writes ``run.yaml`` into an empty working directory."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "run.yaml"

    def write(text):
        path.write_text(text, "utf-8")
        return path.relative_to(tmp_path)

    return write


def refusal(path, overrides=None):
    with pytest.raises(ConfigError) as caught:
        pods(load(path, overrides))
    return str(caught.value)


def test_no_file_gives_the_defaults():
    assert load(None).settings == Settings()


def test_the_config_of_the_issue_loads(run_yaml):
    loaded = load(run_yaml(OF_THE_ISSUE))

    assert loaded.settings.global_.initial_capital == Decimal(1_000_000)
    assert [(pod.name, pod.strategy, pod.capital) for pod in pods(loaded)] == [
        ("ma", "ma", None),
        ("value", "value", None),
    ]
    assert pods(loaded)[1].options == {"signal_threshold": 0.65, "max_positions": 5}


def test_json_loads_as_yaml_does(run_yaml):
    yaml = load(run_yaml(OF_THE_ISSUE)).settings

    assert load(run_yaml(json.dumps(dump(yaml)))).settings == yaml


@pytest.mark.parametrize(("text", "said"), MISTAKES)
def test_mistake_names_line_key_and_what_was_expected(run_yaml, text, said):
    assert refusal(run_yaml(text)) == f"run.yaml:{said}"


@pytest.mark.parametrize(("text", "said"), POD_MISTAKES)
def test_mistake_about_pods_is_named(run_yaml, text, said):
    assert refusal(run_yaml(text)) == said


def test_file_that_is_not_a_mapping_is_refused(run_yaml):
    said = "run.yaml: expected a mapping of sections such as global and strategies"
    assert refusal(run_yaml("- 1")) == said


def test_missing_file_is_named(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert refusal(Path("nowhere.yaml")) == "nowhere.yaml: there is no such file"


def test_file_that_is_no_text_is_named(tmp_path):
    path = tmp_path / "run.yaml"
    path.write_bytes(b"\xff\xfe\x00")

    assert refusal(path) == f"{path}: not a text file in UTF-8"


def test_folder_in_place_of_a_file_is_named(tmp_path):
    assert refusal(tmp_path) == f"{tmp_path}: cannot be read: Is a directory"


@pytest.mark.parametrize("text", ["", "# nothing\n", "global:\ndata:\nstrategies:\n", "{}"])
def test_empty_file_and_empty_sections_are_the_defaults(run_yaml, text):
    assert load(run_yaml(text)).settings == Settings()


def test_flag_goes_before_file_and_file_before_default(run_yaml):
    path = run_yaml("global: {seed: 3, max_leverage: 1.5}")
    settings = load(path, {"global.seed": 11}).settings

    assert (settings.global_.seed, settings.global_.max_leverage) == (11, 1.5)
    assert settings.global_.transaction_cost == 0.001


def test_mistake_in_a_flag_names_the_flag(run_yaml):
    path = run_yaml("data: {start: 2014-01-01}")

    said = refusal(path, {"data.start": "soon"})
    assert said == '--start-date: expected a date such as 2014-01-31, got "soon"'


def test_strategies_flag_keeps_the_settings_of_the_file(run_yaml):
    loaded = load(run_yaml(OF_THE_ISSUE), {"strategies": ("value", "x/y.py:Mine")})

    value, mine = pods(loaded)
    assert value.options == {"signal_threshold": 0.65, "max_positions": 5}
    assert (mine.name, mine.strategy, mine.options) == ("Mine", "x/y.py:Mine", {})


def test_strategies_flag_with_a_name_twice_is_refused():
    assert refusal(None, {"strategies": ("ma", "ma")}) == "--strategies: ma is named twice"


def test_two_pods_may_run_one_strategy(run_yaml):
    text = "strategies: {slow: {strategy: ma, capital: 0.25, slow_window: 90}, ma: {}}"
    slow, ma = pods(load(run_yaml(text)))

    assert (slow.name, slow.strategy, slow.capital) == ("slow", "ma", 0.25)
    assert slow.options == {"slow_window": 90}
    assert (ma.strategy, ma.capital) == ("ma", None)


def test_lines_know_the_nearest_place_around_a_key(run_yaml):
    lines = load(run_yaml("strategies:\n  ma:\n    fast_window: 3\n")).lines

    assert lines.at("strategies.ma.fast_window") == "run.yaml:3"
    assert lines.at("strategies.ma.slow_window") == "run.yaml:2"
    assert lines.at("global.seed") == "run.yaml"


def test_tickers_that_look_like_words_stay_text(run_yaml):
    text = "data: {instruments: [ON, NO, Y, OFF, 'NULL', \"7\"]}"

    loaded = load(run_yaml(text)).settings.data.instruments
    assert loaded == ("ON", "NO", "Y", "OFF", "NULL", "7")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *[("1e6", 1e6), ("-3", -3), ("0.5", 0.5), (".5", 0.5), ("1.", 1.0), ("1_000", "1_000")],
        *[("null", None), ("~", None), ("true", True), ("yes", "yes"), ("24/7", "24/7")],
        *[("0x10", "0x10"), ("12:30", "12:30"), ("2014-01-01", "2014-01-01"), ("inf", "inf")],
    ],
)
def test_scalars_are_read_as_yaml_1_2_does(text, value):
    assert scalar(text) == value
    assert type(scalar(text)) is type(value)


@given(st.one_of(st.integers(), st.floats(allow_nan=False, allow_infinity=False)))
def test_every_number_reads_back_as_itself(number):
    assert scalar(repr(number)) == number


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=10,
    )
)
def test_every_json_value_reads_back_as_itself(value):
    assert parse(json.dumps({"key": value}), "x.json")[0] == {"key": value}


@pytest.mark.parametrize(
    ("speed", "times"), [("max", None), ("1x", 1.0), ("1000x", 1000.0), ("0.5x", 0.5), (60, 60.0)]
)
def test_speed_is_simulated_seconds_in_a_real_one(speed, times):
    assert pace(speed) == times


@pytest.mark.parametrize("speed", ["", "x", "-1x", "nanx", "infx", math.inf, "1xx"])
def test_speed_that_means_nothing_is_refused(speed):
    with pytest.raises(ValueError, match=r"^speed expected"):
        pace(speed)


def test_nearest_ignores_case_and_leaves_strangers_alone():
    assert nearest("aapl", ["AAPL", "MSFT"]) == "AAPL"
    assert nearest("zebra", ["AAPL", "MSFT"]) is None


def test_dump_is_ready_for_json_and_loads_again(run_yaml):
    settings = load(run_yaml("data: {start: 2014-01-31}\nrisk: {restricted: [A]}")).settings

    assert load(run_yaml(json.dumps(dump(settings)))).settings == settings
    assert settings.data.start == date(2014, 1, 31)


class Leg(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part.

    Attributes:
        weight: its share.
    """

    weight: float = 1.0


class Wide(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Settings with every kind of value.

    Attributes:
        name: what it is called, which has no default and a meaning that goes on for long enough
            to be wrapped.
        fast: bars. slow: more bars.
    """

    name: str
    fast: int = 3
    slow: int = 5
    weights: dict[str, float] = {}
    leg: Leg = Leg()
    legs: tuple[Leg, ...] = ()
    cap: Annotated[float, msgspec.Meta(ge=0, le=1)] | None = None
    sides: list[Literal["long", "short"]] = []
    amount: Decimal = Decimal(1)

    def __post_init__(self):
        if self.fast >= self.slow:
            msg = f"fast must be below slow, which is {self.slow}"
            raise ValueError(msg)
        if not self.name:
            msg = "give it a name"
            raise ValueError(msg)


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
