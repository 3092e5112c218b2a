"""When things are due, and in which order at one instant."""

from decimal import Decimal

import pytest

from brokers.simulated.carry.schedule import Carry, CarryTerms
from brokers.simulated.sessions import Sessions
from magents.book.worth import Rules
from magents.model.errors import DataError
from magents.model.events import (
    Borrow,
    Dividend,
    Events,
    Exchange,
    Funding,
    Rate,
    Split,
    Timeline,
)
from magents.model.instruments import FutureTerms, Instrument, Kind, OptionTerms
from magents.model.records import Adjustment
from magents.model.time import DAY, HOUR, Phase
from tests.brokers.carry.bank import HOUSE, Bank, share

DAYS = {"XNYS": Sessions.daily(0, 5 * DAY), "24/7": Sessions.daily(0, 5 * DAY)}


def instants(instruments, events, sessions=DAYS, terms=None):
    carry, found, now = Carry(instruments, Rules(instruments), events, sessions, terms), [], -1
    while (head := carry.next_after(now)) is not None:
        now = head[0]
        assert head[1] is Phase.CLOSE
        found.append(now)
    return found


def test_shares_without_events_are_never_due():
    assert instants([share()], Events()) == []


def test_events_of_others_are_never_due():
    assert instants([share()], Events(splits=Timeline([Split(5, "ZZZ", Decimal(2))]))) == []


def test_closes_matter_to_futures_to_shares_that_are_lent_and_to_interest():
    closes = [DAY * n for n in range(1, 6)]
    future = Instrument(id="F", kind=Kind.FUTURE, terms=FutureTerms(2 * DAY + HOUR))
    assert instants([future], Events()) == sorted([*closes, 2 * DAY + HOUR])
    assert instants([share(borrow_rate=0.01)], Events()) == closes
    lent = Events(borrow={"AAA": Timeline([Borrow(0, "AAA", Decimal(0))])})
    assert instants([share()], lent) == closes
    paid = Events(rates={"USD": Timeline([Rate(0, "USD", Decimal(0))])})
    assert instants([share()], paid) == closes
    assert instants([share()], paid, terms=CarryTerms(calendar="24/7")) == closes
    assert instants([share()], paid, terms=CarryTerms(calendar="XLON")) == []


def test_a_dividend_on_the_day_of_a_split_is_paid_on_the_new_shares():
    events = Events(
        dividends=Timeline([Dividend(DAY, "AAA", Decimal(1))]),
        splits=Timeline([Split(DAY, "AAA", Decimal(2))]),
    )
    bank = Bank([share()], events)
    bank.trade("AAA", 10, 5)
    bank.play(DAY)
    assert bank.amounts("dividend") == [20]


def test_what_closes_comes_before_what_opens_and_the_order_never_changes():
    """At midnight of a market that never sleeps a session ends and the next one begins."""
    events = Events(
        dividends=Timeline([Dividend(DAY, "AAA", Decimal("0.5"))]),
        splits=Timeline([Split(DAY, "AAA", Decimal(2))]),
        rates={"USD": Timeline([Rate(0, "USD", Decimal("0.05"))])},
        borrow={"AAA": Timeline([Borrow(0, "AAA", Decimal("0.02"))])},
        funding=Timeline([Funding(DAY, "PERP", Decimal("0.0001"))]),
    )
    known = [
        share(calendar="24/7"),
        Instrument(id="PERP", kind=Kind.PERPETUAL, calendar="24/7"),
    ]
    bank = Bank(known, events, DAYS, CarryTerms(calendar="24/7"), one=10_000, two=10_000)
    bank.trade("AAA", -10, 50, "two")
    bank.trade("PERP", 1, 100, "one")
    bank.mark(AAA=50, PERP=110)
    moves = bank.due(DAY)
    names = ["split" if isinstance(move, Adjustment) else move.cause for move in moves]
    interest = ["interest", "interest"]
    assert names == ["settlement", "funding", "borrow", *interest, "split", "dividend"]
    assert moves[2].amount == moves[2].units * 50 * Decimal("0.02") / 360 or moves[2].amount < 0
    assert HOUSE not in {move.pod for move in moves[:3]}


def test_what_stops_trading_is_named():
    future = Instrument(id="F", kind=Kind.FUTURE, terms=FutureTerms(DAY))
    swap = Exchange(DAY, "OLD", "NEW")
    known = [future, share("OLD"), share("NEW")]
    carry = Carry(known, Rules(known), Events(exchanges=Timeline([swap])), {})
    assert carry.gone_at(DAY) == ("F", "OLD")
    assert carry.gone_at(0) == ()


def test_the_notice_of_a_recall_counts_sessions_of_its_calendar():
    lent = [Borrow(0, "AAA", Decimal(0), Decimal(100)), Borrow(DAY, "AAA", Decimal(0), Decimal(0))]
    bank = Bank(
        [
            share(),
            Instrument(id="F", kind=Kind.FUTURE, calendar="24/7", terms=FutureTerms(9 * DAY)),
        ],
        Events(borrow={"AAA": Timeline(lent)}),
        {"XNYS": Sessions([0, 2 * DAY], [DAY, 3 * DAY]), "24/7": Sessions.daily(0, 5 * DAY)},
        CarryTerms(notice=1),
    )
    bank.trade("AAA", -40, 10)
    bought = {n: bank.carry.buy_ins(n * DAY, bank.holdings.units) for n in range(1, 5)}
    assert [n for n, each in bought.items() if each] == [3]
    assert bought[3][0].units == 40
    assert bank.carry.loans.available("AAA", HOUR) == 100
    assert bank.carry.loans.available("F", HOUR) is None


def test_what_turns_into_something_unknown_is_refused():
    swap = Events(exchanges=Timeline([Exchange(1, "AAA", "ZZZ")]))
    with pytest.raises(DataError, match="AAA turns into ZZZ"):
        Carry([share()], Rules(), swap, {})
    option = Instrument(id="O", kind=Kind.OPTION, terms=OptionTerms("ZZZ", Decimal(1), 1, "call"))
    with pytest.raises(DataError, match="O turns into ZZZ"):
        Carry([option], Rules(), Events(), {})


def test_nights_are_calendar_days_between_closes_and_one_after_the_last():
    friday = 4 * DAY - 3 * HOUR
    sessions = Sessions([0, 1], [friday, friday + 3 * DAY])
    assert (sessions.nights(friday), sessions.nights(friday + 3 * DAY)) == (3, 1)
    assert Sessions.daily(0, 3 * DAY).nights(DAY) == 1


def test_a_pair_earns_its_base_rate_and_the_cash_that_paid_for_it_costs_the_other():
    rates = {
        "USD": Timeline([Rate(0, "USD", Decimal("0.05"))]),
        "EUR": Timeline([Rate(0, "EUR", Decimal("0.02"))]),
    }
    pair = Instrument(id="EUR/USD", kind=Kind.FX, calendar="24/7")
    bank = Bank([pair], Events(rates=rates), DAYS, CarryTerms(calendar="24/7"), pod=10_000)
    bank.trade("EUR/USD", 100_000, "1.1")
    bank.mark(EUR_USD="1.1")
    bank.due(DAY)
    earned, paid = Decimal("4.58333333"), Decimal("-18.05472801")
    assert bank.amounts("interest") == [earned, paid]


def test_without_a_price_nothing_is_reckoned():
    future = Instrument(id="F", kind=Kind.FUTURE, terms=FutureTerms(DAY))
    lent = Events(borrow={"AAA": Timeline([Borrow(0, "AAA", Decimal("0.1"))])})
    bank = Bank([future, share()], lent, DAYS)
    bank.trade("F", 1, 100)
    bank.trade("AAA", -1, 100)
    assert bank.due(DAY) == []
