"""Viewers that are half there, too slow, too loud or not allowed: the fund does not notice."""

import asyncio
import json
import socket
import struct
from pathlib import Path

import msgspec
import pytest

from magents.control.client import Reach, SocketLink
from magents.control.safety import client_tls, host_and_port
from magents.control.server import VIEWERS
from magents.control.wire import MOST_ASKED, Ask, Hello, Tell, Welcome, decode_shown, packed
from magents.model.controls import Kill, Stop, TakeControls
from magents.model.snapshots import Wish
from magents.model.time import DAY
from tests.control.beside import RUN, Beside, magents
from tests.control.test_access import TOKEN, Keys
from tests.control.test_beside import SLOWLY, finish

pytestmark = [pytest.mark.wall, pytest.mark.slow]

ASK = packed(Ask(Wish("blotter")))
KILL = packed(Tell(Kill()))
WEEK = 7 * DAY


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """Return the digest of the run that nobody watches."""
    home = tmp_path_factory.mktemp("plain")
    done = magents(home, *RUN, "--json", "--report-dir", str(home / "results"))
    return json.loads(done.stdout)["digest"]


def framed(body):
    return struct.pack(">I", len(body)) + body


def connected(path, *words):
    """Return a connection that has said some words and reads nothing."""
    found = socket.socket(socket.AF_UNIX)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2_048)
    found.connect(str(path))
    found.setblocking(False)
    for each in words:
        found.send(each)
    return found


async def ended(each):
    """Wait until the fund has closed a connection; return what it had said."""
    loop, said = asyncio.get_running_loop(), b""
    async with asyncio.timeout(20):
        while True:
            try:
                more = await loop.sock_recv(each, 65_536)
            except ConnectionError:
                return said
            if not more:
                return said
            said += more


async def test_slow_readers_and_half_open_viewers_do_not_slow_the_fund(tmp_path, plain):
    with Beside(tmp_path, *SLOWLY) as fund:
        path = fund.card.socket
        hello = packed(Hello("slow"))
        # Some never read, one reads a byte now and then, one stops in the middle of a message.
        crowd = [connected(path, hello, ASK * 300) for _ in range(4)]
        crowd += [connected(path), connected(path, hello, ASK[:7])]
        link = fund.link()
        before = await link.frame(Wish())
        async with asyncio.timeout(20):
            computed = before.head.computed
            while computed <= before.head.computed + WEEK:
                assert len(await asyncio.get_running_loop().sock_recv(crowd[0], 1)) == 1
                computed = (await link.frame(Wish())).head.computed
        await link.send(TakeControls())
        await finish(link)
        for each in crowd:
            each.close()
        fund.end()

        assert fund.summary()["digest"] == plain


@pytest.mark.parametrize(
    "words",
    [
        framed(b'{"tell": "kill"}'),
        framed(b"\xc1" * 50),
        framed(msgspec.msgpack.encode({"type": "tell", "command": {"type": "explode"}})),
        framed(b""),
        (MOST_ASKED + 1).to_bytes(4, "big") + b"\0" * 1_000,
        framed(msgspec.msgpack.encode([[[]]] * 1_000)),
        KILL,
    ],
    ids=["json", "noise", "unknown command", "nothing", "too long", "nested", "kill before hello"],
)
async def test_nonsense_ends_its_own_connection_and_nothing_else(words, rude_fund):
    early = connected(rude_fund.card.socket, words)
    assert await ended(early) == b""
    late = connected(rude_fund.card.socket, packed(Hello("rude")))
    if words is not KILL:
        late.send(words)
        said = await ended(late)
        assert isinstance(decode_shown(said[4:]), Welcome)
    for each in (early, late):
        each.close()

    link = rude_fund.link()
    head = (await link.frame(Wish())).head
    assert head.state == "playing"
    assert not head.killed
    await link.close()


@pytest.fixture(scope="module")
def rude_fund(tmp_path_factory):
    """Return a fund that plays on for as long as the tests here take."""
    with Beside(tmp_path_factory.mktemp("rude"), "--speed", "100000x") as fund:
        yield fund


async def test_one_viewer_too_many_is_turned_away_and_the_rest_stay(rude_fund):
    link = rude_fund.link()
    await link.frame(Wish())
    crowd = [connected(rude_fund.card.socket, packed(Hello("many"))) for _ in range(VIEWERS + 4)]
    turned_away = 0
    for each in crowd[-4:]:
        turned_away += await ended(each) == b""
    assert turned_away == 4
    assert (await link.frame(Wish())).head.state == "playing"
    for each in crowd:
        each.close()
    await link.close()


async def test_guessing_tokens_is_slow_and_finds_nothing(tmp_path):
    keys = Keys(tmp_path)
    with Beside(tmp_path, "--speed", "100000x", *keys.options()) as fund:
        host, port = host_and_port(fund.card.address)
        guesses = ["", TOKEN[:-1], TOKEN.upper(), TOKEN + " ", "0" * len(TOKEN), "\0" * 32]
        clock = asyncio.get_running_loop().time
        for guess in guesses:
            began = clock()
            said = await say(host, port, keys, packed(Hello("guess", guess)) + KILL)
            assert b"not allowed" in said
            assert b"welcome" not in said
            assert clock() - began > 0.4
        owner = fund.link()
        assert not (await owner.frame(Wish())).head.killed
        await owner.send(Stop())
        await owner.close()
        fund.end()


async def say(host, port, keys, words):
    """Say something over TLS; return everything that is answered."""
    reader, writer = await asyncio.open_connection(host, port, ssl=client_tls(keys.ca))
    writer.write(words)
    try:
        async with asyncio.timeout(20):
            return await reader.read()
    finally:
        writer.close()


async def test_flood_of_commands_by_who_has_no_controls_changes_nothing(tmp_path, plain):
    with Beside(tmp_path, *SLOWLY) as fund:
        link = fund.link("owner")
        assert (await link.frame(Wish())).head.controls
        watching = SocketLink(Reach(Hello("flood", watch=True), socket=Path(fund.card.socket)))
        for _ in range(10):
            told = await watching.send(Kill())
            assert not told.ok
        flood = connected(fund.card.socket, packed(Hello("second")), KILL * 500)
        assert not (await link.frame(Wish())).head.killed
        await finish(link)
        flood.close()
        await watching.close()
        fund.end()

        assert fund.summary()["digest"] == plain
