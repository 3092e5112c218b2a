"""The pods around the agents: settings, ranges, defaults, registry."""

import dataclasses
import re
from pathlib import Path

import msgspec
import pytest
import yaml

from magents.model.bars import Panel
from pods.agents.disclosures import DisclosureRule
from pods.agents.graham import GrahamRule
from pods.agents.insider import InsiderRule
from pods.agents.mood import MoodRule
from pods.registry import Registry

PODS = ("value", "congress", "sentiment")
PANEL = Panel("XNYS 1d", ("AAA", "BBB"), "1d", 252, 252)


def pod(name, **settings):
    strategy = Registry.load().get(name)
    return strategy.pod_class(name, msgspec.convert(settings, strategy.config_type))


TECHNICAL = ("rsi", "bollinger", "macd", "breakout", "momentum")


@pytest.mark.parametrize("name", [*PODS, *TECHNICAL])
def test_a_pod_says_what_it_is(name):
    strategy = Registry.load().get(name)
    assert strategy.id == name
    assert strategy.summary
    assert "(" in strategy.source
    documented = strategy.config_type.__doc__
    assert all(f"{field}: " in documented for field in strategy.config_type.__struct_fields__)


@pytest.mark.parametrize("name", ["ma", *PODS, *TECHNICAL])
def test_every_setting_is_in_the_manual_with_its_default(name):
    manual = (Path(__file__).parents[3] / "docs" / "strategies.md").read_text("utf-8")
    chapter = manual.split(f"\n## {name}\n")[1].split("\n## ")[0]
    rows = dict(re.findall(r"^\| `(\w+)` \| `(\S+)` \|", chapter, re.MULTILINE))
    settings = msgspec.to_builtins(pod(name).config)
    assert {key: yaml.safe_load(value) for key, value in rows.items()} == settings


@pytest.mark.parametrize("name", PODS)
def test_a_pod_gives_each_panel_fresh_agents(name):
    made = pod(name)
    one, two = made.agents(PANEL), made.agents(PANEL)
    assert one[0] is not two[0]
    assert one[0].name == two[0].name
    assert one[0].inputs


@pytest.mark.parametrize("name", PODS)
def test_positions_share_the_capital(name):
    assert 0.98 < float(pod(name, max_positions=4).sizing().fraction) * 4 <= 1


@pytest.mark.parametrize(
    ("name", "rules"),
    [
        ("value", [GrahamRule]),
        ("congress", [DisclosureRule]),
        ("sentiment", [InsiderRule, MoodRule]),
    ],
)
def test_default_settings_are_the_defaults_of_the_rules(name, rules):
    (agent,) = pod(name).agents(PANEL)
    for rule in rules:
        assert rule() in agent._rules
        fields = {field.name: field.default for field in dataclasses.fields(rule)}
        settings = msgspec.structs.asdict(pod(name).config)
        assert {key: settings[key] for key in fields} == fields


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("value", {"signal_threshold": 1.5}),
        ("value", {"exit_threshold": 0.7}),
        ("value", {"max_positions": 0}),
        ("value", {"rebalance": "hourly"}),
        ("value", {"earnings_weight": 0, "book_weight": 0, "graham_weight": 0}),
        ("congress", {"keep_rank": 5}),
        ("congress", {"entry": 0.1, "exit": 0.2}),
        ("congress", {"disclosure_weight": 0, "bill_weight": 0, "award_weight": 0}),
        ("congress", {"half_life_days": 0.0}),
        ("sentiment", {"entry": 0.1, "exit": 0.2}),
        ("sentiment", {"insider_weight": 0, "mood_weight": 0}),
        ("sentiment", {"decay": 1.0}),
    ],
)
def test_impossible_settings_are_refused(name, settings):
    with pytest.raises(msgspec.ValidationError):
        pod(name, **settings)
