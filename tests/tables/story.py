"""Six candles, some orders, and what comes of them, told in lines short enough for a table."""

import re
from decimal import Decimal

from magents.model.orders import CLOSED, OrderState, OrderType, TimeInForce
from magents.model.records import Amendment, Fill, OrderEvent
from magents.model.time import HOUR, Phase
from tests.brokers.rig import Venue
from tests.builders import candles, order

SIZES = (1, 2, 7, 512)
TOLD = CLOSED | {OrderState.TRIGGERED, OrderState.PENDING_CANCEL, OrderState.HELD}


def ask(text, number=1, **how):
    """Return an order from words: ``sell 10 stop 98 limit 97 fok``.

    A word before a number is a price or a size; others name the type or the time in force.
    """
    side, quantity, *words = text.split()
    given = {}
    while words:
        word = words.pop(0)
        if word in set(TimeInForce):
            given["tif"] = TimeInForce(word)
        elif word in {"post_only", "reduce_only"}:
            given[word] = True
        elif word == "touched":
            given["touched"] = True
        elif word == "until":
            given["tif"], given["expires"] = TimeInForce.GTD, int(words.pop(0))
        elif word in {"group", "pod"}:
            given[word] = words.pop(0)
        elif word == "after":
            given["parent"] = f"pod:{words.pop(0)}"
        else:
            given[word] = Decimal(words.pop(0))
    kind = _kind(given, touched=given.pop("touched", False))
    return order(side, quantity, **{"id": f"pod:{number}", **given, "type": kind, **how})


def _kind(given, *, touched):
    limited = "limit" in given
    if "trail" in given or "trail_percent" in given:
        offset = "limit_offset" in given
        return OrderType.TRAILING_STOP_LIMIT if offset else OrderType.TRAILING_STOP
    if "stop" in given and touched:
        return OrderType.LIMIT_IF_TOUCHED if limited else OrderType.MARKET_IF_TOUCHED
    if "stop" in given:
        return OrderType.STOP_LIMIT if limited else OrderType.STOP
    return OrderType.LIMIT if limited else OrderType.MARKET


def when(bars, text):
    """Return an instant from words: ``before 1``, ``in 1`` (an hour after its open), ``at 1``."""
    word, row = text.split()
    opened, closed = int(bars.open_ts[int(row)]), int(bars.ts[int(row)])
    return {"before": opened - 1, "in": opened + HOUR, "at": closed}[word]


def told(rows, *asked, then=(), bars=None, sizes=SIZES, **how):
    """Send orders before the first bar; return the lines, the same for every block size.

    Args:
        rows: candles. asked: words of :func:`ask`, numbered from 1.
        then: (when, what) with words of :func:`when`; what is the number of an order to cancel,
            or ``2 limit 97 quantity 5`` to amend it.
    """
    bars = bars if bars is not None else candles(*rows)
    made = [ask(_dated(bars, each), n) for n, each in enumerate(asked, 1)]
    jobs = [(when(bars, "before 0"), Phase.TIMER, each) for each in made]
    jobs += [(when(bars, at), Phase.TIMER, _change(bars, at, what)) for at, what in then]
    stories = [_lines(Venue(bars, size, **how).play(*jobs), bars) for size in sizes]
    assert all(each == stories[0] for each in stories)
    return stories[0]


def _dated(bars, text):
    """Write an instant for the words after ``until``."""
    return re.sub(r"(?<=until )(\w+ \d)", lambda found: str(when(bars, found[0])), text)


def _change(bars, at, what):
    number, *words = what.split()
    if not words:
        return f"pod:{number}"
    if not number.isdigit():
        return ask(what.partition(" ")[2], int(number[1:]))
    pairs = zip(words[::2], words[1::2], strict=True)
    values = {name: Decimal(value) for name, value in pairs}
    return Amendment(when(bars, at), "pod", f"pod:{number}", "AAA", **values)


def _lines(venue, bars):
    return [line for event in venue.events if (line := _line(event, bars))]


def _line(event, bars):
    number = event.order.partition(":")[2]
    if isinstance(event, Fill):
        price = format(event.price.normalize(), "f")
        return f"{number}: {abs(event.quantity)} at {price} {event.rule} {_where(event, bars)}"
    if isinstance(event, OrderEvent) and (event.state in TOLD or "refused" in event.note):
        why = re.match(r"B\d+", event.note)
        refused = " refused" if "refused" in event.note else ""
        at = f" {_instant(event.ts, bars)}" if event.state == "expired" else ""
        return f"{number}: {event.state}{refused}{' ' + why[0] if why else ''}{at}"
    return f"{number}: now {event.quantity}" if isinstance(event, Amendment) else ""


def _instant(ts, bars):
    """Return the instant in words: ``at 1`` as a bar closes, ``in 1`` inside it, ``before 1``."""
    row = int(bars.ts.searchsorted(ts))
    word = "at" if ts == bars.ts[row] else "in" if ts > bars.open_ts[row] else "before"
    return f"{word} {row}"


def _where(fill, bars):
    """Return the bar of a fill, and whether it was at its open or its close."""
    row = bars.ts.tolist().index(fill.bar_ts)
    if fill.rule == "B18":
        return f"close {row}"
    return f"open {row}" if fill.ts == bars.open_ts[row] else f"in {row}"
