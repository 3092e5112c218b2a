"""A cut feed is the feed up to an instant, and useless after it."""

from datetime import date

import numpy as np
import pytest

from feeds.audit import MODES, CutFeed
from feeds.history import HistoryFeed
from feeds.mock import write_mock
from magents.model.errors import ConfigError
from magents.model.time import DAY, parse_instant
from tests.builders_data import TABLES, read, same, whole

INSTANT = parse_instant("2014-07-03T17:00:00+00:00")


@pytest.fixture(scope="module")
def sample():
    days = {"start": date(2014, 6, 2), "end": date(2014, 8, 1)}
    return HistoryFeed(None, instruments=["AAPL", "KO", "V"], **days)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("rows", [1, 7, 1_000])
def test_nothing_up_to_the_instant_changes(sample, mode, rows):
    before, after = whole(read(sample, rows)), whole(read(CutFeed(sample, INSTANT, mode), rows))
    kept = before["ts"] <= INSTANT
    assert kept.sum() == 24
    for name in TABLES:
        assert after[name][: kept.sum()].tobytes() == before[name][kept].tobytes()


def test_cut_ends_at_the_instant(sample):
    assert whole(read(CutFeed(sample, INSTANT, "cut")))["ts"][-1] == INSTANT
    assert read(CutFeed(sample, INSTANT - 90 * DAY, "cut")) == []


def test_nan_keeps_instants_and_empties_bars(sample):
    tables = whole(read(CutFeed(sample, INSTANT, "nan")))
    late = tables["ts"] > INSTANT
    assert (tables["ts"] == whole(read(sample))["ts"]).all()
    assert all(np.isnan(tables[name][late]).all() for name in TABLES[2:])


def test_absurd_turns_every_rise_into_a_fall_and_stays_a_bar(sample):
    before, after = whole(read(sample)), whole(read(CutFeed(sample, INSTANT, "absurd")))
    late = before["ts"] > INSTANT
    was, now = np.diff(before["close"][late], axis=0), np.diff(after["close"][late], axis=0)
    assert (np.sign(was) == -np.sign(now)).all()
    assert (after["close"][late] > 1e3 * before["close"][late]).all()
    assert (after["low"] <= np.minimum(after["open"], after["close"])).all()
    assert (after["high"] >= np.maximum(after["open"], after["close"])).all()


@pytest.mark.parametrize("mode", MODES)
def test_facts_are_treated_alike(sample, mode):
    spoilt = CutFeed(sample, INSTANT, mode).facts()
    for kind, table in sample.facts().items():
        known = table.until(INSTANT)
        assert len(spoilt[kind].until(INSTANT)) == len(known)
        for name, values in known.columns.items():
            assert np.array_equal(
                spoilt[kind].until(INSTANT).columns[name],
                values,
                equal_nan=values.dtype.kind == "f",
            )
    later = spoilt["congress"].take(slice(len(sample.facts()["congress"].until(INSTANT)), None))
    if mode == "cut":
        assert len(later) == 0
    elif mode == "nan":
        assert np.isnan(later.columns["amount_low"]).all()
    else:
        assert (later.columns["amount_low"] < 0).all()


def test_an_unknown_mode_is_refused(sample):
    with pytest.raises(ConfigError, match="audit mode 'blur' is not known"):
        CutFeed(sample, INSTANT, "blur")


def test_blocks_that_close_at_the_instant_are_whole(tmp_path):
    write_mock(tmp_path, instruments=["BTC/USDT"], start=date(2020, 1, 1), end=date(2020, 1, 10))
    feed = HistoryFeed(tmp_path)
    cut = CutFeed(feed, parse_instant("2020-01-06"), "cut")
    assert [len(block) for block in read(cut, 5)] == [5]
    assert same(read(cut, 5), read(feed, 5)[:1])
