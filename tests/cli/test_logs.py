"""The log file: virtual time only, no state left behind."""

import json

import pytest
import structlog

from magents.cli.logs import open_log

NOON = 12 * 3600 * 10**9


def lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_line_has_virtual_time_level_event_and_fields(tmp_path):
    with open_log(tmp_path / "log.jsonl", "info", lambda: NOON) as log:
        log.info("opened", pods=["ma"])

    assert (tmp_path / "log.jsonl").read_text() == (
        '{"ts": 43200000000000, "time": "1970-01-01T12:00:00Z", "level": "info", '
        '"event": "opened", "pods": ["ma"]}\n'
    )


def test_less_severe_lines_are_left_out(tmp_path):
    with open_log(tmp_path / "log.jsonl", "warning", lambda: NOON) as log:
        log.info("no")
        log.warning("yes")

    assert [line["event"] for line in lines(tmp_path / "log.jsonl")] == ["yes"]


def test_error_is_logged_with_its_traceback(tmp_path):
    with open_log(tmp_path / "log.jsonl", "info", lambda: NOON) as log:
        log.error("pod halted", exc_info=ValueError("broke"))

    (line,) = lines(tmp_path / "log.jsonl")
    assert line["exception"][0]["exc_type"] == "ValueError"
    assert line["exception"][0]["exc_value"] == "broke"


def test_a_traceback_shows_no_values_of_variables_since_they_may_be_keys(tmp_path):
    def broken(secret):
        raise ValueError(f"broke with {len(secret)} letters")

    with pytest.raises(ValueError, match="broke") as caught:
        broken("canary")
    with open_log(tmp_path / "log.jsonl", "info", lambda: NOON) as log:
        log.error("pod halted", exc_info=caught.value)

    text = (tmp_path / "log.jsonl").read_text()
    assert "broke with 6 letters" in text
    assert '"name": "broken"' in text
    assert "canary" not in text
    assert "locals" not in text


def test_nothing_is_configured_for_the_process(tmp_path):
    before = structlog.get_config()
    first = open_log(tmp_path / "a.jsonl", "debug", lambda: 1)
    second = open_log(tmp_path / "b.jsonl", "error", lambda: 2)
    with first as one, second as other:
        one.info("first")
        other.error("second")

    assert structlog.get_config() == before
    assert [line["ts"] for line in lines(tmp_path / "a.jsonl")] == [1]
    assert [line["ts"] for line in lines(tmp_path / "b.jsonl")] == [2]
