"""What a sandbox run takes for its capital: money that is in the account."""

from decimal import Decimal

import pytest

from brokers.ccxt_sandbox.accounts import Latch
from brokers.ccxt_sandbox.credentials import Credentials
from brokers.ccxt_sandbox.traits import traits_of
from magents.cli.sandbox_venue import Account
from magents.cli.sandboxing import in_account
from magents.config import load
from magents.model.errors import ConfigError

USDT = {"global.currency": "USDT"}


@pytest.fixture
def account(tmp_path):
    traits = traits_of("binance")
    return Account(traits, Credentials("binance", {}, "nobody"), tmp_path, Latch(tmp_path))


def capital(account, there, **asked):
    given = {**USDT, **{f"global.{name}": value for name, value in asked.items()}}
    return in_account(load(None, given), account, Decimal(there)).settings.global_.initial_capital


def test_what_an_account_has_left_is_the_capital_where_no_other_was_asked_for(account, capsys):
    assert capital(account, "999977.72991") == Decimal("999977.72")
    assert "holds 999977.72991 USDT: that is the capital" in capsys.readouterr().err


def test_more_than_the_capital_stays_outside_of_the_fund(account):
    assert capital(account, "2000000") == 1_000_000
    assert capital(account, "2000000", initial_capital=50_000) == 50_000


def test_less_than_was_asked_for_is_refused_with_what_there_is(account):
    with pytest.raises(ConfigError, match=r"an earlier run .* --initial-capital 99 or less"):
        capital(account, "99", initial_capital=100)


def test_an_account_without_the_funds_currency_is_refused(account):
    with pytest.raises(ConfigError, match=r"holds 0\.001 USDT, .* put some in, or name"):
        capital(account, "0.001")
