"""Over TCP nobody sees or commands the fund without TLS and the token; tests try."""

import asyncio
import socket
import ssl
from pathlib import Path

import pytest
import trustme

from magents.control.client import Reach, SocketLink
from magents.control.places import Card, cards, leave_card, places
from magents.control.safety import (
    client_tls,
    host_and_port,
    is_owner,
    read_token,
    same_token,
)
from magents.control.wire import Ask, Hello, WireError, packed, receive
from magents.model.controls import LinkLostError, Pause, Stop
from magents.model.errors import UserError
from magents.model.snapshots import Wish
from tests.control.beside import RUN, Beside, magents

TOKEN = "0123456789abcdef0123456789abcdef"  # noqa: S105 - of a test


class Keys:
    """A certificate for 127.0.0.1, who vouches for it, and a token."""

    def __init__(self, folder: Path) -> None:
        authority = trustme.CA()
        own = authority.issue_cert("127.0.0.1")
        self.ca, self.cert, self.key, self.token = (
            folder / name for name in ("ca.pem", "cert.pem", "key.pem", "token")
        )
        authority.cert_pem.write_to_path(self.ca)
        own.cert_chain_pems[0].write_to_path(self.cert)
        own.private_key_pem.write_to_path(self.key)
        self.token.write_text(TOKEN + "\n")
        self.token.chmod(0o600)

    def options(self) -> list[str]:
        return [
            *("--listen", "127.0.0.1:0", "--token-file", str(self.token)),
            *("--tls-cert", str(self.cert), "--tls-key", str(self.key)),
        ]


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    return Keys(tmp_path_factory.mktemp("keys"))


def remote(card, keys, token=TOKEN, tls=None):
    host, port = host_and_port(card.address)
    hello = Hello("far", token)
    return SocketLink(Reach(hello, host=host, port=port, tls=tls or client_tls(keys.ca)))


@pytest.mark.wall
@pytest.mark.slow
async def test_only_who_has_the_token_and_tls_comes_in(tmp_path, keys):
    with Beside(tmp_path, "--speed", "1000000x", *keys.options()) as fund:
        owner = fund.link()
        await owner.send(Pause())
        host, port = host_and_port(fund.card.address)

        for token in ("", "0" * 32, TOKEN[:-1], TOKEN + "0"):
            with pytest.raises(UserError, match="not allowed"):
                await remote(fund.card, keys, token).connect()

        # Who does not know our authority does not send its token to us.
        with pytest.raises(LinkLostError, match="certificate"):
            await remote(fund.card, keys, tls=ssl.create_default_context()).connect()

        # Plain text gets nothing out of it.
        reader, writer = await asyncio.open_connection(host, port)
        writer.write(packed(Hello("plain", TOKEN)))
        assert b"run" not in await reader.read()
        writer.close()

        # Asking before a hello ends the connection.
        reader, writer = await asyncio.open_connection(host, port, ssl=client_tls(keys.ca))
        writer.write(packed(Ask(Wish())))
        assert await reader.read() == b""
        writer.close()

        far = remote(fund.card, keys)
        assert (await far.frame(Wish())).head.state == "paused"
        assert not (await far.frame(Wish())).head.controls
        await owner.send(Stop())
        await far.close()
        await owner.close()
        fund.end()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("left_out", "said"),
    [("--token-file", "--listen needs"), ("--tls-cert", "--listen needs")],
)
def test_tcp_needs_token_and_certificate(tmp_path, keys, left_out, said):
    options = keys.options()
    at = options.index(left_out)
    del options[at : at + 2]

    done = magents(tmp_path, *RUN, "--report-dir", str(tmp_path / "results"), *options)

    assert done.returncode == 2
    assert said in done.stderr


@pytest.mark.parametrize(
    ("text", "mode", "said"),
    [
        (TOKEN, 0o644, "others may read"),
        ("short", 0o600, "at least 16"),
        ("", 0o600, "at least 16"),
    ],
)
def test_careless_token_is_refused(tmp_path, text, mode, said):
    path = tmp_path / "token"
    path.write_text(text)
    path.chmod(mode)

    with pytest.raises(UserError, match=said):
        read_token(path)


def test_missing_token_file_is_named(tmp_path):
    with pytest.raises(UserError, match="nowhere"):
        read_token(tmp_path / "nowhere")


def test_empty_token_is_never_the_right_one():
    assert not same_token("", "")
    assert same_token(TOKEN, TOKEN)
    assert not same_token("tökén", TOKEN)


@pytest.mark.parametrize("address", ["7411", "host:", ":1", "host:70000", "host:x"])
def test_address_without_host_or_port_is_refused(address):
    with pytest.raises(UserError, match="host:port"):
        host_and_port(address)


@pytest.mark.parametrize(
    ("address", "parts"), [("127.0.0.1:7411", ("127.0.0.1", 7411)), ("[::1]:80", ("::1", 80))]
)
def test_address_is_read(address, parts):
    assert host_and_port(address) == parts


def test_folder_of_running_funds_that_others_may_enter_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    places().chmod(0o755)

    with pytest.raises(UserError, match="chmod 700"):
        places()


def test_folder_that_is_a_link_elsewhere_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    (tmp_path / "magents").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(UserError, match="not a folder of yours"):
        places()


def test_card_of_a_dead_process_is_cleared_away(tmp_path):
    leave_card(tmp_path, Card("run-1", "there", "backtest", 4_194_303, "nowhere"))

    assert cards(tmp_path) == []
    assert not list(tmp_path.iterdir())


@pytest.mark.wall
async def test_peer_of_a_socket_is_known():
    ours, theirs = socket.socketpair(socket.AF_UNIX)
    with ours, theirs:
        assert is_owner(ours)


@pytest.mark.wall
async def test_endless_message_is_not_waited_for():
    reader = asyncio.StreamReader()
    reader.feed_data((1 << 31).to_bytes(4, "big"))

    with pytest.raises(WireError, match="at most"):
        await receive(reader, 1000)
