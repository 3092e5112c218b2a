"""The crypto pods on the real data of the sample: what the page says of them is what they do."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "crypto-pods.md").read_text("utf-8")


@pytest.mark.slow
def test_the_figures_of_the_page_are_those_of_the_script(tmp_path):
    script = ROOT / "examples" / "crypto_pods.py"
    wanted = [str(ROOT / "feeds" / "sample" / "extra"), str(tmp_path)]
    done = subprocess.run(
        [sys.executable, script, *wanted], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert len(lines) == 11
    assert done.stdout.strip() in PAGE
    trades = [int(line.split()[5]) for line in lines[1:]]
    assert min(trades) > 2
