"""The runner: one process a run, honest tables, nothing left out in silence."""

import json
import subprocess
import sys
from argparse import Namespace

import pytest

from benchmarks.measure import ROOT, FailedRunError, Sample, run_once
from benchmarks.oracle import Answer
from benchmarks.peers import PEERS, installed
from benchmarks.run import entries, notes
from benchmarks.tables import Entry, check, ratio_lines

LINE = {
    "version": "1",
    "events": 10,
    "fills": 2,
    "final_equity": 5.0,
    "run_s": 0.5,
    "run_cpu_s": 0.25,
}
RIGHT = {"W1": {"exact": Answer(2, 5.0)}, "W4": {"half_spread": Answer(2, 5.0)}}


def sample(cpu=1.0, fills=2, equity=5.0):
    return Sample("1", 10, fills, equity, cpu, cpu, 2 * cpu, 2 * cpu, 50.0)


def python(program, limit=30.0):
    return run_once([sys.executable, "-c", program], {}, None, limit)


def test_run_is_read_from_the_last_line():
    got = python(f"print('words'); print({json.dumps(LINE)!r})")
    assert (got.fills, got.equity, got.run_cpu, got.version) == (2, 5.0, 0.25, "1")
    assert got.wall > 0
    assert got.rss > 1


@pytest.mark.parametrize(
    ("program", "why"),
    [
        ("import sys; sys.exit('broken')", "exit 1: broken"),
        ("print('nothing')", "no answer, but: nothing"),
        ("print('{}')", "no answer"),
        ("import itertools; all(itertools.repeat(1))", "took too long"),
    ],
)
def test_run_without_an_answer_says_why(program, why):
    with pytest.raises(FailedRunError, match=why):
        python(program, limit=1.0)


def test_ratios_are_medians_over_ours():
    ours = Entry("W1", "magents", [sample(1.0), sample(2.0), sample(9.0)], [])
    other = Entry("W1", "bt", [sample(6.0)], [])
    assert list(ratio_lines([ours, other], RIGHT))[-1] == (
        "| W1 | bt | 1 | 1 | 3.00 | 3.00 | 3.00 | 2 | 5.00 | right |"
    )


def test_wrong_answer_is_told():
    assert check(Entry("W1", "bt", [sample(fills=3)], []), RIGHT) == "WRONG, not 2 and 5.00"
    assert check(Entry("W1", "bt", [sample(equity=5.006)], []), RIGHT).startswith("WRONG")


def test_other_convention_is_told():
    assert check(Entry("W4", "hftbacktest", [sample()], []), RIGHT) == "right (half_spread)"


def test_failed_run_keeps_its_row():
    failed = Entry("W1", "bt", [], ["exit 1: broken"])
    assert "exit 1: broken" in list(ratio_lines([failed], RIGHT))[-1]


def test_peers_that_are_not_installed_are_named(tmp_path):
    read = Namespace(venvs=tmp_path, peers=[], workloads=["W1"])
    assert installed(tmp_path) == []
    told = "\n".join(notes(read, [], RIGHT))
    assert all(f"{name}: left out, not installed" in told for name in PEERS)


def test_ties_are_told():
    read = Namespace(venvs=None, peers=["bt"], workloads=["W1"])
    told = list(notes(read, ["bt"], {"W1": {"exact": Answer(1, 1.0, 3)}}))
    assert told == ["W1: 3 closes have equal means; simulators may decide them either way"]


def test_peers_run_only_what_they_can():
    names = [(entry.workload, entry.name) for entry in entries(["W1", "W4"], ["bt", "basana"])]
    assert names == [
        ("W1", "magents"),
        ("W1", "bt"),
        ("W1", "basana"),
        ("W4", "magents"),
        ("W4", "magents-dense"),
        ("W4", "basana"),
    ]


def test_every_peer_has_its_adapter():
    for peer in PEERS.values():
        assert (ROOT / "benchmarks" / "adapters" / f"{peer.adapter}.py").exists()


@pytest.mark.slow
def test_our_adapter_keeps_its_contract(tmp_path):
    rows = "".join(f"2024-01-{day:02d} 00:00:00,A,1,2,1,1.50,9\n" for day in range(1, 20))
    (tmp_path / "W1.csv").write_text(f"ts,symbol,open,high,low,close,volume\n{rows}")
    command = [sys.executable, "-m", "benchmarks.ours", str(tmp_path), "W1"]
    answer = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    line = json.loads(answer.stdout.splitlines()[-1])
    assert {*LINE, "import_s", "load_s"} <= set(line)
    assert (line["events"], line["fills"], line["final_equity"]) == (19, 0, 1_000_000.0)
