"""Mock data: the same seed gives the same bytes, and the feed reads them without complaint."""

from datetime import date

import pytest

from feeds.check import check_directory
from feeds.mock import write_mock
from magents.model.errors import ConfigError

DAYS = {"start": date(2020, 11, 20), "end": date(2020, 12, 4)}


@pytest.mark.parametrize("form", ["csv", "parquet"])
@pytest.mark.parametrize("layout", ["per_instrument", "long"])
@pytest.mark.parametrize("bar", ["1d", "1h"])
def test_the_same_seed_writes_the_same_bytes(tmp_path, form, layout, bar):
    first, second, other = (
        write_mock(tmp_path / name, form=form, layout=layout, bar=bar, seed=seed, **DAYS)
        for name, seed in (("a", 7), ("b", 7), ("c", 8))
    )
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]
    assert [path.read_bytes() for path in first] != [path.read_bytes() for path in other]


@pytest.mark.parametrize("bar", ["1d", "1h", "5m"])
def test_mock_bars_pass_every_check(tmp_path, bar):
    write_mock(tmp_path, bar=bar, **DAYS)
    report = check_directory(tmp_path)
    assert report.clean
    assert {file.bar for file in report.files} == {bar}
    assert {(each.missing, each.jumps) for each in report.instruments} == {(0, 0)}


def test_another_instrument_changes_nothing_for_the_first(tmp_path):
    (alone,) = write_mock(tmp_path / "a", instruments=["AAA"], **DAYS)
    both = write_mock(tmp_path / "b", instruments=["BBB", "AAA"], **DAYS)
    assert alone.read_bytes() == both[0].read_bytes()


def test_prices_have_four_decimals(tmp_path):
    (path,) = write_mock(tmp_path, instruments=["AAA"], **DAYS)
    cells = path.read_text().splitlines()[1].split(",")[1:5]
    assert all(len(cell.partition(".")[2]) <= 4 for cell in cells)


@pytest.mark.parametrize("choice", [{"form": "xml"}, {"layout": "wide"}, {"bar": "2d"}])
def test_impossible_choices_are_refused(tmp_path, choice):
    with pytest.raises(ConfigError):
        write_mock(tmp_path, **choice)
