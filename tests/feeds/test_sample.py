"""The embedded sample: complete, licensed, on one split basis, and not looking ahead."""

from pathlib import Path

import numpy as np
import pytest

from feeds.check import check_directory
from feeds.history import HistoryFeed, sample_directory
from magents.model.time import DAY
from tests.builders_data import read, whole

PLACE = sample_directory()


@pytest.fixture(scope="module")
def feed():
    return HistoryFeed(None)


@pytest.fixture(scope="module")
def report():
    return check_directory(PLACE)


def test_it_holds_forty_stocks_for_five_years(report):
    assert len(report.instruments) == 40
    assert sum(each.rows for each in report.instruments) == 50_355
    assert report.clean


def test_only_the_known_sessions_are_missing(report):
    missing = {each.instrument: each.gaps for each in report.instruments if each.missing}
    assert missing == {
        "AGN": ("2017-08-24",),
        "ANTM": ("2017-08-24",),
        "HUM": ("2017-08-24",),
        "ORCL": ("2013-07-15", "2013-07-16"),
    }


def test_no_split_is_left_in_the_bars(report):
    assert sum(each.jumps for each in report.instruments) == 0


def test_no_split_is_left_in_the_statements(feed):
    """CAT 2014 is net income restated over earnings per share as first reported."""
    table = feed.facts()["fundamentals"]
    jumps = []
    for name in sorted(set(table.instrument)):
        shares = table.of(name).columns["shares"]
        moves = np.abs(np.log(shares[1:] / shares[:-1]))
        jumps += [name] * int((moves[~np.isnan(moves)] > 0.4).sum())
    assert jumps == ["CAT", "CAT"]


def test_apples_earnings_of_2013_are_those_of_todays_share(feed):
    apple = feed.facts()["fundamentals"].of("AAPL").columns
    assert apple["eps"].tolist() == pytest.approx([40.03 / 7, 6.49, 9.28, 8.35])


def test_price_earnings_ratios_are_plausible_right_after_filing(feed):
    tables = whole(read(feed))
    names = feed.panels[0].instruments
    facts = feed.facts()["fundamentals"]
    for row in np.flatnonzero(facts.columns["eps"] > 0):
        at = np.searchsorted(tables["ts"], facts.known_at[row])
        price = tables["close"][min(at, len(tables["ts"]) - 1), names.index(facts.instrument[row])]
        assert 5 < price / facts.columns["eps"][row] < 1_000


def test_statements_are_known_weeks_after_their_period(feed):
    facts = feed.facts()["fundamentals"]
    lag = (facts.known_at - facts.columns["period_end"]) / DAY
    assert lag.min() > 25
    assert lag.max() < 100


def test_disclosures_are_known_after_the_trade(feed):
    facts = feed.facts()["congress"]
    assert (facts.known_at > facts.columns["transaction_ts"]).all()
    assert any(notice.source == "congress" for notice in feed.notices())


def test_macro_values_are_known_after_their_period_began(feed):
    facts = feed.facts()["macro"]
    lag = (facts.known_at - facts.columns["period_ts"]) / DAY
    monthly = np.isin(facts.columns["series"].astype(str), ["CPIAUCSL", "PAYEMS", "UNRATE"])
    assert lag.min() > 1
    assert lag[monthly].min() > 36


def test_every_instrument_has_a_sector(feed):
    sectors = {each.id: each.sector for each in feed.instruments}
    assert all(sectors.values())
    assert sectors["MCD"] == "Consumer Discretionary"


def test_it_is_small_and_every_file_has_its_licence():
    files = [file for file in PLACE.rglob("*") if file.is_file()]
    assert sum(file.stat().st_size for file in files) <= 1_600_000
    licences = (PLACE / "LICENCES.md").read_text()
    for file in files:
        if file.name != "LICENCES.md":
            assert file.name in licences
    for needed in ("Data provided for free by IEX", "5 U.S.C. 13107(c)", "Cam Nugent", "PDDL"):
        assert needed in licences


def test_no_machine_is_named():
    root = Path(__file__).parents[2]
    assert "/work/" not in (root / "tools" / "make_sample.py").read_text()


def test_the_first_close_is_apples_on_the_basis_of_2018(feed):
    assert whole(read(feed))["close"][0, 0] == 67.8542
