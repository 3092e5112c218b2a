"""What happens to instruments happens to open orders too (rules S1 to S4)."""

from collections.abc import Mapping
from typing import Protocol

from brokers.simulated.amending import resize
from brokers.simulated.carry.schedule import Carry
from brokers.simulated.floor import Floor
from brokers.simulated.market import Working
from brokers.simulated.splitting import adjusted, news_of, reduced, renamed
from magents.model.instruments import Instrument
from magents.model.money import plain
from magents.model.orders import Order, OrderState
from magents.model.records import Amendment


class Venue(Protocol):
    """Who acts on it."""

    def come_again(self, working: Working) -> None:
        """Let an order take part from now on as if it came now."""
        ...

    def changed(self, working: Working, news: Amendment, why: str) -> None:
        """Tell that an order has changed, and why; it waits for what is next."""
        ...

    def goes_on(self, working: Working, order: Order) -> None:
        """Let another order take the place of this one."""
        ...

    def end(self, working: Working, state: OrderState, note: str = "") -> None:
        """End an order that is not filled wholly."""
        ...


class CorporateActions:
    """Lets open orders follow.

    Args:
        venue: acts on it. floor: the open orders. instruments: by id.
    """

    def __init__(self, venue: Venue, floor: Floor, instruments: Mapping[str, Instrument]) -> None:
        """Do nothing yet."""
        self._venue = venue
        self._floor = floor
        self._instruments = instruments

    def on_due(self, carry: Carry, now: int) -> None:
        """Adjust, reduce or cancel what is open in the instruments that something happens to."""
        for split in carry.splits_at(now):
            why = f"S1: split {plain(split.ratio)} for 1"
            for working in self._floor.all_in(split.instrument):
                if working.order.id in self._floor.working:
                    # A trailing stop follows the prices before the split as they were.
                    self._venue.come_again(working)
                self._change(working, adjusted(working, split.ratio, self._instruments), now, why)
        for dividend in carry.dividends_at(now):
            why = f"S2: dividend {plain(dividend.amount)}"
            for working in self._floor.all_in(dividend.instrument):
                order = reduced(working, dividend.amount, self._instruments)
                self._change(working, order, now, why)
        self._rename(carry, now)
        for name in carry.gone_at(now):
            for working in self._floor.all_in(name):
                self._venue.end(working, OrderState.CANCELLED, "S3: it trades no more")

    def _rename(self, carry: Carry, now: int) -> None:
        """Let orders that stand alone go on under a new name."""
        for old, new in carry.renamed_at(now).items():
            for working in self._floor.all_in(old):
                if self._stands_alone(working):
                    self._venue.goes_on(working, renamed(working, new, now))

    def _stands_alone(self, working: Working) -> bool:
        """Return whether no other order hangs on this one, nor it on another."""
        order = working.order
        tied = order.group or order.parent or order.id in self._floor.held
        return not tied and all(each.order.parent != order.id for each in self._floor.all())

    def _change(self, working: Working, order: Order | None, now: int, why: str) -> None:
        """Give an order what a corporate action leaves of it."""
        if order is None:
            self._venue.end(working, OrderState.CANCELLED, why)
        elif order != working.order:
            before, held = working.order, working.order.id in self._floor.held
            resize(working, order.quantity, waits=held or working.asleep > 0)
            working.order = order
            if not held:
                # What the market did before means nothing to the order as it is now.
                self._venue.come_again(working)
            self._venue.changed(working, news_of(before, order, now), why)
