"""The lines above and below every page."""

from magents.model.snapshots import Head
from tui.charts.rows import Row
from tui.format import Zone, age, change, money, percent, places, signed, times, tone
from tui.keys import LIVE, pace

WIDE = 110
"""From this width on there is room for the day's gain and the exposures."""
SIGNS = {"playing": "▶", "paused": "‖", "finished": "■", "stopped": "■"}


def top(head: Head, width: int) -> Row:
    """Return the line above: which run, what it is worth, what is wrong."""
    total = head.value / head.initial - 1 if head.initial else 0.0
    wide, cents = width >= WIDE, places(head.initial)
    runs: list[tuple[str, str]] = [
        (f" {head.mode.upper()} ", "accent"),
        (f" {head.run}  " if wide else " ", "strong"),
        (f"{money(head.value, cents)} {head.currency} ", "strong"),
        (f"{change(total)}  ", tone(total)),
        ("day ", "muted"),
        (f"{signed(head.day, cents)}  ", tone(head.day)),
        ("dd ", "muted"),
        (f"{percent(head.drawdown)}  ", tone(head.drawdown)),
    ]
    if wide:
        runs += [("gross ", "muted"), (f"{times(head.gross)}  ", "")]
        runs += [("net ", "muted"), (f"{times(head.net)}  ", "")]
    return (*runs, *_wrong(head))


def _wrong(head: Head) -> Row:
    runs: list[tuple[str, str]] = []
    if head.killed:
        runs.append((" KILLED ", "alarm"))
    if head.warnings:
        runs.append((f" ! {head.warnings}", "warn"))
    if head.breaches:
        runs.append((f" ✖ {head.breaches}", "loss"))
    return (*runs, ("" if head.controls else "  watching", "warn"))


def bottom(head: Head, zone: Zone, width: int, *, held: bool = False) -> Row:
    """Return the line below: playing or not, how fast, when, how far.

    Args:
        head: of the frame. zone: of the screen. width: cells. held: whether the picture is.
    """
    if head.review:
        return _review(head, zone, width)
    live = head.mode in LIVE
    runs: list[tuple[str, str]] = [
        (" HELD ", "review") if held else _state(head, live=live),
        (f" {pace(head.speed)}  " if not live else " ", "accent"),
        (f"{zone.moment(head.shown)}  ", "strong"),
    ]
    if held:
        runs.append(("the fund goes on; space follows again  ", "warn"))
    elif why := _reason(head, zone):
        runs.append((f"{why}  ", "warn"))
    runs.append((f"{head.records:,} records  ", "muted"))
    if head.rate:
        runs.append((f"{head.rate:,.0f}/s  ", "muted"))
    return tuple(runs)


def _state(head: Head, *, live: bool) -> tuple[str, str]:
    word = "live" if live and head.state == "playing" else head.state
    return (f" {SIGNS[head.state]} {word} ", "gain" if head.state == "playing" else "warn")


def _reason(head: Head, zone: Zone) -> str:
    """Return why time stands still, without the instant that stands beside it."""
    if head.reason in ("", head.state, "review"):
        return ""
    told, here = zone.told(head.reason), f"at {zone.moment(head.shown)}"
    if told == here:
        return ""
    kind = told.removesuffix(f" {here}")
    return kind if kind == told or ":" in kind else f"at a {kind}"


def _review(head: Head, zone: Zone, width: int) -> Row:
    behind = age(head.computed - head.shown)
    text = f" {zone.moment(head.shown)}  {behind} before the newest"
    newest = f" ({zone.moment(head.computed)})" if width >= WIDE else ""
    return ((" REVIEW ", "review"), (text + newest, "warn"), ("  space goes on", "muted"))


def lost(since: float, reason: str) -> Row:
    """Return the line that stands above while the fund cannot be reached."""
    ago = age(int(since * 1e9))
    return (
        (" LOST ", "alarm"),
        (f" {reason or 'the fund'}: no answer for {ago}, asking again", "warn"),
    )
