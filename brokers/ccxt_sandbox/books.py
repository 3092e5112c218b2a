"""What order truth tells, as the fund's events; and the account they add up to."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal

from brokers.ccxt_sandbox.truth.messages import (
    News,
    Told,
    ToldAdopted,
    ToldChange,
    ToldFill,
    ToldForeign,
    ToldPaid,
)
from brokers.ccxt_sandbox.truth.retelling import Heard
from brokers.ccxt_sandbox.truth.rows import KEPT_LESS, Filled, Intent, Paid
from magents.book.ledger import FEE, HOUSE, Account
from magents.book.worth import Rules
from magents.journal.past import Past
from magents.model.instruments import Instrument, Kind
from magents.model.money import ZERO, exact, on_grid, plain
from magents.model.orders import OrderState
from magents.model.ports import BrokerEvent, EventSink
from magents.model.records import Adjustment, Amendment, CashFlow, Fill, Notice, OrderEvent

FOUND = "found"
"""The cause of what came into the account without an order of ours."""
SOURCE = "sandbox"
FUNDING = "funding"
"""Who says that money moved without a trade; the text begins with our number of it."""
FOREIGN = "foreign"
"""Who says that a trade was not ours; the text begins with our number of it."""
RULE = "venue"


class Books:
    """Turns news into events, books them in the account, and hands them on.

    Args:
        instruments: by the venue's symbol. rules: how they are booked. capital: cash at the start.
        now: the fund's clock. sink: takes the events.
        price: the last price of an instrument, NaN where there is none.
    """

    def __init__(
        self,
        instruments: Mapping[str, Instrument],
        rules: Rules,
        capital: Decimal,
        now: Callable[[], int],
        sink: EventSink,
        price: Callable[[str], float],
    ) -> None:
        """Hold the capital and nothing else."""
        self.account = Account(capital, rules)
        self._instruments = instruments
        self._rules = rules
        self.now = now
        self._sink = sink
        self._price = price
        self._units: dict[tuple[str, str], Decimal] = {}
        self._found: deque[ToldAdopted] = deque()

    def hear(self, news: Sequence[News]) -> None:
        """Book news and hand them on."""
        for each in news:
            if isinstance(each, ToldAdopted):
                self._found.append(each)
                self.book_found()
                continue
            for event in self._events(each):
                self.pass_on(event)

    def book_found(self) -> None:
        """Book what was found at the venue, in order, as far as there are prices for it.

        Without a price the units would stand in the books at nothing, and the first price would
        make a profit of them.
        """
        while self._found:
            first = self._found[0]
            traded = self._instrument_of(first.asset)
            if traded is not None and not self._priced(traded):
                return
            self._found.popleft()
            for event in self._events(first):
                self.pass_on(event)

    def _priced(self, traded: Instrument) -> bool:
        price = self._price(traded.id)
        return price == price  # noqa: PLR0124 - NaN

    def _instrument_of(self, asset: str) -> Instrument | None:
        """Return in which instrument units of an asset stand, ``None`` for money."""
        for symbol, each in self._instruments.items():
            spot = each.kind is Kind.SPOT_CRYPTO
            if asset == (each.base if spot else symbol):
                return each
        return None

    def pass_on(self, event: BrokerEvent) -> None:
        """Book one event and hand it on."""
        self.book(event)
        self._sink(event)

    def book(self, event: BrokerEvent) -> None:
        """Book an event in the account."""
        if isinstance(event, Fill):
            self.account.apply(event, self._notional(event))
            self._shift(event.pod, event.instrument, event.quantity)
        elif isinstance(event, CashFlow):
            self.account.pay(event)
        elif isinstance(event, Adjustment):
            self.account.adjust(event)
            self._shift(event.pod, event.instrument, event.units)

    def units(self, pod: str, instrument: str) -> Decimal:
        """Return the signed units a pod holds."""
        return self._units.get((pod, instrument), ZERO)

    def _shift(self, pod: str, instrument: str, units: Decimal) -> None:
        key = (pod, instrument)
        self._units[key] = self._units.get(key, ZERO) + units

    def _notional(self, fill: Fill) -> Decimal:
        rule = self._rules.special.get(fill.instrument)
        if rule is None:
            return on_grid(fill.quantity * fill.price)
        return rule.worth(rule.instrument, fill.quantity, fill.price, fill.ts)

    def _events(self, news: News) -> Iterator[BrokerEvent]:
        now = self.now()
        match news:
            case Told(intent, state, note):
                yield OrderEvent(now, intent.pod, intent.order, intent.instrument, state, note)
            case ToldChange(intent, quantity, limit):
                where = (intent.pod, intent.order, intent.instrument)
                yield Amendment(now, *where, quantity, limit)
            case ToldFill(intent, fill):
                yield from self._filled(fill, intent.pod, intent.order, intent.instrument)
            case ToldForeign(fill):
                yield from self._foreign(fill)
            case ToldPaid(paid, intent, held):
                yield from self._paid(paid, intent, held)
            case ToldAdopted(asset, amount, note):
                yield from self._adopted(asset, amount, note)
            case _:
                yield Notice(now, SOURCE, news.text)

    def _filled(self, fill: Filled, pod: str, order: str, instrument: str) -> Iterator[BrokerEvent]:
        traded, now = self._instruments[fill.symbol], self.now()
        in_money = fill.fee_currency == traded.currency
        commission = on_grid(fill.fee) if in_money else ZERO
        yield Fill(
            now,
            pod,
            order,
            instrument,
            fill.number,
            fill.quantity,
            fill.price,
            commission,
            0,
            RULE,
            fill.complete,
        )
        if fill.fee and not in_money:
            yield self._odd_fee(fill, traded, pod)

    def _odd_fee(self, fill: Filled, traded: Instrument, pod: str) -> BrokerEvent:
        """Book a fee that was kept in units, or say that it was paid in something else."""
        now, fee = self.now(), on_grid(fill.fee)
        for each in self._instruments.values():
            if each.kind is Kind.SPOT_CRYPTO and each.base == fill.fee_currency:
                return Adjustment(now, pod, each.id, FEE, -fee)
        text = f"a fee of {plain(fee)} {fill.fee_currency} on {traded.id} is in nobody's books"
        return Notice(now, SOURCE, text, pod=pod)

    def _foreign(self, fill: Filled) -> Iterator[BrokerEvent]:
        """Book a trade that nobody here ordered with the house."""
        traded, now = self._instruments[fill.symbol], self.now()
        cost = on_grid(fill.quantity * fill.price * traded.multiplier)
        yield Adjustment(now, HOUSE, traded.id, FOUND, fill.quantity, cost)
        if traded.kind is Kind.SPOT_CRYPTO:
            yield CashFlow(now, HOUSE, "", FOUND, -cost, traded.currency)
        if fill.fee and fill.fee_currency == traded.currency:
            yield CashFlow(now, HOUSE, "", FOUND, -on_grid(fill.fee), traded.currency)
        elif fill.fee:
            yield self._odd_fee(fill, traded, HOUSE)
        text = f"#{fill.number}: trade {fill.trade} in {traded.id} is of no order here; house book"
        yield Notice(now, FOREIGN, text)

    def _paid(
        self, paid: Paid, intent: Intent | None, held: Mapping[str, Decimal]
    ) -> Iterator[BrokerEvent]:
        """Book a fee that was off with who ordered, and funding with who held the contract."""
        traded, now = self._instruments[paid.symbol], self.now()
        amount, name = on_grid(paid.amount), traded.id
        if paid.client:
            pod = HOUSE if intent is None else intent.pod
            yield CashFlow(now, pod, name, FEE, amount, paid.currency)
            said = f"the fee of a trade in {name} was off by {plain(amount)} {paid.currency}"
        else:
            for pod, part, units in shared(amount, held):
                yield CashFlow(now, pod, name, FUNDING, part, paid.currency, units)
            said = f"funding of {name}: {plain(amount)} {paid.currency}"
        yield Notice(now, FUNDING, f"#{paid.number}: {said}")

    def _adopted(self, asset: str, amount: Decimal, note: str) -> Iterator[BrokerEvent]:
        """Book what was found: units with the house, at their price; money stays outside.

        What the account holds beyond the fund's capital is not the fund's, so finding units makes
        no profit: money from outside pays for them. Finding money changes nothing in the books.
        """
        now, units, traded = self.now(), on_grid(amount), self._instrument_of(asset)
        if note == KEPT_LESS:
            yield from self._kept_less(asset, units)
            return
        if traded is None:
            yield Notice(now, FOUND, f"{plain(units)} {asset} stay outside of the fund: {note}")
            return
        worth = on_grid(exact(self._price(traded.id)) * units * traded.multiplier)
        held = f"{plain(units)} {asset} go to the house book at {plain(worth)} {traded.currency}"
        yield Notice(now, FOUND, f"{held}: {note}")
        yield Adjustment(now, HOUSE, traded.id, FOUND, units, worth)
        if traded.kind is Kind.SPOT_CRYPTO:
            yield CashFlow(now, HOUSE, "", FOUND, -worth, traded.currency)

    def _kept_less(self, asset: str, units: Decimal) -> Iterator[BrokerEvent]:
        """Book what comes back of fees that were booked too high: the house gets it."""
        now, traded = self.now(), self._instrument_of(asset)
        yield Notice(now, FOUND, f"{plain(units)} {asset} go to the house book: {KEPT_LESS}")
        if traded is not None:
            yield Adjustment(now, HOUSE, traded.id, FEE, units)
        else:
            yield CashFlow(now, HOUSE, "", FEE, units, asset)


def shared(amount: Decimal, held: Mapping[str, Decimal]) -> Iterator[tuple[str, Decimal, Decimal]]:
    """Yield pod, part and units: each pays or gets by what it held, the house what is left.

    Whoever held against the others gets what they pay; where all together held nothing, nobody
    can have been charged, and what there is stays with the house.
    """
    total, left = sum(held.values(), ZERO), amount
    pods = {pod: units for pod, units in sorted(held.items()) if pod and total}
    for pod, units in pods.items():
        part = on_grid(amount * units / total)
        left -= part
        yield pod, part, units
    if left:
        yield HOUSE, left, held.get("", ZERO)


def heard_of(past: Past, states: Mapping[str, OrderState]) -> Heard:
    """Return what a fund's journal shows that it was told."""
    numbers = {fill.id for fill in past.fills}
    adoptions = 0
    payments: set[int] = set()
    for notice in (each for each in past.story if isinstance(each, Notice)):
        if notice.source == FOUND:
            adoptions += 1
        elif notice.source in {FOREIGN, FUNDING} and notice.text.startswith("#"):
            number = int(notice.text.removeprefix("#").partition(":")[0])
            (numbers if notice.source == FOREIGN else payments).add(number)
    return Heard(numbers, adoptions, states, payments)
