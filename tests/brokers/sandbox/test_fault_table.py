"""The table of faults names a test for each of F1 to F26 and each guarantee, and they are there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
TABLE = (ROOT / "docs" / "faults.md").read_text("utf-8")
HERE = Path("tests/brokers/sandbox")


def named():
    return re.findall(r"`([\w/]+\.py)::(\w+)`", TABLE)


def test_every_test_that_is_named_is_there():
    lacking = []
    for file, name in named():
        path = ROOT / (file if "/" in file else HERE / file)
        if not path.is_file() or f"def {name}(" not in path.read_text("utf-8"):
            lacking.append(f"{file}::{name}")
    assert not lacking


def test_every_fault_and_every_guarantee_has_a_line():
    faults = {int(number) for number in re.findall(r"F(\d+)", TABLE)}
    assert faults == set(range(1, 27))
    kill = TABLE.partition("## The kill switch")[2].partition("## ")[0]
    guarantees = {
        int(n)
        for line in re.findall(r"^\| ([\d, ]+) ", kill, re.MULTILINE)
        for n in line.split(",")
    }
    assert guarantees == set(range(1, 11))
