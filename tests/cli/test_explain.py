"""``magents explain``: an order's story from the files of a run."""

import json
import shutil

import pytest

from tests.cli.conftest import json_of


@pytest.fixture
def explain(call, results):
    def told(*args, report_dir=results):
        answer = call("explain", *args, "--report-dir", report_dir)
        assert answer.exit_code == 0, answer.stderr
        return answer

    return told


def test_a_fill_is_told_from_the_signal_to_the_costs(explain):
    lines = explain("last", "ma:1").stdout.splitlines()

    assert lines[0].startswith("ma:1 filled wholly: ")
    text = "\n".join(lines)
    assert "The signal: crossover went from " in text
    assert "The risk team accepted it by " in text
    assert "by rule B1, market at the next open: " in text
    assert ": open " in text
    assert "(10.00 bp of " in text


def test_the_bar_is_the_one_in_the_data(explain, market):
    bar = next(s for s in json_of(explain("last", "ma:1", "--json"))["sentences"] if ": open " in s)
    day, opened = bar.split(" from ")[1][:10], bar.split(": open ")[1].split(",")[0]
    name = bar.split("the bar of ")[1].split()[0]
    rows = (market / f"{name}.csv").read_text("utf-8").splitlines()
    (row,) = [row for row in rows if row.startswith(day)]

    assert float(row.split(",")[1]) == float(opened)


def test_a_number_is_that_of_a_fill(explain):
    assert explain("last", "1").stdout == explain("last", "ma:1").stdout


def test_json_is_one_object_with_the_outcome(explain):
    told = json_of(explain("last", "ma:1", "--json"))

    assert list(told) == ["order", "outcome", "sentences"]
    assert told["outcome"] == "filled"


def test_gone_data_are_said_and_the_rest_is_told(explain, results, tmp_path):
    run = shutil.copytree(results / "backtest-0001", tmp_path / "kept" / "backtest-0001")
    config = json.loads((run / "config.json").read_text("utf-8"))
    config["data"]["dir"] = str(tmp_path / "nowhere")
    (run / "config.json").write_text(json.dumps(config), "utf-8")
    lines = explain("last", "ma:1", report_dir=run.parent).stdout.splitlines()

    assert lines[0].startswith("ma:1 filled wholly: ")
    assert lines[-1].startswith("No bars can be shown: ")
    assert any(line.startswith("It met the bar that closed ") for line in lines)


def test_an_unknown_order_or_run_is_refused(call, results):
    nobody = call("explain", "last", "ma:999", "--report-dir", results)
    assert nobody.exit_code == 2
    assert nobody.stderr.startswith("Error: no order or fill ma:999 in ")
    assert call("explain", "nothing", "ma:1", "--report-dir", results).exit_code == 4
