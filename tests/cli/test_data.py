"""``magents data``: invented data, and what a check says of a directory."""

import pytest

from tests.cli.conftest import json_of


def spoil(market, folder):
    """Write a copy of AAA with a bad row, a missing day and a jump."""
    folder.mkdir()
    rows = (market / "AAA.csv").read_text().splitlines()
    rows[100] = rows[100].replace(",1000", ",many")
    day = rows[50].split(",")
    rows[50] = ",".join([day[0], *(str(float(cell) * 3) for cell in day[1:5]), day[5]])
    del rows[20]
    (folder / "AAA.csv").write_text("\n".join(rows) + "\n")
    return folder


def test_mock_writes_the_same_files_again(call, workdir):
    answer = call("data", "mock", "one")
    call("data", "mock", "two")

    names = answer.stdout.split()
    assert names == [f"one/{name}.csv" for name in ("AAA", "BBB", "BTC-USDT", "CCC", "DDD")]
    for name in names:
        other = workdir / name.replace("one", "two")
        assert (workdir / name).read_bytes() == other.read_bytes()


def test_mock_takes_names_dates_and_seed(call, workdir):
    flags = ("--instruments", "X,Y", "--start-date", "2021-03-01", "--end-date", "2021-03-05")
    call("data", "mock", "d", *flags, "--seed", "0", "--format", "parquet", "--layout", "long")

    report = json_of(call("data", "check", "d", "--json"))
    assert [path.name for path in (workdir / "d").iterdir()] == ["bars.parquet"]
    assert [(found["instrument"], found["rows"]) for found in report["instruments"]] == [
        ("X", 5),
        ("Y", 5),
    ]


def test_mock_never_writes_into_a_full_directory_without_force(call, workdir):
    (workdir / "d").mkdir()
    (workdir / "d" / "mine.csv").write_text("mine")

    answer = call("data", "mock", "d")
    assert answer.exit_code == 2
    assert answer.stderr == "Error: d is not empty; --force writes into it\n"
    assert len(list((workdir / "d").iterdir())) == 1
    assert call("data", "mock", "d", "--force").exit_code == 0


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (
            ["--start-date", "2021-01-01", "--end-date", "2020-01-01"],
            "--end-date: 2020-01-01 is before the start, 2021-01-01",
        ),
        (
            ["--start-date", "soon"],
            "Invalid value for '--start-date': 'soon' does not match the format '%Y-%m-%d'.",
        ),
        (
            ["--format", "xls"],
            "Invalid value for '--format': 'xls' is not one of 'csv', 'parquet'.",
        ),
    ],
)
def test_mock_refuses_the_impossible_and_writes_nothing(call, workdir, flags, said):
    answer = call("data", "mock", "d", *flags)

    assert answer.exit_code == 2
    assert answer.stderr.splitlines()[-1] == f"Error: {said}"
    assert list(workdir.iterdir()) == []


def test_check_of_good_data_says_so(call, market):
    answer = call("data", "check", market)

    assert (answer.exit_code, answer.stderr) == (0, "")
    assert "│ AAA.csv │ csv, one instrument │ XNYS     │ 1d  │" in answer.stdout
    assert answer.stdout.endswith("a run reads all of it\n")


def test_check_of_bad_data_names_the_rows_and_exits_2(call, market, workdir):
    answer = call("data", "check", spoil(market, workdir / "d"))

    assert answer.exit_code == 2
    lines = answer.stdout.splitlines()
    assert any(line.startswith("bad: ") and line.endswith("(1 rows)") for line in lines)
    assert any(f"{workdir}/d/AAA.csv:100: " in line for line in lines)
    assert any(line.startswith("missing: AAA has no bar on 2014-01-30") for line in lines)
    assert sum(line.startswith("jump: AAA moves by ") for line in lines) == 2
    assert lines[-1] == "a run stops at the first bad row, unless told --on-bad-row drop"


def test_check_as_json_has_everything(call, market, workdir):
    report = json_of(call("data", "check", spoil(market, workdir / "d"), "--json"))

    assert (report["clean"], report["bad_rows"]) == (False, 1)
    assert report["files"][0]["first"] == "2014-01-02T21:00:00Z"
    assert report["instruments"][0]["missing"] == 2
    assert report["instruments"][0]["first_jumps"][0]["ts"].startswith("2014-03-1")


def test_check_of_the_sample_is_clean(call):
    from feeds.history import sample_directory

    assert call("data", "check", sample_directory()).exit_code == 0


def test_check_of_a_directory_that_is_not_there_is_refused(call):
    answer = call("data", "check", "gone")

    assert answer.exit_code == 2
    assert answer.stderr == "Error: gone is not a directory; give the folder that holds the bars\n"
