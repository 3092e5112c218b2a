"""``magents backtest``: what it writes where, and what it refuses."""

import json
import sqlite3

import pytest

from tests.cli.conftest import json_of, program

FILES = {
    "config.json",
    "equity.csv",
    "equity.parquet",
    "fills.csv",
    "fills.parquet",
    "journal.sqlite",
    "log.jsonl",
    "result.json",
    "summary.json",
    "trades.csv",
    "trades.parquet",
}


def test_run_is_kept_in_a_folder_of_its_own(results):
    folder = results / "backtest-0001"

    assert {path.name for path in folder.iterdir()} == FILES
    with sqlite3.connect(folder / "journal.sqlite") as journal:
        assert journal.execute("SELECT count(*) FROM events WHERE kind = 'fill'").fetchone()[0] > 2


def test_kept_config_says_everything_and_repeats_the_run(call, results):
    folder = results / "backtest-0001"
    config = json.loads((folder / "config.json").read_text())
    again = json_of(call("--config", folder / "config.json", "--report-dir", "again", "--json"))

    assert config["strategies"]["ma"]["slow_window"] == 30
    assert again["digest"] == json.loads((folder / "summary.json").read_text())["digest"]


def test_kept_config_keeps_names_strategies_and_capital(call, market, workdir):
    (workdir / "run.yaml").write_text("strategies: {slow: {strategy: ma, capital: 0.5}, ma: {}}\n")
    call("--config", "run.yaml", "--data-dir", market, "--quiet")

    config = json.loads((workdir / "results" / "backtest-0001" / "config.json").read_text())
    slow, ma = config["strategies"]["slow"], config["strategies"]["ma"]
    assert slow == {"strategy": "ma", "capital": 0.5, **ma}


def test_summary_goes_to_stdout_and_the_hint_to_stderr(call, market):
    answer = call("backtest", "--strategies", "ma", "--data-dir", market)

    assert answer.exit_code == 0
    assert "│ ma   │ 1,000,000.00 │" in answer.stdout
    assert "│ fund │ 1,000,000.00 │" in answer.stdout
    assert "run folder results/backtest-0001" in answer.stdout
    assert answer.stderr == "magents report results/backtest-0001 writes the report\n"


def test_options_without_a_command_mean_backtest(market, tmp_path):
    flags = ("--strategies", "ma", "--data-dir", market, "--report-dir", tmp_path, "--json")
    bare, named = program(*flags), program("backtest", *flags)

    assert (bare.returncode, named.returncode) == (0, 0)
    assert json.loads(bare.stdout)["digest"] == json.loads(named.stdout)["digest"]
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["backtest-0001", "backtest-0002"]


def test_json_is_one_object_and_the_same_as_the_file(call, market, workdir):
    answer = call("--strategies", "ma", "--data-dir", market, "--json")

    kept = json.loads((workdir / "results" / "backtest-0001" / "summary.json").read_text())
    assert json_of(answer) == kept
    assert answer.stderr == ""


def test_quiet_prints_nothing(call, market, workdir):
    answer = call("--strategies", "ma", "--data-dir", market, "--quiet")

    assert (answer.exit_code, answer.output) == (0, "")
    assert (workdir / "results" / "backtest-0001" / "summary.json").is_file()


def test_report_is_written_when_asked_for(call, market, workdir):
    answer = call("--strategies", "ma", "--data-dir", market, "--generate-report")

    assert answer.stderr == "report: results/backtest-0001/report.html\n"
    assert "<html" in (workdir / "results" / "backtest-0001" / "report.html").read_text()[:200]


@pytest.mark.parametrize(
    "flags",
    [
        ("--block-size", "1"),
        ("--block-size", "7", "--log-level", "debug"),
        ("--speed", "100000000000x"),
    ],
)
def test_how_it_runs_does_not_change_what_comes_of_it(call, market, results, flags):
    plain = json.loads((results / "backtest-0001" / "summary.json").read_text())
    answer = call("--strategies", "ma", "--data-dir", market, "--json", *flags)

    assert json_of(answer)["digest"] == plain["digest"]


def test_flags_reach_the_settings(call, market, workdir):
    flags = ("--instruments", "BBB", "--start-date", "2014-02-03", "--end-date", "2014-11-28")
    more = ("--initial-capital", "5e5", "--seed", "0", "--on-bad-row", "drop")
    summary = json_of(call("--strategies", "ma", "--data-dir", market, "--json", *flags, *more))

    run = summary["run"]
    assert (run["start"][:10], run["end"][:10]) == ("2014-02-03", "2014-11-28")
    assert (run["initial_capital"], run["seed"]) == ("500000", 0)
    config = json.loads((workdir / "results" / "backtest-0001" / "config.json").read_text())
    assert config["data"]["instruments"] == ["BBB"]
    assert config["data"]["on_bad_row"] == "drop"


def test_flag_goes_before_the_file(call, market, workdir):
    (workdir / "run.yaml").write_text(
        f"global: {{seed: 3}}\ndata: {{dir: {market}}}\nstrategies: {{ma: {{fast_window: 5}}}}\n"
    )
    run = json_of(call("--config", "run.yaml", "--seed", "4", "--json"))["run"]

    config = json.loads((workdir / "results" / run["id"] / "config.json").read_text())
    assert run["seed"] == 4
    assert config["strategies"]["ma"]["fast_window"] == 5


def test_halted_pod_is_loud_and_the_others_go_on(call, market, own_pods):
    answer = call("--strategies", f"{own_pods}:Boom,ma", "--data-dir", market)

    assert answer.exit_code == 0
    assert "HALTED Boom on 2014-02-05: ValueError: [red]no[/red] luck\n" in answer.stdout
    (row,) = [line for line in answer.stdout.splitlines() if line.startswith("│ Boom")]
    assert row.endswith(" HALTED │")


def test_ctrl_c_keeps_what_was_done_and_exits_130(market, own_pods, tmp_path):
    flags = ("--strategies", f"{own_pods}:Stopper,ma", "--data-dir", market)
    answer = program(*flags, "--report-dir", tmp_path, "--block-size", "1")

    assert answer.returncode == 130, answer.stderr
    assert "stopped early: interrupted" in answer.stdout
    kept = json.loads((tmp_path / "backtest-0001" / "summary.json").read_text())
    assert kept["run"]["end"].startswith("2014-02-0")


def test_log_is_stamped_with_simulated_time_only(results):
    text = (results / "backtest-0001" / "log.jsonl").read_text()
    lines = [json.loads(line) for line in text.splitlines()]

    assert {line["time"][:4] for line in lines} == {"2014"}
    assert [line["event"] for line in lines] == ["opened", "closed"]


MISTAKES = [
    ([], "no strategies: name some with --strategies, or in a file with --config"),
    (["--strategies", "mx"], "--strategies: there is no strategy 'mx'; did you mean 'ma'?"),
    (["--strategies", "ma,ma"], "--strategies: ma is named twice"),
    (
        ["--strategies", "ma,"],
        "Invalid value for '--strategies': expected names with commas between them, got 'ma,'",
    ),
    (
        ["--strategies", "gone.py:Pod"],
        "--strategies: there is no file gone.py for the strategy 'gone.py:Pod'",
    ),
    (
        ["--strategies", "ma", "--start-date", "soon"],
        '--start-date: expected a date such as 2014-01-31, got "soon"',
    ),
    (
        ["--strategies", "ma", "--start-date", "2015-01-01", "--end-date", "2014-01-01"],
        "--end-date: 2014-01-01 is before the start, 2015-01-01",
    ),
    (
        ["--strategies", "ma", "--initial-capital", "lots"],
        '--initial-capital: expected a number, got "lots"',
    ),
    (
        ["--strategies", "ma", "--initial-capital", "-5"],
        "--initial-capital: expected a number above 0, got -5",
    ),
    (
        ["--strategies", "ma", "--seed", "x"],
        "Invalid value for '--seed': 'x' is not a valid integer.",
    ),
    (
        ["--strategies", "ma", "--seed", "-1"],
        "--seed: expected a whole number of at least 0, got -1",
    ),
    (
        ["--strategies", "ma", "--block-size", "0"],
        "--block-size: expected a whole number of at least 1, got 0",
    ),
    (
        ["--strategies", "ma", "--speed", "fast"],
        '--speed: expected "max" or a multiple of real time such as 60x, got "fast"',
    ),
    (
        ["--strategies", "ma", "--on-bad-row", "keep"],
        "Invalid value for '--on-bad-row': 'keep' is not one of 'fail', 'drop'.",
    ),
    (["--config", "gone.yaml"], "gone.yaml: there is no such file"),
    (
        ["--config", "bad.yaml"],
        'bad.yaml:3: global.max_leverage: expected a number, got "two"',
    ),
    (
        ["--config", "typo.yaml"],
        "typo.yaml:2: strategies.ma.fats_window: unknown key, did you mean fast_window?",
    ),
    (
        ["--config", "cross.yaml"],
        "cross.yaml:1: strategies.ma.fast_window: 40 is not below slow_window 30",
    ),
    (
        ["--config", "who.yaml"],
        "who.yaml:2: strategies.mx: there is no strategy 'mx'; did you mean 'ma'?",
    ),
    (
        ["--strategies", "ma", "--report-dir", "bad.yaml"],
        "--report-dir: bad.yaml cannot be written: File exists",
    ),
]

CONFIGS = {
    "bad.yaml": "global:\n  seed: 1\n  max_leverage: two\n",
    "typo.yaml": "strategies:\n  ma: {fats_window: 3}\n",
    "cross.yaml": "strategies: {ma: {fast_window: 40}}\n",
    "who.yaml": "strategies:\n  mx:\n",
}


@pytest.mark.parametrize(("flags", "said"), MISTAKES)
def test_mistake_is_one_sentence_exit_code_2_and_nothing_written(
    call, market, workdir, flags, said
):
    for name, text in CONFIGS.items():
        (workdir / name).write_text(text)

    answer = call("--data-dir", market, *flags)

    assert answer.exit_code == 2
    assert answer.stderr.splitlines()[-1] == f"Error: {said}"
    assert answer.stdout == ""
    assert {path.name for path in workdir.iterdir()} == set(CONFIGS)


def test_wrong_data_leave_nothing_behind(call, market, workdir):
    wrong = workdir / "data"
    wrong.mkdir()
    text = (market / "AAA.csv").read_text().splitlines()
    text[100] = text[100].replace(",1000", ",many")
    (wrong / "AAA.csv").write_text("\n".join(text))

    answer = call("--strategies", "ma", "--data-dir", wrong)

    assert answer.exit_code == 2
    assert answer.stderr.startswith(f"Error: {wrong}/AAA.csv:101: ")
    assert {path.name for path in workdir.iterdir()} == {"data"}


def test_wrong_data_keep_the_runs_that_were_there(call, market, workdir):
    call("--strategies", "ma", "--data-dir", market, "--quiet")
    call("--strategies", "ma", "--data-dir", workdir / "gone")

    assert [path.name for path in (workdir / "results").iterdir()] == ["backtest-0001"]


def test_bad_rows_are_dropped_when_told_to_and_it_shows(call, market, workdir):
    wrong = workdir / "data"
    wrong.mkdir()
    text = (market / "AAA.csv").read_text().splitlines()
    text[100] = text[100].replace(",1000", ",many")
    (wrong / "AAA.csv").write_text("\n".join(text))

    answer = call("--strategies", "ma", "--data-dir", wrong, "--on-bad-row", "drop")

    assert answer.exit_code == 0
    assert "note: " in answer.stdout
