"""An order's story, from records made by hand."""

import re
from decimal import Decimal
from pathlib import Path

import pytest

from magents.journal.comparing import Candle, Candles
from magents.journal.explaining import Market, explain
from magents.model.fill_rules import ACTIONS, BARS, DEPTH, QUOTES, RULES, TRADES, number_in
from magents.model.orders import OrderState
from magents.model.records import Amendment, Check, OrderEvent, Signal, Verdict
from magents.model.time import HOUR
from tests.builders import fill, order

DOCS = Path(__file__).resolve().parents[2] / "docs"
BARS_MET = Candles(
    [
        Candle(1 * HOUR, 2 * HOUR, 101.0, 104.0, 99.0, 103.0, 1000.0),
        Candle(3 * HOUR, 4 * HOUR, 103.0, 106.0, 97.0, 105.0, 500.0),
    ]
)
YES = Verdict(0, "pod", "pod:1", "AAA", accepted=True, checks=(Check("gross", 0.5, 2.0, ok=True),))
NO = Verdict(0, "pod", "pod:1", "AAA", accepted=False, checks=(Check("gross", 3.0, 2.0, ok=False),))


def event(state, ts=0, note=""):
    return OrderEvent(ts, "pod", "pod:1", "AAA", OrderState(state), note)


def story(*chain, **market):
    return explain(chain, Market(BARS_MET, **market))


def said(*chain, **market):
    return " ".join(story(*chain, **market).sentences)


def filled(rule, price, row=1, **how):
    bar = (2 * HOUR, 4 * HOUR)[row]
    return fill(price=price, rule=rule, bar_ts=bar, ts=bar, **how)


# -- what it came to ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("chain", "outcome"),
    [
        ((YES, event("accepted"), filled("B1", 103)), "filled"),
        ((YES, event("accepted"), filled("B1", 103, quantity=4, complete=False)), "partly filled"),
        ((YES, event("accepted"), event("cancelled", 9)), "not filled"),
        ((YES, event("accepted")), "open"),
        ((YES, event("rejected")), "rejected"),
        ((NO, event("refused")), "refused"),
    ],
)
def test_the_outcome_comes_first(chain, outcome):
    told = story(order(), *chain)
    assert told.outcome == outcome
    assert told.sentences[0].startswith("pod:1 ")


def test_a_refusal_names_check_number_and_limit():
    assert "gross 3 against a limit of 2" in said(order(), NO, event("refused"))


def test_a_rejection_names_rule_number_and_sentence():
    note = "V4: the limit 10.003 is no multiple of the tick 0.01"
    text = said(order(limit=10.003), YES, event("rejected", note=note))
    assert "by rule V4 (tick): the limit 10.003 is no multiple of the tick 0.01." in text
    assert RULES["V4"].text in text


def test_a_note_without_a_rule_is_told_as_it_is():
    assert "It was cancelled at 1970-01-01T00:00:00Z: enough." in said(
        order(), event("cancelled", note="enough")
    )


def test_the_signal_is_told_with_its_numbers():
    signal = Signal(0, "pod", "ma", "AAA", 1.0, 0.0, 99.5, HOUR, {"fast": 2.0})
    text = said(signal, order(), YES)
    assert "ma went from +0 to +1" in text
    assert "at 99.5 (fast 2)" in text


def test_an_order_without_a_signal_was_the_pods_own():
    assert "the pod decided by itself" in said(order(), YES)


def test_an_order_of_the_house_says_which_rule_brought_it():
    why = "M3: equity 2400 is below maintenance 2850"
    text = said(order("sell", id="house:1", reason=why, reduce_only=True), event("accepted"))
    assert "The venue decided for pod at" in text
    assert "The venue ordered it by rule M3 (liquidation): equity 2400 is below" in text
    assert RULES["M3"].text in text


# -- what it met -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("what", "rule", "price", "numbers"),
    [
        (order(limit=98), "B3", 98, "open 103 > limit 98, low 97 < limit 98"),
        (order("sell", limit=106), "B3", 106, "open 103 < limit 106, high 106 = limit 106"),
        (order(stop=105), "B5", 105, "open 103 < stop 105, high 106 > stop 105"),
        (order("sell", stop=98), "B5", 98, "open 103 > stop 98, low 97 < stop 98"),
    ],
)
def test_a_fill_names_its_rule_its_bar_and_the_numbers_compared(what, rule, price, numbers):
    text = said(what, YES, event("accepted"), filled(rule, price))
    assert f"by rule {rule}, {RULES[rule].title}: {RULES[rule].text}" in text
    assert "open 103, high 106, low 97, close 105, volume 500" in text
    assert numbers in text


def test_costs_are_commission_and_slippage():
    text = said(order(), YES, filled("B1", "103.103", commission=Decimal("1.03103")))
    assert "Commission 1.03103 (10.00 bp of 1031.03)" in text
    assert "slippage 0.103 a unit (10 bp of 103)" in text


def test_a_better_open_is_no_slippage():
    assert "no slippage" in said(order(limit=104), YES, filled("B2", 103))


@pytest.mark.parametrize(
    ("what", "numbers"),
    [
        (order(limit=95), "the lowest low was 97"),
        (order(limit=95), "its limit of 95 was never reached, by 2"),
        (order(stop=110), "the highest high was 106"),
        (order("sell", limit=106.5), "its limit of 106.5 was never reached, by 0.5"),
    ],
)
def test_an_order_that_never_filled_says_how_near_the_market_came(what, numbers):
    chain = (YES, event("accepted"), event("expired", 4 * HOUR, "B7: the data ended"))
    text = said(what, *chain)
    assert "It worked through 2 bars" in text
    assert numbers in text


def test_only_bars_of_its_life_count():
    chain = (YES, event("accepted", 1 * HOUR), event("cancelled", 2 * HOUR))
    text = said(order(limit=95), *chain)
    assert "It worked through one bar: the lowest low was 99" in text
    late = (YES, event("accepted", 4 * HOUR), event("cancelled", 4 * HOUR))
    assert "No bar opened and closed while it worked." in said(order(limit=95), *late)


def test_an_amended_order_is_compared_as_amended():
    change = Amendment(HOUR, "pod", "pod:1", "AAA", limit=Decimal(98))
    text = said(order(limit=90), YES, event("accepted"), change, filled("B3", 98))
    assert "It was amended at 1970-01-01T01:00:00Z: limit 98." in text
    assert "low 97 < limit 98" in text


def test_a_part_is_explained_by_the_cap_and_what_all_pods_took():
    part = filled("B1", 103, quantity=4, complete=False)
    text = said(order(), YES, part, cap=0.02, taken={4 * HOUR: Decimal(10)})
    assert "filled in part: 4 of 10 AAA" in text
    assert "of the volume of 500 the fund may have 2.00%, which is 10; all its pods took 10" in text


def test_without_data_the_reason_is_told_and_the_bar_still_named():
    told = explain((order(limit=98), YES, filled("B3", 98)), Market(missing="there are no data"))
    assert told.sentences[-1] == "No bars can be shown: there are no data."
    assert "It met the bar that closed 1970-01-01T04:00:00Z." in told.sentences


# -- the table of rules ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("note", "number"),
    [
        ("B7: the data ended", "B7"),
        ("V13: x", "V13"),
        ("B7 and more", ""),
        ("a B7: b", ""),
        ("", ""),
    ],
)
def test_a_note_begins_with_the_number_of_its_rule(note, number):
    assert number_in(note) == number


def numbers_in(page):
    return set(re.findall(r"\b[EBCVMKH][0-9]+\b", (DOCS / page).read_text("utf-8")))


def test_every_rule_of_bars_is_on_the_page_of_fills():
    missing = set(BARS) - numbers_in("fills.md") - numbers_in("costs.md")
    assert missing == set()


def test_every_rule_of_costs_and_venues_is_on_the_page_of_costs():
    wanted = {number for number in RULES if number[0] in "CV"}
    assert wanted - numbers_in("costs.md") - numbers_in("fills.md") == set()


def test_every_rule_of_force_is_on_the_page_of_carry():
    wanted = {number for number in RULES if number[0] in "MKH"}
    assert wanted - numbers_in("carry.md") == set()


def test_every_rule_on_the_pages_is_in_the_table():
    assert numbers_in("fills.md") | numbers_in("costs.md") <= set(RULES)


def test_every_rule_is_one_sentence():
    assert all(text.endswith(".") and text.count(". ") == 0 for _, text in RULES.values())


def test_every_rule_of_ticks_is_on_their_page():
    there = re.findall(
        r"^\| ([TQD][0-9]+) \|", (DOCS / "fills-ticks.md").read_text("utf-8"), re.MULTILINE
    )
    assert {*TRADES, *QUOTES, *DEPTH} == set(there)


def test_every_rule_of_corporate_actions_is_on_the_page_of_carry():
    there = re.findall(r"^\| (S[0-9]+) \|", (DOCS / "carry.md").read_text("utf-8"), re.MULTILINE)
    assert set(ACTIONS) == set(there)


def test_a_split_is_named_where_it_changed_an_order():
    changed = event("accepted", HOUR, "S1: split 2 for 1")
    change = Amendment(HOUR, "pod", "pod:1", "AAA", Decimal(20), Decimal(45))
    text = said(order(limit=90), YES, event("accepted"), changed, change)
    assert (
        "The venue adjusted it at 1970-01-01T01:00:00Z by rule S1 (split): split 2 for 1." in text
    )
    assert "It was amended at 1970-01-01T01:00:00Z: quantity 20, limit 45." in text
