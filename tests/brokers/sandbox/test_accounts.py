"""One process an account, and a latch that all processes see."""

import subprocess
import sys

import pytest

from brokers.ccxt_sandbox.accounts import AccountBusyError, AccountLock, Latch, account_folder

PULL = """
import sys
from pathlib import Path
from brokers.ccxt_sandbox.accounts import Latch
Latch(Path(sys.argv[1])).pull("another process")
"""


def test_a_second_process_is_told_who_has_the_account(tmp_path):
    lock = AccountLock(tmp_path)
    lock.sign("results/sandbox-0001 (process 7)")
    with pytest.raises(AccountBusyError, match="sandbox-0001"):
        AccountLock(tmp_path)
    lock.release()
    again = AccountLock(tmp_path)
    assert again.before == "results/sandbox-0001 (process 7)"
    again.release()


def test_a_latch_pulled_by_another_process_is_seen_at_once_and_survives(tmp_path):
    latch = Latch(tmp_path)
    assert not latch.pulled
    subprocess.run([sys.executable, "-c", PULL, str(tmp_path)], check=True)
    assert latch.pulled == "another process"
    latch.pull("me")
    assert Latch(tmp_path).pulled == "another process"
    latch.clear()
    assert not latch.pulled


def test_pulling_needs_no_room_on_the_disk(tmp_path):
    latch = Latch(tmp_path)
    size = (tmp_path / "latch").stat().st_size
    latch.pull("x" * 1000)
    assert (tmp_path / "latch").stat().st_size == size
    assert latch.pulled.startswith("xxx")


def test_the_folder_of_an_account_tells_nothing_of_its_key(tmp_path):
    environ = {"XDG_STATE_HOME": str(tmp_path)}
    folder = account_folder("binance", "secret-key", environ)
    assert "secret-key" not in str(folder)
    assert folder.stat().st_mode & 0o077 == 0
    assert folder == account_folder("binance", "secret-key", environ)
    assert folder != account_folder("binance", "other-key", environ)
