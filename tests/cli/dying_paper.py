"""A short paper run at a market in another process, which dies by SIGKILL at its n-th step.

Steps are those of :mod:`tests.mines`: every write of journal, recording, curve and heartbeat, all
bytes that leave, and every await of REST and of the streams, pings among them.
"""

import json
from pathlib import Path

import feeds.live.connect
from feeds.live.connect import Door
from feeds.live.recording import Recorder, files_of
from feeds.live.session import LiveSession
from magents.cli import live_running
from magents.cli.live_running import HEARTBEAT, Plan, run_live
from magents.cli.replay_parts import parts_of, replay_parts
from magents.cli.resolving import resolved
from magents.config import load
from magents.journal.curve import CurveFile
from magents.journal.live import LiveJournal
from magents.journal.past import past_in
from magents.journal.reading import stored_digest
from magents.runtime.live_loop import LiveLoop
from tests.cli.paper_process import POD, told

PING_MS = 200
FRAMES = 80
"""After which a run ends, however long they took, if a ping was among what left."""
LONG = 60.0
"""Seconds after which it ends whatever was heard."""


def lay_down(folder, door):
    """Leave a file that tells a process where the market is, and the pod that trades there."""
    place = {"hosts": {host: list(there) for host, there in door.hosts.items()}, "ca": door.ca}
    (folder / "place.json").write_text(json.dumps(place))
    (folder / "busy.py").write_text(POD)


def mined(mines):
    """Put steps around everything that is written, and around each frame that is told."""
    LiveJournal._write = mines.around(LiveJournal._write, "journal", lambda self: self._rows)
    Recorder.flush = mines.around(Recorder.flush, "recording", lambda self: self._waiting)
    CurveFile._write = mines.around(CurveFile._write, "curve")
    Path.replace = mines.around(Path.replace, "heartbeat", lambda _, to: to.name == HEARTBEAT)
    LiveSession._record = mines.around(_until_enough(LiveSession._record, mines), "frame")
    live_running.LiveLoop = lambda: mines.lay(LiveLoop())
    feeds.live.connect.KEEP_ALIVE_MS = PING_MS


def _until_enough(record, mines):
    """Return how a frame is recorded, and the session ended at the last of them."""

    def records(session, frame, now):
        record(session, frame, now)
        if session._seq >= FRAMES and mines.steps["write ping: after"] and not session._ended:
            session.stop("that was enough")

    return records


def paper(folder, mines):
    """Begin, or go on where there is something to go on with, for a few frames."""
    mined(mines)
    place = json.loads((folder / "place.json").read_text())
    hosts = {host: (there, port) for host, (there, port) in place["hosts"].items()}
    given = {
        "live.venues": ["binance"],
        "live.symbols": ["BTC/USDT"],
        "live.warmup": 0,
        "strategies": [f"{folder / 'busy.py'}:Busy"],
    }
    journal = folder / "journal.sqlite"
    past = past_in(journal)
    doors = {"binance": Door(hosts, place["ca"])}
    plan = Plan("paper", folder, LONG, doors, past=past, show=told)
    result = run_live(resolved(load(None, given)), plan).result
    units = sum(fill.quantity for fill in result.fills)
    cash = float(result.final_equity) - float(units) * result.marks.get("BTC/USDT", 0.0)
    said = {"units": str(units), "cash": str(round(cash, 6)), "fills": len(result.fills)}
    (folder / "said.json").write_text(json.dumps(said))


def replay(folder, _):
    """Play all that was recorded, and say whether the journal is the same to the last record."""
    journal, into = folder / "journal.sqlite", folder / "replay"
    into.mkdir()
    parts = parts_of(files_of(folder), None, {}, journal)
    again = replay_parts(parts, into)
    told = {"same": (again.digest, again.records) == stored_digest(journal), "parts": len(parts)}
    (folder / "replayed.json").write_text(json.dumps(told))
