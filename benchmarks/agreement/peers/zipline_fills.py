"""zipline-reloaded.

Its own slippage models fill market orders at the close of the next bar; the one here fills them at
its open.  It leaves limit and stop orders to the engine, which compares their prices with closes.
It has no day orders: one still open after the next session is cancelled there, as a user would.
"""
# ruff: noqa: ANN401, E402 - no types come with it; its home must be known before it is imported

import os
import tempfile
import warnings
from importlib.metadata import version
from typing import Any

warnings.filterwarnings("ignore")
HOME = tempfile.TemporaryDirectory(prefix="agreement-")
os.environ["ZIPLINE_ROOT"] = HOME.name

import pandas as pd
from zipline import run_algorithm
from zipline.api import cancel_order, order, set_commission, set_slippage, symbol
from zipline.data.bundles import ingest, register
from zipline.finance import commission, slippage
from zipline.utils.calendar_utils import get_calendar

from benchmarks.agreement.tickets import (
    CAPITAL,
    COMMISSION,
    Candle,
    Done,
    Ticket,
    answer,
    by_instrument,
    by_session,
    read_all,
)

BUNDLE = "agreement"


class NextOpen(slippage.SlippageModel):
    """Market orders at the open of the bar, the others at its close."""

    @staticmethod
    def process_order(data: Any, wanted: Any) -> tuple[float, int]:
        """Return price and signed units of a fill."""
        plain = wanted.limit is None and wanted.stop is None and not wanted.stop_reached
        price = data.current(wanted.asset, "open" if plain else "close")
        return price, wanted.open_amount


class Algorithm:
    """Sends the tickets and remembers which order is which."""

    def __init__(self, tickets: list[Ticket]) -> None:
        """Keep the tickets."""
        self._tickets = by_session(tickets)
        self.numbers: dict[str, int] = {}
        self._day: list[str] = []

    def initialize(self, context: Any) -> None:
        """Set the costs."""
        del context
        set_slippage(NextOpen())
        set_commission(commission.PerDollar(COMMISSION))

    def handle_data(self, context: Any, data: Any) -> None:
        """Send what is to be sent after this session."""
        del data
        for each in self._day:
            cancel_order(each)
        self._day.clear()
        for ticket in self._tickets.get(str(context.get_datetime().date()), []):
            sent = order(
                symbol(ticket.instrument),
                ticket.sign * ticket.quantity,
                limit_price=ticket.limit or None,
                stop_price=ticket.stop or None,
            )
            self.numbers[sent] = ticket.number
            if ticket.tif == "day":
                self._day.append(sent)


def load(candles: list[Candle]) -> pd.DatetimeIndex:
    """Put the bars where the engine finds them; return the sessions."""
    table = pd.DataFrame(candles)
    days = pd.to_datetime(table["session"])
    sessions = pd.DatetimeIndex(sorted(days.unique()))
    columns = ["open", "high", "low", "close", "volume"]
    frames = {
        name: pd.DataFrame(rows).set_index(sessions)[columns]
        for name, rows in by_instrument(candles).items()
    }

    def write(_: Any, assets: Any, __: Any, daily: Any, adjustments: Any, *___: Any) -> None:
        equities = {"symbol": list(frames), "asset_name": list(frames), "exchange": "SIM"}
        dates = {"start_date": sessions[0], "end_date": sessions[-1]}
        exchanges = {"exchange": ["SIM"], "canonical_name": ["SIM"], "country_code": ["US"]}
        assets.write(
            equities=pd.DataFrame(
                {**equities, **dates, "auto_close_date": sessions[-1] + pd.Timedelta(days=30)}
            ),
            exchanges=pd.DataFrame(exchanges),
        )
        daily.write(enumerate(frames.values()))
        adjustments.write()

    register(
        BUNDLE, write, calendar_name="XNYS", start_session=sessions[0], end_session=sessions[-1]
    )
    ingest(BUNDLE, show_progress=False)
    return sessions


def fills(table: pd.DataFrame, numbers: dict[str, int]) -> list[Done]:
    """Return the fills of a finished run; each order fills whole, so its fee is its fill's."""
    fees = {each["id"]: each["commission"] for day in table["orders"] for each in day}
    return [
        Done(
            numbers[each["order_id"]],
            str(each["dt"].date()),
            float(each["price"]),
            abs(int(each["amount"])),
            float(fees[each["order_id"]]),
        )
        for day in table["transactions"]
        for each in day
    ]


def main() -> None:
    """Run and print."""
    tickets, candles = read_all()
    sessions = load(candles)
    algorithm = Algorithm(tickets)
    table = run_algorithm(
        start=sessions[0],
        end=sessions[-1],
        initialize=algorithm.initialize,
        handle_data=algorithm.handle_data,
        capital_base=CAPITAL,
        bundle=BUNDLE,
        trading_calendar=get_calendar("XNYS"),
        benchmark_returns=pd.Series(0.0, index=sessions.tz_localize("UTC")),
    )
    answer(version("zipline-reloaded"), fills(table, algorithm.numbers))


if __name__ == "__main__":
    main()
