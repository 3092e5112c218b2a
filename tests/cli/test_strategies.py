"""``magents strategies`` and ``magents init``: what there is and what it can be told."""

import json
from pathlib import Path

from magents.cli.example_file import text
from magents.config import Settings, load, pods
from tests.cli.conftest import ROOT, json_of

BUILT_IN = (
    "ma",
    "value",
    "congress",
    "sentiment",
    "crypto/trend",
    "crypto/basis",
    "crypto/funding",
)


def test_strategies_are_listed_with_their_defaults(call):
    found = {entry["id"]: entry for entry in json_of(call("strategies", "--json"))}

    assert set(found) >= set(BUILT_IN)
    assert found["ma"]["config"]["fast_window"] == 10
    assert "moving_average" in found["ma"]["aliases"]
    assert all(entry["summary"] and entry["source"] for entry in found.values())


def test_table_of_strategies_goes_to_stdout(call):
    answer = call("strategies")

    assert answer.exit_code == 0
    assert all(f"│ {name} " in answer.stdout for name in BUILT_IN)
    assert "fast_window: 10" in answer.stdout


def test_init_writes_a_config_that_loads(call, workdir):
    answer = call("init")

    assert (answer.exit_code, answer.stdout) == (0, "magents.yaml\n")
    assert answer.stderr == "run it with: magents backtest --config magents.yaml\n"
    assert [pod.name for pod in pods(load(workdir / "magents.yaml"))] == ["ma", "value"]


def test_init_never_writes_over_a_file_without_force(call, workdir):
    path = workdir / "mine.yaml"
    path.write_text("mine")

    answer = call("init", "mine.yaml")
    assert answer.exit_code == 2
    assert answer.stderr == "Error: mine.yaml is there already; --force writes over it\n"
    assert path.read_text() == "mine"

    assert call("init", "mine.yaml", "--force").exit_code == 0
    assert "strategies:" in path.read_text()


def test_init_into_a_folder_that_is_not_there_is_refused(call, workdir):
    answer = call("init", "no/mine.yaml")

    assert answer.exit_code == 2
    assert answer.stderr == "Error: no/mine.yaml cannot be written: No such file or directory\n"
    assert list(workdir.iterdir()) == []


def test_init_with_an_unknown_strategy_writes_nothing(call, workdir):
    answer = call("init", "--strategies", "mx")

    assert answer.exit_code == 2
    assert answer.stderr == "Error: there is no strategy 'mx'; did you mean 'ma'?\n"
    assert list(workdir.iterdir()) == []


def test_default_config_is_what_init_writes():
    """Mend it with: magents init config/default.yaml --force --strategies <all>."""
    assert (ROOT / "config" / "default.yaml").read_text("utf-8") == text(BUILT_IN)


def test_default_config_has_every_default(call):
    settings = load(ROOT / "config" / "default.yaml").settings
    defaults = {entry["id"]: entry["config"] for entry in json_of(call("strategies", "--json"))}

    assert json.loads(json.dumps(settings.strategies)) == {
        name: defaults[name] for name in BUILT_IN
    }
    for section in ("global_", "data", "risk", "run", "report"):
        assert getattr(settings, section) == getattr(Settings(), section)


def test_demo_runs_the_four_on_the_sample():
    loaded = load(ROOT / "config" / "demo.yaml")

    assert [(pod.name, pod.capital) for pod in pods(loaded)] == [
        (name, 0.25) for name in BUILT_IN[:4]
    ]
    assert loaded.settings.data.dir is None
    assert Path(loaded.settings.report.dir) == Path("results")
