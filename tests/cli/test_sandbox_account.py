"""What a run makes of the account it finds: its currency, coins that are there, and a reset."""

import json

import pytest

from brokers.emulators.serving import open_emulator
from brokers.emulators.settings import EmulatorSettings
from magents.journal.reading import read
from magents.model.records import Notice
from tests.cli.sandbox_process import lay_down, said_at_the_end, sandbox

pytestmark = [pytest.mark.wall, pytest.mark.slow]
CONFIG = """
live: {venues: [binance], symbols: [BTC/USDT], bar: 1s, warmup: 0}
strategies: {ma: {fast_window: 200, slow_window: 300}}
"""


def summary_of(said):
    return json.loads(said[said.index("{") :])


def found(home):
    journal = home / "results" / "sandbox-0001" / "journal.sqlite"
    notices = [entry for _, entry in read(journal) if isinstance(entry, Notice)]
    return [notice.text for notice in notices if notice.source == "found"]


async def test_coins_that_were_there_make_no_profit_and_a_reset_ends_the_run(tmp_path):
    async with open_emulator(EmulatorSettings(venue="binance")) as emulator:
        keys = emulator.account("alice", {"USDT": "1000000", "BTC": "5"})
        lay_down(tmp_path, emulator, keys, CONFIG)
        how = ("--config", "fund.yaml", "--duration", "6s", "--json")
        code, said = await said_at_the_end(await sandbox(tmp_path, *how))
        assert code == 0, said
        config = json.loads((tmp_path / "results" / "sandbox-0001" / "config.json").read_text())
        assert config["global_" if "global_" in config else "global"]["currency"] == "USDT"
        (coins,) = found(tmp_path)
        assert coins.startswith("5 BTC go to the house book at ")
        assert abs(float(summary_of(said)["run"]["final_equity"]) - 1_000_000) < 1_000

        emulator.act({"act": "wipe", "account": "alice"})
        again = ("--resume", "sandbox-0001", "--duration", "20s", "--quiet")
        code, said = await said_at_the_end(await sandbox(tmp_path, *again))
        assert code == 0, said
        assert "the venue holds less USDT than the pods' books, by 1000000" in said
        code, said = await said_at_the_end(await sandbox(tmp_path, *again))
        assert code == 2
        assert "sandbox-0001 cannot go on: the venue holds less USDT" in said
        assert "begin a new run" in said
