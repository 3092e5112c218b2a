"""Every kind of record in words."""

from decimal import Decimal

import pytest

from magents.cli.entries import kind, order_id, told
from magents.model.orders import Order, OrderState, OrderType, Side
from magents.model.records import (
    Adjustment,
    Allocation,
    Amendment,
    CashFlow,
    Check,
    Command,
    Fill,
    Halt,
    Notice,
    OrderEvent,
    Record,
    Signal,
    Verdict,
)

D = Decimal
LIMIT = Order(1, "ma:1", "ma", "A", Side.BUY, D(5), OrderType.LIMIT, D("9.50"), reason="cheap")
REFUSAL = Verdict(1, "ma", "ma:1", "A", False, (Check("gross", 3.0, 2.0, False),))
FILL = Fill(1, "ma", "ma:1", "A", 7, D(-5), D("9.5"), D("0.05"), 1, "B1", False)

CASES = [
    (LIMIT, "intent", "buy 5 limit, limit 9.5: cheap"),
    (
        Signal(1, "ma", "cross", "A", 1.0, 0.0, 9.5, 1, {"fast": 2.0}),
        "signal",
        "cross: +0 to +1 at close 9.5 (fast 2)",
    ),
    (REFUSAL, "verdict", "refused: gross 3 against 2"),
    (Verdict(1, "ma", "ma:1", "A", True, ()), "verdict", "accepted by 0 rules"),
    (OrderEvent(1, "ma", "ma:1", "A", OrderState.EXPIRED, "over"), "order", "expired: over"),
    (FILL, "fill", "#7 -5 at 9.5, commission 0.05, rule B1, in part"),
    (
        Amendment(1, "ma", "ma:1", "A", D(30), D("44.50")),
        "amendment",
        "now quantity 30, limit 44.5",
    ),
    (
        CashFlow(1, "ma", "A", "dividend", D("47.00"), "USD", D(100), 0.47),
        "cash",
        "dividend: received 47 USD on 100 at 0.47",
    ),
    (CashFlow(1, "ma", "", "interest", D("-4.5")), "cash", "interest: paid 4.5"),
    (Adjustment(1, "ma", "A", "split", D("100.0")), "adjustment", "split: +100 units"),
    (
        Adjustment(1, "ma", "A", "symbol", D(-100), becomes="B"),
        "adjustment",
        "symbol: -100 units, which become B",
    ),
    (
        Adjustment(1, "ma", "ES", "expiry", D(-2), D(-401_000)),
        "adjustment",
        "expiry: -2 units at a cost of -401000",
    ),
    (Allocation(1, "ma", D("10.50")), "allocation", "10.5"),
    (Command(1, "halt", "ma", "me"), "command", "halt by me"),
    (Halt(1, "ma", "broke"), "halt", "broke"),
    (Notice(1, "feed", "dropped rows", 3), "notice", "feed: dropped rows (3 times)"),
]


@pytest.mark.parametrize(("entry", "name", "words"), CASES)
def test_record_is_told_in_words(entry, name, words):
    assert kind(entry) == name
    assert told(entry) == words


class Bonus(Record, frozen=True, tag="bonus"):
    """A record of a kind that nobody has found words for yet."""

    pod: str
    amount: Decimal
    rate: float = 0.0
    cause: str = ""


def test_record_without_words_of_its_own_names_its_fields():
    bonus = Bonus(1, "ma", D("2.50"), cause="luck")

    assert (kind(bonus), told(bonus)) == ("bonus", "amount 2.5, cause luck")


def test_order_id_is_that_of_the_order_or_of_what_became_of_it():
    assert [order_id(entry) for entry in (LIMIT, FILL, Halt(1, "ma", ""))] == ["ma:1", "ma:1", ""]
