"""The registry: strategies by id, alias, file and entry point."""

import sys
from textwrap import dedent

import pytest

from magents.model.errors import ConfigError, UnknownNameError, UserError
from pods.base import NoSettings, Pod
from pods.registry import GROUP, Registry, strategy_of


class Donchian(Pod):
    """Breakouts. And more about them."""

    id = "trend/donchian"
    aliases = ("donchian", "turtle")


def registry(*pods):
    made = Registry()
    for pod in pods or (Donchian,):
        made.add(pod)
    return made


def named(pod_id, *aliases):
    return type("Other", (Pod,), {"id": pod_id, "aliases": aliases})


@pytest.mark.parametrize("name", ["trend/donchian", "donchian", "turtle"])
def test_a_strategy_answers_to_its_id_and_all_aliases(name):
    strategy = registry().get(name)
    assert strategy.pod_class is Donchian
    assert strategy.id == "trend/donchian"


def test_a_strategy_without_a_summary_is_described_by_its_first_line():
    strategy = strategy_of(Donchian)
    assert strategy.summary == "Breakouts. And more about them."
    assert strategy.config_type is NoSettings


@pytest.mark.parametrize(
    ("typo", "meant"), [("donchain", "donchian"), ("trend/donchan", "trend/donchian")]
)
def test_a_typo_gets_the_nearest_name(typo, meant):
    with pytest.raises(UnknownNameError, match=f"no strategy '{typo}'; did you mean '{meant}'"):
        registry().get(typo)


def test_a_name_near_to_none_gets_the_whole_list():
    with pytest.raises(UnknownNameError, match="there are trend/donchian"):
        registry().get("zzzzzz")


@pytest.mark.parametrize(
    "other",
    [
        named("trend/donchian"),
        named("other", "turtle"),
        named("donchian"),
        named("x", "trend/donchian"),
    ],
)
def test_a_name_that_is_taken_is_refused_with_both_owners(other):
    with pytest.raises(ConfigError, match=r"is taken by .*Donchian"):
        registry(Donchian, other)


def test_a_refused_strategy_leaves_nothing_behind():
    made = registry()
    with pytest.raises(ConfigError):
        made.add(named("fresh", "turtle"))
    assert made.ids() == ["trend/donchian"]
    with pytest.raises(UnknownNameError):
        made.get("fresh")


def test_the_built_in_strategies_are_all_there_and_sorted():
    ids = Registry.load().ids()
    assert ids == sorted(ids)
    assert {"ma", "value", "congress", "sentiment"} <= set(ids)


@pytest.mark.parametrize("name", Registry.load().ids())
def test_every_strategy_says_what_it_is_and_where_it_is_from(name):
    strategy = Registry.load().get(name)
    assert strategy.summary
    assert strategy.source
    assert strategy.pod_class("pod").config == strategy.config_type()


POD = """
    from pods.base import Pod

    class Mine(Pod):
        "My own idea."

        async def run(self, desk):
            return

    class NotAPod:
        pass
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(dedent(POD))
    return path


def test_a_users_own_file_is_a_strategy(file):
    strategy = registry().get(f"{file}:Mine")
    assert (strategy.id, strategy.summary) == ("Mine", "My own idea.")
    assert issubclass(strategy.pod_class, Pod)


@pytest.mark.parametrize("name", ["Nobody", "NotAPod", ""])
def test_a_class_that_is_not_in_the_file_is_an_error_that_names_those_that_are(file, name):
    with pytest.raises(UnknownNameError, match="it has Mine"):
        registry().get(f"{file}:{name}")


def test_a_file_that_is_not_there_is_an_error_that_names_it(tmp_path):
    with pytest.raises(UnknownNameError, match=r"there is no file .*nothing\.py"):
        registry().get(f"{tmp_path / 'nothing.py'}:Mine")


@pytest.mark.parametrize("text", ["def", "import nowhere_at_all", "x = y"])
def test_a_file_that_cannot_be_run_is_the_users_to_mend(tmp_path, text):
    path = tmp_path / "broken.py"
    path.write_text(text)
    with pytest.raises(UserError, match=r"broken\.py cannot be loaded"):
        registry().get(f"{path}:Mine")


@pytest.fixture
def installed(tmp_path):
    """Install a distribution that offers a strategy, for as long as a test runs."""
    (tmp_path / "elsewhere.py").write_text(dedent(POD).replace("Mine", "Theirs"))
    info = tmp_path / "elsewhere-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: elsewhere\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[{GROUP}]\ntheirs = elsewhere:Theirs\n")
    sys.path.insert(0, str(tmp_path))
    yield
    sys.path.remove(str(tmp_path))
    sys.modules.pop("elsewhere", None)


def test_another_distribution_offers_strategies_by_an_entry_point(installed):
    strategy = Registry.load().get("Theirs")
    assert strategy.pod_class.__module__ == "elsewhere"
    assert "ma" in Registry.load().ids()
