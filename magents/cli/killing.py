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
from magents.cli.folders import find
from magents.model.errors import MagentsError, UserError
from magents.runtime import wall

if TYPE_CHECKING:
    from brokers.ccxt_sandbox.killer import Left
    from brokers.ccxt_sandbox.truth.rows import Intent

OWNER = "account.json"
LOG = "kill.log"
TRUTH = "truth.sqlite"


def kill(run: str, flags: Mapping[str, Any]) -> int:
    """Pull (or clear) the switch of a run; return the exit code.

    Raises:
        RunNotFoundError: there is no such run. UserError: it trades no account.
    """
    folder = find(run, Path(flags["report_dir"]))
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
        left = _sweep(owner, folder, diary, flags["within"])
    except MagentsError as error:
        diary.say(f"THE VENUE COULD NOT BE ASKED: {error}")
        return FAILED
    return FAILED if left else 0


class Diary:
    """Tells each step, and keeps it as far as the disk lets it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def say(self, text: str) -> None:
        """Tell a step."""
        click.echo(f"kill: {text}")
        stamp = datetime.fromtimestamp(wall.utc_now() / 1e9, UTC).isoformat(timespec="milliseconds")
        try:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(f"{stamp} {text}\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            click.echo(f"kill: this step could not be written down: {error}", err=True)


def _sweep(owner: Owner, folder: Path, diary: Diary, bound: float) -> "Left":
    """Ask the venue itself until nothing is open."""
    with asyncio.Runner() as runner:
        return runner.run(_swept(owner, folder, diary, bound))


async def _swept(owner: Owner, folder: Path, diary: Diary, bound: float) -> "Left":
    from brokers.ccxt_sandbox.gateway import CcxtGateway
    from brokers.ccxt_sandbox.killer import Killer
    from brokers.ccxt_sandbox.kraken import lookups_of
    from brokers.ccxt_sandbox.opening import shut
    from brokers.ccxt_sandbox.traits import traits_of
    from magents.cli.sandbox_venue import Account
    from magents.cli.sandboxing import credentials_of

    traits = traits_of(owner.venue)
    keys = Path(owner.keys) if owner.keys else None
    credentials = credentials_of(traits, keys, owner.demo)
    account = Account(traits, credentials, folder, Latch(Path(owner.folder)), _door(owner))
    exchange = account.exchange(account.limiter())
    killer = Killer(
        lookups_of(exchange, traits, owner.symbols).opens,
        exchange,
        CcxtGateway(exchange, traits, owner.symbols, credentials),
        owner.symbols,
        lambda: _unsure(folder, diary),
        diary.say,
        wall.utc_now,
    )
    try:
        return await killer.run(bound)
    finally:
        await shut(exchange)


def _door(owner: Owner) -> Any:  # noqa: ANN401 - a Door, which needs aiohttp
    from magents.cli.doors import doors_in

    return doors_in(Path(owner.demo))[owner.venue] if owner.demo else None


def _unsure(folder: Path, diary: Diary) -> "list[Intent]":
    """Return the orders of which the journal does not know whether the venue has them."""
    from brokers.ccxt_sandbox.store import SqliteStore, StoreError
    from brokers.ccxt_sandbox.truth.state import Truth

    try:
        store = SqliteStore(folder / TRUTH, read_only=True)
        try:
            return [order.intent for order in Truth.of(store.load()).unsure()]
        finally:
            store.close()
    except StoreError as error:
        diary.say(f"the journal cannot be read, only the venue is asked: {error}")
        return []


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
