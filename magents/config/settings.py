"""The settings of a run and their defaults; what each means is said in ``config/default.yaml``."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from brokers.simulated.settings import CarrySettings, Costs, Latency, MarginSettings, Venue
from feeds.live.settings import Live

Positive = Annotated[float, Meta(gt=0)]
NotNegative = Annotated[float, Meta(ge=0)]
Currency = Annotated[str, Meta(pattern="^[A-Z]{3,5}$", description="a currency code such as USD")]
BarLength = Annotated[
    str, Meta(pattern="^(auto|[1-9][0-9]*[smhdw])$", description='a bar such as 1d, or "auto"')
]


def pace(speed: str | float) -> float | None:
    """Return how many simulated seconds pass in a real one; ``None`` is as fast as possible.

    Raises:
        ValueError: the speed is neither ``max`` nor a positive multiple.
    """
    if speed == "max":
        return None
    try:
        times = float(str(speed).removesuffix("x"))
    except ValueError:
        times = 0.0
    if not 0 < times < float("inf"):
        msg = f'speed expected "max" or a multiple of real time such as 60x, got "{speed}"'
        raise ValueError(msg)
    return times


def _once(field: str, names: tuple[str, ...]) -> None:
    for name in names:
        if names.count(name) > 1:
            msg = f"{field} names {name} twice"
            raise ValueError(msg)


class Global(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What holds for the whole fund.

    Attributes:
        initial_capital: Cash at the start, in the fund's currency.
        currency: The fund's currency.
        max_leverage: Gross exposure of the fund over its equity may not go above this.
        transaction_cost: Commission, as a fraction of the notional of each fill.
        slippage_bps: Hundredths of a percent by which market orders fill worse.
        fractional: Whether parts of a unit trade; null leaves it to the instruments.
        seed: The seed of every random stream.
    """

    initial_capital: Decimal = Decimal(1_000_000)
    currency: Currency = "USD"
    max_leverage: Positive = 2.0
    transaction_cost: Annotated[float, Meta(ge=0, lt=1)] = 0.001
    slippage_bps: Annotated[float, Meta(ge=0, lt=10_000)] = 0.0
    fractional: bool | None = None
    seed: Annotated[int, Meta(ge=0)] = 7

    def __post_init__(self) -> None:
        """Refuse a fund without money."""
        if not self.initial_capital.is_finite() or self.initial_capital <= 0:
            msg = f"initial_capital expected a number above 0, got {self.initial_capital}"
            raise ValueError(msg)


class Data(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which data, and how to read them.

    Attributes:
        dir: The data directory, from where magents is started; null is the sample that comes with
            it.
        instruments: Ids of what to trade, such as [AAPL, MSFT]; empty takes all there are.
        start: The first day, such as 2014-01-31; null is as far back as the data go.
        end: The last day, included; null is as far as the data go.
        calendar: A code of exchange_calendars such as XNYS, or 24/7; auto reads it off the data.
        bar: The length of a bar, such as 1d or 5m; auto reads it off the data.
        timestamp: Whether the data stamp a bar with its open or its close.
        prices: What has been done to them: split_adjusted, raw (splits happen to positions), or
            total_return (dividends are in them already).
        on_bad_row: At a bad row: fail, or drop it and say so.
    """

    dir: str | None = None
    instruments: tuple[str, ...] = ()
    start: date | None = None
    end: date | None = None
    calendar: str = "auto"
    bar: BarLength = "auto"
    timestamp: Literal["open", "close"] = "open"
    prices: Literal["split_adjusted", "raw", "total_return"] = "split_adjusted"
    on_bad_row: Literal["fail", "drop"] = "fail"

    def __post_init__(self) -> None:
        """Refuse a span that ends before it starts, and a name given twice."""
        if self.start and self.end and self.end < self.start:
            msg = f"end {self.end} is before the start, {self.start}"
            raise ValueError(msg)
        _once("instruments", self.instruments)


class Risk(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Limits that an order must meet before it is sent.

    Attributes:
        max_gross: Gross exposure of the fund over its equity; null is global.max_leverage.
        max_net: Net exposure of the fund over its equity, either way; null is global.max_leverage.
        max_single_name: Exposure of the fund to one instrument, over the fund's equity.
        max_pod_leverage: Gross exposure of a pod over its own equity; null is global.max_leverage.
        price_collar: How far a price may lie from the last close, as a fraction of it.
        max_orders_per_minute: Orders of one pod in a simulated minute.
        restricted: Instruments that nobody may trade.
    """

    max_gross: Positive | None = None
    max_net: Positive | None = None
    max_single_name: Positive = 0.25
    max_pod_leverage: Positive | None = None
    price_collar: Positive = 0.10
    max_orders_per_minute: Annotated[int, Meta(ge=1)] = 600
    restricted: tuple[str, ...] = ()


class Exchange(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The simulated exchange."""

    costs: Costs = Costs()
    latency: Latency = Latency()
    carry: CarrySettings = CarrySettings()
    margin: MarginSettings = MarginSettings()
    venue: Venue = Venue()


class Run(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How the run runs; nothing here changes what comes of it.

    Attributes:
        block_size: Rows of data taken in at once; left out, as many as make about 65,000
            numbers a field. The result is the same.
        speed: As fast as possible (max), or a multiple of real time such as 1x or 60x.
        check: Reconcile the whole ledger after every event.
        log_level: The least severe line of the log: debug, info, warning or error.
    """

    block_size: Annotated[int, Meta(ge=1)] | None = None
    speed: str | float = "max"
    check: bool = False
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    def __post_init__(self) -> None:
        """Refuse a speed that means nothing."""
        pace(self.speed)


class Report(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is written in the end.

    Attributes:
        generate: Whether to write report.html into the run's folder.
        dir: Where the run's folder goes.
    """

    generate: bool = False
    dir: str = "results"


class Settings(
    msgspec.Struct,
    frozen=True,
    forbid_unknown_fields=True,
    kw_only=True,
    rename={"global_": "global"},
):
    """Everything; ``strategies`` maps a pod's name to its own settings, see :func:`pods`."""

    global_: Global = Global()
    data: Data = Data()
    risk: Risk = Risk()
    exchange: Exchange = Exchange()
    live: Live = Live()
    run: Run = Run()
    report: Report = Report()
    strategies: dict[str, dict[str, Any]] = msgspec.field(default_factory=dict)
