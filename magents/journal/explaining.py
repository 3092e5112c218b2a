"""Why an order filled, or did not, in plain words: a pure function over journal records."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from magents.journal.comparing import (
    Candle,
    Candles,
    compared,
    nearest,
    prices_of,
    quoted,
)
from magents.model.fill_rules import ACTIONS, RULES, number_in
from magents.model.money import ZERO, plain
from magents.model.orders import CLOSED, Order, OrderState, TimeInForce
from magents.model.records import (
    Amendment,
    Check,
    Entry,
    Fill,
    OrderEvent,
    Signal,
    Verdict,
)
from magents.model.time import iso


class Market(NamedTuple):
    """What the journal does not hold, read from the run's data and settings.

    Attributes:
        candles: the instrument's bars while the order lived; ``None`` where there are none.
        missing: why there are none. cap: the part of a bar's volume the fund may have.
        taken: units the whole fund filled, by the close of the bar.
    """

    candles: Candles | None = None
    missing: str = ""
    cap: float | None = None
    taken: dict[int, Decimal] | None = None


class Explained(NamedTuple):
    """An order's story.

    Attributes:
        order: its id. outcome: ``filled``, ``partly filled``, ``not filled``, ``refused``,
            ``rejected`` or ``open``. sentences: in the order they happened, the outcome first.
    """

    order: str
    outcome: str
    sentences: list[str]


def explain(chain: Sequence[Entry], market: Market) -> Explained:
    """Tell the story of one order.

    Args:
        chain: its records in order, the signal that caused it first, as
            :func:`magents.journal.reading.trace` gives them.
        market: what it met.
    """
    order = next(entry for entry in chain if isinstance(entry, Order))
    outcome, headline = _outcome(order, chain)
    sentences = [headline, _wanted(order), _cause(order, chain)]
    for index, entry in enumerate(chain):
        sentences += _told(_amended(order, chain[:index]), entry, market)
    if outcome in {"not filled", "partly filled", "open"}:
        sentences += _missed(_amended(order, chain), chain, market)
    if market.missing:
        sentences.append(f"No bars can be shown: {market.missing}.")
    return Explained(order.id, outcome, [s for s in sentences if s])


# -- what it came to ---------------------------------------------------------------------------


def _outcome(order: Order, chain: Sequence[Entry]) -> tuple[str, str]:
    fills = [entry for entry in chain if isinstance(entry, Fill)]
    last = _last_event(chain)
    whole = _amended(order, chain).quantity
    done = sum((abs(fill.quantity) for fill in fills), ZERO)
    if any(isinstance(entry, Verdict) and not entry.accepted for entry in chain):
        return "refused", f"{order.id} was refused by the risk team and never sent."
    if last is not None and last.state is OrderState.REJECTED:
        return "rejected", f"{order.id} was rejected by the venue."
    amount = f"{plain(done)} of {plain(whole)} {order.instrument}"
    if fills and fills[-1].complete:
        return "filled", f"{order.id} filled wholly: {amount}{_average(fills, done)}."
    closed = last is not None and last.state in CLOSED
    ending = f", then {_word(last.state)}" if closed and last is not None else ", and is still open"
    if fills:
        return (
            "partly filled",
            f"{order.id} filled in part: {amount}{_average(fills, done)}{ending}.",
        )
    return ("not filled" if closed else "open"), f"{order.id} did not fill{ending}."


def _last_event(chain: Sequence[Entry]) -> OrderEvent | None:
    return next((entry for entry in reversed(chain) if isinstance(entry, OrderEvent)), None)


def _average(fills: Sequence[Fill], done: Decimal) -> str:
    worth = sum((abs(fill.quantity) * fill.price for fill in fills), ZERO)
    paid = sum((fill.commission for fill in fills), ZERO)
    return f" at {worth / done:.6g} on average, commission {plain(paid)}"


def _amended(order: Order, chain: Sequence[Entry]) -> Order:
    """Return the order with the amendments among some records."""
    prices = prices_of(order)
    for change in chain:
        if isinstance(change, Amendment):
            prices = prices.amended(change)
    return prices.order


# -- one sentence a record ---------------------------------------------------------------------


def _wanted(order: Order) -> str:
    prices = "".join(
        f", {name} {plain(price)}"
        for name in ("limit", "stop", "trail", "trail_percent", "limit_offset", "display")
        if (price := getattr(order, name)) is not None
    )
    flags = "".join(f", {_word(name)}" for name in ("post_only", "reduce_only") if _on(order, name))
    what = f"{order.side} {plain(order.quantity)} {order.instrument}"
    why = f" Its reason: {order.reason}." if order.reason and not order.forced else ""
    until = f" {iso(order.expires)}" if order.expires else ""
    who = f"The venue decided for {order.pod}" if order.forced else f"{order.pod} decided"
    return (
        f"{who} at {iso(order.ts)} to {what}: {_word(order.type)} order{prices}, "
        f"{_TIMES[order.tif]}{until}{flags}.{why}"
    )


_TIMES = {
    TimeInForce.GTC: "until cancelled",
    TimeInForce.DAY: "for the day",
    TimeInForce.IOC: "what fills at once",
    TimeInForce.FOK: "all at once or nothing",
    TimeInForce.GTD: "until",
    TimeInForce.AT_OPEN: "at the opening price",
    TimeInForce.AT_CLOSE: "at the closing price",
}


def _on(order: Order, name: str) -> bool:
    return bool(getattr(order, name))


def _forced(order: Order) -> str:
    """Say which rule made the venue trade for the pod, and the numbers compared."""
    number = number_in(order.reason)
    rule = RULES.get(number)
    by = f" by rule {number} ({rule.title})" if rule is not None else ""
    text = f" {rule.text}" if rule is not None else ""
    return f"The venue ordered it{by}: {order.reason.removeprefix(f'{number}: ')}.{text}"


def _cause(order: Order, chain: Sequence[Entry]) -> str:
    if order.forced:
        return _forced(order)
    signal = next((entry for entry in chain if isinstance(entry, Signal)), None)
    if signal is None:
        return "No signal caused it: the pod decided by itself."
    numbers = ", ".join(f"{name} {value:.6g}" for name, value in signal.evidence.items())
    return (
        f"The signal: {signal.agent} went from {signal.previous:+.3g} to {signal.conviction:+.3g} "
        f"on the bar of {signal.instrument} that closed {iso(signal.bar_ts)} at {signal.close:g}"
        + (f" ({numbers})." if numbers else ".")
    )


def _told(order: Order, entry: Entry, market: Market) -> list[str]:
    if isinstance(entry, Verdict):
        return [_verdict(entry)]
    if isinstance(entry, OrderEvent):
        return [_event(entry)]
    if isinstance(entry, Amendment):
        return [_change(entry)]
    return list(_fill(order, entry, market)) if isinstance(entry, Fill) else []


def _verdict(verdict: Verdict) -> str:
    if verdict.accepted:
        near = max(verdict.checks, key=_used, default=None)
        nearest_one = f"; the nearest to its limit: {_check(near)}" if near is not None else ""
        return f"The risk team accepted it by {len(verdict.checks)} checks{nearest_one}."
    failed = [check for check in verdict.checks if not check.ok]
    return f"The risk team refused it: {', '.join(_check(check) for check in failed)}."


def _used(check: Check) -> float:
    return check.value / check.limit if check.limit else 0.0


def _check(check: Check) -> str:
    return f"{check.rule} {check.value:.6g} against a limit of {check.limit:.6g}"


_EVENTS = {
    OrderState.ACCEPTED: "The venue accepted it",
    OrderState.REJECTED: "The venue rejected it",
    OrderState.EXPIRED: "It expired",
    OrderState.TRIGGERED: "Its trigger was reached",
    OrderState.HELD: "The venue held it for its parent",
    OrderState.PENDING_CANCEL: "A cancel was under way",
    OrderState.PENDING_AMEND: "An amendment was under way",
    OrderState.UNKNOWN: "The venue did not answer",
}


def _event(event: OrderEvent) -> str:
    number = number_in(event.note)
    done = _EVENTS.get(event.state, f"It was {_word(event.state)}")
    if number in ACTIONS and event.state not in CLOSED:
        done = "The venue adjusted it"
    note = event.note.removeprefix(f"{number}: ").rstrip(".")
    rule = RULES.get(number)
    by = f" by rule {number}" if number else ""
    title, text = (f" ({rule.title})", f" {rule.text}") if rule is not None else ("", "")
    return f"{done} at {iso(event.ts)}{by}{title}{f': {note}' if note else ''}.{text}"


def _change(change: Amendment) -> str:
    words = [
        f"{name} {plain(value)}"
        for name in ("quantity", "limit", "stop")
        if (value := getattr(change, name)) is not None
    ]
    return f"It was amended at {iso(change.ts)}: {', '.join(words)}."


def _word(name: str) -> str:
    return str(name).replace("_", " ")


# -- fills -------------------------------------------------------------------------------------


def _fill(order: Order, fill: Fill, market: Market) -> Iterator[str]:
    rule = RULES.get(fill.rule)
    said = f"rule {fill.rule}" + (f", {rule.title}: {rule.text}" if rule is not None else ".")
    amount = f"{plain(abs(fill.quantity))} at {plain(fill.price)}"
    yield f"It filled {amount} at {iso(fill.ts)} by {said}"
    candle = market.candles.at(fill.bar_ts) if market.candles is not None else None
    if candle is not None:
        yield _bar(order, candle)
        yield compared(order, candle)
        yield from _part(fill, candle, market)
    elif fill.bar_ts:
        yield f"It met the bar that closed {iso(fill.bar_ts)}."
    yield _costs(order, fill, candle)


def _bar(order: Order, candle: Candle) -> str:
    numbers = ", ".join(f"{name} {getattr(candle, name):g}" for name in Candle._fields[2:])
    return (
        f"It met the bar of {order.instrument} from {iso(candle.open_ts)} to {iso(candle.ts)}: "
        f"{numbers}."
    )


def _part(fill: Fill, candle: Candle, market: Market) -> Iterator[str]:
    """Say what limited a fill that is not the whole order."""
    if fill.complete or market.cap is None:
        return
    taken = (market.taken or {}).get(fill.bar_ts, abs(fill.quantity))
    yield (
        f"Rule B13, {RULES['B13'].title}: of the volume of {candle.volume:g} the fund may have "
        f"{market.cap:.2%}, which is {candle.volume * market.cap:g}; all its pods took "
        f"{plain(taken)}."
    )


def _costs(order: Order, fill: Fill, candle: Candle | None) -> str:
    worth = abs(fill.quantity * fill.price)
    part = f" ({fill.commission / worth * 10_000:.4g} bp of {plain(worth)})" if worth else ""
    said = f"Commission {plain(fill.commission)}{part}"
    shown = quoted(order, fill, candle) if candle is not None else None
    if shown is None or not shown:
        return said + "."
    worse = (float(fill.price) - shown) * order.side.sign
    if abs(worse) < 1e-12:  # noqa: PLR2004 - nothing but binary noise
        return said + ", no slippage."
    return f"{said}, slippage {worse:.6g} a unit ({worse / abs(shown) * 1e4:.4g} bp of {shown:g})."


# -- what never came ---------------------------------------------------------------------------


def _missed(order: Order, chain: Sequence[Entry], market: Market) -> Iterator[str]:
    """Say how near the market came to an order that did not fill wholly."""
    there = [entry for entry in chain if _at_venue(entry)]
    if market.candles is None or not there:
        return
    last = _last_event(chain)
    ended = last.ts if last is not None and last.state in CLOSED else None
    yield nearest(order, market.candles.between(there[0].ts, ended))
    if market.cap is not None:
        yield f"Rule B13: the fund may have {market.cap:.2%} of a bar's volume, and no more."


def _at_venue(entry: Entry) -> bool:
    states = {OrderState.ACCEPTED, OrderState.HELD, OrderState.TRIGGERED}
    return isinstance(entry, OrderEvent) and entry.state in states
