"""The comparison of fills: the same list for ever, and nothing explained that is not predicted."""

from collections import Counter

import pytest

from benchmarks.agreement.compare import FILLED, NEITHER, UNEXPLAINED, compare, same, whole
from benchmarks.agreement.drawing import ORDERS, TYPES, draw
from benchmarks.agreement.exchange import candles, market, trade
from benchmarks.agreement.pages import Part, page
from benchmarks.agreement.rules import DIFFERENCES, backtrader, nautilus, nautilus311, zipline
from benchmarks.agreement.tickets import (
    Candle,
    Done,
    Ticket,
    by_instrument,
    read_candles,
    read_tickets,
    write_rows,
)

LEAST = 200


def ticket(side="buy", tif="gtc", **prices):
    kind = "_".join(name for name in ("stop", "limit") if name in prices) or "market"
    limit, stop = prices.get("limit", 0.0), prices.get("stop", 0.0)
    return Ticket(1, "2024-01-01", "A", side, 10, kind, limit, stop, tif)


def bars(*rows):
    return [
        Candle(f"2024-01-{day:02d}", "A", day, day, *map(float, row), 1_000)
        for day, row in enumerate(rows, 2)
    ]


def done(session, price, number=1):
    return Done(number, session, price, 10, price / 100)


@pytest.fixture(scope="module")
def sample():
    feed = market()
    rows = candles(feed)
    return feed, rows, draw(rows)


# -- the list ----------------------------------------------------------------------------------


def test_list_is_long_mixed_and_always_the_same(sample):
    _, rows, tickets = sample
    assert len(tickets) == ORDERS >= LEAST
    assert tickets == draw(rows)
    assert [each.number for each in tickets] == list(range(1, ORDERS + 1))
    for choice in ("type", "side", "tif", "instrument"):
        seen = Counter(getattr(each, choice) for each in tickets)
        assert min(seen.values()) > LEAST / 10
    assert {each.type for each in tickets} == set(TYPES)


def test_list_meets_touches_gaps_and_the_end(sample):
    feed, _, tickets = sample
    rules = Counter(rule for _, rule in trade(feed, tickets))
    assert {"B1", "B2", "B3", "B4", "B5", "B8"} <= set(rules)
    assert len(tickets) - rules.total() > LEAST / 10


def test_files_say_what_was_written(sample, tmp_path):
    _, rows, tickets = sample
    write_rows(tmp_path / "orders.csv", tickets)
    write_rows(tmp_path / "bars.csv", rows)
    assert read_tickets(tmp_path / "orders.csv") == tickets
    assert read_candles(tmp_path / "bars.csv") == rows


def test_bars_are_real_and_whole_cents(sample):
    _, rows, _ = sample
    assert len(by_instrument(rows)) == 5
    assert all(round(price, 2) == price for bar in rows for price in bar[4:8])


# -- what peers do -----------------------------------------------------------------------------


def test_zipline_is_predicted_to_look_at_closes():
    touched = bars((100, 101, 90, 100), (100, 101, 99, 95))
    assert zipline(ticket(limit=96.0), touched) == ("2024-01-03", 95.0, "Z1")
    assert zipline(ticket(limit=96.0, tif="day"), touched).session == ""
    assert zipline(ticket("sell", stop=98.0), touched) == ("2024-01-03", 95.0, "Z1")


def test_backtrader_is_predicted_to_work_on_after_a_gap():
    gap = bars((110, 112, 104, 111), (111, 112, 104, 105))
    assert backtrader(ticket(stop=102.0, limit=106.0), gap) == ("2024-01-02", 106.0, "T1")


def test_backtrader_is_predicted_to_fill_on_the_way_back():
    back = bars((100, 106, 97, 98), (98, 99, 97, 98))
    assert backtrader(ticket(stop=105.0, limit=99.0), back) == ("2024-01-02", 99.0, "T2")
    stays = bars((100, 106, 97, 104), (98, 99, 97, 98))
    assert backtrader(ticket(stop=105.0, limit=99.0), stays).session == "2024-01-03"


def test_nautilus_is_predicted_to_fill_at_the_limit_in_a_gap():
    gap = bars((100, 101, 99, 100), (90, 91, 89, 90))
    assert nautilus(ticket(limit=95.0), gap) == ("2024-01-03", 95.0, "N1")


def test_nautilus_is_predicted_to_miss_a_limit_that_it_jumps_over():
    jump = bars((100, 110, 99, 109), (109, 110, 108, 109))
    assert nautilus(ticket(stop=105.0, limit=107.0), jump) == ("2024-01-02", 105.0, "N4")
    far = bars((100, 110, 108, 109), (109, 110, 108, 109))
    assert nautilus(ticket(stop=105.0, limit=107.0), far).session == ""


def test_older_nautilus_is_predicted_to_fill_stops_at_their_price_in_a_gap():
    gap = bars((110, 112, 109, 111))
    assert nautilus311(ticket(stop=105.0), gap) == ("2024-01-02", 105.0, "N2")
    assert nautilus(ticket(stop=105.0), gap).price == 110.0


# -- comparing ---------------------------------------------------------------------------------


def kind_of(peer, what, rows, ours, theirs, alone=lambda _: {}):
    fills = tuple({} if fill is None else {1: fill} for fill in (ours, theirs))
    return compare(peer, [what], {"A": rows}, fills, alone)[0].kind


def test_equal_fills_need_no_reason():
    fill, rows = done("2024-01-02", 100.0), bars((100, 101, 99, 100))
    assert kind_of("zipline", ticket(), rows, fill, fill) == FILLED
    assert kind_of("zipline", ticket(limit=1.0), rows, None, None) == NEITHER


def test_difference_is_explained_only_by_the_exact_price():
    rows = bars((100, 101, 90, 95))
    ours = done("2024-01-02", 96.0)
    found = [
        kind_of("zipline", ticket(limit=96.0), rows, ours, done("2024-01-02", price))
        for price in (95.0, 95.01)
    ]
    assert found == ["Z1", UNEXPLAINED]


def test_difference_of_a_market_order_is_never_explained():
    rows = bars((100, 101, 99, 100))
    for peer in ("zipline", "backtrader", "nautilus"):
        ours, theirs = done("2024-01-02", 100.0), done("2024-01-02", 99.0)
        assert kind_of(peer, ticket(), rows, ours, theirs) == UNEXPLAINED


def test_order_that_fills_alike_when_alone_was_disturbed_by_others():
    rows = bars((100, 101, 99, 100))
    ours = done("2024-01-02", 99.0)
    assert kind_of("nautilus", ticket(limit=99.0), rows, ours, None, lambda _: {1: ours}) == "N5"
    assert kind_of("nautilus", ticket(limit=99.0), rows, ours, None) == UNEXPLAINED


def test_wrong_fee_or_size_is_a_difference():
    fill = done("2024-01-02", 100.0)
    assert same(fill, fill)
    assert not same(fill, fill._replace(fee=1.01))
    assert not same(fill, fill._replace(quantity=9))


def test_order_that_fills_twice_is_refused():
    with pytest.raises(ValueError, match="order 1 filled twice"):
        whole([done("2024-01-02", 100.0), done("2024-01-03", 100.0)])


def test_page_counts_and_names_what_differs():
    rows, ours = bars((100, 101, 90, 95)), {1: done("2024-01-02", 96.0)}
    theirs = {1: done("2024-01-02", 95.0)}
    what = ticket(limit=96.0)
    findings = compare("zipline", [what], {"A": rows}, (ours, theirs), lambda _: {})
    about = {"bars": "1", "names": "A", "first": "x", "last": "y"}
    text = page([what], about, [Part("zipline", "3", findings)])
    assert "| zipline 3 | 1 | 0 | 0 | 1 | 0 |" in text
    assert "here 96 on 2024-01-02, there 95 on 2024-01-02" in " ".join(text.split())
    assert DIFFERENCES["Z1"].text in " ".join(text.split())
