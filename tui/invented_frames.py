"""The frames of the invented fund: everything from waves and a counter, nothing from chance."""

from dataclasses import dataclass
from functools import lru_cache
from math import cos, sin
from typing import TYPE_CHECKING

from msgspec import structs

from magents.model.snapshots import (
    AskRow,
    BarRow,
    Book,
    Breach,
    Curve,
    DataView,
    EventRow,
    FeedRow,
    FillRow,
    Frame,
    Head,
    InstrumentRow,
    LimitUse,
    Mark,
    MarketView,
    OrderRow,
    PodDetail,
    PodRow,
    PositionRow,
    QueueRow,
    RiskView,
    SignalRow,
    Thought,
    Wish,
)

if TYPE_CHECKING:
    from tui.invented import Fiction

SECOND = 1_000_000_000
DAY = 86_400 * SECOND
START = 16_072 * DAY + 21 * 3600 * SECOND
"""2014-01-02, 21:00 UTC."""
NAMES = ("ma", "value", "congress", "sentiment", "pairs", "carry", "breakout", "reversal")
TICKERS = ("AAPL", "MSFT", "KO", "XOM", "JPM", "PG", "WMT", "GE", "T", "CVX", "PFE", "IBM")
RULES = (
    ("gross", "x", 1.0),
    ("net", "x", 0.6),
    ("single_name", "%", 0.25),
    ("order_rate", "", 60.0),
)


@dataclass(frozen=True)
class Shape:
    """How large the invented fund is."""

    pods: int = 4
    instruments: int = 12
    days: int = 500
    mode: str = "replay"
    asks: int = 0

    @property
    def names(self) -> list[str]:
        """Return the names of the pods."""
        return [f"{NAMES[at % 8]}{at // 8 or ''}" for at in range(self.pods)]

    @property
    def tickers(self) -> list[str]:
        """Return the names of the instruments."""
        return [f"{TICKERS[at % 12]}{at // 12 or ''}" for at in range(self.instruments)]


def when(day: int) -> int:
    """Return the instant of a day's close."""
    return START + day * DAY


@lru_cache(maxsize=200_000)
def wave(day: int, at: int) -> float:
    """Return what a pod or instrument gained by a day, as a share; smooth and with a trend."""
    slow = sin(day / 41 + at * 1.7) * 0.06 + sin(day / 13 + at) * 0.025
    return slow + (0.0004 - 0.0001 * (at % 5)) * day + 0.004 * cos(day * 2.3 + at)


def frame_of(now: "Fiction", wish: Wish) -> Frame:
    """Make the frame a wish asks for."""
    day, shape = now.cursor, now.shape
    pods = tuple(_pod(now, at, name) for at, name in enumerate(shape.names))
    page = wish.page
    return Frame(
        head=_head(now, pods),
        curve=Curve(
            tuple(when(d) for d in range(day + 1)), tuple(_value(shape, d) for d in range(day + 1))
        ),
        pods=pods,
        gauges=_limits(now, ""),
        marks=tuple(Mark(when(d), "fill") for d in range(2, now.day, 9))
        + tuple(Mark(when(d), "breach") for d in range(17, now.day, 50)),
        events=_events(now, wish.newest if page == "log" else 30),
        breakpoints=now.breakpoints,
        pod=_detail(now, wish.pod or shape.names[0], pods) if page == "pod" else None,
        instruments=_instruments(now) if page == "market" else (),
        market=_market(now, wish.instrument or shape.tickers[0]) if page == "market" else None,
        orders=_orders(now, wish.newest) if page == "blotter" else (),
        fills=_fills(now, wish.newest) if page == "blotter" else (),
        risk=_risk(now) if page == "risk" else None,
        data=_data(now) if page == "data" else None,
        asks=_asks(now) if page == "desk" else (),
    )


@lru_cache(maxsize=20_000)
def _value(shape: Shape, day: int) -> float:
    return sum(1e6 / shape.pods * (1 + wave(day, at)) for at in range(shape.pods))


def _head(now: "Fiction", pods: tuple[PodRow, ...]) -> Head:
    day, shape = now.cursor, now.shape
    values = [_value(shape, d) for d in range(day + 1)]
    return Head(
        run="invented",
        mode=shape.mode,
        seq=now.seq,
        start=START,
        end=when(shape.days) if shape.mode == "replay" else 0,
        computed=when(now.day),
        shown=when(day),
        state=now.state,
        reason=now.reason,
        speed=now.speed,
        records=day * 37,
        rate=118_000.0 if now.state == "playing" else 0.0,
        review=now.shown is not None,
        controls=now.controls,
        holder="this screen" if now.controls else "another screen",
        killed=now.killed,
        value=values[-1],
        initial=1e6,
        day=values[-1] - values[max(0, day - 1)],
        drawdown=values[-1] / max(values) - 1,
        gross=sum(pod.gross for pod in pods) / len(pods),
        net=sum(pod.net for pod in pods) / len(pods),
        warnings=day // 60,
        breaches=day // 50,
    )


def _pod(now: "Fiction", at: int, name: str) -> PodRow:
    day, capital = now.cursor, 1e6 / now.shape.pods
    values = [capital * (1 + wave(max(0, day - 2 * back), at)) for back in range(23, -1, -1)]
    state = now.states.get(name, "trading")
    return PodRow(
        pod=name,
        strategy=f"trend/{NAMES[at % 8]}",
        state=state,
        capital=capital,
        value=values[-1],
        day=values[-1] - capital * (1 + wave(max(0, day - 1), at)),
        total=values[-1] - capital,
        drawdown=min(0.0, values[-1] / max(values) - 1),
        gross=0.0 if state == "flat" else 0.6 + 0.3 * sin(day / 7 + at),
        net=0.0 if state == "flat" else 0.4 * sin(day / 9 + at),
        working=0 if state == "flat" else (day + at) % 4,
        fills=day * (at % 3 + 1) // 4,
        use=0.7 + 0.4 * sin(day / 11 + at),
        trend=tuple(values),
        reason="" if state == "trading" else f"{state} from a screen",
    )


def _limits(now: "Fiction", pod: str) -> tuple[LimitUse, ...]:
    found = []
    for at, (rule, unit, bound) in enumerate(RULES):
        limit = now.limits.get((pod, rule), bound)
        value = bound * (0.55 + 0.4 * sin(now.cursor / 11 + at + len(pod)))
        found.append(LimitUse(pod, rule, value, limit, unit))
    return tuple(found)


def _events(now: "Fiction", newest: int) -> tuple[EventRow, ...]:
    count = min(newest, now.cursor)
    return tuple(_event(now.shape, day) for day in range(now.cursor - count, now.cursor))


def _event(shape: Shape, day: int) -> EventRow:
    pod, ticker = shape.names[day % shape.pods], shape.tickers[day % shape.instruments]
    order = f"{pod}:{day}"
    if day % 17 == 0:
        text = f"{order} refused: gross 1.04x would be over 1.00x"
        return EventRow(day, when(day), "refusal", "warning", pod, text, ticker, order)
    if day % 50 == 49:  # noqa: PLR2004 - now and then
        text = "drawdown 10.2% is over 10%: halted"
        return EventRow(day, when(day), "halt", "error", pod, text)
    text = f"{order} bought {10 + day % 90} {ticker} at {_close(day, day % 12):.2f}"
    return EventRow(day, when(day), "fill", "info", pod, text, ticker, order)


def _detail(now: "Fiction", name: str, pods: tuple[PodRow, ...]) -> PodDetail:
    at = now.shape.names.index(name)
    day, tickers = now.cursor, now.shape.tickers
    mine = [order for order in _orders(now, 60) if order.pod == name][-pods[at].working or 60 :]
    resting = [structs.replace(order, state="accepted", filled=0.0) for order in mine]
    return PodDetail(
        row=pods[at],
        curve=Curve(
            tuple(when(d) for d in range(day + 1)),
            tuple(pods[at].capital * (1 + wave(d, at)) for d in range(day + 1)),
        ),
        positions=tuple(_position(day, i, tickers[i]) for i in range(min(5, len(tickers)))),
        orders=tuple(resting if pods[at].working else ()),
        signals=tuple(
            SignalRow(
                ("trend", "graham")[i % 2],
                tickers[i],
                when(day - i),
                round(sin(day / 9 + i), 2),
                round(sin((day - 5) / 9 + i), 2),
                {"fast": _close(day, i), "slow": _close(max(0, day - 20), i)},
            )
            for i in range(min(6, len(tickers)))
        ),
        thoughts=tuple(
            Thought(when(day - i), ("trend", "graham")[i % 2], _reason(day - i, tickers[i]))
            for i in range(min(6, len(tickers)))
        ),
        limits=_limits(now, name),
    )


def _reason(day: int, ticker: str) -> str:
    up = wave(day, 0) > wave(day - 5, 0)
    side = ("over", "buy") if up else ("under", "sell")
    return f"{ticker}: fast average {side[0]} the slow one, {side[1]}"


def _position(day: int, at: int, ticker: str) -> PositionRow:
    units = (40 + 13 * at) * (-1 if at % 3 == 2 else 1)  # noqa: PLR2004 - every third is short
    last, average = _close(day, at), _close(max(0, day - 15), at)
    return PositionRow(ticker, units, average, last, units * last, units * (last - average))


def _close(day: int, at: int) -> float:
    return (20 + 37 * (at % 9)) * (1 + 2 * wave(day, at))


def _instruments(now: "Fiction") -> tuple[InstrumentRow, ...]:
    day = now.cursor
    return tuple(
        InstrumentRow(
            name,
            _close(day, at),
            _close(day, at) / _close(max(0, day - 1), at) - 1,
            when(day),
            (40 + 13 * at) if at < 5 else 0.0,  # noqa: PLR2004 - as many as the pod holds
        )
        for at, name in enumerate(now.shape.tickers)
    )


def _market(now: "Fiction", name: str) -> MarketView:
    day, at = now.cursor, now.shape.tickers.index(name)
    bars = tuple(_bar(d, at) for d in range(max(1, day - 250), day + 1))
    return MarketView(instrument=name, daily=True, bars=bars, book=_book(day, at))


def _bar(day: int, at: int) -> BarRow:
    opened, closed = _close(day - 1, at), _close(day, at)
    room = abs(closed - opened) * 0.6 + closed * 0.003
    volume = 1e6 * (1.2 + sin(day * 1.3 + at))
    return BarRow(
        when(day),
        opened,
        max(opened, closed) + room,
        min(opened, closed) - room * 0.8,
        closed,
        volume,
        50.0 if day % 19 == 3 else 0.0,  # noqa: PLR2004 - now and then
        50.0 if day % 19 == 12 else 0.0,  # noqa: PLR2004
    )


def _book(day: int, at: int) -> Book | None:
    """Return a book for every other instrument."""
    if at % 2:
        return None
    last = _close(day, at)
    return Book(
        when(day),
        tuple((round(last - 0.01 * (i + 1), 2), 100 + 60 * ((day + i) % 7)) for i in range(10)),
        tuple((round(last + 0.01 * (i + 1), 2), 100 + 45 * ((day + i) % 8)) for i in range(10)),
    )


def _orders(now: "Fiction", newest: int) -> tuple[OrderRow, ...]:
    return tuple(_order(now.shape, day) for day in range(max(1, now.cursor - newest), now.cursor))


def _order(shape: Shape, day: int) -> OrderRow:
    pod, ticker = shape.names[day % shape.pods], shape.tickers[day % shape.instruments]
    units = float((10 + day % 90) * (-1 if day % 3 == 0 else 1))
    refused, working = day % 17 == 0, day % 11 == 0
    note = "gross 1.04x would be over 1.00x" if refused else ""
    return OrderRow(
        id=f"{pod}:{day}",
        ts=when(day),
        pod=pod,
        instrument=ticker,
        type="limit" if day % 4 == 0 else "market",
        quantity=units,
        filled=0.0 if refused or working else units,
        limit=round(_close(day, day % 12), 2) if day % 4 == 0 else None,
        stop=None,
        tif="day" if day % 4 == 0 else "gtc",
        state="refused" if refused else "accepted" if working else "filled",
        note=note,
    )


def _fills(now: "Fiction", newest: int) -> tuple[FillRow, ...]:
    rows = []
    for day in range(max(1, now.cursor - newest), now.cursor):
        order = _order(now.shape, day)
        if order.filled:
            price = _close(day, day % 12)
            fee = abs(order.filled) * price * 0.001
            row = (order.id, order.pod, order.instrument, order.filled, price, fee, "B1 next open")
            rows.append(FillRow(day, when(day), *row))
    return tuple(rows)


def _risk(now: "Fiction") -> RiskView:
    pods = [use for name in now.shape.names for use in _limits(now, name)]
    breaches = tuple(
        Breach(
            when(day), now.shape.names[day % now.shape.pods], "gross", 1.04, 1.0, "order refused"
        )
        for day in range(17, now.cursor, 17)
    )
    rung = 3 if now.killed else 1 if now.states else 0
    return RiskView(limits=(*_limits(now, ""), *pods), breaches=breaches, rung=rung)


def _data(now: "Fiction") -> DataView:
    day = now.cursor
    feeds = (
        FeedRow(source="bars daily", state="ok", age=300_000_000, rate=950.0, seen=day * 12),
        FeedRow(source="facts filings", state="ok", age=4 * SECOND, rate=0.2, seen=day // 6),
        FeedRow(
            source="news",
            state="stale",
            age=75 * SECOND,
            seen=day // 3,
            gaps=2,
            note="since 12 bars",
        ),
    )
    queues = (
        QueueRow("orders to risk", 0, 256, 3, 0, "sender waits"),
        QueueRow("quotes to ma", 7, 8, 8, day, "newest kept"),
    )
    return DataView(feeds=feeds, queues=queues, offset=-1_800_000)


def _asks(now: "Fiction") -> tuple[AskRow, ...]:
    return tuple(
        AskRow(
            number=at + 1,
            ts=when(now.cursor - now.shape.asks + at),
            pod=now.shape.names[at % now.shape.pods],
            model="large-1",
            question=f"Does the filing of {now.shape.tickers[at % 12]} change the thesis?",
            answer="It does not: earnings rose with sales." if at % 2 == 0 else "",
            cost=0.0123,
            tokens=842 + at,
        )
        for at in range(now.shape.asks)
    )
