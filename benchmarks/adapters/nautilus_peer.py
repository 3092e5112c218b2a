"""nautilus_trader: compiled engine, driven through its low-level backtest engine.

An order sent from ``on_bar`` fills at that bar's close.  For a fill at the next open each bar is
two events, a trade at the open and the bar at its close: decided in ``on_bar``, sent at the next
trade.  W4 has a latency of a nanosecond, so that an order meets the next tick.

``PEER_OMS=hedging`` opens a position for each round trip instead of reopening one: it is faster.
Money has five decimals, so that fees are not rounded to a cent.
"""

import os
import warnings
from decimal import Decimal

import pandas as pd
from nautilus_trader.backtest.engine import BacktestEngine, BacktestEngineConfig
from nautilus_trader.backtest.models import LatencyModel
from nautilus_trader.config import LoggingConfig, StrategyConfig
from nautilus_trader.model.currencies import Currency
from nautilus_trader.model.data import Bar, BarType, TradeTick
from nautilus_trader.model.enums import AccountType, CurrencyType, OmsType, OrderSide
from nautilus_trader.model.events import OrderFilled
from nautilus_trader.model.identifiers import InstrumentId, PositionId, Symbol, Venue
from nautilus_trader.model.instruments import Equity
from nautilus_trader.model.objects import Money, Price, Quantity
from nautilus_trader.persistence.wranglers import BarDataWrangler, TradeTickDataWrangler
from nautilus_trader.trading.strategy import Strategy

from benchmarks.adapters.common import Clockwork, Holding, Timer, job, report
from benchmarks.work import CAPITAL, COMMISSION, Job

VENUE = Venue("SIM")
HEDGING = os.environ.get("PEER_OMS") == "hedging"
MONEY = Currency("USX", 5, 0, "USX", CurrencyType.FIAT)
SPANS = {"1d": ("1-DAY", pd.Timedelta("23h")), "1m": ("1-MINUTE", pd.Timedelta("59s"))}


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


class Sending(Strategy):
    """Sends market orders and counts their fills."""

    def __init__(self, config: StrategyConfig) -> None:
        """Count from nothing."""
        super().__init__(config)
        self.fills = 0
        self._positions: dict[InstrumentId, PositionId] = {}

    def send(self, instrument: InstrumentId, units: int) -> None:
        """Send an order; a sale closes the position that the purchase opened."""
        side = OrderSide.BUY if units > 0 else OrderSide.SELL
        order = self.order_factory.market(instrument, side, Quantity.from_int(abs(units)))
        closes = self._positions.get(instrument) if HEDGING and units < 0 else None
        self.submit_order(order, position_id=closes)

    def on_order_filled(self, event: OrderFilled) -> None:
        """Take a fill."""
        self.fills += 1
        self._positions[event.instrument_id] = event.position_id


class Crossing(Sending):
    """The moving-average rule."""

    def __init__(self, config: StrategyConfig, rules: dict[BarType, Holding]) -> None:
        """Keep the rule of each instrument."""
        super().__init__(config)
        self._rules = rules
        self._waiting: dict[InstrumentId, int] = {}

    def on_start(self) -> None:
        """Subscribe."""
        for bars in self._rules:
            self.subscribe_bars(bars)
            self.subscribe_trade_ticks(bars.instrument_id)

    def on_bar(self, bar: Bar) -> None:
        """Decide on a close."""
        units = self._rules[bar.bar_type].order(bar.close.as_double())
        if units:
            self._waiting[bar.bar_type.instrument_id] = units

    def on_trade_tick(self, tick: TradeTick) -> None:
        """Send at the open what was decided."""
        if self._waiting:
            units = self._waiting.pop(tick.instrument_id, 0)
            if units:
                self.send(tick.instrument_id, units)


class Ticking(Sending):
    """The rule of W4."""

    def __init__(self, config: StrategyConfig, instrument: InstrumentId) -> None:
        """Start without ticks."""
        super().__init__(config)
        self._instrument, self._rule = instrument, Clockwork()

    def on_start(self) -> None:
        """Subscribe."""
        self.subscribe_trade_ticks(self._instrument)

    def on_trade_tick(self, tick: TradeTick) -> None:
        """Take a tick."""
        units = self._rule.order(tick.price.as_double())
        if units:
            self.send(self._instrument, units)


def open_engine(*, ticks: bool) -> BacktestEngine:
    """Return an engine with one venue."""
    quiet = LoggingConfig(bypass_logging=True)
    engine = BacktestEngine(BacktestEngineConfig(logging=quiet, run_analysis=False))
    engine.add_venue(
        venue=VENUE,
        oms_type=OmsType.HEDGING if HEDGING else OmsType.NETTING,
        account_type=AccountType.CASH,
        starting_balances=[Money(CAPITAL, MONEY)],
        base_currency=MONEY,
        latency_model=LatencyModel(base_latency_nanos=1) if ticks else None,
    )
    return engine


def add_bars(engine: BacktestEngine, of: Job) -> tuple[int, dict[InstrumentId, float]]:
    """Load bars and strategies; return the number of bars and the last closes."""
    table = pd.read_csv(of.data / f"{of.name}.csv", parse_dates=["ts"])
    spec, span = SPANS[of.work.bar]
    kinds, data, last = [], [], {}
    for name, bars in table.groupby("symbol"):
        instrument = share(name)
        engine.add_instrument(instrument)
        kind = BarType.from_str(f"{instrument.id}-{spec}-LAST-EXTERNAL")
        kinds.append(kind)
        opened = pd.DatetimeIndex(bars["ts"]).tz_localize("UTC")
        columns = bars[["open", "high", "low", "close", "volume"]].set_index(opened + span)
        data += BarDataWrangler(kind, instrument).process(columns)
        data += opening_trades(instrument, bars, opened)
        last[instrument.id] = bars["close"].iloc[-1]
    engine.add_data(data)
    for fast, slow in of.work.windows:
        rules = {kind: Holding(fast, slow, CAPITAL * of.work.budget) for kind in kinds}
        config = StrategyConfig(strategy_id=f"X-{fast}", order_id_tag=f"{fast}")
        engine.add_strategy(Crossing(config, rules))
    return len(table), last


def opening_trades(
    instrument: Equity, bars: pd.DataFrame, opened: pd.DatetimeIndex
) -> list[TradeTick]:
    """Return a trade at each open."""
    columns = {
        "price": bars["open"].to_numpy(),
        "quantity": bars["volume"].to_numpy(),
        "trade_id": range(len(bars)),
        "side": "BUY",
    }
    return TradeTickDataWrangler(instrument).process(pd.DataFrame(columns, index=opened))


def add_ticks(engine: BacktestEngine, of: Job) -> tuple[int, dict[InstrumentId, float]]:
    """Load ticks and the strategy; return the number of ticks and the last price."""
    table = pd.read_csv(of.data / f"{of.name}.csv")
    instrument = share("S00")
    engine.add_instrument(instrument)
    table["timestamp"] = pd.to_datetime(table.pop("ts_ns"), unit="ns", utc=True)
    table["side"] = table["side"].map({"B": "BUY", "S": "SELL"})
    table["trade_id"] = range(len(table))
    table = table.rename(columns={"size": "quantity"}).set_index("timestamp")
    engine.add_data(TradeTickDataWrangler(instrument).process(table))
    engine.add_strategy(Ticking(StrategyConfig(strategy_id="T-0"), instrument.id))
    return len(table), {instrument.id: table["price"].iloc[-1]}


def equity(engine: BacktestEngine, last: dict[InstrumentId, float]) -> float:
    """Return cash and positions at the last prices."""
    account = engine.cache.account_for_venue(VENUE)
    held = engine.cache.positions_open()
    cash = float(account.balance_total(MONEY).as_decimal())
    return cash + sum(float(each.signed_qty) * last[each.instrument_id] for each in held)


def main() -> None:
    """Measure."""
    warnings.filterwarnings("ignore")
    of = job()
    Currency.register(MONEY)
    ticks = of.work.bar == "tick"
    engine = open_engine(ticks=ticks)
    count, last = (add_ticks if ticks else add_bars)(engine, of)
    with Timer() as timer:
        engine.run()
    fills = sum(strategy.fills for strategy in engine.trader.strategies())
    report("nautilus_trader", timer, count, fills, equity(engine, last))


if __name__ == "__main__":
    main()
