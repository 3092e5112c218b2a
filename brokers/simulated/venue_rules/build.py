"""From settings to the rules of a venue, in the order they are asked."""

from collections.abc import Iterable, Mapping

from brokers.simulated.sessions import Sessions
from brokers.simulated.settings import Venue
from brokers.simulated.venue_rules.auctions import AuctionRule
from brokers.simulated.venue_rules.band import PriceBandRule
from brokers.simulated.venue_rules.base import Rule
from brokers.simulated.venue_rules.breaker import MarketWide, SingleName
from brokers.simulated.venue_rules.breakers import ALWAYS, Breakers, IndexBreaker
from brokers.simulated.venue_rules.halts import Halted, HaltRule, Halts
from brokers.simulated.venue_rules.least import MinQuantityRule
from brokers.simulated.venue_rules.lot import LotRule
from brokers.simulated.venue_rules.market_size import MarketSizeRule
from brokers.simulated.venue_rules.most import MaxNotionalRule
from brokers.simulated.venue_rules.notional import MinNotionalRule
from brokers.simulated.venue_rules.open_orders import OpenOrdersRule
from brokers.simulated.venue_rules.post_only import PostOnlyRule
from brokers.simulated.venue_rules.price_range import PriceRangeRule
from brokers.simulated.venue_rules.quantity import MaxQuantityRule
from brokers.simulated.venue_rules.reduce_only import ReduceOnlyRule
from brokers.simulated.venue_rules.self_trade import SelfTrade, SelfTradeRule
from brokers.simulated.venue_rules.sessions import SessionRule, WhenClosed
from brokers.simulated.venue_rules.shortable import ShortableRule
from brokers.simulated.venue_rules.tick import TickRule
from brokers.simulated.venue_rules.validity import ValidityRule
from magents.model.errors import UserError
from magents.model.instruments import Instrument
from magents.model.time import MINUTE, parse_instant


def rules_of(
    venue: Venue, halts: Halts, sessions: Mapping[str, Sessions] | None = None
) -> list[Rule]:
    """Return the rules; :class:`KnownRule` is asked before them.

    Args:
        venue: settings. halts: the table that the venue keeps, see :func:`halts_in`.
        sessions: when each calendar trades; none where orders wait for the next bar anyway.
    """
    cutoff = round(venue.auction_cutoff_minutes * MINUTE)
    return [
        LotRule(),
        ValidityRule(),
        TickRule(),
        PriceRangeRule(),
        MinQuantityRule(),
        MaxQuantityRule(),
        MarketSizeRule(),
        MinNotionalRule(),
        MaxNotionalRule(),
        PriceBandRule(),
        SessionRule(sessions or {}, WhenClosed(venue.when_closed)),
        HaltRule(halts, WhenClosed(venue.when_halted)),
        AuctionRule(sessions, cutoff),
        PostOnlyRule(),
        ReduceOnlyRule(),
        ShortableRule(),
        OpenOrdersRule(),
        # The last, for it takes other orders away: only where nothing else refuses this one.
        SelfTradeRule(SelfTrade(venue.self_trade)),
    ]


def halts_in(venue: Venue) -> Halts:
    """Return the table of halts that the settings name."""
    return Halts(
        Halted(parse_instant(halt.start), parse_instant(halt.end), halt.instrument, halt.why)
        for halt in venue.halts
    )


def breakers_of(
    venue: Venue,
    halts: Halts,
    sessions: Mapping[str, Sessions],
    instruments: Iterable[Instrument],
) -> Breakers | None:
    """Return the circuit breakers that are set; they add to the table of halts.

    Raises:
        UserError: there is no such index in the data.
    """
    wide, names = market_breaker(venue), name_breaker(venue)
    if wide is None or venue.breaker_index is None:
        return None if names is None else Breakers(halts, names=names)
    index = next((i for i in instruments if i.id == venue.breaker_index), None)
    if index is None:
        raise UserError(
            f"exchange.venue.breaker_index is {venue.breaker_index}, of which there are no data"
        )
    watch = IndexBreaker(sessions.get(index.calendar, ALWAYS), wide)
    return Breakers(halts, index.id, watch, names)


def market_breaker(venue: Venue) -> MarketWide | None:
    """Return the settings of the market-wide breaker, if it watches an index."""
    if venue.breaker_index is None:
        return None
    return MarketWide(venue.breaker_levels, round(venue.breaker_pause_minutes * MINUTE))


def name_breaker(venue: Venue) -> SingleName | None:
    """Return the settings of the breaker for one name, if there is one."""
    if venue.name_band is None:
        return None
    window, pause = venue.name_window_minutes, venue.name_pause_minutes
    return SingleName(venue.name_band, round(window * MINUTE), round(pause * MINUTE))
