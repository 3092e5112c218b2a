"""One comparison of a session with its replay, from a name to exit code."""

import tempfile
from collections.abc import Sequence
from dataclasses import replace as with_
from pathlib import Path
from typing import NamedTuple

import click
import msgspec
from msgspec.structs import replace

from magents.analytics.parity import Life, Parity, compare, lives
from magents.cli.console import print_json
from magents.cli.exits import RunNotFoundError
from magents.cli.folders import find, is_session
from magents.cli.parity_table import show_offer, show_orders
from magents.cli.replay_parts import Part, parts_of, replay_parts, sessions_in
from magents.cli.running import JOURNAL
from magents.config import Loaded
from magents.journal.reading import read


class Fit(NamedTuple):
    """Settings of the simulator: latency of new orders, slippage, and which quotes orders meet."""

    latency_ms: float
    slippage_bps: float
    quotes_meet: str

    def better(self, found: Parity) -> "Fit":
        """Return what comes closer to a venue that was so late, and worse by so much.

        An order that was on its way for that long meets the book as it stands when it comes.
        """
        if found.waited_ms is None or agrees(found):
            return self
        worse = found.worse_bps or 0.0
        return Fit(found.waited_ms, round(max(0.0, self.slippage_bps + worse), 3), "standing")


def parity(name: str, report_dir: Path, *, fitted: bool, everything: bool, as_json: bool) -> int:
    """Compare and show; return the exit code.

    Raises:
        UserError: there is no such run, or it has no recording.
    """
    from feeds.live.recording import files_of, recording_of

    folder = find(name, report_dir, is_session)
    place = recording_of(folder)
    if place is None:
        raise RunNotFoundError(f"{folder} has no recording: only live runs have one")
    *_, parts = sessions_in(parts_of(files_of(place), None, {}, folder / JOURNAL))
    live = lives(entry for _, entry in read(folder / JOURNAL))
    first = settings_in(parts)
    found = compare(live, simulated(parts, first))
    offer = first.better(found)
    again = None
    if fitted and not agrees(found):
        offer, again = fit(live, parts, offer)
    if as_json:
        shown = {"parity": found, "offer": offer._asdict(), "fitted": again}
        print_json(msgspec.to_builtins(shown))
        return 0
    show_orders(found, everything=everything)
    if again is not None:
        click.echo(f"\nwith {offer.latency_ms:g} ms and {offer.slippage_bps:g} bps:")
        show_orders(again, everything=everything)
    show_offer(found, offer.latency_ms, offer.slippage_bps)
    return 0


def agrees(found: Parity) -> bool:
    """Return whether every order came out the same, so that nothing is left to fit."""
    return found.totals.get("the same", 0) == found.totals["orders"]


def fit(live: dict[str, Life], parts: Sequence[Part], offer: Fit) -> tuple[Fit, Parity]:
    """Return latency and slippage that come closest, and what orders come to with them.

    Latency first, since it moves prices: with it, what is still paid more is slippage.
    """
    late = offer._replace(slippage_bps=settings_in(parts).slippage_bps)
    offer = late.better(compare(live, simulated(parts, late)))
    return offer, compare(live, simulated(parts, offer))


def settings_in(parts: Sequence[Part]) -> Fit:
    """Return what the settings of a recording say."""
    settings = parts[0].loaded.settings
    exchange = settings.exchange
    meets = exchange.venue.quotes_meet
    return Fit(exchange.latency.insert_ms, settings.global_.slippage_bps, meets)


def simulated(parts: Sequence[Part], settings: Fit) -> dict[str, Life]:
    """Return what becomes of the orders in the simulator with such settings."""
    # Where the settings are others, the session's journal does not come again.
    same = settings == settings_in(parts)
    played = [with_(p, loaded=_with(p.loaded, settings), paper=p.paper and same) for p in parts]
    with tempfile.TemporaryDirectory() as folder:
        replay_parts(played, Path(folder))
        return lives(entry for _, entry in read(Path(folder) / JOURNAL))


def _with(loaded: Loaded, fit: Fit) -> Loaded:
    """Return settings with a latency and a slippage."""
    settings, exchange = loaded.settings, loaded.settings.exchange
    latency = replace(exchange.latency, insert_ms=fit.latency_ms)
    venue = replace(exchange.venue, quotes_meet=fit.quotes_meet)
    costs = replace(exchange.costs, book_slips=fit.slippage_bps > 0)
    return Loaded(
        replace(
            settings,
            exchange=replace(exchange, latency=latency, venue=venue, costs=costs),
            global_=replace(settings.global_, slippage_bps=fit.slippage_bps),
        ),
        loaded.lines,
    )
