"""Settings from files and flags: what goes before what."""

import json
from datetime import date
from decimal import Decimal

import pytest

from magents.config import Settings, dump, load, pods
from tests.config.conftest import refusal

OF_THE_ISSUE = """\
global: {initial_capital: 1000000.0, max_leverage: 2.0, transaction_cost: 0.001}
strategies:
  ma: {fast_window: 10, slow_window: 30}
  value: {signal_threshold: 0.65, max_positions: 5}
"""


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


def test_settings_of_pods_given_with_their_names_go_before_those_of_the_file(run_yaml):
    mine = {"value": {"max_positions": 9}, "ma": {"fast_window": 3}, "rsi": None}
    value, ma, rsi = pods(load(run_yaml(OF_THE_ISSUE), {"strategies": mine}))

    assert value.options == {"signal_threshold": 0.65, "max_positions": 9}
    assert ma.options == {"fast_window": 3, "slow_window": 30}
    assert (rsi.name, rsi.options) == ("rsi", {})
    assert pods(load(None, {"strategies": mine}))[0].options == {"max_positions": 9}


def test_settings_of_a_pod_that_are_no_mapping_are_refused():
    said = refusal(None, {"strategies": {"ma": 3}})
    assert said == "--strategies: ma: expected a mapping, got 3"


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


def test_dump_is_ready_for_json_and_loads_again(run_yaml):
    settings = load(run_yaml("data: {start: 2014-01-31}\nrisk: {restricted: [A]}")).settings

    assert load(run_yaml(json.dumps(dump(settings)))).settings == settings
    assert settings.data.start == date(2014, 1, 31)
