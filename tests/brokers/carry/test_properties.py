"""Whatever happens in whatever order: books are the account, and every gain has a cause."""

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from brokers.simulated.carry import (
    bonds,
    borrow,
    conversion,
    delistings,
    dividends,
    exchanges,
    interest,
    settlement,
    splits,
)
from brokers.simulated.carry.funding import funding
from brokers.simulated.carry.schedule import Carry
from magents.book.worth import worth
from magents.model.events import Delisting, Dividend, Events, Exchange, Funding, Split, Timeline
from magents.model.instruments import (
    BondTerms,
    FutureTerms,
    Instrument,
    Kind,
    PerpetualTerms,
)
from magents.model.money import ZERO, on_grid
from magents.model.time import DAY, HOUR
from tests.brokers.carry.bank import HOUSE, Bank, share

PODS = {"one": 1_000_000, "three": 500_000, "two": 2_000_000}
SHARES = ("AAA", "BBB")
NEXT = FutureTerms(100 * DAY)
KNOWN = {
    i.id: i
    for i in (
        share("AAA"),
        share("BBB", lot=Decimal("0.001")),
        share("SAP", currency="EUR"),
        Instrument(id="EUR/USD", kind=Kind.FX),
        Instrument(id="FUT", kind=Kind.FUTURE, multiplier=Decimal(50), terms=FutureTerms(9 * DAY)),
        Instrument(id="NXT", kind=Kind.FUTURE, multiplier=Decimal(50), terms=NEXT),
        Instrument(id="PERP", kind=Kind.PERPETUAL, currency="USDT", terms=PerpetualTerms()),
        Instrument(id="INV", kind=Kind.INVERSE_PERPETUAL, currency="BTC", multiplier=Decimal(100)),
        Instrument(id="BND", kind=Kind.BOND, terms=BondTerms(0.05, 3650 * DAY, 0)),
    )
}
NAMES = st.sampled_from(sorted(KNOWN))
UNITS = st.integers(-(10**6), 10**6).filter(bool).map(lambda n: Decimal(n) / 1000)
PRICES = st.integers(1, 10**6).map(lambda n: Decimal(n) / 100)
RATES = st.integers(-500, 500).map(lambda n: Decimal(n) / 10_000)
RATIOS = st.sampled_from([Decimal(each) for each in ("2", "3", "1.5", "0.1", "0.333", "1.0047")])
FOREIGN = {"SAP": "EUR", "INV": "BTC"}


class Everything(RuleBasedStateMachine):
    """Fills and all items of carry, at random."""

    def __init__(self):
        super().__init__()
        self.bank = Bank(KNOWN.values(), **PODS)
        self.bank.prices = dict.fromkeys(KNOWN, Decimal(100))
        self.day = 0

    def happen(self, moves):
        for move in moves:
            self.bank.holdings.book(move)
            self.bank.book(move)
            if getattr(move, "becomes", "") == "":
                self.bank.check()
        self.bank.check()

    @rule(
        pod=st.sampled_from(sorted(PODS)),
        name=NAMES,
        units=UNITS,
        price=PRICES,
        fee=st.integers(-5, 100),
    )
    def trade(self, pod, name, units, price, fee):
        self.bank.prices[name] = price
        self.bank.trade(name, units, price, pod, Decimal(fee) / 100)

    @rule(name=NAMES, price=PRICES)
    def move_the_market(self, name, price):
        self.bank.prices[name] = price

    @rule(days=st.integers(1, 40))
    def time_passes(self, days):
        self.day += days
        self.bank.now = self.day * DAY

    @rule(name=st.sampled_from([*SHARES, "SAP"]), amount=PRICES)
    def pay_a_dividend(self, name, amount):
        event = Dividend(0, name, amount)
        self.happen(dividends.dividend(event, KNOWN[name], self.bank.holdings.of(name)))

    @rule(name=st.sampled_from(SHARES), ratio=RATIOS)
    def split(self, name, ratio):
        event, units = Split(0, name, ratio), self.bank.holdings.of(name)
        moves = splits.split(event, KNOWN[name], units, self.bank.prices[name])
        self.bank.prices[name] = on_grid(self.bank.prices[name] / ratio)
        self.happen(moves)

    @rule(ratio=st.one_of(st.just(ZERO), RATIOS), cash=PRICES, back=st.booleans())
    def merge(self, ratio, cash, back):
        old, new = SHARES[::-1] if back else SHARES
        event = Exchange(0, old, new, ratio, cash)
        units, price = self.bank.holdings.of(old), self.bank.prices[new]
        self.happen(exchanges.exchange(event, KNOWN[old], KNOWN[new], units, price))

    @rule(name=st.sampled_from([*SHARES, "PERP", "BND"]), price=st.one_of(st.none(), PRICES))
    def delist(self, name, price):
        event, last = Delisting(self.bank.now, name, price), self.bank.prices[name]
        units, unpaid = self.bank.holdings.of(name), self.bank.holdings.unpaid.get(name, {})
        self.happen(delistings.delisting(event, KNOWN[name], units, unpaid, last))

    @rule(name=st.sampled_from(["FUT", "NXT", "PERP", "INV"]))
    def settle(self, name):
        units, unpaid = self.bank.holdings.of(name), self.bank.holdings.unpaid.get(name, {})
        before = self.bank.gain()
        price = self.bank.prices[name]
        self.happen(settlement.settle(0, KNOWN[name], units, unpaid, price))
        assert self.bank.gain() == before
        assert not settlement.settle(
            0, KNOWN[name], units, self.bank.holdings.unpaid.get(name, {}), price
        )

    @rule(cost=st.sampled_from([ZERO, Decimal("0.0002")]))
    def roll(self, cost):
        units, unpaid = self.bank.holdings.of("FUT"), self.bank.holdings.unpaid.get("FUT", {})
        prices = (self.bank.prices["FUT"], self.bank.prices["NXT"])
        before = self.bank.gain()
        self.happen(settlement.roll(0, KNOWN["FUT"], KNOWN["NXT"], units, unpaid, prices, cost))
        assert not self.bank.holdings.unpaid.get("FUT")
        assert cost or self.bank.gain() == before

    @rule(name=st.sampled_from(["PERP", "INV"]), rate=RATES)
    def fund(self, name, rate):
        units, mark = self.bank.holdings.of(name), self.bank.prices[name]
        self.happen(funding(Funding(0, name, rate), KNOWN[name], units, mark))

    @rule(name=st.sampled_from([*SHARES, "SAP"]), rate=RATES, days=st.integers(1, 4))
    def charge_borrowing(self, name, rate, days):
        units, price = self.bank.holdings.of(name), self.bank.prices[name]
        self.happen(borrow.fee(0, KNOWN[name], units, price, abs(rate), days))

    @rule(rate=RATES, pocket=st.sampled_from(["", "EUR", "BTC"]), days=st.integers(1, 4))
    def charge_interest(self, rate, pocket, days):
        money = dict(self.bank.holdings.money.get(pocket, {}))
        terms = interest.Terms(rate, interest.Spreads(), days, pocket)
        flows = interest.interest(0, money, terms)
        total = sum((flow.amount for flow in flows), ZERO)
        assert total == interest.earned(sum(money.values(), ZERO), terms)
        self.happen(flows)

    @rule(number=st.integers(1, 19))
    def pay_a_coupon(self, number):
        self.happen(bonds.pay_coupon(0, KNOWN["BND"], self.bank.holdings.of("BND"), number))

    @precondition(lambda self: self.bank.holdings.money.get("EUR"))
    @rule(spread=st.sampled_from([ZERO, Decimal("0.001")]))
    def sweep(self, spread):
        deal = conversion.Deal("EUR", "USD", self.bank.prices["EUR/USD"], spread)
        before = self.bank.gain()
        self.happen(conversion.sweep(0, dict(self.bank.holdings.money["EUR"]), deal))
        assert not self.bank.holdings.money["EUR"]
        after = self.bank.gain()
        assert after <= before + Decimal("1e-7")
        assert spread or abs(after - before) < Decimal("1e-7")

    @invariant()
    def every_gain_is_price_or_carry_or_interest_less_commission(self):
        """In each currency, and together at the rates of now."""
        rules, prices = self.bank.ledger.rules, self.bank.prices
        for name, given_to in PODS.items():
            gains = {"": Decimal(given_to)}
            held = self.bank.ledger.books[name].positions.items()
            for each, position in ((n, p) for n, p in held if n in KNOWN):
                pocket = FOREIGN.get(each, "")
                gains[pocket] = gains.get(pocket, ZERO) + self._gain(each, position)
            for move in self.bank.moves:
                if move.pod == name and not move.instrument:
                    pocket = rules.pocket(move.currency)
                    gains[pocket] = gains.get(pocket, ZERO) + move.amount
            total = sum((gain * rules.rate(p, prices) for p, gain in gains.items()), ZERO)
            assert abs(self.bank.value(name) - total) <= Decimal("1e-8")
            assert gains.keys() - {""} or self.bank.value(name) == total

    def _gain(self, name, position):
        value = worth(KNOWN[name], position.quantity, self.bank.prices[name], self.bank.now)
        made = value - position.cost + position.realised
        return made + position.carry - position.commission

    @invariant()
    def flat_positions_cost_nothing(self):
        for book in self.bank.ledger.books.values():
            assert all(not p.cost for n, p in book.positions.items() if not p.quantity)

    @invariant()
    def what_is_unpaid_is_the_same_by_position_and_by_pocket(self):
        for name in [*PODS, HOUSE]:
            book = self.bank.ledger.books[name]
            for pocket, unpaid in book.unpaid.items():
                kinds = {"": ("FUT", "NXT", "PERP"), "BTC": ("INV",)}[pocket]
                held = [book.positions[each] for each in kinds if each in book.positions]
                assert sum((p.unpaid for p in held), ZERO) == unpaid


TestEverything = Everything.TestCase
TestEverything.settings = settings(stateful_step_count=30, deadline=None)

STEPS = st.lists(st.tuples(st.integers(-50, 50).filter(bool), PRICES), min_size=1, max_size=12)


@given(STEPS, PRICES, st.lists(PRICES, max_size=12))
def test_a_future_pays_in_all_exit_less_entry_times_units_times_multiplier(trades, end, closes):
    bank = Bank([KNOWN["FUT"]], pod=10**9)
    bank.now = 0
    for row, (units, price) in enumerate(trades):
        bank.trade("FUT", units, price)
        if row < len(closes):
            bank.mark(FUT=closes[row])
            held, unpaid = bank.holdings.of("FUT"), bank.holdings.unpaid.get("FUT", {})
            for flow in settlement.settle(0, KNOWN["FUT"], held, unpaid, closes[row]):
                bank.holdings.book(flow)
                bank.book(flow)
    bank.mark(FUT=end)
    bank.play(9 * DAY)
    expected = sum((units * (end - price) * 50 for units, price in trades), ZERO)
    assert bank.cash() - 10**9 == expected == sum(bank.amounts("settlement"), ZERO)
    assert bank.units("FUT") == 0


@given(st.integers(1, 10**6), PRICES, PRICES, st.booleans())
def test_an_inverse_round_trip_is_the_closed_form_in_the_coin(contracts, entry, leave, short):
    bank = Bank([KNOWN["INV"]])
    units = Decimal(-contracts if short else contracts)
    bank.trade("INV", units, entry)
    bank.trade("INV", -units, leave)
    held, unpaid = bank.holdings.of("INV"), bank.holdings.unpaid["INV"]
    for flow in settlement.settle(0, KNOWN["INV"], held, unpaid, leave):
        bank.holdings.book(flow)
        bank.book(flow)
    closed = on_grid(units * 100 / entry) - on_grid(units * 100 / leave)
    assert bank.units("BTC") == bank.position("BTC").quantity == closed
    assert abs(closed - units * 100 * (1 / entry - 1 / leave)) <= Decimal("1e-8")


@given(st.lists(st.tuples(st.integers(0, 500), RATES), max_size=30), st.integers(0, 600))
def test_the_schedule_misses_nothing_and_repeats_nothing(stamps, start):
    events = Events(funding=Timeline([Funding(at * HOUR, "PERP", rate) for at, rate in stamps]))
    bank = Bank([KNOWN["PERP"]])
    carry = Carry([KNOWN["PERP"]], bank.ledger.rules, events, {})
    now, seen = start * HOUR, []
    while (head := carry.next_after(now)) is not None:
        now = head[0]
        seen.append(now)
    assert seen == sorted({at * HOUR for at, _ in stamps if at > start})
