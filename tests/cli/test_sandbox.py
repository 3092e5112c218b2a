"""``magents sandbox`` and ``magents kill``: what is wrong is said in one sentence."""

import pytest
from click.testing import CliRunner

from magents.cli.main import main


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.chdir(tmp_path)
    for name in ("MAGENTS_BINANCE_KEY", "MAGENTS_BINANCE_SECRET"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def run(*arguments):
    found = CliRunner().invoke(main, ["sandbox", "--strategies", "ma", *arguments])
    return found.exit_code, found.output


WHAT = ("--symbols", "BTC/USDT")


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("--venue", "kraken", *WHAT), "has no test account"),
        (("--venue", "binanec", *WHAT), "did you mean binance"),
        (("--venue", "binance,bybit", *WHAT), "name one venue"),
        (("--venue", "binance", "--symbols", "BTC/USDT:USDT"), "trades coins here"),
        (("--venue", "krakenfutures", *WHAT), "trades perpetuals here; name one as in BTC/USD:USD"),
        (("--venue", "binance", *WHAT), "MAGENTS_BINANCE_KEY"),
        (("--venue", "binance", *WHAT, "--keys", "nowhere"), "there is no file nowhere"),
    ],
)
def test_bad_input_is_one_sentence_exit_code_2_and_no_folder(home, arguments, why):
    code, said = run(*arguments)
    assert (code, why in said) == (2, True), said
    assert not (home / "results").exists()


def test_kill_of_a_run_that_is_not_there_says_so(home):
    found = CliRunner().invoke(main, ["kill", "sandbox-0009"])
    assert found.exit_code == 4
    assert "no run sandbox-0009" in found.output


def test_kill_of_a_run_without_an_account_says_so(home):
    (home / "results" / "backtest-0001").mkdir(parents=True)
    (home / "results" / "backtest-0001" / "config.json").write_text("{}")
    found = CliRunner().invoke(main, ["kill", "backtest-0001"])
    assert found.exit_code == 2
    assert "is not running" in found.output
