"""The settings of the simulated exchange; what each means is said in ``config/default.yaml``."""

from decimal import Decimal
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from magents.model.time import parse_instant

NotNegative = Annotated[float, Meta(ge=0)]
Positive = Annotated[float, Meta(gt=0)]
Rate = Annotated[float, Meta(gt=-1, lt=1)]
"""A fraction of the notional; negative is a rebate."""
Shape = Literal["fixed", "uniform", "exponential", "lognormal"]


class FeeTier(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Rates that hold from a volume on.

    Attributes:
        volume: Traded in the 30 days before, in the currency of the prices.
        maker, taker: Fractions of the notional.
    """

    volume: Decimal
    maker: Rate
    taker: Rate


class OwnFee(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Rates of one instrument.

    Attributes:
        instrument: Its id.
        maker, taker: Fractions of the notional.
        paid_in: As that of all.
    """

    instrument: str
    maker: Rate
    taker: Rate
    paid_in: Literal["quote", "base", "received"] = "quote"


class Costs(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What trading costs and how much there is to trade; docs/costs.md explains each.

    Attributes:
        fees: How they are reckoned: percentage, maker_taker, tiered (by 30-day volume), per_share,
            per_contract or flat (an order).
        maker: Rate for orders that rested, negative for a rebate; null is global.transaction_cost.
        taker: Rate for orders that took; null is global.transaction_cost.
        tiers: Of tiered fees, such as [{volume: 0, maker: 0.001, taker: 0.002}].
        fee_per_unit: Money a share or contract, of fees per_share and per_contract.
        fee_minimum: The least an order costs, of fees per_share and per_contract.
        fee_maximum: The most an order costs, as a fraction of its notional; null for no maximum.
        fee_per_order: What an order costs with flat fees.
        paid_in: The currency of fees that are rates: quote, base, or received (whichever the trade
            brings).
        own_fees: Rates of single instruments instead, such as [{instrument: BTC/USDT, maker: 0.001,
            taker: 0.001, paid_in: received}].
        half_spread_bps: Half of the spread where the data have no quotes, in hundredths of a
            percent; orders that take pay it on top of global.slippage_bps.
        book_slips: Whether orders without a limit slip at quotes and books too, which show real
            prices; true where a venue was measured to fill worse than its book.
        volume_impact: Price impact of taking the whole volume of a bar, growing with the square of
            the share; a fraction.
        root_impact: Times the volatility times the square root of the share of the volume.
        volatility: Of a day, for root_impact; a fraction.
        random_bps: On average; drawn for each fill that takes, in hundredths of a percent.
        random_shape: How random_bps varies: fixed, uniform, exponential or lognormal.
        random_width: How much it varies, of shapes uniform and lognormal.
        participation: The part of a bar's volume that the whole fund may have; null for all it
            wants.
    """

    fees: Literal["percentage", "maker_taker", "tiered", "per_share", "per_contract", "flat"] = (
        "percentage"
    )
    maker: Rate | None = None
    taker: Rate | None = None
    tiers: tuple[FeeTier, ...] = ()
    fee_per_unit: NotNegative = 0.0
    fee_minimum: NotNegative = 0.0
    fee_maximum: Positive | None = None
    fee_per_order: NotNegative = 0.0
    paid_in: Literal["quote", "base", "received"] = "quote"
    own_fees: tuple[OwnFee, ...] = ()
    half_spread_bps: Annotated[float, Meta(ge=0, lt=10_000)] = 0.0
    book_slips: bool = False
    volume_impact: NotNegative = 0.0
    root_impact: NotNegative = 0.0
    volatility: NotNegative = 0.02
    random_bps: Annotated[float, Meta(ge=0, lt=10_000)] = 0.0
    random_shape: Shape = "exponential"
    random_width: NotNegative = 0.5
    participation: Annotated[float, Meta(gt=0, le=1)] | None = None

    def __post_init__(self) -> None:
        """Refuse tiered fees without tiers."""
        if self.fees == "tiered" and not self.tiers:
            msg = "tiers expected at least one tier with fees tiered, got none"
            raise ValueError(msg)


class Latency(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How long messages are on their way, in milliseconds on average.

    Attributes:
        insert_ms: A new order. amend_ms: A change of one. cancel_ms: A cancel.
        feed_ms: Data, from the venue to the fund.
        shape: How delays vary: fixed (always the average), uniform, exponential or lognormal.
        width: How much they vary, of shapes uniform and lognormal.
    """

    insert_ms: NotNegative = 0.0
    amend_ms: NotNegative = 0.0
    cancel_ms: NotNegative = 0.0
    feed_ms: NotNegative = 0.0
    shape: Shape = "fixed"
    width: NotNegative = 0.5


class CarrySettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is due between trades, as far as the data directory knows of it; docs/carry.md.

    Attributes:
        charge: Whether dividends, interest, borrowing, funding and settlements are booked.
        debit_spread: What is paid on debit cash above the rate in the data, a year.
        credit_spread: What is kept of the rate on credit cash, a year.
        interest_calendar: The calendar whose closes interest is reckoned at; empty is the first.
        recall_notice: Sessions from a recall of borrowed shares to the buy-in.
        roll_cost: Of each trade of a roll of futures, a fraction.
    """

    charge: bool = True
    debit_spread: NotNegative = 0.015
    credit_spread: NotNegative = 0.005
    interest_calendar: str = ""
    recall_notice: Annotated[int, Meta(ge=1)] = 3
    roll_cost: NotNegative = 0.0


class MarginSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the account must have for what it holds; docs/carry.md has the rates.

    Attributes:
        enforce: Whether orders it cannot carry are refused, and positions liquidated where equity
            falls below maintenance.
        fee: Of what is liquidated, on top of commission, a fraction.
    """

    enforce: bool = False
    fee: Annotated[float, Meta(ge=0, lt=1)] = 0.005


class Halt(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Trading in one instrument stands still for a while.

    Attributes:
        instrument: Its id; empty is everything.
        start, end: Instants such as 2014-05-06T18:30:00Z; it trades again at the end.
        why: For people.
    """

    instrument: str
    start: str
    end: str
    why: str = ""

    def __post_init__(self) -> None:
        """Refuse what is no time, and an end before the start."""
        instants = [self._instant(name) for name in ("start", "end")]
        if instants[1] <= instants[0]:
            msg = f"end {self.end} is not after the start, {self.start}"
            raise ValueError(msg)

    def _instant(self, name: str) -> int:
        text: str = getattr(self, name)
        try:
            return parse_instant(text)
        except ValueError:
            msg = f'{name} expected a time such as 2014-05-06T18:30:00Z, got "{text}"'
            raise ValueError(msg) from None


Levels = Annotated[tuple[Annotated[float, Meta(gt=0, lt=1)], ...], Meta(min_length=1)]


class Venue(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the venue does with orders besides filling them.

    Attributes:
        when_closed: Orders that come outside sessions wait for the next one (hold), or are refused
            (refuse).
        when_halted: The same while an instrument is halted.
        halts: A list such as [{instrument: AAPL, start: 2014-05-06T18:30:00Z,
            end: 2014-05-06T19:00:00Z}].
        self_trade: What goes when orders of the fund would trade with each other: cancel_newest,
            cancel_oldest, cancel_both, or nothing (off).
        auction_cutoff_minutes: So long before the close the closing auction takes its last order.
        breaker_index: The instrument whose fall stops the whole market; null for none.
        breaker_levels: Falls below the last close; the last one stops trading for the session.
        breaker_pause_minutes: How long the other levels stop it.
        name_band: A move of one instrument in name_window_minutes that pauses it, as a fraction;
            null for none.
        name_window_minutes: The price is measured against the mean of so many minutes.
        name_pause_minutes: How long it is paused.
        bar_path: How a bar is assumed to reach its extremes where that decides something: worst
            for the trader, high first (ohlc) or low first (olhc).
        limit_through: Whether a limit in a bar fills only where the price goes through it.
        trades_limit: Whether a limit among trades needs one through it, or one at it.
        quotes_meet: Whether an order that was on its way for a while meets the next quote, or the
            standing one.
    """

    when_closed: Literal["hold", "refuse"] = "hold"
    when_halted: Literal["hold", "refuse"] = "hold"
    halts: tuple[Halt, ...] = ()
    self_trade: Literal["off", "cancel_newest", "cancel_oldest", "cancel_both"] = "off"
    auction_cutoff_minutes: NotNegative = 0.0
    breaker_index: str | None = None
    breaker_levels: Levels = (0.07, 0.13, 0.20)
    breaker_pause_minutes: Positive = 15.0
    name_band: Positive | None = None
    name_window_minutes: Positive = 5.0
    name_pause_minutes: Positive = 5.0
    bar_path: Literal["worst", "ohlc", "olhc"] = "worst"
    limit_through: bool = False
    trades_limit: Literal["through", "touch"] = "through"
    quotes_meet: Literal["next", "standing"] = "next"

    def __post_init__(self) -> None:
        """Refuse levels that do not rise."""
        if list(self.breaker_levels) != sorted(set(self.breaker_levels)):
            msg = f"breaker_levels expected rising numbers, got {list(self.breaker_levels)}"
            raise ValueError(msg)
