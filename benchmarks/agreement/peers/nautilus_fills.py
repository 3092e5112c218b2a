"""nautilus_trader: its matching engine on bars.

An order sent at a close fills against that close.  So each bar is preceded by a trade at its open,
and what was decided on a close is sent then: market orders meet the open.  Stops that the open has
passed already are not rejected (``reject_stop_orders=False``) but filled.  Day orders do not end by
themselves: what is open at the close is cancelled, as a user would.
"""

import warnings
from decimal import Decimal

import nautilus_trader
from nautilus_trader.backtest.engine import BacktestEngine, BacktestEngineConfig
from nautilus_trader.config import LoggingConfig, StrategyConfig
from nautilus_trader.model.currencies import Currency
from nautilus_trader.model.data import Bar, BarType, TradeTick
from nautilus_trader.model.enums import (
    AccountType,
    AggressorSide,
    CurrencyType,
    OmsType,
    OrderSide,
    TimeInForce,
)
from nautilus_trader.model.events import OrderFilled
from nautilus_trader.model.identifiers import (
    ClientOrderId,
    InstrumentId,
    Symbol,
    TradeId,
    Venue,
)
from nautilus_trader.model.instruments import Equity
from nautilus_trader.model.objects import Money, Price, Quantity
from nautilus_trader.model.orders import Order
from nautilus_trader.trading.strategy import Strategy

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

VENUE = Venue("SIM")
MONEY = Currency("USX", 5, 0, "USX", CurrencyType.FIAT)
Data = Bar | TradeTick


def share(name: str) -> Equity:
    """Return an instrument with the commission on every fill."""
    return Equity(
        instrument_id=InstrumentId(Symbol(name), VENUE),
        raw_symbol=Symbol(name),
        currency=MONEY,
        price_precision=2,
        price_increment=Price.from_str("0.01"),
        lot_size=Quantity.from_int(1),
        ts_event=0,
        ts_init=0,
        maker_fee=Decimal(str(COMMISSION)),
        taker_fee=Decimal(str(COMMISSION)),
    )


def kind_of(name: str) -> BarType:
    """Return the type of an instrument's bars."""
    return BarType.from_str(f"{name}.{VENUE}-1-DAY-LAST-EXTERNAL")


def price(value: float) -> Price:
    """Return a price in cents."""
    return Price(value, 2)


def data(candle: Candle) -> tuple[Data, Data]:
    """Return the trade at the open, and the bar at its close."""
    kind, size = kind_of(candle.instrument), Quantity.from_int(candle.volume)
    name = f"{candle.instrument}-{candle.session}"
    opened, closed = candle.open_ts, candle.ts
    trade = TradeTick(
        kind.instrument_id,
        price(candle.open),
        size,
        AggressorSide.NO_AGGRESSOR,
        TradeId(name),
        opened,
        opened,
    )
    prices = map(price, (candle.open, candle.high, candle.low, candle.close))
    return trade, Bar(kind, *prices, size, closed, closed)


class Sender(Strategy):
    """Sends the tickets and collects the fills."""

    def __init__(self, tickets: list[Ticket], table: dict[str, list[Candle]]) -> None:
        """Have no fills yet."""
        super().__init__(StrategyConfig(strategy_id="S-0"))
        self._names = list(table)
        self._tickets = by_session(tickets)
        self._sessions = {c.ts: c.session for rows in table.values() for c in rows}
        self._opens = {c.open_ts: c.session for rows in table.values() for c in rows}
        self._waiting: dict[str, list[Ticket]] = {}
        self.fills: list[Done] = []

    def on_start(self) -> None:
        """Subscribe."""
        for name in self._names:
            self.subscribe_bars(kind_of(name))
            self.subscribe_trade_ticks(kind_of(name).instrument_id)

    def on_bar(self, bar: Bar) -> None:
        """End day orders; take down what is to be sent at the next open."""
        name = bar.bar_type.instrument_id.symbol.value
        for order in self.cache.orders_open(instrument_id=bar.bar_type.instrument_id):
            if order.time_in_force == TimeInForce.DAY:
                self.cancel_order(order)
        tickets = self._tickets.get(self._sessions[bar.ts_event], [])
        self._waiting[name] = [ticket for ticket in tickets if ticket.instrument == name]

    def on_trade_tick(self, tick: TradeTick) -> None:
        """Send at the open."""
        for ticket in self._waiting.pop(tick.instrument_id.symbol.value, []):
            self.submit_order(self._order(ticket, tick.instrument_id))

    def _order(self, ticket: Ticket, instrument: InstrumentId) -> Order:
        day = TimeInForce.DAY if ticket.tif == "day" else TimeInForce.GTC
        words = {
            "instrument_id": instrument,
            "order_side": OrderSide.BUY if ticket.sign > 0 else OrderSide.SELL,
            "quantity": Quantity.from_int(ticket.quantity),
            "client_order_id": ClientOrderId(f"O-{ticket.number}"),
            "time_in_force": day,
        }
        if ticket.stop:
            words["trigger_price"] = price(ticket.stop)
        if ticket.limit:
            words["price"] = price(ticket.limit)
        make = {
            "market": self.order_factory.market,
            "limit": self.order_factory.limit,
            "stop": self.order_factory.stop_market,
            "stop_limit": self.order_factory.stop_limit,
        }
        return make[ticket.type](**words)

    def on_order_filled(self, event: OrderFilled) -> None:
        """Take a fill; those of an opening trade belong to the bar it opens."""
        number = int(event.client_order_id.value.removeprefix("O-"))
        session = self._sessions.get(event.ts_event) or self._opens[event.ts_event]
        price, units = event.last_px.as_double(), int(event.last_qty)
        self.fills.append(Done(number, session, price, units, event.commission.as_double()))


def open_engine() -> BacktestEngine:
    """Return an engine with one venue, where one may owe shares."""
    quiet = LoggingConfig(bypass_logging=True)
    engine = BacktestEngine(BacktestEngineConfig(logging=quiet, run_analysis=False))
    engine.add_venue(
        venue=VENUE,
        oms_type=OmsType.NETTING,
        account_type=AccountType.MARGIN,
        starting_balances=[Money(CAPITAL, MONEY)],
        base_currency=MONEY,
        reject_stop_orders=False,
    )
    return engine


def main() -> None:
    """Run and print."""
    warnings.filterwarnings("ignore")
    tickets, candles = read_all()
    Currency.register(MONEY)
    engine = open_engine()
    table = by_instrument(candles)
    for name in table:
        engine.add_instrument(share(name))
    pairs = [data(candle) for candle in candles]
    engine.add_data([each for pair in pairs for each in pair])
    strategy = Sender(tickets, table)
    engine.add_strategy(strategy)
    engine.run()
    answer(nautilus_trader.__version__, strategy.fills)


if __name__ == "__main__":
    main()
