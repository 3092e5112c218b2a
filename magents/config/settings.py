"""The settings of a run and their defaults; what each means is said in ``config/default.yaml``."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

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
        initial_capital: cash at the start, in ``currency``.
        currency: the fund's currency.
        max_leverage: gross exposure of the fund over its equity may not go above this.
        transaction_cost: fraction of the notional, paid on each fill.
        slippage_bps: hundredths of a percent by which market orders fill worse.
        fractional: whether parts of a unit trade; ``None`` leaves it to the instruments.
        seed: of every random stream.
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
        dir: the data directory; ``None`` is the sample that comes with magents.
        instruments: ids to trade; empty takes all there are.
        start, end: first and last day, both included; ``None`` is as far as the data go.
        calendar: an ``exchange_calendars`` code or ``24/7``; ``auto`` reads it off the data.
        bar: the length of a bar; ``auto`` reads it off the data.
        timestamp: whether the data stamp a bar with its open or its close.
        on_bad_row: stop at a bad row, or drop it and say so.
    """

    dir: str | None = None
    instruments: tuple[str, ...] = ()
    start: date | None = None
    end: date | None = None
    calendar: str = "auto"
    bar: BarLength = "auto"
    timestamp: Literal["open", "close"] = "open"
    on_bad_row: Literal["fail", "drop"] = "fail"

    def __post_init__(self) -> None:
        """Refuse a span that ends before it starts, and a name given twice."""
        if self.start and self.end and self.end < self.start:
            msg = f"end {self.end} is before the start, {self.start}"
            raise ValueError(msg)
        _once("instruments", self.instruments)


class Risk(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Limits before the trade; fractions are of equity.  ``None`` derives a limit or leaves it out.

    Attributes:
        max_gross: gross exposure of the fund. max_net: net exposure of the fund, either way.
        max_single_name: exposure of the fund to one instrument.
        max_pod_leverage: gross exposure of a pod over the pod's equity.
        price_collar: how far a price may lie from the last close.
        max_orders_per_minute: orders of a pod in a simulated minute.
        restricted: instruments nobody may trade.
    """

    max_gross: Positive | None = None
    max_net: Positive | None = None
    max_single_name: Positive = 0.25
    max_pod_leverage: Positive | None = None
    price_collar: Positive = 0.10
    max_orders_per_minute: Annotated[int, Meta(ge=1)] = 600
    restricted: tuple[str, ...] = ()


class Run(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How the run runs; nothing here changes its result.

    Attributes:
        block_size: rows of data taken in at once.
        speed: ``max``, or a multiple of real time: ``1x``, ``60x``; see :func:`pace`.
        check: reconcile the whole ledger after every event.
        log_level: the least severe line that is logged.
    """

    block_size: Annotated[int, Meta(ge=1)] = 512
    speed: str | float = "max"
    check: bool = False
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    def __post_init__(self) -> None:
        """Refuse a speed that means nothing."""
        pace(self.speed)


class Report(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is written in the end.

    Attributes:
        generate: whether to write ``report.html``.
        dir: where the run's folder goes.
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
    run: Run = Run()
    report: Report = Report()
    strategies: dict[str, dict[str, Any]] = msgspec.field(default_factory=dict)
