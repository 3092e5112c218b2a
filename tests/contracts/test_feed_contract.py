"""What every feed promises, held against the history feed over every layout of the same bars."""

from datetime import date

import numpy as np
import pytest

from feeds.audit import CutFeed
from feeds.history import HistoryFeed
from feeds.memory import MemoryFeed
from feeds.mock import write_mock
from magents.model.time import DAY
from tests.builders_data import read, same, whole, write

NAMES = ("AAA", "BBB", "BTC/USDT")
FEEDS = (
    "csv per instrument",
    "csv long",
    "csv grouped",
    "parquet per instrument",
    "parquet long",
    "parquet grouped",
    "sample",
    "memory",
    "cut",
)


def mock(directory, form, layout):
    options = {"instruments": NAMES, "start": date(2020, 11, 2), "end": date(2021, 2, 26)}
    return write_mock(directory, form=form, layout=layout, **options)


def grouped(directory, form):
    """Sort the long file by instrument."""
    import pyarrow.parquet as pq

    (path,) = mock(directory, form, "long")
    if form == "csv":
        header, *rows = path.read_text().splitlines()
        write(path, header, *sorted(rows, key=lambda row: (row.split(",")[1], row)))
    else:
        keys = [("symbol", "ascending"), ("date", "ascending")]
        pq.write_table(pq.read_table(path).sort_by(keys), path, row_group_size=50)


def build(kind, directory):
    if kind == "sample":
        return HistoryFeed(None, instruments=["AAPL", "MSFT", "KO"])
    form, _, layout = kind.partition(" ")
    if layout == "grouped":
        grouped(directory, form)
    else:
        form = form if form in {"csv", "parquet"} else "csv"
        mock(directory, form, "long" if layout == "long" else "per_instrument")
    return HistoryFeed(directory)


@pytest.fixture(scope="module", params=FEEDS)
def feed(request, tmp_path_factory):
    import asyncio

    made = build(request.param, tmp_path_factory.mktemp("feed"))
    if request.param == "memory":
        return asyncio.run(MemoryFeed.of(made))
    if request.param == "cut":
        return CutFeed(made, made.span()[0] + 60 * DAY, "cut")
    return made


class TestFeedContract:
    def test_instruments_are_sorted_and_unique(self, feed):
        names = [each.id for each in feed.instruments]
        assert names == sorted(set(names))
        assert names

    def test_panels_share_out_the_instruments(self, feed):
        names = [name for panel in feed.panels for name in panel.instruments]
        assert sorted(names) == [each.id for each in feed.instruments]
        assert len({panel.name for panel in feed.panels}) == len(feed.panels)

    def test_panels_are_sorted_and_so_are_their_columns(self, feed):
        assert [panel.name for panel in feed.panels] == sorted(p.name for p in feed.panels)
        for panel in feed.panels:
            assert list(panel.instruments) == sorted(panel.instruments)

    def test_instruments_of_a_panel_share_its_calendar(self, feed):
        calendars = {each.id: each.calendar for each in feed.instruments}
        for panel in feed.panels:
            assert {calendars[name] for name in panel.instruments} == {panel.name.split()[0]}

    def test_blocks_are_full_but_the_last(self, feed):
        for panel in feed.panels:
            *full, last = (len(block) for block in read(feed, 13, panel))
            assert set(full) <= {13}
            assert 0 < last <= 13

    def test_time_rises_from_row_to_row_and_block_to_block(self, feed):
        for panel in feed.panels:
            tables = whole(read(feed, 7, panel))
            assert (np.diff(tables["ts"]) > 0).all()
            assert (np.diff(tables["open_ts"]) > 0).all()
            assert (tables["open_ts"] < tables["ts"]).all()
            assert (tables["open_ts"][1:] >= tables["ts"][:-1]).all()

    def test_blocks_belong_to_their_panel_and_cannot_be_changed(self, feed):
        for panel in feed.panels:
            block = read(feed, 7, panel)[0]
            assert block.panel == panel
            for name in ("open_ts", "ts", "open", "high", "low", "close", "volume"):
                with pytest.raises(ValueError, match="read-only"):
                    getattr(block, name)[0] = 1

    def test_a_bar_is_there_or_not_as_a_whole(self, feed):
        for panel in feed.panels:
            tables = whole(read(feed, 50, panel))
            gone = np.isnan(tables["close"])
            for name in ("open", "high", "low", "volume"):
                assert (np.isnan(tables[name]) == gone).all()
            assert not gone.all(axis=1).any()

    def test_any_number_of_rows_gives_the_same_bars(self, feed):
        for panel in feed.panels:
            once = read(feed, 100_000, panel)
            assert len(once) == 1
            assert same(once, read(feed, 1, panel))
            assert same(once, read(feed, 29, panel))

    def test_facts_are_sorted_by_when_they_became_known(self, feed):
        for kind, table in feed.facts().items():
            assert table.kind == kind
            assert (np.diff(table.known_at) >= 0).all()
            assert {len(values) for values in table.columns.values()} == {len(table)}

    def test_facts_are_about_instruments_of_the_run_or_the_world(self, feed):
        names = {each.id for each in feed.instruments} | {""}
        for table in feed.facts().values():
            assert set(table.instrument) <= names

    def test_notices_are_the_same_after_every_reading(self, feed):
        for panel in feed.panels:
            read(feed, 100, panel)
        first = list(feed.notices())
        read(feed, 100)
        assert list(feed.notices()) == first


def test_all_layouts_hold_the_same_bars(tmp_path):
    kinds = [kind for kind in FEEDS if kind not in {"sample", "memory", "cut"}]
    feeds = [build(kind, tmp_path / kind.replace(" ", "-")) for kind in kinds]
    for panel in feeds[0].panels:
        first = read(feeds[0], 40, panel)
        for other in feeds[1:]:
            assert same(first, read(other, 40, panel))
