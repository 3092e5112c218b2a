"""Keys: where they are found, who may read them, what they may do, and that nobody sees them."""

import pickle
import subprocess
import sys
import traceback

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, NoKeyringError

from brokers.ccxt_sandbox.credentials import HIDDEN, Credentials, Secret, load_credentials
from brokers.ccxt_sandbox.limiter import Limiter
from brokers.ccxt_sandbox.opening import open_exchange, shut
from brokers.ccxt_sandbox.permissions import look
from brokers.ccxt_sandbox.traits import traits_of
from brokers.emulators.doors import LOOPBACK
from brokers.emulators.serving import open_emulator
from brokers.emulators.settings import EmulatorSettings
from magents.model.errors import ConfigError, Retry

CANARY = "canary-5ebe2294ecd0e0f08eab7690d2a6ee69"
BINANCE = traits_of("binance")
DUMPS = """
import ctypes
from pathlib import Path
from brokers.ccxt_sandbox.dumps import no_dumps
no_dumps()
limits = Path("/proc/self/limits").read_text().splitlines()
print(next(line for line in limits if line.startswith("Max core file size")))
print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))
"""
BOTH = "binance: {key: file, secret: file}"


def keys(venue):
    return Credentials(venue, {name: Secret(CANARY) for name in traits_of(venue).secrets}, "test")


def private(folder, text=BOTH, mode=0o600):
    path = folder / "keys.yaml"
    path.write_text(text)
    path.chmod(mode)
    return path


class Ring(KeyringBackend):
    """A keyring in memory, as the library lets backends be; or one that fails."""

    priority = 1

    def __init__(self, held=None, error=None):
        super().__init__()
        self.held, self.error = held or {}, error

    def get_password(self, service, username):
        if self.error is not None:
            raise self.error
        return self.held.get((service, username))

    def set_password(self, service, username, password):
        self.held[service, username] = password


@pytest.fixture(autouse=True)
def nowhere(tmp_path, monkeypatch):
    """Have no keys of the machine that runs the tests: no file, an empty keyring."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    before = keyring.get_keyring()
    keyring.set_keyring(Ring())
    yield
    keyring.set_keyring(before)


class TestPlaces:
    def test_the_environment_goes_before_the_file_and_the_file_before_the_keyring(self, tmp_path):
        path = private(tmp_path)
        for name in ("key", "secret"):
            keyring.set_password("magents", f"binance:{name}", "ring")
        environ = {"MAGENTS_BINANCE_KEY": "e", "MAGENTS_BINANCE_SECRET": "e"}
        assert load_credentials(BINANCE, environ, path).reveal("key") == "e"
        assert load_credentials(BINANCE, {}, path).reveal("key") == "file"
        ring = load_credentials(BINANCE, {})
        assert (ring.reveal("secret"), ring.source) == ("ring", "the keyring")

    def test_a_file_in_the_home_is_found_by_itself(self, tmp_path):
        folder = tmp_path / "home" / ".config" / "magents"
        folder.mkdir(parents=True)
        path = private(folder)
        assert load_credentials(BINANCE, {}).source == str(path)

    def test_no_keys_anywhere_is_said_with_the_names_to_set(self):
        with pytest.raises(ConfigError, match="MAGENTS_BINANCE_KEY, MAGENTS_BINANCE_SECRET"):
            load_credentials(BINANCE, {})

    def test_a_machine_without_a_keyring_is_one_without_keys(self):
        keyring.set_keyring(Ring(error=NoKeyringError("none")))
        with pytest.raises(ConfigError, match="no keys for"):
            load_credentials(BINANCE, {})

    def test_a_keyring_that_is_locked_is_said_and_not_taken_for_an_empty_one(self):
        keyring.set_keyring(Ring(error=KeyringLocked(CANARY)))
        with pytest.raises(ConfigError, match="KeyringLocked; unlock it") as caught:
            load_credentials(BINANCE, {})
        assert CANARY not in "".join(traceback.format_exception(caught.value))

    @pytest.mark.parametrize(
        ("environ", "held"),
        [
            ({"MAGENTS_BINANCE_KEY": "e"}, {}),
            ({}, {("magents", "binance:key"): "ring"}),
        ],
    )
    def test_half_of_the_keys_are_none_and_what_is_missing_is_named(self, environ, held):
        keyring.set_keyring(Ring(held))
        with pytest.raises(ConfigError, match="secret is missing"):
            load_credentials(BINANCE, environ)


class TestFile:
    @pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o610, 0o601, 0o644, 0o666])
    def test_one_that_others_can_touch_is_refused_with_the_mend(self, tmp_path, mode):
        path = private(tmp_path, mode=mode)
        with pytest.raises(ConfigError, match=f"chmod 600 {path}"):
            load_credentials(BINANCE, {}, path)

    @pytest.mark.parametrize("mode", [0o600, 0o400])
    def test_one_that_is_private_is_read(self, tmp_path, mode):
        assert load_credentials(BINANCE, {}, private(tmp_path, mode=mode)).reveal("key") == "file"

    @pytest.mark.parametrize(
        "raw", [f"binance: {{key: {CANARY}".encode(), b"\xff" + CANARY.encode()]
    )
    def test_a_broken_one_is_refused_without_showing_a_line_of_it(self, tmp_path, raw):
        path = private(tmp_path)
        path.write_bytes(raw)
        with pytest.raises(ConfigError, match="is not a YAML file") as caught:
            load_credentials(BINANCE, {}, path)
        assert CANARY not in "".join(traceback.format_exception(caught.value))

    def test_a_folder_or_a_file_of_another_venue_is_one_sentence(self, tmp_path):
        folder = tmp_path / "folder"
        folder.mkdir(mode=0o700)
        with pytest.raises(ConfigError, match="cannot be read"):
            load_credentials(BINANCE, {}, folder)
        with pytest.raises(ConfigError, match="no section bybit"):
            load_credentials(traits_of("bybit"), {}, private(tmp_path))


class TestRights:
    """A key that may withdraw is refused where the venue tells, before anything is ordered."""

    async def look(self, venue, *, withdraw, fault=None):
        async with open_emulator(EmulatorSettings(venue=venue)) as emulator:
            made = emulator.account("alice", {"USDT": "1000"}, withdraw=withdraw)
            if fault is not None:
                emulator.faults.add(fault)
            secrets = {name: Secret(getattr(made, name)) for name in traits_of(venue).secrets}
            credentials = Credentials(venue, secrets, "test")
            doors = dict.fromkeys(emulator.hosts, (LOOPBACK, emulator.port))
            ca = emulator.ca_pem.decode()
            traits, limiter = traits_of(venue), Limiter(6000, 100, 0)
            exchange = open_exchange(traits, credentials, limiter, doors, ca)
            try:
                seen = await look(exchange, traits, credentials)
                return seen, dict(exchange.urls["api"])
            finally:
                await shut(exchange)

    @pytest.mark.wall
    @pytest.mark.slow
    @pytest.mark.parametrize("venue", ["binance", "bybit", "okx"])
    async def test_a_key_that_may_withdraw_is_refused(self, venue):
        with pytest.raises(ConfigError, match="may withdraw money; make one that may only trade"):
            await self.look(venue, withdraw=True)

    @pytest.mark.wall
    @pytest.mark.slow
    @pytest.mark.parametrize("venue", ["binance", "bybit", "okx"])
    async def test_a_key_that_may_only_trade_is_taken(self, venue):
        seen, urls = await self.look(venue, withdraw=False)
        assert seen.rights == "the key may not withdraw"
        assert seen.holdings["USDT"] == 1000
        assert "sapi" not in urls

    @pytest.mark.wall
    @pytest.mark.parametrize("venue", ["binance", "bybit", "okx"])
    async def test_a_test_host_that_has_no_such_question_is_said_not_to_tell(self, venue):
        fault = {"on": "balance", "do": "status", "status": 404}
        seen, _ = await self.look(venue, withdraw=True, fault=fault)
        assert seen.rights == f"{venue} does not say whether the key may withdraw"

    @pytest.mark.wall
    @pytest.mark.parametrize(
        "fault",
        [
            {"do": "error", "code": -1102, "message": "Mandatory parameter was not sent."},
            {"do": "error", "code": -1100, "message": "Illegal characters.", "status": 400},
            {"do": "status", "status": 403},
            {"do": "status", "status": 405},
            {"do": "empty"},
            {"do": "strip", "fields": ["enableWithdrawals", "enableReading", "ipRestrict"]},
        ],
    )
    async def test_a_host_that_answers_something_else_has_not_told_either(self, fault):
        fault = {"on": "balance", "times": 1, **fault}
        seen, _ = await self.look("binance", withdraw=True, fault=fault)
        assert seen.rights == "binance does not say whether the key may withdraw"

    @pytest.mark.wall
    async def test_a_venue_that_fails_to_tell_is_not_taken_to_have_told(self):
        fault = {"on": "balance", "do": "status", "status": 503}
        with pytest.raises(Retry, match="cannot be reached"):
            await self.look("binance", withdraw=True, fault=fault)


class TestHidden:
    def test_a_secret_shows_itself_nowhere(self):
        found = keys("okx")
        assert CANARY not in f"{found} {found!r} {found.secrets}"
        with pytest.raises(TypeError):
            pickle.dumps(found.secrets["key"])

    @pytest.mark.parametrize(
        "text",
        [
            f"POST https://testnet.binance.vision/api/v3/order?signature={CANARY}&x=1",
            f"headers {{'X-MBX-APIKEY': '{CANARY}'}}",
            f"listenKey: {CANARY}",
            f"APCA-API-SECRET-KEY={CANARY}",
            CANARY,
        ],
    )
    def test_redaction_takes_keys_and_signed_addresses_out(self, text):
        assert CANARY not in keys("binance").redact(text)
        assert HIDDEN in keys("binance").redact(text)
        stranger = Credentials("binance", {}, "test").redact(text)
        assert (CANARY not in stranger) == (text != CANARY)

    def test_no_memory_of_a_process_with_keys_is_written_when_it_crashes(self):
        done = subprocess.run(
            [sys.executable, "-c", DUMPS], capture_output=True, text=True, check=True
        )
        limit, dumpable = done.stdout.splitlines()
        assert limit.split()[4:6] == ["0", "0"]
        assert dumpable == "0"
