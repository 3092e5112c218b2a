"""The examples and the README's tour are what they say: they run."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from magents.cli.main import main
from magents.config import load

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
FIRST_POD = ROOT / "examples" / "my_first_pod.py"


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def magents(*args: str) -> str:
    answer = CliRunner().invoke(main, args)
    assert answer.exit_code == 0, answer.output
    return answer.stdout


def test_the_pod_in_the_readme_is_the_example():
    (shown,) = blocks("python")
    assert shown in FIRST_POD.read_text("utf-8")


def test_the_first_pod_is_under_thirty_lines():
    assert len(FIRST_POD.read_text("utf-8").splitlines()) < 30


def test_the_first_pod_trades_on_the_sample(tmp_path):
    shown = magents(
        *("backtest", "--strategies", f"{FIRST_POD}:DipPod", "--instruments", "AAPL,JPM"),
        *("--end-date", "2014-12-31", "--report-dir", str(tmp_path)),
    )
    assert "DipPod" in shown
    fills = magents("journal", "show", "last", "--report-dir", str(tmp_path), "--kind", "fill")
    assert len(fills.splitlines()) > 10


def test_the_config_in_the_readme_loads(tmp_path):
    (shown,) = blocks("yaml")
    path = tmp_path / "run.yaml"
    path.write_text(shown, "utf-8")
    assert list(load(path).settings.strategies) == ["ma", "value"]


@pytest.mark.slow
def test_the_multi_strategy_script_makes_data_report_and_pictures(tmp_path):
    script = ROOT / "examples" / "run_multi_strategy_backtest.py"
    wanted = ["--data-dir", str(tmp_path / "data"), "--out", str(tmp_path / "out")]
    done = subprocess.run(
        [sys.executable, script, *wanted], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    folder = tmp_path / "out" / "example-0001"
    for name in ("report.html", "value.png", "drawdown.png", "summary.json", "trades.csv"):
        assert (folder / name).stat().st_size > 1000, name
    assert len(list((tmp_path / "data").iterdir())) == 6


def test_the_agent_of_the_page_on_indicators_is_the_example_and_trades(tmp_path):
    path = ROOT / "examples" / "calm.py"
    page = (ROOT / "docs" / "indicators.md").read_text("utf-8")
    (shown, *_) = [
        code for code in re.findall(r"```python\n(.*?)```", page, re.DOTALL) if "Calm" in code
    ]
    assert shown in path.read_text("utf-8")
    flags = ("--instruments", "AAPL,JPM", "--end-date", "2014-12-31", "--report-dir", str(tmp_path))
    assert "CalmPod" in magents("backtest", "--strategies", f"{path}:CalmPod", *flags)
    assert (
        len(
            magents(
                "journal", "show", "last", "--report-dir", str(tmp_path), "--kind", "fill"
            ).splitlines()
        )
        > 5
    )


@pytest.mark.slow
def test_the_sweep_script_compares_training_and_test(tmp_path):
    script = ROOT / "examples" / "sweep_in_python.py"
    done = subprocess.run(
        [sys.executable, script, tmp_path], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "rank correlation of training and test" in done.stdout
    assert (tmp_path / "sweep-0001" / "trials.parquet").is_file()
