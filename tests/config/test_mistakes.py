"""What is wrong with a config, said with line, key and what was expected."""

from pathlib import Path

import pytest

from tests.config.conftest import refusal

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
