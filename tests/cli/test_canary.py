"""The secrets of a run are found nowhere afterwards, whatever went wrong while it traded."""

import signal
from pathlib import Path

import msgspec
import pytest
import zstandard

from brokers.emulators.serving import open_emulator
from brokers.emulators.settings import EmulatorSettings
from magents.control.client import Reach, SocketLink
from magents.control.places import card_of
from magents.control.wire import Hello
from magents.model.snapshots import Wish
from tests.cli.sandbox_process import (
    CONFIG,
    lay_down,
    magents,
    said_at_the_end,
    sandbox,
    traded,
    until,
)

pytestmark = [pytest.mark.wall, pytest.mark.slow]
PAGES = ("overview", "pods", "pod", "market", "blotter", "risk", "data", "desk", "log")
RUN = "sandbox-0001"
FAULTS = [
    {"on": "order.place", "do": "hang", "seconds": 3},
    {"on": "order.place", "do": "cut"},
    {"on": "order.place", "do": "garble"},
    {"on": "order.place", "do": "status", "status": 503, "after": 3},
    {"on": "order.place", "do": "error", "code": -1022, "message": "Signature wrong.", "after": 1},
    {"on": "trades", "do": "truncate", "after": 3},
    {"on": "open_orders", "do": "error", "code": -2015, "message": "Invalid API-key", "after": 2},
    {"on": "balance", "do": "refuse", "after": 3},
    {"on": "order.query", "do": "ban", "status": 429, "retry_after": 1},
    {"on": "stream.orders", "do": "expire"},
]


def plainly(path):
    """Return all that is in a file, unpacked."""
    raw = path.read_bytes()
    if path.name.endswith(".zst"):
        return raw + zstandard.ZstdDecompressor().stream_reader(
            raw, read_across_frames=True
        ).read()  # fmt: skip
    return raw


def files_of(home):
    """Return everything below a folder but the demo exchange's own file, which keeps the keys."""
    files = [path for path in home.rglob("*") if path.is_file() and path.name != "demo.json"]
    return {str(path.relative_to(home)): plainly(path) for path in files}


def arguments_of(pid):
    """Return what ``ps`` shows."""
    return Path(f"/proc/{pid}/cmdline").read_bytes()


async def every_screen(home, process):
    """Return what a dashboard is sent, page by page."""
    await until(lambda: card_of(home / "magents", process.pid))
    where = Path(card_of(home / "magents", process.pid).socket)
    link = SocketLink(Reach(Hello("test"), socket=where))
    frames = [await link.frame(Wish(page, "ma", "BTC/USDT@binance")) for page in PAGES]
    await link.close()
    return b"".join(map(msgspec.json.encode, frames))


async def afterwards(home):
    """Return what the commands say that look at a run later."""
    asked = (
        ("report", RUN),
        ("parity", RUN, "--json"),
        ("journal", "show", RUN),
        ("runs",),
        ("kill", RUN),
    )
    said = [await said_at_the_end(await magents(home, *each)) for each in asked]
    assert [code for code, _ in said] == [0] * len(asked), said
    return "".join(text for _, text in said).encode()


def leaks(keys, places):
    """Return where a secret is, in the clear or as half of it."""
    return [
        (name, place)
        for name in ("key", "secret", "password")
        if (secret := getattr(keys, name))
        for place, text in places.items()
        if secret.encode() in text or secret[: len(secret) // 2].encode() in text
    ]


@pytest.mark.parametrize("venue", ["binance", "bybit"])
async def test_secrets_are_nowhere_after_a_run_full_of_faults(tmp_path, venue):
    async with open_emulator(EmulatorSettings(venue=venue, speed=30)) as emulator:
        keys = emulator.account("alice", {"USDT": "100000", "BTC": "1"})
        lay_down(tmp_path, emulator, keys)
        for fault in FAULTS:
            emulator.faults.add(fault)
        options = ("--config", "fund.yaml", "--serve", "--generate-report", "--duration", "12s")
        run = await sandbox(tmp_path, *options)
        await traded(emulator, 1)
        places = {"screens": await every_screen(tmp_path, run), "ps": arguments_of(run.pid)}
        code, said = await said_at_the_end(run)
        assert code == 0, said
        places |= {"said": said.encode(), "afterwards": await afterwards(tmp_path)}
    places |= files_of(tmp_path)
    assert {"journal.sqlite", "truth.sqlite", "report.html", "log.jsonl", "kill.log"} <= {
        Path(place).name for place in places
    }
    (recorded,) = (text for place, text in places.items() if place.endswith(".zst"))
    assert b"BTCUSDT" in recorded
    assert not leaks(keys, places)


SHORT = [
    {"on": "order.place", "do": "garble"},
    {"on": "trades", "do": "truncate", "after": 1},
    {"on": "balance", "do": "refuse", "after": 3},
    {"on": "positions", "do": "refuse", "after": 3},
    {"on": "stream.orders", "do": "cut"},
]


EVIDENCE = pytest.mark.evidence
OTHERS = [
    ("krakenfutures", "BTC/USD:USD", "USD"),
    pytest.param("okx", "BTC/USDT", "USDT", marks=EVIDENCE),
    pytest.param("alpaca", "BTC/USD", "USD", marks=EVIDENCE),
]


@pytest.mark.parametrize(("venue", "symbol", "money"), OTHERS)
async def test_secrets_are_nowhere_after_a_short_run_at_other_venues(
    tmp_path, venue, symbol, money
):
    config = CONFIG.replace("BTC/USDT", f'"{symbol}"').replace(": USDT", f": {money}")
    async with open_emulator(EmulatorSettings(venue=venue, speed=30)) as emulator:
        keys = emulator.account("alice", {money: "100000"})
        lay_down(tmp_path, emulator, keys, config)
        for fault in SHORT:
            emulator.faults.add(fault)
        run = await sandbox(tmp_path, "--config", "fund.yaml", "--generate-report")
        await traded(emulator, 1)
        places = {"ps": arguments_of(run.pid)}
        killed = await said_at_the_end(await magents(tmp_path, "kill", RUN))
        run.terminate()
        code, said = await said_at_the_end(run)
    assert (code, killed[0]) == (0, 0), (said, killed[1])
    places |= {"said": (said + killed[1]).encode(), **files_of(tmp_path)}
    assert {"journal.sqlite", "truth.sqlite", "report.html", "log.jsonl"} <= {
        Path(place).name for place in places
    }
    assert not leaks(keys, places)


async def test_secrets_are_in_nothing_that_a_crash_leaves(tmp_path):
    async with open_emulator(EmulatorSettings(venue="binance", speed=30)) as emulator:
        keys = emulator.account("alice", {"USDT": "100000"})
        lay_down(tmp_path, emulator, keys)
        run = await sandbox(tmp_path, "--config", "fund.yaml", PYTHONFAULTHANDLER="1")
        await traded(emulator, 1)
        run.send_signal(signal.SIGABRT)
        code, said = await said_at_the_end(run)
    assert code == -signal.SIGABRT
    assert "Fatal Python error: Aborted" in said
    places = {"said": said.encode(), **files_of(tmp_path)}
    assert not [place for place in places if "core" in Path(place).name]
    assert not leaks(keys, places)


async def test_secrets_are_not_in_the_words_about_keys_that_are_refused(tmp_path):
    async with open_emulator(EmulatorSettings(venue="binance")) as emulator:
        keys = emulator.account("alice", {"USDT": "100000"}, withdraw=True)
        lay_down(tmp_path, emulator, keys)
        withdraws = await said_at_the_end(await sandbox(tmp_path, "--config", "fund.yaml"))
        emulator.faults.add(
            {"on": "any", "do": "error", "code": -2015, "message": "Invalid API-key", "times": 0}
        )
        refused = await said_at_the_end(await sandbox(tmp_path, "--config", "fund.yaml"))
    assert (withdraws[0], refused[0]) == (2, 2), (withdraws, refused)
    assert "may withdraw" in withdraws[1]
    assert not leaks(keys, {"said": (withdraws[1] + refused[1]).encode(), **files_of(tmp_path)})


async def test_the_search_finds_a_secret_that_is_there(tmp_path):
    async with open_emulator(EmulatorSettings(venue="binance")) as emulator:
        keys = emulator.account("alice", {})
    (tmp_path / "a.zst").write_bytes(zstandard.compress(f"x{keys.secret}x".encode()))
    (tmp_path / "b.log").write_text(keys.key)
    assert leaks(keys, files_of(tmp_path)) == [("key", "b.log"), ("secret", "a.zst")]
