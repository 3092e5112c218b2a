"""The kill switch from the command line. The latch first, everything else after."""

import asyncio
import getpass
import os
import signal
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from brokers.ccxt_sandbox.accounts import Latch, Owner
from magents.cli.exits import FAILED
from magents.cli.folders import find, is_session
from magents.model.errors import MagentsError, UserError
from magents.model.time import SECOND
from magents.runtime import wall

if TYPE_CHECKING:
    from brokers.ccxt_sandbox.truth.state import Truth

OWNER = "account.json"
LOG = "kill.log"
TRUTH = "truth.sqlite"
LISTS_ALL = frozenset({"binance", "binanceusdm", "krakenfutures"})
"""Venues that name all open orders of a symbol in one answer."""


def kill(run: str, flags: Mapping[str, Any]) -> int:
    """Pull (or clear) the switch of a run; return the exit code.

    Raises:
        RunNotFoundError: there is no such run. UserError: it trades no account.
    """
    folder = find(run, Path(flags["report_dir"]), is_session)
    if not (folder / OWNER).is_file():
        return _end_process(folder)
    owner = msgspec.json.decode((folder / OWNER).read_bytes(), type=Owner)
    latch, diary = Latch(Path(owner.folder)), Diary(folder / LOG)
    if flags["clear"]:
        latch.clear()
        diary.say("cleared: orders may leave again")
        return 0
    latch.pull(f"{getpass.getuser()}, process {os.getpid()}")
    diary.say(f"pulled: no new order of {folder.name} leaves from now on")
    try:
        left = _sweep(owner, folder, diary, flags["within"], flatten=flags["flatten"])
    except Exception as error:  # noqa: BLE001 - whatever it is, people must know that it failed
        told = str(error) if isinstance(error, MagentsError) else f"{type(error).__name__}: {error}"
        diary.say(f"THE VENUE COULD NOT BE ASKED: {told}")
        left = True
    if left:
        _remind(folder, diary)
    return FAILED if left else 0


def _remind(folder: Path, diary: "Diary") -> None:
    """Say what may be open by the journal, where the venue does not say it."""
    from brokers.ccxt_sandbox.killer import some

    names = [order.intent.order for order in _truth(folder, diary).open.values()]
    if names:
        diary.say(f"by the journal {len(names):,} orders may be open: {some(names)}")
    diary.say("nothing new leaves this run; `magents kill` again, or cancel at the venue by hand")


class Diary:
    """Tells each step, and keeps it as far as the disk lets it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def say(self, text: str) -> None:
        """Tell a step and keep it."""
        click.echo(f"kill: {text}")
        self.keep(text)

    def keep(self, text: str) -> None:
        """Keep a step without telling it."""
        stamp = datetime.fromtimestamp(wall.utc_now() / 1e9, UTC).isoformat(timespec="milliseconds")
        try:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(f"{stamp} {text}\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            click.echo(f"kill: this step could not be written down: {error}", err=True)


def _sweep(owner: Owner, folder: Path, diary: Diary, bound: float, *, flatten: bool) -> bool:
    """Ask the venue itself until nothing is open; return whether something may be left."""
    with asyncio.Runner() as runner:
        return runner.run(_swept(owner, folder, diary, bound, flatten=flatten))


async def _swept(owner: Owner, folder: Path, diary: Diary, bound: float, *, flatten: bool) -> bool:
    from brokers.ccxt_sandbox.flattening import Flattener
    from brokers.ccxt_sandbox.gateway import CcxtGateway
    from brokers.ccxt_sandbox.killer import Killer, Means
    from brokers.ccxt_sandbox.opening import shut
    from brokers.ccxt_sandbox.perpetuals import lookups_of
    from brokers.ccxt_sandbox.traits import traits_of
    from brokers.ccxt_sandbox.troubles import trouble_of
    from magents.cli.sandbox_venue import Account
    from magents.cli.sandboxing import credentials_of

    traits = traits_of(owner.venue, owner.symbols)
    keys = Path(owner.keys) if owner.keys else None
    credentials = credentials_of(traits, keys, owner.demo)
    account = Account(traits, credentials, folder, Latch(Path(owner.folder)), _door(owner))
    limiter = account.limiter()
    exchange = account.exchange(limiter)
    means = Means(
        opens=lookups_of(exchange, traits, owner.symbols).opens,
        exchange=exchange,
        gateway=CcxtGateway(exchange, traits, owner.symbols, credentials),
        symbols=owner.symbols,
        lists_all=traits.id in LISTS_ALL,
        unsure=lambda: [order.intent for order in _truth(folder, diary).unsure()],
        say=diary.say,
        keep=diary.keep,
        trouble=lambda error: trouble_of(error, credentials.redact),
        silence=lambda: limiter.paused(int(wall.monotonic() * SECOND)) / SECOND,
        now=wall.utc_now,
    )
    try:
        left = bool(await Killer(means).run(bound))
        if flatten and not traits.contract:
            diary.say(f"NOT FLATTENED: {owner.venue} holds coins, not positions; they stay")
            return True
        if flatten:
            flattener = Flattener(
                exchange, traits, folder.name, owner.symbols, diary.say, wall.utc_now
            )
            left = bool(await flattener.run(bound)) or left
        return left
    finally:
        await shut(exchange)


def _door(owner: Owner) -> Any:  # noqa: ANN401 - a Door, which needs aiohttp
    from magents.cli.doors import doors_in

    return doors_in(Path(owner.demo), patience=0.0)[owner.venue] if owner.demo else None


def _truth(folder: Path, diary: Diary) -> "Truth":
    """Return what the journal knows of the orders; it may be in use by its process."""
    from brokers.ccxt_sandbox.store import SqliteStore, StoreError
    from brokers.ccxt_sandbox.truth.state import Truth

    try:
        store = SqliteStore(folder / TRUTH, read_only=True)
        try:
            return Truth.of(store.load())
        finally:
            store.close()
    except StoreError as error:
        diary.say(f"the journal cannot be read, only the venue is asked: {error}")
        return Truth()


def _end_process(folder: Path) -> int:
    """End a run without an account: its orders are in its process and nowhere else."""
    try:
        beat = msgspec.json.decode((folder / "heartbeat.json").read_bytes())
        pid = int(beat["pid"])
        ours = "magents" in Path(f"/proc/{pid}/cmdline").read_text("utf-8")
    except (OSError, ValueError, KeyError, TypeError):
        ours, pid = False, 0
    if not ours:
        raise UserError(f"{folder} is not running, and it has no account at a venue")
    os.kill(pid, signal.SIGKILL)
    click.echo(f"kill: process {pid} is ended; its orders were simulated and ended with it")
    return 0
