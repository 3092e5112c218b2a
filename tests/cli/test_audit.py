"""``magents audit lookahead``: finds a cheat, clears an honest pod."""

import pytest

from tests.cli.conftest import json_of


def test_honest_pod_is_clean(call, market):
    answer = call("audit", "lookahead", "--strategies", "ma", "--data-dir", market)

    assert answer.exit_code == 0
    assert answer.stdout.endswith("no look-ahead found\n")


def test_cheat_is_found_and_exits_1(call, market, own_pods):
    flags = ("--strategies", f"{own_pods}:Cheat", "--data-dir", market, "--modes", "cut")
    answer = call("audit", "lookahead", *flags, "--instants", "2014-03-03T21:00")

    assert answer.exit_code == 1
    assert answer.stdout.splitlines()[0].endswith(", instants tried: 1, data spoilt by: cut")
    assert "look-ahead Cheat decided 2014-03-03T21:00:00Z, changed by cut after" in answer.stdout
    assert answer.stdout.endswith("look-ahead found: 1\n")


def test_audit_as_json(call, market, own_pods):
    flags = ("--strategies", f"{own_pods}:Cheat", "--data-dir", market, "--modes", "cut,nan")
    found = json_of(call("audit", "lookahead", *flags, "--json"))

    assert not found["clean"]
    assert found["modes"] == ["cut", "nan"]
    assert {finding["pod"] for finding in found["findings"]} == {"Cheat"}


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--modes", "cutt"], "--modes: there is no mode cutt, did you mean cut?"),
        (
            ["--instants", "soon"],
            '--instants: expected a date or time such as 2014-01-31T21:00, got "soon"',
        ),
    ],
)
def test_mistake_is_named(call, market, flags, said):
    answer = call("audit", "lookahead", "--strategies", "ma", "--data-dir", market, *flags)

    assert answer.exit_code == 2
    assert answer.stderr == f"Error: {said}\n"
