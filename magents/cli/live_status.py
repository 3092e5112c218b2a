"""How a live session is doing, in one line."""

from collections.abc import Mapping
from typing import Any

from magents.model.time import iso


def status_of(beat: Mapping[str, Any]) -> str:
    """Return a line made of a heartbeat."""
    session = beat["session"]
    venues = session["venues"]
    equity = beat["equity"]
    stale = [name for venue in venues.values() for name in venue["stale_books"]]
    parts = [
        iso(beat["ts"] // 1_000_000_000 * 1_000_000_000),
        "no data yet" if equity is None else f"[green]{equity:,.2f}[/green]",
        f"{session['trades']:,} trades",
        f"{session['frames']:,} frames",
        f"lag {beat['lag_s']:.2f} s",
        *(f"{name} {venue['offset_ms']:+.0f} ms" for name, venue in venues.items()),
    ]
    if stale:
        parts.append(f"[red]book not trusted: {', '.join(stale)}[/red]")
    return " · ".join(parts)
