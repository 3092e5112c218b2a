"""The emulators' matching engine: never crossed, nothing lost, first come first served."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from brokers.emulators.core.matching import BUY, SELL, MatchingBook, Resting, SelfTrade

ORDERS = st.tuples(
    st.sampled_from(["limit", "take", "cancel", "reduce"]),
    st.sampled_from([BUY, SELL]),
    st.integers(90, 110),
    st.integers(1, 20),
    st.sampled_from(["ann", "bob", "cy"]),
    st.sampled_from(list(SelfTrade)),
)


class Ledger:
    """Counts every lot: what came in is resting, traded, cancelled or was never placed."""

    def __init__(self):
        self.book, self.number = MatchingBook(), 0
        self.came, self.gone, self.traded = Counter(), Counter(), 0

    def play(self, kind, side, price, lots, owner, rule):
        waiting = [each.order for s in (BUY, SELL) for each in self.book.orders(s)]
        if kind in {"limit", "take"}:
            self.order(side, price, lots, owner, rule, rests=kind == "limit")
        elif waiting:
            target = waiting[price % len(waiting)]
            left = self.book.get(target).left
            if kind == "cancel":
                self.gone["cancelled"] += self.book.cancel(target)
            elif left > 1:
                self.book.reduce(target, left - 1)
                self.gone["cancelled"] += 1

    def order(self, side, price, lots, owner, rule, *, rests):
        self.number += 1
        self.came["lots"] += lots
        taken = self.book.take(side, price, lots, owner, rule)
        self.traded += sum(match.lots for match in taken.matches)
        self.gone["expired"] += sum(each.lots for each in taken.expired)
        for match in taken.matches:
            assert match.maker.side == -side
            assert side * match.price <= side * price
            assert rule is SelfTrade.NONE or match.maker.owner != owner
        if taken.left and rests and not taken.stopped:
            self.book.rest(Resting(self.number, owner, side, price, taken.left))
        else:
            self.gone["unplaced"] += taken.left

    @property
    def resting(self):
        return sum(each.left for side in (BUY, SELL) for each in self.book.orders(side))


@given(st.lists(ORDERS, max_size=60))
def test_book_after_any_orders_never_crosses_and_conserves_lots(steps):
    ledger = Ledger()
    for step in steps:
        ledger.play(*step)
        bid, ask = ledger.book.best(BUY), ledger.book.best(SELL)
        assert bid is None or ask is None or bid < ask
        # A trade takes a lot from the maker and one from the taker.
        out = ledger.resting + 2 * ledger.traded + sum(ledger.gone.values())
        assert ledger.came["lots"] == out


@given(st.lists(ORDERS, max_size=60))
def test_levels_equal_the_orders_behind_them(steps):
    ledger = Ledger()
    for step in steps:
        ledger.play(*step)
    for side in (BUY, SELL):
        sums = Counter()
        for each in ledger.book.orders(side):
            sums[each.price] += each.left
        assert dict(ledger.book.levels(side)) == sums
        prices = [price for price, _ in ledger.book.levels(side)]
        assert prices == sorted(prices, reverse=side == BUY)


@given(st.lists(st.integers(1, 9), min_size=1, max_size=8), st.integers(1, 40))
def test_same_price_is_served_in_order_of_arrival(sizes, lots):
    book = MatchingBook()
    for number, size in enumerate(sizes):
        book.rest(Resting(number, "ann", SELL, 100, size))

    taken = book.take(BUY, 100, lots, "bob")

    makers = [match.maker.order for match in taken.matches]
    assert makers == list(range(len(makers)))
    assert all(match.lots == sizes[match.maker.order] for match in taken.matches[:-1])


@given(st.lists(ORDERS, max_size=40), st.integers(90, 110), st.integers(1, 60))
def test_reachable_is_what_a_take_trades(steps, limit, lots):
    ledger = Ledger()
    for step in steps:
        ledger.play(*step)
    reachable = ledger.book.reachable(BUY, limit)

    taken = ledger.book.take(BUY, limit, lots)

    assert sum(match.lots for match in taken.matches) == min(lots, reachable)
