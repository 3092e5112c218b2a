"""Runs that are there: ``runs``, ``report``, and names of runs."""

import json
import os

import pytest

from magents.cli.exits import RunNotFoundError
from magents.cli.folders import find, is_paper, is_sandbox, is_session, reserve, runs
from tests.cli.conftest import json_of


def test_folders_are_counted_per_stem(tmp_path):
    names = [reserve(tmp_path / "r", stem).name for stem in ("backtest", "backtest", "paper")]

    assert names == ["backtest-0001", "backtest-0002", "paper-0001"]


def test_number_goes_on_after_the_highest(tmp_path):
    (tmp_path / "backtest-0041").mkdir()
    (tmp_path / "backtest-old").mkdir()

    assert reserve(tmp_path, "backtest").name == "backtest-0042"


def test_run_is_found_by_folder_id_and_last(results, workdir):
    folder = results / "backtest-0001"

    assert find("backtest-0001", results) == folder
    assert find("last", results) == folder
    assert find(str(folder), workdir) == folder


@pytest.mark.parametrize("command", [("paper", "--strategies", "ma"), ("record",)])
def test_a_venue_that_lists_markets_to_account_holders_only_is_refused_at_once(call, command):
    answer = call(*command, "--venue", "alpaca", "--symbols", "BTC/USD")
    assert answer.exit_code == 2
    assert "`magents sandbox --venue alpaca` trades its paper account" in answer.stderr
    assert len(answer.stderr.splitlines()) == 1


def made(folder, name, *, files=()):
    """Leave the folder of a run that began after those made before."""
    run = folder / name
    for file in (*files, "config.json"):
        (run / file).parent.mkdir(parents=True, exist_ok=True)
        (run / file).write_text("{}")
    began = 10**18 + len(list(folder.iterdir()))
    os.utime(run / "config.json", ns=(began, began))
    return run


def test_last_is_the_run_that_began_last_whatever_its_number(tmp_path):
    made(tmp_path, "replay-0007")
    newest = made(tmp_path, "backtest-0001")
    assert find("last", tmp_path) == newest


def test_last_is_of_the_kind_that_is_meant(tmp_path):
    orders = made(tmp_path, "sandbox-0001", files=("recording/0001", "account.json"))
    trades = made(tmp_path, "paper-0001", files=("recording/0001",))
    made(tmp_path, "replay-0009")
    assert find("last", tmp_path, is_sandbox) == orders
    assert find("last", tmp_path, is_paper) == trades
    assert find("last", tmp_path, is_session) == trades


@pytest.mark.parametrize("command", ["paper", "sandbox"])
@pytest.mark.parametrize("run", ["replay-0001", "paper-0001", "sandbox-0001"])
def test_only_a_session_of_its_own_kind_is_gone_on_with(call, workdir, command, run):
    files = {"paper-0001": ("recording/0001",), "sandbox-0001": ("recording/1", "account.json")}
    made(workdir / "results", run, files=files.get(run, ()))
    answer = call(command, "--resume", run)
    said = f"Error: --resume: {run} is not a session of magents {command}; name one that is"
    assert answer.stderr.startswith(said) == (not run.startswith(command))
    assert answer.exit_code == 2  # one that is has no strategies here


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("backtest-0002", "no run backtest-0002 in {}, did you mean backtest-0001?"),
        ("zz", "no run zz in {}; there is backtest-0001"),
        (".", ". is not the folder of a run: it has no config.json"),
    ],
)
def test_run_that_is_not_there_is_named(results, workdir, name, said):
    with pytest.raises(RunNotFoundError) as caught:
        find(name, results)

    assert str(caught.value) == said.format(results)


@pytest.mark.parametrize(
    "args",
    [("report", "zz"), ("journal", "show", "zz"), ("journal", "trace", "zz", "1")],
)
def test_command_about_a_run_that_is_not_there_exits_4(call, args):
    answer = call(*args)

    assert answer.exit_code == 4
    assert answer.stderr == "Error: no run zz in results; none is known here\n"


def test_runs_are_listed_with_what_came_of_them(call, results):
    summary = json.loads((results / "backtest-0001" / "summary.json").read_text())
    (row,) = json_of(call("runs", "--report-dir", results, "--json"))

    assert row["run"] == "backtest-0001"
    assert row["total_return"] == summary["fund"]["total_return"]
    assert row["state"] == "ok"
    assert "│ backtest-0001 │ ma   │" in call("runs", "--report-dir", results).stdout


def test_no_runs_are_said_on_stderr(call):
    answer = call("runs")

    assert (answer.exit_code, answer.stdout) == (0, "")
    assert answer.stderr == "there are no runs in results\n"


def test_run_that_did_not_finish_is_listed_as_such(call, workdir):
    folder = workdir / "results" / "backtest-0001"
    folder.mkdir(parents=True)
    (folder / "config.json").write_text("{}")

    assert runs(workdir / "results") == [folder]
    assert "unfinished" in call("runs").stdout
    answer = call("report", "last")
    assert answer.exit_code == 2
    assert "holds no finished run: " in answer.stderr


def test_report_is_written_into_the_folder_and_its_path_printed(call, results):
    answer = call("report", "last", "--report-dir", results)

    page = results / "backtest-0001" / "report.html"
    assert (answer.exit_code, answer.stdout) == (0, f"{page}\n")
    assert page.is_file()
    page.unlink()
