"""``magents sweep``: every trial is the backtest it stands for, and nothing is done twice."""

import json
import shutil

import pyarrow.parquet as pq
import pytest

from magents.cli.sweep_trial import run_trial
from magents.cli.sweeping import Wanted, plan_of
from magents.config import load
from tests.cli.conftest import json_of, program

GRID = ("--vary", "ma.fast_window=5,10", "--vary", "ma.slow_window=20..40:10")

PODS = '''\
"""A pod that notes each of its runs, and presses Ctrl-C in one of them, once."""

import os
import signal
from pathlib import Path

import msgspec

from pods.base import Pod


class Settings(msgspec.Struct, frozen=True):
    number: int = 0
    log: str = ""


class Noting(Pod):
    id = "noting"
    config_type = Settings

    async def run(self, desk):
        log = Path(self.config.log)
        with log.open("a") as file:
            file.write(f"{self.config.number} ")
        if self.config.number == 2 and log.read_text().split().count("2") == 1:
            os.kill(os.getppid(), signal.SIGINT)
            os.read(os.pipe()[0], 1)  # for ever
        if self.config.number == 7:
            raise ValueError("seven")
        await desk.clock.until(2**62)
'''


def table(folder):
    return pq.read_table(folder / "trials.parquet").to_pylist()


@pytest.fixture(scope="module")
def swept(tmp_path_factory, market):
    """Return the folder of a finished sweep of six trials, and what the program wrote."""
    results = tmp_path_factory.mktemp("swept")
    flags = ("--strategies", "ma", "--data-dir", market, "--report-dir", results)
    answer = program("sweep", *flags, *GRID, "--workers", 2)
    assert answer.returncode == 0, answer.stderr
    return results / "sweep-0001", answer


@pytest.mark.slow
def test_each_trial_is_the_backtest_with_its_settings(swept, call, market, workdir):
    rows = table(swept[0])
    assert [(row["ma.fast_window"], row["ma.slow_window"]) for row in rows] == [
        (fast, slow) for fast in (5, 10) for slow in (20, 30, 40)
    ]
    row = rows[4]
    (workdir / "run.yaml").write_text("strategies: {ma: {fast_window: 10, slow_window: 30}}\n")
    summary = json_of(call("--config", "run.yaml", "--data-dir", market, "--json"))
    assert row["digest"] == summary["digest"]
    assert row["sharpe"] == summary["fund"]["sharpe"]
    assert row["max_drawdown"] == summary["fund"]["max_drawdown"]
    assert row["final_equity"] == float(summary["run"]["final_equity"])


@pytest.mark.slow
def test_the_best_are_printed_with_how_much_is_luck(swept):
    folder, answer = swept
    best = max(table(folder), key=lambda row: row["sharpe"])
    first = answer.stdout.splitlines()[3].replace(" ", "")
    assert first.startswith(f"│{best['ma.fast_window']}│{best['ma.slow_window']}│")
    assert "6 trials, worth" in answer.stdout
    assert "Luck alone shows a best Sharpe ratio of about" in answer.stdout
    assert str(folder / "trials.parquet") in answer.stdout
    assert 0 <= best["deflated_sharpe"] <= best["probabilistic_sharpe"] <= 1


@pytest.mark.slow
def test_the_same_sweep_again_does_nothing(swept, market):
    folder, _ = swept
    before = table(folder)
    flags = ("--strategies", "ma", "--data-dir", market, "--report-dir", folder.parent)
    answer = program("sweep", *flags, *GRID, "--json")
    assert "all 6 trials are there" in answer.stderr
    assert json.loads(answer.stdout)["trials"] == {"ok": 6}
    assert table(folder) == before
    assert [path.name for path in folder.parent.iterdir()] == ["sweep-0001"]


@pytest.mark.slow
def test_another_grid_is_another_sweep(swept, call, market):
    flags = ("--strategies", "ma", "--data-dir", market, "--report-dir", swept[0].parent / "other")
    for _ in range(2):
        answer = call(
            "sweep", *flags, *GRID, "--vary", "global.transaction_cost=0.5", "--workers", 1
        )
        assert answer.exit_code == 0, answer.output
    assert [path.name for path in (swept[0].parent / "other").iterdir()] == ["sweep-0001"]
    shutil.rmtree(swept[0].parent / "other")


def noting(tmp_path, *flags):
    """Sweep the noting pod in one worker; its runs are in ``log``."""
    pods, log = tmp_path / "noting.py", tmp_path / "log"
    pods.write_text(PODS, "utf-8")
    config = tmp_path / "run.yaml"
    config.write_text(f"strategies: {{{pods}:Noting: {{log: {log}}}}}\n", "utf-8")
    numbers = ("--config", config, "--report-dir", tmp_path / "results", *flags)
    return program("sweep", *numbers, "--workers", 1), log


@pytest.mark.slow
def test_ctrl_c_keeps_what_is_done_and_a_restart_does_the_rest_only(tmp_path, market):
    flags = ("--data-dir", market, "--vary", "Noting.number=0..4")
    stopped, log = noting(tmp_path, *flags)
    assert stopped.returncode == 130, stopped.stderr
    assert "interrupted: 2 of 5 trials are kept" in stopped.stderr
    assert "Traceback" not in stopped.stderr
    partial = table(tmp_path / "results" / "sweep-0001")
    assert [row["state"] for row in partial] == ["ok", "ok", *["unfinished"] * 3]

    again, _ = noting(tmp_path, *flags)
    assert again.returncode == 0, again.stderr
    assert "5 trials, 2 of them are there" in again.stderr
    assert log.read_text("utf-8").split() == ["0", "1", "2", "2", "3", "4"]
    whole = table(tmp_path / "results" / "sweep-0001")
    assert [row["state"] for row in whole] == ["ok"] * 5
    assert [row["digest"] for row in whole[:2]] == [row["digest"] for row in partial[:2]]


@pytest.mark.slow
def test_a_pod_that_raises_is_a_row_and_the_others_go_on(tmp_path, market):
    answer, _ = noting(tmp_path, "--data-dir", market, "--vary", "Noting.number=6,7,8")
    assert answer.returncode == 0, answer.stderr
    states = [(row["state"], row["error"]) for row in table(tmp_path / "results" / "sweep-0001")]
    assert states == [("ok", None), ("halted", "pod Noting: ValueError: seven"), ("ok", None)]
    assert "a pod was halted, not ranked: 1 (pod Noting: ValueError: seven)" in answer.stdout


@pytest.mark.slow
def test_a_changed_pod_is_another_sweep(tmp_path, market):
    flags = ("--data-dir", market, "--vary", "Noting.number=0,1")
    noting(tmp_path, *flags)
    global PODS  # noqa: PLW0603 - the file is written from it
    before = PODS
    PODS += "# changed\n"
    _, log = noting(tmp_path, *flags)
    PODS = before
    assert log.read_text("utf-8").split() == ["0", "1", "0", "1"]


@pytest.mark.slow
def test_walk_forward_chooses_in_training_and_chains_the_tests(call, market, workdir):
    flags = ("--strategies", "ma", "--data-dir", market, "--workers", 2)
    grid = ("--vary", "ma.fast_window=2,3", "--vary", "ma.slow_window=5,8")
    found = json_of(call("sweep", *flags, *grid, "--walk-forward", "4m/3m", "--json"))
    walk = found["walk_forward"]
    assert [(each["test_from"], each["test_to"]) for each in walk["folds"]] == [
        ("2014-05-02", "2014-08-01"),
        ("2014-08-02", "2014-11-01"),
        ("2014-11-02", "2014-12-31"),
    ]
    folder = workdir / "results" / "sweep-0001"
    rows = table(folder)
    assert len(rows) == 4 * len(walk["folds"])
    for fold in walk["folds"]:
        mine = [row for row in rows if row["fold"] == fold["fold"]]
        best = max(mine, key=lambda row: row["train_sharpe"])
        assert fold["chosen"] == {k: best[k] for k in ("ma.fast_window", "ma.slow_window")}
        assert fold["test_sharpe"] == best["test_sharpe"]
    chained = pq.read_table(folder / "walk_forward.parquet").to_pydict()
    growth = 1.0
    for value in chained["return"]:
        growth *= 1 + value
    assert growth - 1 == pytest.approx(walk["total_return"])
    assert chained["time"] == sorted(set(chained["time"]))


def test_data_are_read_once_a_worker(market, tmp_path):
    data = tmp_path / "data"
    shutil.copytree(market, data)
    overrides = {"data.dir": str(data), "strategies": ("ma",)}
    wanted = Wanted(
        ("ma.fast_window=4,6",), None, None, "4m/2m", False, "sharpe", None, None, False, tmp_path,
        False, False,
    )  # fmt: skip
    first, *others = plan_of(load(None, overrides), wanted).trials
    assert run_trial(first).state == "ok"
    shutil.rmtree(data)
    assert [run_trial(each).state for each in others] == ["ok"] * len(others)
    assert len(others) >= 5


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        ((), "nothing is varied: give --vary"),
        (("--vary", "ma.fast_windo=5,6"), "did you mean fast_window?"),
        (("--vary", "ma.fast_window=50,60"), "fast_window"),
        (("--vary", "ma.fast_window"), "expected KEY=VALUES"),
        (("--vary", "mo.fast_window=5"), "unknown key"),
        (("--seeds", "a..b"), "--seeds: expected a range"),
        (("--seeds", "1,2", "--walk-forward", "3y/1y"), "take shorter ones"),
        (("--seeds", "1,2", "--scheduler", "tcp://127.0.0.1:1"), "nobody answers at tcp"),
        (("--grid", "none.yaml"), "there is no such file"),
        (("--seeds", "1,2", "--data-dir", "nowhere"), "nowhere"),
    ],
)
def test_wrong_input_is_one_sentence_and_nothing_is_written(call, market, workdir, flags, said):
    answer = call("sweep", "--strategies", "ma", "--data-dir", market, *flags)
    assert answer.exit_code == 2, answer.output
    assert said in answer.stderr
    assert "Traceback" not in answer.output
    assert list(workdir.iterdir()) == []


@pytest.mark.slow
def test_a_grid_file_and_seeds_are_varied_together(call, market, workdir):
    (workdir / "grid.yaml").write_text(
        "ma.allow_short: [true, false]\nma.fast_window: 5\n", "utf-8"
    )
    flags = ("--strategies", "ma", "--data-dir", market, "--workers", 1)
    answer = call("sweep", *flags, "--grid", "grid.yaml", "--seeds", "1..2")
    assert answer.exit_code == 0, answer.output
    found = [
        (row["ma.allow_short"], row["ma.fast_window"], row["seed"])
        for row in table(workdir / "results" / "sweep-0001")
    ]
    assert found == [(True, 5, 1), (True, 5, 2), (False, 5, 1), (False, 5, 2)]
    assert " 2 │" in answer.stdout  # trials of each combination: its seeds


@pytest.mark.slow
def test_refused_combinations_are_told_and_left_out(call, market, workdir):
    flags = ("--strategies", "ma", "--data-dir", market, "--workers", 1)
    answer = call(
        "sweep", *flags, "--vary", "ma.fast_window=10,50", "--vary", "ma.slow_window=20,60"
    )
    assert answer.exit_code == 0, answer.output
    assert "refused combinations: 1" in answer.stderr
    refused = [
        row for row in table(workdir / "results" / "sweep-0001") if row["state"] == "refused"
    ]
    assert [(row["ma.fast_window"], row["ma.slow_window"]) for row in refused] == [(50, 20)]
    assert "fast_window" in refused[0]["error"]
