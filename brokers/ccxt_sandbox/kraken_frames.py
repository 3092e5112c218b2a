"""Frames of Kraken futures about orders, read as they come.

ccxt adds up what each frame says was filled in all (4.5.90), and drops client ids; so its cache of
orders is not used for this venue.
"""

from collections import deque
from collections.abc import Mapping
from typing import Any

from brokers.ccxt_sandbox.parsing import number
from brokers.ccxt_sandbox.truth.messages import Report
from brokers.ccxt_sandbox.truth.rows import State

TRIGGERED = "stop_order_triggered"
"""Why a stop is told to be gone that goes on under the same id as an order."""
WAITING, KNOWN = 10_000, 5_000
"""Frames that may wait to be taken, and orders whose symbol is remembered."""


class KrakenFrames:
    """Mixed into ccxt's exchange: keeps what the frames of open orders say, as reports."""

    orders: Any
    safe_symbol: Any
    _reports: deque[Report]
    _last: dict[str, Report]

    def handle_order(self, client: Any, message: Mapping[str, Any]) -> Mapping[str, Any]:  # noqa: ANN401
        """Read one frame; wake whoever waits for news of orders."""
        row = message.get("order")
        if row is not None:
            report = self._working(row)
            if _is_end(message):
                report = _ended(report, str(message.get("reason")))
            self._note(report)
        elif _is_end(message):
            known = self._known().get(str(message.get("order_id")))
            if known is not None:
                self._note(_ended(known, str(message.get("reason"))))
        client.resolve([], "orders")
        return message

    def handle_order_snapshot(self, client: Any, message: Mapping[str, Any]) -> None:  # noqa: ANN401
        """Read the frame with which the feed begins."""
        for row in message.get("orders") or []:
            self._note(self._working(row))
        client.resolve([], "orders")

    def take_reports(self) -> list[Report]:
        """Return what came since the last time, oldest first."""
        self._known()
        taken = list(self._reports)
        self._reports.clear()
        return taken

    def _known(self) -> dict[str, Report]:
        if not hasattr(self, "_last"):
            self._last, self._reports = {}, deque(maxlen=WAITING)
        return self._last

    def _note(self, report: Report) -> None:
        known = self._known()
        known.pop(report.venue_id, None)
        known[report.venue_id] = report
        if len(known) > KNOWN:
            known.pop(next(iter(known)))
        self._reports.append(report)

    def _working(self, row: Mapping[str, Any]) -> Report:
        filled, left = number(row.get("filled")), number(row.get("qty"))
        limit = number(row.get("limit_price"))
        return Report(
            str(row.get("cli_ord_id") or ""),
            str(row.get("order_id") or ""),
            str(self.safe_symbol(row.get("instrument"))),
            State.WORKING,
            filled,
            None if filled is None or left is None else filled + left,
            limit or None,
        )


def _is_end(message: Mapping[str, Any]) -> bool:
    return bool(message.get("is_cancel")) and message.get("reason") != TRIGGERED


def _ended(last: Report, reason: str) -> Report:
    """Return that an order is gone; how much of it was filled last is in what was known of it."""
    full = reason == "full_fill"
    return Report(
        last.client,
        last.venue_id,
        last.symbol,
        State.FILLED if full else State.CANCELLED,
        last.quantity if full else last.filled,
        last.quantity,
        last.limit,
    )


MIXINS: Mapping[str, type] = {"krakenfutures": KrakenFrames}
