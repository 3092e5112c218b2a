"""Builds the simulated exchange of a run from its settings."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from brokers.simulated.bars import BarMarket, Path
from brokers.simulated.carry.interest import Spreads
from brokers.simulated.carry.schedule import Carry, CarryTerms
from brokers.simulated.costs import Basis, Models, models
from brokers.simulated.depth import DepthMarket
from brokers.simulated.exchange import SimulatedExchange
from brokers.simulated.house import House
from brokers.simulated.latency import LatencyModel
from brokers.simulated.market import Market
from brokers.simulated.quotes import QuoteMarket
from brokers.simulated.sessions import Sessions
from brokers.simulated.settings import Venue
from brokers.simulated.ticks import Meets
from brokers.simulated.till import BookTill, Till
from brokers.simulated.trades import THROUGH, TOUCH, TradeMarket
from brokers.simulated.venue_rules.base import Rule
from brokers.simulated.venue_rules.build import breakers_of, halts_in, rules_of
from brokers.simulated.venue_rules.halts import HaltRule, Halts
from brokers.simulated.venue_rules.least import MinQuantityRule
from brokers.simulated.venue_rules.market_size import MarketSizeRule
from brokers.simulated.venue_rules.most import MaxNotionalRule
from brokers.simulated.venue_rules.notional import MinNotionalRule
from brokers.simulated.venue_rules.open_orders import OpenOrdersRule
from brokers.simulated.venue_rules.price_range import PriceRangeRule
from brokers.simulated.venue_rules.quantity import MaxQuantityRule
from brokers.simulated.venue_rules.self_trade import SelfTradeRule
from brokers.simulated.venue_rules.sessions import SessionRule
from brokers.simulated.venue_rules.shortable import ShortableRule
from brokers.simulated.venue_rules.tick import TickRule
from brokers.simulated.warden import Terms
from magents.book.marks import PanelMarks
from magents.book.worth import Rules
from magents.central.delivery import Lag
from magents.central.risk_rules import (
    BuyingPowerRule,
    GrossRule,
    LeverageRule,
    NetRule,
    OrderRateRule,
    PriceCollarRule,
    RestrictedRule,
    SingleNameRule,
)
from magents.central.risk_rules import Rule as Limit
from magents.central.venue import Custodian, Expecting
from magents.config import Settings
from magents.model.bars import Panel
from magents.model.events import Timeline
from magents.model.instruments import Instrument
from magents.model.money import exact
from magents.model.ports import Clock, EventSink, Feed, Foretelling
from magents.runtime.streams import Streams

FINENESS = ("bars", "trades", "quotes", "depth")
"""Levels of data; where an instrument has several, the last of these decides its fills."""


@dataclass(frozen=True)
class World:
    """What an exchange lives in.

    Attributes:
        instruments: what is traded. panels: how data come, the finest last.
        booking: how instruments are booked. carry: what comes due, if anything does.
        price: the last price of an instrument, NaN before the first.
        on_split: told instrument and ratio of each split.
        sessions: when each calendar trades. tables: prices by panel.
    """

    instruments: Sequence[Instrument]
    panels: Sequence[Panel]
    booking: Rules
    price: Callable[[str], float]
    on_split: Callable[[str, Decimal], None]
    carry: Carry | None = None
    sessions: Mapping[str, Sessions] = field(default_factory=dict)
    tables: Mapping[str, PanelMarks] = field(default_factory=dict)


def by_fineness(panels: Iterable[Panel]) -> list[Panel]:
    """Return panels with the finest data last, so that they win where several have a name."""
    return sorted(panels, key=lambda panel: FINENESS.index(panel.level))


def costs_of(settings: Settings, panels: Sequence[Panel]) -> Models:
    """Return fees, slippage, liquidity and latency."""
    basis = Basis(settings.global_.transaction_cost, settings.global_.slippage_bps)
    exchange, streams = settings.exchange, Streams(settings.global_.seed)
    return models(exchange.costs, exchange.latency, basis, streams, panels)


def lag_of(latency: LatencyModel) -> Lag:
    """Return how late data reach the pods."""
    return Lag(latency.feed, latency.feed_mean) if latency.feed_mean else Lag()


def exchange_of(
    settings: Settings, costs: Models, world: World, clock: Clock, sink: EventSink
) -> SimulatedExchange:
    """Return the exchange."""
    venue, margin = settings.exchange.venue, settings.exchange.margin
    till = BookTill if settings.exchange.costs.book_slips else Till
    halts = halts_in(venue)
    breakers = breakers_of(venue, halts, world.sessions, world.instruments)
    halting = halts if venue.halts or breakers is not None else None
    house = House(
        needed_rules(venue, halting, world),
        halting,
        breakers,
        world.carry,
        world.booking,
        world.price,
        world.on_split,
        Terms(exact(margin.fee), world.tables) if margin.enforce else None,
    )
    return SimulatedExchange(
        clock,
        world.instruments,
        {panel: market_of(settings, panel, world.instruments) for panel in world.panels},
        till(costs.fees, costs.slippage),
        costs.liquidity,
        settings.global_.initial_capital,
        sink,
        costs.latency,
        house,
    )


def sessions_of(feed: Feed) -> dict[str, Sessions]:
    """Return when each calendar of the data trades."""
    return {code: Sessions(*times) for code, times in feed.sessions().items()}


def carry_of(
    settings: Settings, feed: Feed, booking: Rules, sessions: Mapping[str, Sessions]
) -> Carry | None:
    """Return what comes due between trades, ``None`` where nothing ever does."""
    events = feed.events(settings.global_.currency)
    if settings.data.prices != "raw":
        events = replace(events, splits=Timeline())
    if settings.data.prices == "total_return":
        events = replace(events, dividends=Timeline(), coverage={})
    terms = settings.exchange.carry
    if not terms.charge:
        return None
    spreads = Spreads(*(exact(each) for each in (terms.debit_spread, terms.credit_spread)))
    main = terms.interest_calendar or next(iter(sessions), "")
    carry = Carry(
        feed.instruments,
        booking,
        events,
        sessions,
        CarryTerms(spreads, main, terms.recall_notice, exact(terms.roll_cost)),
    )
    known = carry.next_after(0) is not None
    return carry if known or isinstance(feed, Foretelling) else None


def foretell(feed: Feed, custodian: Custodian) -> None:
    """Let whoever holds the money hear what a live feed says will be due."""
    if isinstance(feed, Foretelling) and isinstance(custodian, Expecting):
        feed.foretell(custodian.expect)


def market_of(settings: Settings, panel: Panel, instruments: Sequence[Instrument]) -> Market:
    """Return the market of a panel, by the level of its data."""
    venue = settings.exchange.venue
    if panel.level == "bars":
        return BarMarket(panel, Path(venue.bar_path), through=venue.limit_through)
    lot = next(i.lot for i in instruments if i.id == panel.instruments[0])
    cap = settings.exchange.costs.participation
    if panel.level == "trades":
        ahead = THROUGH if venue.trades_limit == "through" else TOUCH
        return TradeMarket(panel, lot, ahead=ahead, cap=cap)
    kind = QuoteMarket if panel.level == "quotes" else DepthMarket
    return kind(panel, lot, meets=Meets(venue.quotes_meet), cap=cap)


def needed_rules(venue: Venue, halts: Halts | None, world: World) -> list[Rule]:
    """Return the venue's rules, without those that can refuse nothing here."""
    instruments = world.instruments
    idle: set[type[Rule]] = set()
    if all(i.tick is None for i in instruments):
        idle.add(TickRule)
    filters = [i.filters for i in instruments if i.filters is not None]
    if not filters:
        idle |= {MinQuantityRule, MarketSizeRule, PriceRangeRule, MaxNotionalRule}
    if all(each.max_orders is None and each.max_stops is None for each in filters):
        idle.add(OpenOrdersRule)
    if all(i.max_quantity is None for i in instruments):
        idle.add(MaxQuantityRule)
    if all(i.min_notional is None for i in instruments):
        idle.add(MinNotionalRule)
    if all(i.shortable for i in instruments):
        idle.add(ShortableRule)
    if venue.when_closed == "hold":
        idle.add(SessionRule)
    if halts is None:
        idle.add(HaltRule)
    if venue.self_trade == "off":
        idle.add(SelfTradeRule)
    return [
        rule for rule in rules_of(venue, halts or Halts(), world.sessions) if type(rule) not in idle
    ]


def annualising(panels: Sequence[Panel]) -> dict[str, Any]:
    """Return how returns are annualised: by the calendar with the most trading days."""
    days = max(panel.days_per_year for panel in panels)
    note = f"daily returns are annualised with {days:g} trading days a year"
    if len({panel.days_per_year for panel in panels}) > 1:
        note += ", the most of the calendars traded"
    return {
        "days_per_year": days,
        "periods_per_year": max(panel.periods_per_year for panel in panels),
        "calendar_note": f"{note} ({', '.join(panel.name for panel in panels)})",
    }


def rules(settings: Settings) -> list[Limit]:
    """Return the limits on orders, in the order they are asked."""
    risk, leverage = settings.risk, settings.global_.max_leverage
    return [
        RestrictedRule(risk.restricted),
        PriceCollarRule(risk.price_collar),
        OrderRateRule(risk.max_orders_per_minute),
        SingleNameRule(risk.max_single_name),
        GrossRule(risk.max_gross if risk.max_gross is not None else leverage),
        NetRule(risk.max_net if risk.max_net is not None else leverage),
        LeverageRule(risk.max_pod_leverage if risk.max_pod_leverage is not None else leverage),
        BuyingPowerRule(leverage, settings.global_.transaction_cost),
    ]
