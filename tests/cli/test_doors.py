"""The file of where exchanges stand: its forms, and what is said of a bad one."""

import json
import socket

import pytest

from magents.cli.doors import DEMO, door_file, doors_in, keys_in
from magents.model.errors import ConfigError

KEYS = {"key": "k", "secret": "s"}


@pytest.fixture
def port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def doors(tmp_path):
    """Return a function that writes a file of one venue."""
    path = tmp_path / "doors.json"

    def write(**entry):
        path.write_text(json.dumps({"binance": entry}))
        return path

    return write


def test_names_go_to_addresses_of_their_own_or_to_the_one_of_all(doors, port):
    hosts = {"a": f"127.0.0.1:{port}", "b": port}
    assert doors_in(doors(hosts=hosts))["binance"].hosts == {
        "a": ("127.0.0.1", port),
        "b": ("127.0.0.1", port),
    }
    listed = doors(hosts=["a"], host="127.0.0.1", port=port)
    assert doors_in(listed)["binance"].hosts == {"a": ("127.0.0.1", port)}


def test_without_names_all_that_ccxt_knows_of_the_venue_lead_there(doors, port):
    hosts = doors_in(doors(port=port))["binance"].hosts
    assert {"api.binance.com", "testnet.binance.vision"} <= set(hosts)
    assert set(hosts.values()) == {("127.0.0.1", port)}


def test_an_authority_is_named_lies_beside_or_is_the_machines(doors, port, tmp_path):
    assert doors_in(doors(hosts={"a": port}))["binance"].ca == ""
    (tmp_path / "ca.pem").write_text("beside")
    (tmp_path / "other.pem").write_text("named")
    assert doors_in(doors(hosts={"a": port}))["binance"].ca == "beside"
    assert doors_in(doors(hosts={"a": port}, ca="other.pem"))["binance"].ca == "named"


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({"hosts": {"a": "x"}}, "does not say where exchanges stand"),
        ({"hosts": ["a"]}, "does not say where exchanges stand"),
        ({"hosts": {}, "ca": "none.pem"}, "none.pem, of .*: there is no such file"),
    ],
)
def test_a_bad_file_is_one_sentence(doors, entry, said):
    with pytest.raises(ConfigError, match=said):
        doors_in(doors(**entry), patience=0)


def test_keys_are_those_of_the_file_or_none(doors):
    assert keys_in(doors(**KEYS), "binance") == KEYS
    assert keys_in(doors(port=1), "binance") is None
    with pytest.raises(ConfigError, match="tells nothing of bybit"):
        keys_in(doors(port=1), "bybit")


def test_a_file_that_is_named_must_be_there(tmp_path):
    assert door_file({"doors": None, "demo": False}) is None
    assert door_file({"doors": None, "demo": True}) == DEMO
    with pytest.raises(ConfigError, match=r"--doors: .*: there is no such file"):
        door_file({"doors": tmp_path / "none.json", "demo": True})
