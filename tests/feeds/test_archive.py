"""A window of an archive is the history feed of that span, and the files are read once."""

import asyncio
import shutil
from dataclasses import fields
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.archive import Archive
from feeds.history import HistoryFeed
from feeds.mock import write_mock
from magents.model.errors import DataError
from tests.builders_data import read, write

FIRST, LAST = date(2021, 1, 4), date(2021, 6, 30)
FORMS = {"days": "1d", "hours": "1h"}


@pytest.fixture(scope="module", params=FORMS)
def directory(request, tmp_path_factory):
    """Return bars of shares and a coin, by the day or by the hour."""
    folder = tmp_path_factory.mktemp(request.param)
    names = ("AAA", "BBB", "CCC/USD")
    write_mock(folder, instruments=names, start=FIRST, end=LAST, bar=FORMS[request.param])
    return folder


def same(one, two):
    assert [panel.name for panel in one.panels] == [panel.name for panel in two.panels]
    assert one.span() == two.span()
    for panel in one.panels:
        for a, b in zip(read(one, 50, panel), read(two, 50, panel), strict=True):
            for each in fields(a)[1:]:
                np.testing.assert_array_equal(getattr(a, each.name), getattr(b, each.name))
    for code, times in one.sessions().items():
        np.testing.assert_array_equal(times, two.sessions()[code])


@given(st.integers(0, 150), st.integers(5, 60))
def test_a_window_is_the_feed_of_that_span(directory, begin, days):
    start = FIRST + timedelta(days=begin)
    end = start + timedelta(days=days)
    window = Archive(HistoryFeed(directory)).window(start, end)
    same(window, HistoryFeed(directory, start=start, end=end))


def test_without_bounds_it_is_the_whole_feed(directory):
    same(Archive(HistoryFeed(directory)).window(), HistoryFeed(directory))


def test_the_bounds_of_the_feed_bound_every_window(directory):
    start, end = date(2021, 2, 1), date(2021, 3, 1)
    whole = Archive(HistoryFeed(directory, start=start, end=end))
    same(
        whole.window(FIRST, date(2021, 2, 10)),
        HistoryFeed(directory, start=start, end=date(2021, 2, 10)),
    )


def test_files_are_read_once(directory, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(directory, copy)
    archive = Archive(HistoryFeed(copy))
    for panel in archive.window().panels:
        asyncio.run(archive.whole(panel))
    archive.facts()
    archive.events("USD")
    shutil.rmtree(copy)
    window = archive.window(date(2021, 2, 1), date(2021, 3, 1))
    same(window, HistoryFeed(directory, start=date(2021, 2, 1), end=date(2021, 3, 1)))
    assert window.facts() is archive.facts()
    assert window.events("USD") is archive.events("USD")


def test_a_span_without_bars_is_refused(directory):
    with pytest.raises(DataError, match="no bars from 2030-01-01 to 2030-02-01"):
        Archive(HistoryFeed(directory)).window(date(2030, 1, 1), date(2030, 2, 1))


def test_ticks_are_cut_by_the_day_as_well(tmp_path):
    rows = [
        f"2024-01-0{day}T0{hour}:00:00Z,100,{day}{hour}" for day in (2, 3, 4) for hour in (0, 5)
    ]
    write(tmp_path / "trades_BTC-USD.csv", "ts,price,size", *rows)
    day = date(2024, 1, 3)
    window = Archive(HistoryFeed(tmp_path)).window(day, day)
    same(window, HistoryFeed(tmp_path, start=day, end=day))
    assert [len(block) for block in read(window, 50)] == [2]
