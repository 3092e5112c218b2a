"""What values are read as."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from magents.config import load, nearest, pace
from magents.config.text import parse, scalar


def test_tickers_that_look_like_words_stay_text(run_yaml):
    text = "data: {instruments: [ON, NO, Y, OFF, 'NULL', \"7\"]}"

    loaded = load(run_yaml(text)).settings.data.instruments
    assert loaded == ("ON", "NO", "Y", "OFF", "NULL", "7")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *[("1e6", 1e6), ("-3", -3), ("0.5", 0.5), (".5", 0.5), ("1.", 1.0), ("1_000", "1_000")],
        *[("null", None), ("~", None), ("true", True), ("yes", "yes"), ("24/7", "24/7")],
        *[("0x10", "0x10"), ("12:30", "12:30"), ("2014-01-01", "2014-01-01"), ("inf", "inf")],
    ],
)
def test_scalars_are_read_as_yaml_1_2_does(text, value):
    assert scalar(text) == value
    assert type(scalar(text)) is type(value)


@given(st.one_of(st.integers(), st.floats(allow_nan=False, allow_infinity=False)))
def test_every_number_reads_back_as_itself(number):
    assert scalar(repr(number)) == number


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=10,
    )
)
def test_every_json_value_reads_back_as_itself(value):
    assert parse(json.dumps({"key": value}), "x.json")[0] == {"key": value}


@pytest.mark.parametrize(
    ("speed", "times"), [("max", None), ("1x", 1.0), ("1000x", 1000.0), ("0.5x", 0.5), (60, 60.0)]
)
def test_speed_is_simulated_seconds_in_a_real_one(speed, times):
    assert pace(speed) == times


@pytest.mark.parametrize("speed", ["", "x", "-1x", "nanx", "infx", math.inf, "1xx"])
def test_speed_that_means_nothing_is_refused(speed):
    with pytest.raises(ValueError, match=r"^speed expected"):
        pace(speed)


def test_nearest_ignores_case_and_leaves_strangers_alone():
    assert nearest("aapl", ["AAPL", "MSFT"]) == "AAPL"
    assert nearest("zebra", ["AAPL", "MSFT"]) is None
