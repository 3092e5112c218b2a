"""What is varied: how keys and values are read, and how they reach the settings."""

import pytest

from magents.model.errors import ConfigError
from magents.sweep.grid import applied, combinations, combined, parse_axis, parse_values, read_axes

PODS = ["ma", "examples/my.py:DipPod"]


@pytest.mark.parametrize(
    ("text", "path", "values"),
    [
        ("ma.fast_window=5,10", ("strategies", "ma", "fast_window"), (5, 10)),
        ("strategies.ma.fast_window=5", ("strategies", "ma", "fast_window"), (5,)),
        ("DipPod.days=1..3", ("strategies", "examples/my.py:DipPod", "days"), (1, 2, 3)),
        ("global.transaction_cost=0,0.001", ("global", "transaction_cost"), (0, 0.001)),
        ("seed=1..9:4", ("global", "seed"), (1, 5, 9)),
        ("ma.allow_short=true,false", ("strategies", "ma", "allow_short"), (True, False)),
        ("data.calendar=24/7,XNYS", ("data", "calendar"), ("24/7", "XNYS")),
    ],
)
def test_a_key_is_of_a_pod_or_of_the_config(text, path, values):
    axis = parse_axis(text, PODS)
    assert (axis.path, axis.values) == (path, values)


def test_ranges_of_decimals_do_not_drift():
    assert parse_values("0.1..0.5:0.1,2", "--vary") == [0.1, 0.2, 0.3, 0.4, 0.5, 2]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ma.fast_window", "expected KEY=VALUES"),
        ("=5", "expected KEY=VALUES"),
        ("ma.fast_window=5,,6", "a value is missing"),
        ("ma.fast_window=9..5", "counts up"),
        ("ma.fast_window=1..5:0", "counts up"),
        ("ma.fast_window=a..5", "expected a range"),
        ("ma.fast_window=5,5", "has the value 5 twice"),
        ("ma.fast_window=1..5,3", "has the value 3 twice"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_a_sentence(text, said):
    with pytest.raises(ConfigError, match=said):
        parse_axis(text, PODS)


def test_one_setting_is_not_varied_twice():
    axes = [parse_axis(text, PODS) for text in ("ma.fast_window=5", "strategies.ma.fast_window=6")]
    with pytest.raises(ConfigError, match="are the same setting"):
        combined(axes)


def test_a_file_gives_lists_or_text(tmp_path):
    path = tmp_path / "grid.yaml"
    path.write_text("ma.fast_window: [5, 10]\nma.slow_window: 30..50:10\nseed: 4\n", "utf-8")
    found = {axis.name: axis.values for axis in read_axes(path, PODS)}
    assert found == {"ma.fast_window": (5, 10), "ma.slow_window": (30, 40, 50), "seed": (4,)}


def test_a_bad_value_of_a_file_is_named_by_its_line(tmp_path):
    path = tmp_path / "grid.yaml"
    path.write_text("ma.fast_window: [5, 10]\nma.slow_window: []\n", "utf-8")
    with pytest.raises(ConfigError, match=r"grid\.yaml:2: ma\.slow_window has no values"):
        read_axes(path, PODS)


def test_all_combinations_are_made_and_the_settings_stay_as_they_are():
    axes = [parse_axis(text, PODS) for text in ("ma.fast_window=1,2", "seed=7,8")]
    raw = {"global": {"seed": 1, "currency": "USD"}, "strategies": {"ma": {"slow_window": 9}}}
    made = [applied(raw, axes, values) for values in combinations(axes)]
    assert [each["global"]["seed"] for each in made] == [7, 8, 7, 8]
    assert made[2]["strategies"] == {"ma": {"slow_window": 9, "fast_window": 2}}
    assert raw["global"] == {"seed": 1, "currency": "USD"}
