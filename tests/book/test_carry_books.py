"""Books of margined kinds, foreign money and whatever moves without a trade."""

from decimal import Decimal

import numpy as np
import pytest

from magents.book.ledger import HOUSE, Account, Ledger
from magents.book.worth import Rules, worth
from magents.model.errors import BrokenPromiseError, DataError
from magents.model.instruments import Instrument, Kind
from magents.model.records import Adjustment, CashFlow
from tests.builders import fill, instrument

FUTURE = instrument("ES", kind=Kind.FUTURE, multiplier=Decimal(50))
INVERSE = instrument("BTC/USD", kind=Kind.INVERSE_PERPETUAL, currency="BTC", base="BTC")
COIN = instrument("BTC/USDT", kind=Kind.SPOT_CRYPTO, currency="USDT")
SAP = instrument("SAP", currency="EUR")
EURO = instrument("EUR/USD", kind=Kind.FX)
YEN = instrument("USD/JPY", kind=Kind.FX, currency="JPY")
TOYOTA = instrument("7203", currency="JPY")


def ledger(*traded, capital=1000):
    made = Ledger(["pod"], traded, Decimal(capital), "USD")
    made.allocate("pod", Decimal(capital))
    return made, made.books["pod"]


def flow(amount, cause="settlement", name="ES", currency="USD"):
    return CashFlow(0, "pod", name, cause, Decimal(str(amount)), currency)


def test_a_fill_of_a_margined_kind_moves_only_the_commission():
    books, pod = ledger(FUTURE)
    books.apply(fill(quantity=2, price=4000, instrument="ES", commission=Decimal(4)))
    assert (pod.cash, pod.liquid) == (996, 996 - 400_000)
    assert pod.value({"ES": Decimal(4001)}) == 996 + 100
    assert pod.position("ES").unpaid == 400_000


def test_settling_moves_cash_and_not_value():
    books, pod = ledger(FUTURE)
    books.apply(fill(quantity=2, price=4000, instrument="ES"))
    before = pod.value({"ES": Decimal(4010)})
    books.pay(flow(1000))
    assert pod.cash == 2000
    assert pod.value({"ES": Decimal(4010)}) == before == 2000
    assert pod.position("ES").settled == 1000
    assert pod.position("ES").unpaid == 2 * 4010 * 50


def test_an_unsettled_gain_of_a_closed_future_counts_before_it_is_paid():
    books, pod = ledger(FUTURE)
    books.apply(fill(1, 2, 4000, instrument="ES"))
    books.apply(fill(2, -2, 4010, instrument="ES"))
    assert (pod.cash, pod.value({}), pod.units("ES")) == (1000, 2000, 0)


def test_an_inverse_perpetual_gains_in_the_coin_by_the_closed_form():
    books, pod = ledger(INVERSE, COIN)
    books.apply(fill(1, 80_000, 40_000, instrument="BTC/USD"))
    gain = Decimal(80_000) / 40_000 - Decimal(80_000) / 50_000
    assert (
        pod.value({"BTC/USDT": Decimal(50_000), "BTC/USD": Decimal(50_000)}) == 1000 + gain * 50_000
    )
    books.apply(fill(2, -80_000, 50_000, instrument="BTC/USD"))
    assert (pod.quantity("BTC"), pod.units("BTC")) == (0, gain)
    books.pay(flow(gain, name="BTC/USD", currency="BTC"))
    assert (pod.quantity("BTC"), pod.units("BTC")) == (gain, gain)


def test_foreign_money_is_a_position_that_a_pair_prices():
    books, pod = ledger(SAP, EURO)
    books.apply(fill(quantity=10, price=150, instrument="SAP", commission=Decimal(3)))
    marks = {"SAP": Decimal(160), "EUR/USD": Decimal("1.1")}
    assert (pod.cash, pod.quantity("EUR")) == (1000, -1503)
    assert pod.value(marks) == 1000 + (1600 - 1503) * Decimal("1.1")
    assert books.rules.pocket_of("SAP") == "EUR"
    assert not books.rules.pocket_of("EUR/USD")


def test_a_pair_that_is_quoted_upside_down_is_turned():
    books, pod = ledger(TOYOTA, YEN)
    books.apply(fill(quantity=100, price=1500, instrument="7203"))
    assert pod.value({"7203": Decimal(1650), "USD/JPY": Decimal(150)}) == 1100


def test_dollars_and_coins_pegged_to_them_are_one_at_par():
    books, pod = ledger(COIN)
    books.apply(fill(quantity=1, price=900, instrument="BTC/USDT"))
    assert pod.cash == 100


def test_a_currency_that_nothing_prices_is_refused():
    with pytest.raises(DataError, match=r"SAP trade in EUR and the fund counts in USD.*EUR/USD"):
        Rules([SAP], "USD")
    assert Rules([SAP]).special == {}


def test_worth_per_unit_is_what_a_unit_is_worth():
    rules = Rules([FUTURE, INVERSE, COIN, SAP, EURO, TOYOTA, YEN], "USD")
    rows = {"ES": 4000.0, "BTC/USD": 4e4, "BTC/USDT": 5e4, "SAP": 150.0, "EUR/USD": 1.25}
    rows |= {"7203": 1500.0, "USD/JPY": 150.0}
    marks = {name: Decimal(str(price)) for name, price in rows.items()}
    found = rules.per_unit({name: np.array([price, 0.0]) for name, price in rows.items()})
    assert set(found) == {*rows, "EUR", "JPY", "BTC"}
    for name, column in found.items():
        exactly = rules.value(name, Decimal(1), marks, 0)
        assert column[0] == pytest.approx(float(exactly), rel=1e-8)
        assert column[1] == 0
    assert rules.per_unit(rows) == {name: column[0] for name, column in found.items()}


def test_a_dividend_is_carry_and_a_fee_of_liquidation_commission():
    books, pod = ledger(instrument())
    books.pay(flow(5, "dividend", "AAA"))
    books.pay(flow(-2, "liquidation", "AAA"))
    books.pay(flow(7, "interest", ""))
    assert (pod.position("AAA").carry, pod.position("AAA").commission) == (5, 2)
    assert pod.cash == books.total.cash == 1010


def test_money_of_nobody_goes_to_the_house():
    books, _ = ledger(instrument())
    assert books.pay(CashFlow(0, "nobody", "", "interest", Decimal(3))) is books.books[HOUSE]


def test_a_position_that_turns_over_keeps_its_cost_even_where_it_nets():
    books, pod = ledger(instrument("OLD"), instrument("NEW"), capital=100_000)
    books.apply(fill(1, 100, 50, instrument="OLD"))
    books.apply(fill(2, -30, 90, instrument="NEW"))
    books.adjust(Adjustment(0, "pod", "OLD", "merger", Decimal(-100), becomes="NEW"))
    books.adjust(Adjustment(0, "pod", "NEW", "merger", Decimal(50)))
    held = pod.position("NEW")
    assert (held.quantity, held.cost, held.realised) == (20, 2000, 2700 - 3000)
    assert pod.value({"NEW": Decimal(100)}) == 100_000 - 5000 + 2700 + 2000


def test_a_part_of_the_cost_goes_where_it_is_said_to():
    books, pod = ledger(instrument("OLD"), instrument("NEW"))
    books.apply(fill(1, 10, 50, instrument="OLD"))
    books.adjust(Adjustment(0, "pod", "OLD", "merger", Decimal(0), Decimal(120), becomes="NEW"))
    books.adjust(Adjustment(0, "pod", "NEW", "merger", Decimal(5)))
    assert (pod.position("OLD").cost, pod.position("OLD").quantity) == (380, 10)
    assert (pod.position("NEW").cost, pod.position("NEW").quantity) == (120, 5)


@pytest.mark.parametrize("what", ["cash", "EUR", "unpaid"])
def test_books_and_account_are_compared_in_every_pocket(what):
    books, _ = ledger(SAP, EURO, FUTURE)
    account = Account(Decimal(1000), books.rules)
    for made in (fill(1, 2, 4000, instrument="ES"), fill(2, 10, 150, instrument="SAP")):
        books.apply(made)
        account.apply(made, books.notional(made))
    books.reconcile(account, ["SAP"])
    account.take("" if what == "cash" else what, Decimal(1)) if what != "unpaid" else account.owe(
        "", Decimal(1)
    )
    with pytest.raises(BrokenPromiseError, match=what):
        books.reconcile(account, ["SAP"])


def test_without_a_price_a_holding_is_worth_nothing():
    assert worth(INVERSE, Decimal(5), Decimal(0)) == 0
    assert Instrument(id="A").kind is Kind.EQUITY
