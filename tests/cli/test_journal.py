"""``magents journal``: what happened, and the way back from a fill."""

import json
import re

import pytest


@pytest.fixture
def show(call, results):
    def shown(*args):
        answer = call("journal", *args, "--report-dir", results)
        assert answer.exit_code == 0, answer.stderr
        return answer.stdout.splitlines()

    return shown


def test_everything_is_shown_in_order(show):
    lines = show("show", "last")

    assert [int(line.split()[0]) for line in lines] == list(range(1, len(lines) + 1))
    assert lines[0].split() == ["1", "2014-01-02T14:30:00Z", "allocation", "ma", "1000000"]


def test_json_is_one_object_a_line_with_its_number(show):
    objects = [json.loads(line) for line in show("show", "last", "--json", "--limit", "3")]

    assert [entry["seq"] for entry in objects] == [1, 2, 3]
    assert objects[0]["kind"] == "allocation"


@pytest.mark.parametrize(
    ("option", "value", "key"),
    [
        ("--pod", "ma", "pod"),
        ("--order", "ma:1", "order"),
        ("--instrument", "BBB", "instrument"),
        ("--kind", "fill", "kind"),
    ],
)
def test_filter_leaves_only_what_matches(show, option, value, key):
    objects = [json.loads(line) for line in show("show", "last", option, value, "--json")]

    assert objects
    assert {entry.get(key, entry.get("id")) for entry in objects} == {value}


def test_trace_goes_from_the_fill_back_to_the_bar(show):
    lines = show("trace", "last", "1")

    steps = [re.findall(r"\w+", line)[0] for line in lines]
    order = [step for step in steps if step in {"fill", "order", "verdict", "intent", "signal"}]
    assert list(dict.fromkeys(order)) == ["fill", "order", "verdict", "intent", "signal"]
    assert "└── data     the bar of " in lines[-1]


def test_trace_of_an_order_is_that_of_its_fill(show):
    fill = json.loads(show("show", "last", "--kind", "fill", "--limit", "1", "--json")[0])

    assert show("trace", "last", fill["order"]) == show("trace", "last", fill["id"])


def test_trace_as_json_holds_every_record(show):
    kinds = [json.loads(line)["kind"] for line in show("trace", "last", "1", "--json")]

    assert kinds[:3] == ["signal", "intent", "verdict"]
    assert kinds[-1] == "fill"


def test_trace_of_nothing_is_refused(call, results):
    answer = call("journal", "trace", "last", "ma:999", "--report-dir", results)

    assert answer.exit_code == 2
    assert answer.stderr.startswith("Error: no order or fill ma:999 in ")
