"""How a screen looks is said on the command line, and told to the screen alone."""

from pathlib import Path

import pytest

from magents.cli import dashboarding, live_room
from magents.cli.looks import CHARSETS, LOOKS, THEMES, Look, look_of
from tui.charts.rows import Charset
from tui.themes import THEMES as KNOWN

SCREENS = (
    ("attach",),
    ("dashboard", "--strategies", "ma"),
    ("dashboard", "--strategies", "ma", "--web"),
    ("backtest", "--strategies", "ma", "--dashboard"),
    ("replay", "backtest-0001", "--dashboard"),
    ("paper", "--venue", "binance", "--symbols", "BTC/USDT", "--strategies", "ma", "--dashboard"),
    ("sandbox", "--venue", "binance", "--symbols", "BTC/USDT", "--strategies", "ma", "--dashboard"),
)


def test_options_offer_every_theme_and_charset_there_is():
    assert [theme.name for theme in KNOWN] == list(THEMES)
    assert Charset.__args__ == CHARSETS


@pytest.mark.parametrize("command", SCREENS, ids=" ".join)
def test_unknown_zone_is_one_sentence_and_code_2(command, call):
    answer = call(*command, "--zone", "Europe/Lodnon")

    assert answer.exit_code == 2
    assert (
        answer.stderr.strip()
        .splitlines()[-1]
        .endswith("--zone: there is no time zone Europe/Lodnon; did you mean Europe/London?")
    )


@pytest.mark.parametrize(
    ("zone", "hint"),
    [
        ("london", "did you mean Europe/London?"),
        ("new york", "did you mean America/New_York?"),
        ("Europe", "names are like"),
        ("../etc/passwd", "names are like"),
        ("xyzzy", "names are like"),
    ],
)
def test_zone_that_is_none_is_told_what_is_near(zone, hint, call):
    answer = call("attach", "--zone", zone)

    assert answer.exit_code == 2
    assert hint in answer.stderr


@pytest.mark.parametrize("command", SCREENS, ids=" ".join)
@pytest.mark.parametrize("option", ["--theme", "--charset"])
def test_unknown_look_is_refused_with_what_there_is(command, option, call):
    answer = call(*command, option, "sepia")

    assert answer.exit_code == 2
    assert all(name in answer.stderr for name in (THEMES if option == "--theme" else CHARSETS))


def test_no_color_is_heeded_unless_a_theme_is_named(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    assert look_of({}) == Look("no-colour")
    assert look_of({"theme": "light"}) == Look("light")
    monkeypatch.delenv("NO_COLOR")
    given = {"theme": None, "charset": "ascii", "zone": "Asia/Tokyo"}
    assert look_of(given) == Look("dark", "ascii", "Asia/Tokyo")


LOOKED = {"theme": "light", "charset": "ascii", "zone": "Europe/London"}


def test_dashboard_without_a_strategy_shows_the_demo_fund():
    shown = dashboarding.with_demo(None, {"strategies": (), "start_date": None, "speed": None})

    assert shown["strategies"] == ("ma", "value", "congress", "sentiment")
    assert (shown["start_date"], shown["end_date"]) == ("2014-01-01", "2015-12-31")
    assert dashboarding.with_demo(None, {"strategies": ("ma",)}) == {"strategies": ("ma",)}
    assert dashboarding.with_demo(Path("my.yaml"), {"strategies": ()}) == {"strategies": ()}
    dated = dashboarding.with_demo(None, {"start_date": "2016-01-01", "strategies": ()})
    assert (dated["start_date"], dated.get("end_date")) == ("2016-01-01", None)


@pytest.mark.parametrize(("speed", "paced"), [(None, True), ("max", False), ("60x", False)])
def test_runs_with_a_screen_take_their_time_unless_a_speed_is_asked_for(speed, paced):
    typed = dashboarding.started_as(["replay", "last"], None, {"speed": speed, "seed": 3})

    assert typed[:4] == ["replay", "last", *(["--speed", speed] if speed else ["--seed", "3"])]
    assert ("--minutes" in typed) is paced


def test_fund_of_a_dashboard_is_told_nothing_of_its_looks():
    web = {"web": True, "host": "::1", "port": 1, "token_file": None}
    typed = dashboarding.child_of(None, {"strategies": ("ma",), "speed": "max", **web, **LOOKED})

    assert typed == ["backtest", "--strategies", "ma", "--speed", "max"]


def test_live_fund_is_told_who_may_look_and_nothing_of_looks():
    shown = {"dashboard": True, "serve": False, "listen": "[::1]:1", "token_file": "token"}
    typed = live_room.child_of("paper", None, {"demo": True, **shown, **LOOKED})

    assert typed == ["paper", "--demo", "--listen", "[::1]:1", "--token-file", "token"]


def test_no_look_is_left_out_of_what_is_kept_back():
    assert Look._fields == LOOKS
