"""backtrader: its broker as it is.

A day order of its own ends with the session it was sent in, which is over; so it is given the end
of the next session as its last moment.
"""
# ruff: noqa: ANN401 - no types come with it

import datetime as dt
from collections.abc import Iterator
from typing import Any

import backtrader as bt

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

KINDS = {
    "market": bt.Order.Market,
    "limit": bt.Order.Limit,
    "stop": bt.Order.Stop,
    "stop_limit": bt.Order.StopLimit,
}


class Rows(bt.feed.DataBase):
    """A feed of candles."""

    params = (("rows", ()),)

    def start(self) -> None:
        """Begin at the first row."""
        super().start()
        self._rows: Iterator[Candle] = iter(self.p.rows)

    def _load(self) -> bool:
        row = next(self._rows, None)
        if row is None:
            return False
        lines = self.lines
        lines.datetime[0] = bt.date2num(dt.datetime.fromisoformat(row.session))
        lines.open[0], lines.high[0], lines.low[0] = row.open, row.high, row.low
        lines.close[0], lines.volume[0], lines.openinterest[0] = row.close, row.volume, 0.0
        return True


class Sender(bt.Strategy):
    """Sends the tickets and collects the fills."""

    params = (("tickets", ()), ("sessions", ()))

    def __init__(self) -> None:
        """Have no fills yet."""
        self._tickets = by_session(self.p.tickets)
        following = self.p.sessions[1:]
        self._next = dict(zip(self.p.sessions, following, strict=False))
        self.fills: list[Done] = []

    def next(self) -> None:
        """Send what is to be sent after this session."""
        session = self.datas[0].datetime.date(0).isoformat()
        for ticket in self._tickets.get(session, []):
            self._send(ticket, self._next.get(session, session))

    def _send(self, ticket: Ticket, until: str) -> None:
        prices = [each for each in (ticket.stop, ticket.limit) if each]
        (self.buy if ticket.sign > 0 else self.sell)(
            data=self.getdatabyname(ticket.instrument),
            size=ticket.quantity,
            exectype=KINDS[ticket.type],
            price=prices[0] if prices else None,
            plimit=prices[1] if len(prices) > 1 else None,
            valid=dt.datetime.fromisoformat(until) if ticket.tif == "day" else None,
            number=ticket.number,
        )

    def notify_order(self, order: Any) -> None:
        """Take news of an order."""
        if order.status == order.Completed:
            session = bt.num2date(order.executed.dt).date().isoformat()
            price, units = order.executed.price, abs(int(order.executed.size))
            fee = order.executed.comm
            self.fills.append(Done(order.info["number"], session, price, units, fee))


def main() -> None:
    """Run and print."""
    tickets, candles = read_all()
    sessions = sorted({candle.session for candle in candles})
    cerebro = bt.Cerebro(stdstats=False)
    for name, rows in by_instrument(candles).items():
        cerebro.adddata(Rows(rows=rows), name=name)
    cerebro.addstrategy(Sender, tickets=tickets, sessions=sessions)
    cerebro.broker.setcash(CAPITAL)
    cerebro.broker.setcommission(commission=COMMISSION)
    strategy = cerebro.run()[0]
    answer(bt.__version__, strategy.fills)


if __name__ == "__main__":
    main()
