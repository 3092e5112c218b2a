"""Sends one list of orders here and elsewhere: ``python -m benchmarks.agreement.run``.

Ends with 1 where a fill differs and nothing in :mod:`benchmarks.agreement.rules` says why.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.agreement.compare import Fills, Finding, compare, whole
from benchmarks.agreement.drawing import ORDERS, draw
from benchmarks.agreement.exchange import candles, market, trade
from benchmarks.agreement.pages import Part, page, unexplained
from benchmarks.agreement.tickets import Candle, Done, Ticket, by_instrument, write_rows
from benchmarks.measure import ROOT
from benchmarks.peers import VENVS

PEERS = {
    "zipline": ("zipline", "zipline_fills"),
    "backtrader": ("backtrader", "backtrader_fills"),
    "nautilus": ("nautilus", "nautilus_fills"),
    "nautilus311": ("nautilus_py311", "nautilus_fills"),
}
"""Environment and script of each peer, as in :mod:`benchmarks.peers`."""
PAGE = ROOT / "docs" / "agreement.md"
LIMIT = 600


class FailedPeerError(Exception):
    """A peer ended without an answer."""


class Peer(NamedTuple):
    """A simulator that is there."""

    name: str
    python: Path

    def run(self, tickets: Sequence[Ticket], bars: Sequence[Candle]) -> tuple[str, Fills]:
        """Return its version, and its fill of each order that it filled.

        Raises:
            FailedPeerError: it failed.
        """
        script = f"benchmarks.agreement.peers.{PEERS[self.name][1]}"
        with tempfile.TemporaryDirectory() as place:
            write_rows(Path(place) / "orders.csv", tickets)
            write_rows(Path(place) / "bars.csv", bars)
            answer = subprocess.run(  # noqa: S603 - our own script
                [str(self.python), "-m", script, place],
                cwd=ROOT,
                capture_output=True,
                text=True,
                timeout=LIMIT,
                check=False,
            )
        if answer.returncode:
            raise FailedPeerError(f"{self.name} failed:\n{answer.stderr[-1000:]}")
        said = json.loads(answer.stdout.splitlines()[-1])
        return said["version"], whole(Done(*fill) for fill in said["fills"])


def meet(
    peer: Peer, tickets: Sequence[Ticket], bars: Sequence[Candle], ours: Fills
) -> tuple[str, list[Finding]]:
    """Return a peer's version, and what became of each order."""
    version, theirs = peer.run(tickets, bars)

    def alone(ticket: Ticket) -> Fills:
        return peer.run([ticket], [bar for bar in bars if bar.instrument == ticket.instrument])[1]

    table = by_instrument(bars)
    return version, compare(peer.name, tickets, table, (ours, theirs), alone)


def there(read: argparse.Namespace) -> list[Peer]:
    """Return the peers that are installed; say which are not."""
    found = []
    for name in read.peers or PEERS:
        python = (read.venvs or Path()) / PEERS[name][0] / "bin" / "python"
        if read.venvs and python.exists():
            found.append(Peer(name, python.absolute()))
        else:
            print(f"{name}: left out, not installed (see benchmarks/README.md)")
    return found


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.agreement.run", description=__doc__)
    parser.add_argument("--peers", nargs="*", choices=sorted(PEERS), help="default: all")
    venvs = os.environ.get(VENVS)
    parser.add_argument("--venvs", type=Path, default=Path(venvs) if venvs else None)
    parser.add_argument("--orders", type=int, default=ORDERS)
    parser.add_argument("--page", type=Path, help=f"write the result, such as to {PAGE.name}")
    return parser.parse_args()


def main() -> int:
    """Compare with all that are there, and print the page."""
    read = arguments()
    feed = market()
    bars = candles(feed)
    tickets = draw(bars, read.orders)
    ours = whole(done for done, _ in trade(feed, tickets))
    parts, odd = [], []
    for peer in there(read):
        version, findings = meet(peer, tickets, bars, ours)
        parts.append(Part(peer.name, version, findings))
        odd += unexplained(peer.name, findings)
    sessions, names = {bar.session for bar in bars}, sorted({bar.instrument for bar in bars})
    about = {"bars": f"{len(bars):,}", "first": min(sessions), "last": max(sessions)}
    text = page(tickets, {**about, "names": ", ".join(names)}, parts)
    print(text)
    if read.page:
        read.page.write_text(text, "utf-8")
    print("\n".join(odd))
    return int(bool(odd))


if __name__ == "__main__":
    sys.exit(main())
