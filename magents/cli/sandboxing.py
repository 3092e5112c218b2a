"""One sandbox session from flags to exit code."""

import asyncio
import os
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from decimal import ROUND_DOWN, Decimal
from pathlib import Path
from typing import Any

import click
import msgspec
from msgspec.structs import replace

from brokers.ccxt_sandbox.accounts import AccountLock, Latch, Owner, account_folder
from brokers.ccxt_sandbox.credentials import Credentials, Secret, load_credentials
from brokers.ccxt_sandbox.dumps import no_dumps
from brokers.ccxt_sandbox.opening import shut
from brokers.ccxt_sandbox.permissions import look
from brokers.ccxt_sandbox.store import SqliteStore
from brokers.ccxt_sandbox.traits import Traits, traits_of
from brokers.ccxt_sandbox.truth.state import Truth
from feeds.live.polling import ASKED
from magents.cli.console import note, out, print_json
from magents.cli.doors import DEMO, door_file, doors_in, keys_in
from magents.cli.exits import FAILED
from magents.cli.keeping import keep, write_json
from magents.cli.live_options import seconds
from magents.cli.live_room import live_room
from magents.cli.live_running import Ended, Plan, run_live
from magents.cli.papering import _folder, _settings, _watched
from magents.cli.running import JOURNAL
from magents.cli.sandbox_venue import TRUTH, Account, venue_of
from magents.cli.tables import show_summary
from magents.config import Loaded, dump
from magents.journal.past import past_in
from magents.model.errors import ConfigError
from magents.model.money import plain

SANDBOX = "sandbox"
OWNER = "account.json"
PERPETUAL_AT = {"krakenfutures": "BTC/USD:USD"}
"""What a perpetual is called, where it is not settled in USDT."""
CENT = Decimal("0.01")


def sandbox(config: Path | None, flags: Mapping[str, Any]) -> int:
    """Run a sandbox session and show what came of it; return the exit code.

    Raises:
        UserError: a setting or a key is wrong; nothing was sent then.
        Retry: the venue cannot be reached at the start.
    """
    loaded = _settings(config, flags, SANDBOX)
    if not flags["resume"]:
        loaded = in_quote(loaded)
    traits = _one_venue(loaded)
    quiet = flags["quiet"] or flags["as_json"]
    with ExitStack() as stack:
        folder = stack.enter_context(_folder(loaded, flags, SANDBOX))
        account = _account(loaded, traits, flags, folder, stack)
        if flags["resume"]:
            _refuse_frozen(folder)
        told, markets, there = _preflight(account, loaded)
        if not flags["resume"]:
            loaded = in_account(loaded, account, there)
            write_json(folder / "config.json", dump(loaded.settings))
        watch = stack.enter_context(_watched(quiet=quiet))
        if not quiet:
            note(_greeting(loaded, account, told))
        plan = Plan(
            SANDBOX,
            folder,
            seconds(flags["duration"]),
            {} if account.door is None else {traits.id: account.door},
            venue=venue_of(account, stack, _shout),
            tell=note,
            watch=watch,
            show=live_room(folder, SANDBOX, flags),
            past=past_in(folder / JOURNAL) if flags["resume"] else None,
            markets=markets,
        )
        ended = run_live(loaded, plan)
        summary = keep(ended.result, folder, report=loaded.settings.report.generate)
    if flags["as_json"]:
        print_json(summary)
    elif not quiet:
        show_summary(summary, folder, out())
    return _code(ended)


def _one_venue(loaded: Loaded) -> Traits:
    venues = loaded.settings.live.venues
    if len(venues) != 1:
        raise ConfigError(
            f"a sandbox run trades one account: name one venue by --venue, not {len(venues)}"
        )
    traits = traits_of(venues[0], loaded.settings.live.symbols)
    check_symbols(traits, loaded.settings.live.symbols)
    return traits


def check_symbols(traits: Traits, symbols: Sequence[str]) -> None:
    """Refuse markets that the account of a venue does not trade, before anybody is asked.

    Raises:
        ConfigError: a perpetual where coins are traded, or a coin where perpetuals are.
    """
    for symbol in symbols:
        perpetual = ":" in symbol
        if perpetual == traits.contract:
            continue
        what, trades = ("a perpetual", "coins") if perpetual else ("a coin", "perpetuals")
        mend = (
            "name coins only, as in BTC/USDT, or perpetuals only, at krakenfutures, bybit, okx or "
            "binanceusdm"
            if perpetual
            else f"name one as in {PERPETUAL_AT.get(traits.id, 'BTC/USDT:USDT')}"
        )
        raise ConfigError(
            f"live.symbols: {symbol} is {what}, and the {traits.account} of {traits.id} trades "
            f"{trades} here; {mend}"
        )


def _account(
    loaded: Loaded, traits: Traits, flags: Mapping[str, Any], folder: Path, stack: ExitStack
) -> Account:
    """Take an account for this process alone."""
    stand = door_file(flags)
    door = _door(traits, stand)
    demo = "" if stand is None else str(stand)
    credentials = credentials_of(traits, flags["keys"], demo)
    where = account_folder(traits.id, credentials.reveal("key"), os.environ, demo)
    lock = AccountLock(where)
    stack.callback(lock.release)
    latch = Latch(where)
    stack.callback(latch.close)
    if latch.pulled:
        last = lock.before.partition(" ")[0] or folder.name
        raise ConfigError(
            f"the kill switch of this account was pulled by {latch.pulled}; "
            f"magents kill {Path(last).name} --clear arms it again"
        )
    lock.sign(f"{folder} (process {os.getpid()})")
    symbols = tuple(loaded.settings.live.symbols)
    keys = str(Path(flags["keys"]).absolute()) if flags["keys"] else ""
    owner = Owner(traits.id, str(where), str(folder.absolute()), os.getpid(), symbols, keys, demo)
    (folder / OWNER).write_bytes(msgspec.json.format(msgspec.json.encode(owner)) + b"\n")
    return Account(traits, credentials, folder, latch, door, flags["keep_orders"])


def credentials_of(traits: Traits, keys: Path | None, demo: str) -> Credentials:
    """Find the keys: those that the file of an exchange on this machine has, else the user's."""
    no_dumps()
    secrets = keys_in(Path(demo), traits.id) if demo else None
    if secrets is None:
        return load_credentials(traits, os.environ, keys)
    source = "the demo exchange" if Path(demo) == DEMO else demo
    return Credentials(traits.id, {n: Secret(v) for n, v in secrets.items()}, source)


def _door(traits: Traits, stand: Path | None) -> Any:  # noqa: ANN401 - a Door, which needs aiohttp
    if stand is None:
        return None
    doors = doors_in(stand)
    if traits.id not in doors:
        flag = "--demo" if stand == DEMO else f"--doors: {stand}"
        raise ConfigError(f"{flag}: no {traits.id} runs on this machine, only {', '.join(doors)}")
    return doors[traits.id]


def _shout(text: str) -> None:
    """Tell people at once, also where nothing else is shown."""
    click.echo(f"sandbox: {text}", err=True)


def in_quote(loaded: Loaded) -> Loaded:
    """Count the fund in what its markets are quoted in, where no currency was asked for."""
    settings = loaded.settings
    quotes = {each.partition("/")[2].rpartition(":")[2] for each in settings.live.symbols}
    if loaded.lines.given("global.currency") or len(quotes) != 1 or quotes == {""}:
        return loaded
    counted = replace(settings.global_, currency=quotes.pop())
    return Loaded(replace(settings, global_=counted), loaded.lines)


def _refuse_frozen(folder: Path) -> None:
    """Refuse to go on with a run whose account is not the one its books are of.

    Raises:
        ConfigError: it is such a run.
    """
    if not (folder / TRUTH).is_file():
        return
    store = SqliteStore(folder / TRUTH, read_only=True)
    try:
        why = Truth.of(store.load()).frozen
    finally:
        store.close()
    if why:
        raise ConfigError(f"{folder.name} cannot go on: {why}")


def _preflight(account: Account, loaded: Loaded) -> tuple[str, dict[str, Any], Decimal]:
    """See that the account is there, and that its key may not withdraw.

    Return what was seen of the key, markets that are told to account holders only, and what the
    account holds of the fund's currency.
    """
    with asyncio.Runner() as runner:
        return runner.run(_look(account, loaded))


async def _look(account: Account, loaded: Loaded) -> tuple[str, dict[str, Any], Decimal]:
    exchange = account.exchange(account.limiter())
    try:
        seen = await look(exchange, account.traits, account.credentials)
    finally:
        await shut(exchange)
    markets = list(exchange.markets.values())
    there = seen.holdings.get(loaded.settings.global_.currency, Decimal(0))
    return seen.rights, {account.traits.id: markets} if account.traits.id in ASKED else {}, there


def in_account(loaded: Loaded, account: Account, there: Decimal) -> Loaded:
    """Return settings whose capital is in the account: all that is there, where none was asked for.

    Raises:
        ConfigError: less is there than was asked for, or nothing.
    """
    settings, traits = loaded.settings, account.traits
    currency, capital = settings.global_.currency, settings.global_.initial_capital
    if there >= capital:
        return loaded
    held = f"the {traits.account} of {traits.id} holds {plain(there)} {currency}"
    whole = there.quantize(CENT, ROUND_DOWN)
    if whole <= 0:
        raise ConfigError(
            f"{held}, and a fund is counted in that; put some in, or name by global.currency what "
            "it does hold"
        )
    if loaded.lines.given("global.initial_capital"):
        raise ConfigError(
            f"{held}, less than the {plain(capital)} of global.initial_capital: a sandbox run "
            f"trades money that is there, and this may be what an earlier run has left; give "
            f"--initial-capital {plain(whole)} or less"
        )
    note(f"{held}: that is the capital, since --initial-capital names no other")
    counted = replace(settings.global_, initial_capital=whole)
    return Loaded(replace(settings, global_=counted), loaded.lines)


def _greeting(loaded: Loaded, account: Account, rights: str) -> str:
    live, traits = loaded.settings.live, account.traits
    return (
        f"sandbox: {', '.join(live.symbols)} on the {traits.account} of {traits.id}; keys from "
        f"{account.credentials.source}, {rights}. Only test hosts can be reached: "
        f"{', '.join(sorted(traits.hosts))}\n"
        f"{account.run} takes the journal; magents kill {account.run.name} stops all orders"
    )


def _code(ended: Ended) -> int:
    if ended.failure is None:
        return 0
    click.echo(f"Error: {ended.failure}", err=True)
    return FAILED
