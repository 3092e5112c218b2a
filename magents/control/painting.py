"""Makes frames: what one viewer is shown at this instant, as its wish asks."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from msgspec.structs import replace

from magents.control.curves import Curves
from magents.control.data_view import DataViews
from magents.control.market_view import instrument_rows, market_view
from magents.control.pod_view import PodViews
from magents.control.reel import Recorded
from magents.control.risk_view import gauges, risk_view, rung
from magents.control.rows import event_row, fill_row, order_row
from magents.control.tally import Numbered
from magents.control.valuing import Worth, worth_now
from magents.control.watching import Watch
from magents.fund import Fund
from magents.model.records import Signal
from magents.model.snapshots import (
    Breakpoint,
    Curve,
    DataView,
    EventRow,
    Frame,
    Head,
    MarketView,
    PodDetail,
    RiskView,
    State,
    Wish,
)
from magents.runtime import wall
from magents.staff import Parts

NEWEST = 1_000
"""Most rows of a list in a frame, whatever a viewer wishes for."""
FEW = 60
"""Events in a frame of a page that is not about them."""
LIVE_MODES = ("paper", "sandbox")
RECORDED = Wish("blotter", newest=100)
BEFORE = 8
"""Processes a run was taken up from whose bars are still shown."""


class Moving(NamedTuple):
    """How time moves at present."""

    state: State
    reason: str = ""
    speed: float = 0.0
    breakpoints: tuple[Breakpoint, ...] = ()


@dataclass
class _Rate:
    """Records a second, since the frame before."""

    records: int = 0
    at: float = field(default_factory=wall.monotonic)
    rate: float = 0.0

    def of(self, records: int) -> float:
        """Return the present rate; not reckoned again within half a second."""
        elapsed = wall.monotonic() - self.at
        if elapsed > 0.5:  # noqa: PLR2004 - seconds
            self.rate = (records - self.records) / elapsed
            self.records, self.at = records, self.at + elapsed
        return self.rate


class Painter:
    """Draws the fund. In its own thread, between two instants.

    Args:
        fund: what is drawn. run, mode: what it is called. end: of the run, where its data do not
            say when that is.
    """

    def __init__(self, fund: Fund, run: str, mode: str, end: int = 0) -> None:
        """Begin to watch."""
        self.parts = fund.parts
        self._commander = fund.commander
        self._run = run
        self._mode = mode
        self.watch = Watch(self.parts.journal)
        self.curves = Curves(self.parts)
        self._pods = PodViews(self.parts, self._commander, self.watch, self.curves)
        self._initial = float(self.parts.settings.global_.initial_capital)
        self._rate = _Rate()
        self._data_views = DataViews(self.parts)
        self._end = end or self._last_instant()
        self._before: tuple[Parts, ...] = ()
        self._seq = 0
        self._key: object = None

    def go_on_from(self, before: "Painter", past: Iterable[Numbered]) -> None:
        """Draw what was before too: another process has taken the run up.

        Args:
            before: drew it until then. past: what the journal has of it.
        """
        self._before = (*before.before, before.parts)[-BEFORE:]
        self.recall(past)

    def recall(self, past: Iterable[Numbered]) -> None:
        """Take in what another process recorded before this one took the run up."""
        for number, record in past:
            self.watch.recall(number, record)
            if isinstance(record, Signal):
                self._pods.minds.recall(record)

    @property
    def before(self) -> tuple[Parts, ...]:
        """Return the parts of funds that were taken up."""
        return self._before

    @property
    def begun(self) -> bool:
        """Return whether the fund has what it begins with."""
        self.curves.follow()
        return bool(self.curves.start)

    def value(self) -> float:
        """Return what the fund is worth now."""
        return worth_now(self.parts).value

    def frame(self, wish: Wish, moving: Moving) -> Frame:
        """Return a frame of now."""
        self.watch.look()
        self.curves.follow()
        worth, now = worth_now(self.parts), self.parts.clock.now()
        rows = self._pods.rows(worth)
        fund = gauges(self.parts, worth)
        return Frame(
            head=self._head(worth, moving),
            curve=self.curves.fund(now, worth.value),
            pods=rows,
            gauges=fund,
            marks=self.watch.tally.marks.rows(),
            events=self._events(wish.newest if wish.page == "log" else min(wish.newest, FEW)),
            breakpoints=moving.breakpoints,
            **self._page(wish, worth, now, moving),
        )

    def recorded(self, moving: Moving) -> Recorded:
        """Return a frame for the reel, with what any page may want of it."""
        frame = self.frame(RECORDED, moving)
        worth = worth_now(self.parts)
        details = self._pods.details(frame.pods, worth)
        full = replace(
            frame,
            curve=Curve(),
            marks=(),
            instruments=instrument_rows(self.parts, worth),
            risk=self._risk(frame, worth),
            data=self._data(moving),
        )
        return Recorded(full, details)

    def review(self, recorded: Recorded, wish: Wish, moving: Moving) -> Frame:
        """Return a recorded frame as a wish asks, marked as a review."""
        frame, at = recorded.frame, recorded.frame.head.shown
        now = self.parts.clock.now()
        head = replace(
            frame.head,
            seq=self._next(("review", at, now, wish, moving)),
            computed=now,
            review=True,
            state=moving.state,
            reason=moving.reason,
            speed=moving.speed,
        )
        details = {detail.row.pod: detail for detail in recorded.details}
        detail = details.get(wish.pod)
        market = None
        if wish.page == "market":
            market = self._market(wish, at)
        return replace(
            frame,
            head=head,
            curve=_until(self.curves.fund(now, frame.head.value), at),
            marks=self.watch.tally.marks.rows(),
            events=frame.events[-max(1, wish.newest) :],
            breakpoints=moving.breakpoints,
            pod=None if detail is None else self._with_curve(detail, at),
            market=market,
        )

    def detail(self, pod: str) -> PodDetail | None:
        """Return everything about a pod now, ``None`` where there is none by that name."""
        self.watch.look()
        worth, now = worth_now(self.parts), self.parts.clock.now()
        rows = {row.pod: row for row in self._pods.rows(worth)}
        return self._pods.detail(rows[pod], worth, now) if pod in rows else None

    def _page(self, wish: Wish, worth: Worth, now: int, moving: Moving) -> dict[str, Any]:
        """Return what belongs to the page that is looked at."""
        newest = min(max(1, wish.newest), NEWEST)
        if wish.page == "blotter":
            orders = list(self.watch.orders.values())[-newest:]
            fills = list(self.watch.fills)[-newest:]
            return {
                "orders": tuple(order_row(each) for each in orders),
                "fills": tuple(fill_row(each) for each in fills),
            }
        if wish.page == "market":
            return {
                "instruments": instrument_rows(self.parts, worth),
                "market": self._market(wish, now),
            }
        if wish.page == "pod":
            row = next((r for r in self._pods.rows(worth) if r.pod == wish.pod), None)
            return {"pod": None if row is None else self._pods.detail(row, worth, now)}
        if wish.page == "risk":
            return {"risk": self._risk(None, worth)}
        return {"data": self._data(moving)} if wish.page == "data" else {}

    def _market(self, wish: Wish, at: int) -> MarketView | None:
        return market_view(self.parts, wish.instrument, self.watch.fills, at, self._before)

    def _risk(self, frame: Frame | None, worth: Worth) -> RiskView:
        rows = frame.pods if frame is not None else self._pods.rows(worth)
        pods = [self._pods.limit(row.pod, row.gross) for row in rows]
        return risk_view(gauges(self.parts, worth), pods, self.watch, rung(self._commander, rows))

    def _data(self, moving: Moving) -> DataView:
        ended = moving.state in {"finished", "stopped"}
        return self._data_views.view(ended=ended, live=self._mode in LIVE_MODES)

    def _head(self, worth: Worth, moving: Moving) -> Head:
        now, records = self.parts.clock.now(), self.parts.journal.records
        value, counts = worth.value, self.watch.tally.counts
        peak = max(float(self.curves.peaks[0]), value, 1e-12)
        return Head(
            run=self._run,
            mode=self._mode,
            seq=self._next((now, records, moving)),
            start=self.curves.start or now,
            end=self._end,
            computed=now,
            shown=now,
            state=moving.state,
            reason=moving.reason,
            speed=moving.speed,
            records=records,
            rate=self._rate.of(records),
            killed=self._commander.killed,
            currency=self.parts.settings.global_.currency,
            value=value,
            initial=self._initial,
            day=value - float(self.curves.day_start[0]),
            drawdown=value / peak - 1,
            gross=worth.gross / value if value > 0 else 0.0,
            net=worth.net / value if value > 0 else 0.0,
            warnings=counts.get("refusal", 0) + counts.get("notice", 0),
            breaches=counts.get("breach", 0),
        )

    def _events(self, newest: int) -> tuple[EventRow, ...]:
        shown = self.watch.events(min(max(1, newest), NEWEST))
        return tuple(event_row(each) for each in shown)

    def _with_curve(self, detail: PodDetail, at: int) -> PodDetail:
        curve = self.curves.pod(detail.row.pod, self.parts.clock.now(), detail.row.value)
        return replace(detail, curve=_until(curve, at))

    def _next(self, key: object) -> int:
        """Return the frame's number: another one where there is something new."""
        if key != self._key:
            self._key = key
            self._seq += 1
        return self._seq

    def _last_instant(self) -> int:
        span = getattr(self.parts.feed, "span", None)
        return int(span()[1] or 0) if span is not None else 0


def _until(curve: Curve, at: int) -> Curve:
    """Return a curve as it was at an instant."""
    count = sum(ts <= at for ts in curve.ts)
    return Curve(curve.ts[:count], curve.value[:count])
