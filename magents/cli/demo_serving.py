"""Demo exchanges from flags to Ctrl-C: opened, written down where others find them, closed."""

import asyncio
import json
import os
import signal
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

from brokers.emulators.faults import parse_script
from brokers.emulators.serving import Emulator, open_emulator
from brokers.emulators.settings import VENUES, EmulatorSettings, Keys
from brokers.emulators.tls import Authority
from magents.cli.console import note
from magents.cli.doors import DEMO
from magents.cli.live_options import seconds
from magents.cli.main import COMMANDS
from magents.model.errors import ConfigError

ACCOUNT = "demo"
AMOUNT = "1000000"
QUOTES = {"alpaca": "USD", "krakenfutures": "USD"}
"""What accounts hold that do not hold USDT."""
CONFIG = """\
# The demo account holds {0}, so that is what the fund is counted in.
global:
  currency: {0}
  initial_capital: 100000
"""
SEVERAL = {"both": ("binance", "bybit"), "all": VENUES}
MARKET = {"krakenfutures": "BTC/USD:USD", "binanceusdm": "BTC/USDT:USDT"}
"""What to try first at a venue, where it is not the coin."""
KEYS_WANTED = frozenset({"alpaca"})
"""Where market data wants keys, which paper has not."""
Opened = Sequence[tuple[Emulator, Keys]]


def serve_demo(flags: Mapping[str, Any]) -> int:
    """Run demo exchanges until Ctrl-C or the given time; return the exit code.

    Raises:
        UserError: a flag or file is wrong, or the port is taken.
    """
    planned = _settings(flags)
    with suppress(KeyboardInterrupt):
        asyncio.run(_serve(planned, seconds(flags["duration"])))
    note("demo exchange closed")
    return 0


async def _serve(planned: Sequence[EmulatorSettings], duration: float | None) -> None:
    authority = Authority()
    async with AsyncExitStack() as stack:
        opened = []
        for settings in planned:
            emulator = await stack.enter_async_context(open_emulator(settings, authority))
            money = {quote_of(settings.venue): AMOUNT}
            opened.append((emulator, emulator.account(ACCOUNT, money)))
        with written(opened, authority, DEMO):
            note("\n".join(screen(opened, DEMO.parent)))
            await _wait(duration)


async def _wait(duration: float | None) -> None:
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    with suppress(TimeoutError):
        await asyncio.wait_for(ended.wait(), duration)


def _settings(flags: Mapping[str, Any]) -> list[EmulatorSettings]:
    venues = SEVERAL.get(flags["venue"], (flags["venue"],))
    port = flags["port"]
    every = seconds(flags["funding_every"], "--funding-every")
    return [
        EmulatorSettings(
            venue=venue,
            port=port + number if port else 0,
            speed=flags["speed"],
            seed=flags["seed"],
            funding_minutes=0 if every is None else every / 60,
            slip_bps=flags["slip_bps"],
            streams=not flags["no_streams"],
            limits=not flags["no_limits"],
            data=flags["data"],
            faults=_script(flags["faults"]),
        )
        for number, venue in enumerate(venues)
    ]


def _script(path: Path | None) -> tuple[dict[str, Any], ...]:
    if path is None:
        return ()
    try:
        return parse_script(path.read_text("utf-8"), str(path))
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}.") from None


@contextmanager
def written(opened: Opened, authority: Authority, path: Path) -> Iterator[None]:
    """Write down how the exchanges are reached, for as long as the block runs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    (path.parent / "ca.pem").write_bytes(authority.pem)
    _write_configs(opened, path.parent)
    text = json.dumps({each.settings.venue: _entry(each, keys) for each, keys in opened}, indent=2)
    # Nobody is harmed by these keys, but files with keys are 0600 here.
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def quote_of(venue: str) -> str:
    """Return the currency that a venue's account holds."""
    return QUOTES.get(venue, "USDT")


def _write_configs(opened: Opened, folder: Path) -> None:
    """Write a configuration for sandbox: of the first venue, and of those in another currency."""
    names: dict[str, str] = {"sandbox.yaml": opened[0][0].settings.venue}
    names |= {f"sandbox-{venue}.yaml": venue for venue in QUOTES}
    for name, venue in names.items():
        (folder / name).write_text(CONFIG.format(quote_of(venue)), "utf-8")


def _entry(emulator: Emulator, keys: Keys) -> dict[str, Any]:
    return {
        "host": "127.0.0.1",
        "port": emulator.port,
        "hosts": list(emulator.hosts),
        "key": keys.key,
        "secret": keys.secret,
        **({"password": keys.password} if keys.password else {}),
        "pid": os.getpid(),
    }


def _money(opened: Opened) -> list[str]:
    """Return what the accounts hold, each currency with its venues."""
    found: dict[str, list[str]] = {}
    for emulator, _ in opened:
        venue = emulator.settings.venue
        found.setdefault(quote_of(venue), []).append(venue)
    return [f"{AMOUNT} {quote} at {', '.join(venues)}" for quote, venues in found.items()]


def _next(venues: Sequence[str], folder: Path) -> list[str]:
    """Return what to run next: one line for all venues that have the same market, and orders."""
    by_market: dict[str, list[str]] = {}
    for venue in venues:
        market = MARKET.get(venue, f"BTC/{quote_of(venue)}")
        by_market.setdefault(market, []).append(venue)
    lines = []
    for market, there in by_market.items():
        what = f"--symbols {market} --bar 1s --strategies breakout,macd"
        if there[0] not in KEYS_WANTED:
            lines.append(f"  magents paper --demo --venue {','.join(there)} {what}")
        if "sandbox" in COMMANDS:
            name = f"sandbox-{there[0]}.yaml" if there[0] in QUOTES else "sandbox.yaml"
            config = f"--config {folder / name}"
            lines.append(f"  magents sandbox --demo {config} --venue {there[0]} {what}")
    return lines


def screen(opened: Opened, folder: Path) -> list[str]:
    """Return what the user is told: where it is, and what to run next."""
    lines = []
    for emulator, keys in opened:
        markets = emulator.exchange.markets.values()
        names = ", ".join(
            f"{each.base}/{each.quote}" + (f":{each.quote}" if each.kind == "linear" else "")
            for each in markets
        )
        lines += [
            f"{emulator.settings.venue} at {emulator.url}   {names}",
            f"  key     {keys.key}",
            f"  secret  {keys.secret}",
            *([f"  password {keys.password}"] if keys.password else []),
        ]
    first = opened[0][0]
    lines += [
        f"The accounts hold {'; '.join(_money(opened))}.",
        "The market is 2022-12-13, recorded, as if it were now.",
        f"Who vouches for its certificates and how to get here: {folder}/ca.pem, demo.json.",
        "",
        "Next, in another terminal (orders come sooner with --speed 60 here):",
        *_next([emulator.settings.venue for emulator, _ in opened], folder),
        f"  curl --cacert {folder / 'ca.pem'} {first.url}/emulator/state",
        "Let something go wrong (docs/demo-exchange.md):",
        f"  curl --cacert {folder / 'ca.pem'} {first.url}/emulator/faults \\",
        '    -d \'{"on": "order.place", "do": "hang"}\'',
        "Ctrl-C ends it.",
    ]
    return lines
