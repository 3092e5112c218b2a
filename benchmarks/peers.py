"""The peers that can be measured: where each lives and what it is asked to do.

A peer lives in a virtual environment of its own, ``<venvs>/<name>``, so that their demands do not
meet.  How to add one: ``README.md`` in this folder.
"""

from pathlib import Path
from typing import NamedTuple

VENVS = "MAGENTS_PEERS"
"""Variable that says where the environments are."""
BARS = ("W1", "W2", "W3")
ALL = (*BARS, "W4")


class Peer(NamedTuple):
    """One simulator, in one setting.

    Attributes:
        venv: name of its environment. adapter: module in ``benchmarks.adapters``.
        workloads: what it can do. env: variables that choose the setting.
        ticks: convention of :mod:`benchmarks.oracle` in which it does W4.
    """

    venv: str
    adapter: str
    workloads: tuple[str, ...] = BARS
    env: tuple[tuple[str, str], ...] = ()
    ticks: str = "next_tick"

    def python(self, venvs: Path) -> Path:
        """Return its interpreter, there or not."""
        return venvs / self.venv / "bin" / "python"

    def convention(self, workload: str) -> str:
        """Return the convention in which its answer is right."""
        return self.ticks if workload == "W4" else "exact"


PEERS = {
    "vectorbt": Peer("vectorbt", "vectorbt_peer"),
    "bt": Peer("bt", "bt_peer"),
    "basana": Peer("basana", "basana_peer", ALL),
    "backtesting": Peer("backtesting", "backtesting_peer"),
    "nautilus": Peer("nautilus", "nautilus_peer", ALL),
    "nautilus-hedging": Peer("nautilus", "nautilus_peer", BARS, (("PEER_OMS", "hedging"),)),
    "nautilus311": Peer("nautilus_py311", "nautilus_peer", ALL),
    "nautilus311-hedging": Peer(
        "nautilus_py311", "nautilus_peer", BARS, (("PEER_OMS", "hedging"),)
    ),
    "backtrader": Peer("backtrader", "backtrader_peer", ALL),
    "hftbacktest": Peer("hftbacktest", "hftbacktest_peer", ("W4",), ticks="half_spread"),
}


def installed(venvs: Path) -> list[str]:
    """Return the peers whose environment is there."""
    return [name for name, peer in PEERS.items() if peer.python(venvs).exists()]
