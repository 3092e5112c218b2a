"""When carry is due, and all of it at one instant, in a fixed order.

Everything happens in phase ``CLOSE``: first what the ending session owes (expiry, settlement,
funding, coupons, borrowing, interest), then what the opening one begins with (splits, dividends,
exchanges, delistings).
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from brokers.simulated.carry import (
    bonds,
    borrow,
    delistings,
    dividends,
    exchanges,
    funding,
    interest,
    options,
    rollover,
    settlement,
    splits,
)
from brokers.simulated.carry.holdings import Holdings
from brokers.simulated.carry.loans import Loans
from brokers.simulated.carry.moves import Move, Price, Units
from brokers.simulated.kinds.base import Item
from brokers.simulated.kinds.registry import has
from brokers.simulated.sessions import Sessions
from magents.book.worth import Rules, base_of
from magents.model.errors import DataError
from magents.model.events import Dividend, Events, Exchange, Funding, Split
from magents.model.instruments import FutureTerms, Instrument, Kind, OptionTerms
from magents.model.money import ONE, ZERO
from magents.model.records import Notice
from magents.model.time import Phase

USUAL = interest.Spreads()


@dataclass(frozen=True)
class CarryTerms:
    """What a broker charges.

    Attributes:
        spreads: on interest. calendar: whose closes interest is reckoned at.
        notice: sessions from a recall to the buy-in. roll_cost: of each trade, a fraction.
    """

    spreads: interest.Spreads = USUAL
    calendar: str = "XNYS"
    notice: int = 3
    roll_cost: Decimal = ZERO


class Carry:
    """Knows when something is due, and what.

    Args:
        instruments: what is traded. rules: how they are booked.
        events: what is known to happen. sessions: by calendar. terms: what the broker charges.

    Attributes:
        loans: which shares can be borrowed, and at what fee.

    Raises:
        DataError: something turns into an instrument that is not traded.
    """

    def __init__(
        self,
        instruments: Iterable[Instrument],
        rules: Rules,
        events: Events,
        sessions: Mapping[str, Sessions],
        terms: CarryTerms | None = None,
    ) -> None:
        """Work out all instants at which anything can be due."""
        self._known = {i.id: i for i in sorted(instruments, key=lambda i: i.id)}
        self._rules = rules
        self._events = events
        self._sessions = dict(sorted(sessions.items()))
        self._terms = terms or CarryTerms()
        self.loans = Loans(self._known, events.borrow, self._terms.notice)
        self._ends = self._last_days()
        self._coupons = {
            i.id: bonds.coupon_instants(i) for i in self._known.values() if has(i, Item.COUPON)
        }
        self._instants = self._all_instants()
        self._announced: dict[int, dict[str, Funding]] = {}
        self._check()

    @property
    def only_cash(self) -> bool:
        """Return whether it never moves more than cash: units stay, and all shares can be lent."""
        events = self._events
        moving = (events.splits, events.exchanges, events.delistings, events.funding)
        changes = any(len(line) for line in moving) or self._ends or self._coupons
        return not changes and not self.loans.limited

    def _check(self) -> None:
        """Refuse events and terms that lead to instruments nobody knows."""
        swaps = (e for e in self._events.exchanges if e.instrument in self._known and e.ratio)
        wanted = [(swap.instrument, swap.becomes) for swap in swaps]
        wanted += [
            (each.id, each.terms.underlying)
            for each in self._known.values()
            if isinstance(each.terms, OptionTerms)
        ]
        for name, other in wanted:
            if other not in self._known:
                raise DataError(f"{name} turns into {other}, of which there are no data")

    # -- when ----------------------------------------------------------------------------------

    def next_after(self, ts: int) -> tuple[int, Phase] | None:
        """Return the first instant after ``ts`` at which anything can be due."""
        row = bisect_right(self._instants, ts)
        return (self._instants[row], Phase.CLOSE) if row < len(self._instants) else None

    def expect(self, event: Funding) -> bool:
        """Take a funding that was announced; what is said last before its instant holds.

        Returns:
            Whether nothing was due at its instant before.
        """
        if event.instrument not in self._known:
            return False
        self._announced.setdefault(event.ts, {})[event.instrument] = event
        row = bisect_left(self._instants, event.ts)
        if self._instants[row : row + 1] == [event.ts]:
            return False
        self._instants.insert(row, event.ts)
        return True

    def _last_days(self) -> dict[int, list[Instrument]]:
        ends: dict[int, list[Instrument]] = {}
        options_first = sorted(self._known.values(), key=lambda i: i.kind is not Kind.OPTION)
        for instrument in options_first:
            terms = instrument.terms
            if isinstance(terms, FutureTerms | OptionTerms):
                ends.setdefault(terms.expiry, []).append(instrument)
            elif has(instrument, Item.COUPON):
                last = max(bonds.coupon_instants(instrument))
                ends.setdefault(last, []).append(instrument)
        return ends

    def _all_instants(self) -> list[int]:
        events = self._events
        one = (events.dividends, events.splits, events.exchanges, events.delistings)
        found = {each.ts for line in one for each in line if each.instrument in self._known}
        found |= {each.ts for each in events.funding if each.instrument in self._known}
        found |= set(self._ends)
        found |= {ts for dates in self._coupons.values() for ts in dates}
        for code, sessions in self._sessions.items():
            if self._nightly(code):
                found |= set(sessions.closes)
        return sorted(found)

    def _nightly(self, code: str) -> bool:
        """Return whether anything can be due at every close of a calendar."""
        if self._events.rates and code == self._terms.calendar:
            return True
        traded = (i for i in self._known.values() if i.calendar == code)
        return any(has(i, Item.SETTLEMENT) or self._costs_borrow(i) for i in traded)

    def _costs_borrow(self, instrument: Instrument) -> bool:
        return has(instrument, Item.BORROW) and self.loans.costs(instrument)

    # -- what ----------------------------------------------------------------------------------

    def due(self, now: int, holdings: Holdings, price: Price) -> list[Move]:
        """Return all that is due at an instant; ``holdings`` has it booked when this returns.

        Args:
            now: an instant of :meth:`next_after`.
            holdings: by pod. price: the last known prices, before any event of this instant.
        """
        moves: list[Move] = []
        for part in self._parts(now, holdings, price):
            for move in part:
                holdings.book(move)
            moves += part
        return moves

    def _parts(self, now: int, holdings: Holdings, price: Price) -> Iterator[list[Move]]:
        """Yield one item's moves after the other; each sees what the ones before have done."""
        yield from self._expiries(now, holdings, price)
        closing = {code: each for code, each in self._sessions.items() if each.ends(now)}
        yield from self._settlements(now, closing, holdings, price)
        yield from self._fundings(now, holdings, price)
        yield from self._pay_coupons(now, holdings)
        for code, sessions in closing.items():
            yield from self._borrowing(now, code, sessions.nights(now), holdings, price)
        if self._terms.calendar in closing:
            nights = closing[self._terms.calendar].nights(now)
            yield from self._rollovers(now, nights, holdings, price)
            yield from self._interest(now, nights, holdings)
        yield from self._actions(now, holdings, price)

    def _expiries(self, now: int, holdings: Holdings, price: Price) -> Iterator[list[Move]]:
        for each in self._ends.get(now, ()):
            units, unpaid = holdings.of(each.id), holdings.unpaid.get(each.id, {})
            if not units and not unpaid:
                continue
            if has(each, Item.COUPON):
                yield [*bonds.pay_coupon(now, each, units, self._coupons[each.id][now])]
                yield bonds.redeem(now, each, units)
            elif isinstance(each.terms, OptionTerms):
                yield self._expire_option(now, each, each.terms, holdings, price)
            elif isinstance(each.terms, FutureTerms):
                yield self._expire_future(now, each, each.terms, holdings, price)

    def _expire_option(
        self, now: int, option: Instrument, terms: OptionTerms, holdings: Holdings, price: Price
    ) -> list[Move]:
        underlying = self._known[terms.underlying]
        spot = price(terms.underlying)
        return options.expire(
            now, option, underlying, holdings.of(option.id), ZERO if spot is None else spot
        )

    def _expire_future(
        self, now: int, old: Instrument, terms: FutureTerms, holdings: Holdings, price: Price
    ) -> list[Move]:
        """Settle for the last time; roll where there is a next contract with a price."""
        units, unpaid = holdings.of(old.id), holdings.unpaid.get(old.id, {})
        last, new = price(old.id), self._known.get(terms.rolls_to)
        following = None if new is None else price(new.id)
        if last is None:
            return []
        if new is None or following is None:
            return settlement.finish(now, old, units, unpaid, last)
        prices, cost = (last, following), self._terms.roll_cost
        return settlement.roll(now, old, new, units, unpaid, prices, cost)

    def _settlements(
        self, now: int, closing: Mapping[str, Sessions], holdings: Holdings, price: Price
    ) -> Iterator[list[Move]]:
        for name in sorted(holdings.unpaid):
            instrument = self._known[name]
            last = price(name) if instrument.calendar in closing else None
            if last is not None:
                units, unpaid = holdings.of(name), holdings.unpaid[name]
                yield [*settlement.settle(now, instrument, units, unpaid, last)]

    def _fundings(self, now: int, holdings: Holdings, price: Price) -> Iterator[list[Move]]:
        announced = self._announced.pop(now, {})
        for event in (*self._events.funding.at(now), *announced.values()):
            units, last = holdings.of(event.instrument), price(event.instrument)
            mark = last if event.price is None else event.price
            if units and mark is not None:
                yield [*funding.funding(event, self._known[event.instrument], units, mark)]

    def _pay_coupons(self, now: int, holdings: Holdings) -> Iterator[list[Move]]:
        for name, dates in self._coupons.items():
            if (
                now in dates
                and holdings.of(name)
                and self._known[name] not in self._ends.get(now, ())
            ):
                yield [*bonds.pay_coupon(now, self._known[name], holdings.of(name), dates[now])]

    def _borrowing(
        self, now: int, code: str, nights: int, holdings: Holdings, price: Price
    ) -> Iterator[list[Move]]:
        for name in sorted(holdings.units):
            instrument = self._known.get(name)
            if (
                instrument is None
                or instrument.calendar != code
                or not has(instrument, Item.BORROW)
            ):
                continue
            rate, last = self.loans.rate(name, now), price(name)
            if rate and last is not None:
                units = holdings.of(name)
                yield [*borrow.fee(now, instrument, units, last, rate, nights)]

    def _rollovers(
        self, now: int, nights: int, holdings: Holdings, price: Price
    ) -> Iterator[list[Move]]:
        for name in sorted(holdings.units):
            pair = self._known.get(name)
            if pair is None or not has(pair, Item.ROLLOVER):
                continue
            benchmark, last = self._rate(base_of(pair), now), price(name)
            if benchmark is not None and last is not None:
                terms = interest.Terms(benchmark, self._terms.spreads, nights)
                yield [*rollover.rollover(now, pair, holdings.of(name), last, terms)]

    def _interest(self, now: int, nights: int, holdings: Holdings) -> Iterator[list[Move]]:
        for pocket in sorted(holdings.money):
            currency = pocket or self._rules.currency
            benchmark = self._rate(currency, now)
            if benchmark is not None and holdings.money[pocket]:
                terms = interest.Terms(benchmark, self._terms.spreads, nights, currency)
                yield [*interest.interest(now, holdings.money[pocket], terms)]

    def _actions(self, now: int, holdings: Holdings, price: Price) -> Iterator[list[Move]]:
        events, known = self._events, self._known
        for cut in self.splits_at(now):
            units = holdings.of(cut.instrument)
            yield splits.split(cut, known[cut.instrument], units, price(cut.instrument))
        for paid in events.dividends.at(now):
            if paid.instrument in known:
                units = holdings.of(paid.instrument)
                yield [*dividends.dividend(paid, known[paid.instrument], units)]
        for swap in events.exchanges.at(now):
            units = holdings.of(swap.instrument)
            if units:
                old, new = known[swap.instrument], self._named(swap)
                yield exchanges.exchange(swap, old, new, units, price(swap.becomes))
        for end in events.delistings.at(now):
            units = holdings.of(end.instrument)
            unpaid = holdings.unpaid.get(end.instrument, {})
            if units or unpaid:
                last = price(end.instrument)
                yield delistings.delisting(end, known[end.instrument], units, unpaid, last)

    def _named(self, swap: Exchange) -> Instrument:
        """Return what a share turns into; the share itself where only cash is paid for it."""
        return self._known[swap.becomes] if swap.ratio else self._known[swap.instrument]

    # -- what the exchange asks besides ----------------------------------------------------------

    def splits_at(self, now: int) -> tuple[Split, ...]:
        """Return the splits of an instant: open orders and marks are to be adjusted too."""
        return tuple(s for s in self._events.splits.at(now) if s.instrument in self._known)

    def dividends_at(self, now: int) -> tuple[Dividend, ...]:
        """Return the dividends of an instant, by which open orders may be reduced."""
        return tuple(d for d in self._events.dividends.at(now) if d.instrument in self._known)

    def unknown_dividends(self, traded: Iterable[str], start: int, end: int) -> Notice | None:
        """Say of how many instruments traded not all dividends between two instants are known."""
        known = (self._known[name] for name in sorted(traded))
        return dividends.unknown(self._events, known, start, end)

    def renamed_at(self, now: int) -> dict[str, str]:
        """Return the new names of what only changes its name at an instant, by the old ones."""
        found = self._events.exchanges.at(now)
        same = (e for e in found if e.ratio == ONE and not e.cash)
        return {e.instrument: e.becomes for e in same if e.instrument in self._known}

    def gone_at(self, now: int) -> tuple[str, ...]:
        """Return what stops trading at an instant: its open orders are to be cancelled."""
        gone = {e.instrument for e in self._events.exchanges.at(now)}
        gone |= {e.instrument for e in self._events.delistings.at(now)}
        gone |= {i.id for i in self._ends.get(now, ())}
        return tuple(sorted(gone & set(self._known)))

    def buy_ins(self, now: int, units: Mapping[str, Units]) -> list[borrow.BuyIn]:
        """Return what must be bought back at the next open; to be asked once an instant.

        Args:
            units: by instrument, by pod.
        """
        closing = [code for code, each in self._sessions.items() if each.ends(now)]
        return self.loans.buy_ins(now, units, closing)

    def _rate(self, currency: str, now: int) -> Decimal | None:
        line = self._events.rates.get(currency)
        found = None if line is None else line.asof(now)
        return None if found is None else found.rate
