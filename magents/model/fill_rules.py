"""The rules of the simulated exchange by number: one table for the docs, ``explain`` and tests.

``E`` which bars an order takes part in, ``B`` how bars fill it, ``T`` trades, ``Q`` quotes, ``D``
order books; ``C`` what it costs, ``V`` what the venue refuses, ``S`` what corporate actions do to
it; ``M`` margin, ``K`` borrowed shares, ``H`` orders the house places by force.  The pages
``docs/fills.md``, ``fills-ticks.md``, ``costs.md`` and ``carry.md`` say more.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple


class RuleText(NamedTuple):
    """A rule in words: its name in a few, and one sentence."""

    title: str
    text: str


def _table(*rows: tuple[str, str, str]) -> dict[str, RuleText]:
    return {number: RuleText(title, text) for number, title, text in rows}


TAKING_PART = _table(
    ("E1", "later bars", "An order takes part in bars that open after it arrived."),
    ("E2", "in time for the open", "It takes part in a bar that opens at the instant it came."),
    ("E3", "too late for the open", "It came after the bar had opened and waits for the next."),
    ("E4", "bar under way", "It takes no part in a bar that was open when it came."),
    ("E5", "bar that is over", "It cannot fill in the bar whose close it was decided on."),
)

BARS = _table(
    ("B1", "market at the next open", "A market order fills at the next open there is."),
    (
        "B2",
        "limit at the open",
        "The bar opened at the limit or better, so the order filled at the open.",
    ),
    (
        "B3",
        "limit touched",
        "The bar opened worse than the limit and touched it later, so the order filled at it.",
    ),
    (
        "B4",
        "stop gapped over",
        "The bar opened at the stop or beyond, so the order filled at the open.",
    ),
    (
        "B5",
        "stop touched",
        "The bar opened short of the stop and reached it later, so the order filled at it.",
    ),
    ("B6", "cancel too late", "A bar under way touches the order, so a cancel comes too late."),
    ("B7", "data ended", "Nothing fills any more once there are no more data."),
    (
        "B8",
        "stop-limit triggered",
        "Its stop was reached, and from then on it is a limit order.",
    ),
    ("B9", "trailing stop", "Its stop followed the best price at a distance until reached."),
    (
        "B10",
        "if touched",
        "Its trigger was reached from the better side; from then on it is a market or limit order.",
    ),
    (
        "B11",
        "both legs in one bar",
        "Two orders of a group were touched inside one bar; the worse for the trader was taken.",
    ),
    (
        "B12",
        "entry and exit in one bar",
        "After an entry inside a bar its stop may be reached in that bar, its profit may not.",
    ),
    (
        "B13",
        "part of the volume",
        "The fund may have a part of what traded only, and that was less than was wanted.",
    ),
    ("B14", "post-only would take", "The order may only rest, and it would have taken."),
    (
        "B15",
        "now or never",
        "The order has one chance; what does not fill there is cancelled.",
    ),
    ("B16", "iceberg slice", "Only a slice is shown; the next one queues behind the others."),
    ("B17", "opening auction", "It fills at the opening price of a session or not at all."),
    ("B18", "closing auction", "It fills at the closing price of a session or not at all."),
    ("B19", "day order", "A day order ends with its session."),
    ("B20", "good till a date", "The order's time was over."),
    ("B21", "reduce-only", "The order fills no more than closes the position."),
    ("B22", "group", "What one order of a group fills, the others lose."),
    ("B23", "parent and child", "A child works for what its parent has filled, and ends with it."),
    ("B24", "amendment", "A smaller size keeps the place in time; anything else loses it."),
    ("B25", "latency", "Orders, changes and cancels arrive when they have travelled."),
)

COSTS = _table(
    ("C1", "slippage", "Orders that take fill worse than the price shown; those that rest do not."),
    ("C2", "tick", "A slipped price is rounded to the tick against the trader."),
    ("C3", "commission", "The fee is a fraction of the notional of each fill."),
    ("C4", "whole fills", "Without a participation cap an order fills whole, once."),
    ("C5", "maker and taker", "Orders that rested pay the maker rate, those that took the other."),
    ("C6", "tiers", "The rates are those of the volume of the 30 whole UTC days before."),
    ("C7", "per unit", "Each share or contract costs money, with a minimum and maximum an order."),
    ("C8", "flat", "An order costs a fixed amount, charged with its first fill."),
    ("C9", "currency of fees", "Rates are paid in quote, in base, or in what is received."),
    ("C10", "half-spread", "An order that takes pays half of the spread."),
    ("C11", "volume share", "Impact grows with the square of the share of the volume."),
    ("C12", "square root", "Impact is volatility times the square root of the volume's share."),
    ("C13", "random slippage", "A random part, drawn for each fill by its name."),
    ("C14", "sum of parts", "The parts of slippage are added, then rounded once."),
    ("C15", "slippage at a book", "Orders without a limit slip at quotes and books too, if set."),
)

VENUE = _table(
    ("V1", "known instrument", "Only what the venue trades can be ordered."),
    ("V2", "lot", "A quantity is a positive multiple of the lot."),
    ("V3", "combination", "Type, prices, time in force and flags must go together."),
    ("V4", "tick", "A price is a multiple of the tick."),
    ("V5", "maximum quantity", "No order is larger than the venue takes."),
    ("V6", "minimum notional", "No order is worth less than the venue takes."),
    ("V7", "price band", "A limit stays near the last price."),
    ("V8", "session", "A closed venue holds or refuses orders."),
    ("V9", "halt", "While trading is halted nothing fills; orders are held or refused."),
    ("V10", "auction", "Orders for an auction need one, and must be in time for it."),
    ("V11", "circuit breaker", "A fall of the index halts the whole market."),
    ("V12", "volatility pause", "A sudden move of one instrument pauses it."),
    ("V13", "self-trade", "The fund does not trade with itself."),
    ("V14", "post-only", "A post-only order that would take is refused as it comes."),
    ("V15", "reduce-only", "A reduce-only order needs something to reduce."),
    ("V16", "shortable", "What cannot be borrowed cannot be sold short."),
    ("V17", "minimum quantity", "No order is smaller than the venue takes."),
    ("V18", "market size", "An order without a limit has a lot, a least and a most of its own."),
    ("V19", "open orders", "So many orders may be open in one instrument, and so many stops."),
    ("V20", "price range", "A price is not below the venue's lowest, nor above its highest."),
    ("V21", "largest worth", "An order is not worth more than the venue takes."),
)

FORCE = _table(
    ("M1", "initial margin", "Nothing is opened that the account cannot carry."),
    ("M2", "margin call", "Equity is below maintenance margin at a close."),
    (
        "M3",
        "liquidation",
        "The largest maintenance is closed first, just as much as restores it, at the next open.",
    ),
    ("M4", "liquidation fee", "A fraction of what a liquidation closes is paid on top."),
    ("K1", "short availability", "No more is sold short than the lenders have."),
    ("K2", "buy-in", "What the lenders want back is bought at the next open after their notice."),
    ("H1", "forced order", "The pod's own open orders go before the venue cuts its position."),
    ("H2", "not the pod's", "An order that the venue has placed cannot be taken back or changed."),
)

TRADES = _table(
    ("T1", "later trades", "An order takes part in trades after the instant at which it arrived."),
    ("T2", "next trade", "A market order takes the next trades, at their prices and sizes."),
    ("T3", "marketable", "The last trade was better than the limit: it takes what follows."),
    ("T4", "trade through", "A trade went through the limit, so the order filled at its limit."),
    ("T5", "queue", "Trades at exactly its price serve the queue ahead of it first."),
    ("T6", "stop", "A trade reached the stop, and the order fills from the next one on."),
    ("T7", "if touched", "A trade reached the trigger, and the order fills from the next one on."),
    ("T8", "trailing stop", "Its stop followed the best trade at a distance until reached."),
    ("T9", "one chance", "It has the next trade only; what does not fill there is cancelled."),
    ("T10", "post-only would take", "The order may only rest, and it would have taken."),
    ("T11", "own liquidity", "What one of our orders takes of a trade another one cannot have."),
    ("T12", "time over", "A day order ends with its session, another one at its date."),
    ("T13", "auctions", "It fills at the first or the last trade of a session, or not at all."),
)

QUOTES = _table(
    ("Q1", "later quotes", "An order takes part in quotes after the instant at which it arrived."),
    ("Q2", "takes the quote", "A market order takes the other side, up to the size shown."),
    ("Q3", "marketable", "The other side was at the limit or better: it takes what follows."),
    ("Q4", "quote comes", "The other side came to the limit, so the order filled at its limit."),
    ("Q5", "used up", "Our fills use up what a quote shows until the next one."),
    ("Q6", "stop", "The side that fills it reached the stop, and that same quote fills it."),
    ("Q7", "if touched", "The side that fills it reached the trigger, and that quote fills it."),
    ("Q8", "trailing stop", "Its stop followed the best quote at a distance until reached."),
    ("Q9", "one chance", "It has one quote only; what does not fill there is cancelled."),
    ("Q10", "post-only would take", "The order may only rest, and it would have taken."),
    ("Q11", "which quote", "It meets the next quote, or the standing one after a delay."),
    ("Q12", "time over", "A day order ends with its session, another one at its date."),
    ("Q13", "auctions", "It fills at the first or the last quote of a session, or not at all."),
)

DEPTH = _table(
    ("D1", "later books", "An order takes part in the book after the message that follows it."),
    ("D2", "walks the book", "It takes level after level, each at exactly its price."),
    ("D3", "marketable", "It walks the book as far as its limit, and what is left rests."),
    ("D4", "book comes", "The other side came to the limit, so the order filled at its limit."),
    ("D5", "queue", "What stood at its price when it arrived is served first."),
    ("D6", "traded at the price", "A trade at its price was more than the queue ahead of it."),
    ("D7", "traded through", "A trade went through its price, so it filled at its limit."),
    ("D8", "used up", "Our fills use up a level until a message sets it anew."),
    ("D9", "iceberg slice", "Only a slice is shown; the next one queues behind the others."),
    ("D10", "triggers", "The side that fills it reached the trigger, and that book fills it."),
    ("D11", "one chance", "It has one book only; what does not fill there is cancelled."),
    ("D12", "post-only would take", "The order may only rest, and it would have taken."),
    ("D13", "which book", "It meets the next book, or the standing one after a delay."),
    ("D14", "time over", "Days, dates and auctions count as they do for trades."),
)

ACTIONS = _table(
    ("S1", "split", "Sizes are multiplied and prices divided; a reverse split cancels."),
    ("S2", "ex-date", "Limits to buy and stops to sell come down by the dividend."),
    ("S3", "end of trading", "What trades no more takes its open orders with it."),
    ("S4", "new name", "An order that stands alone goes on under the new name."),
)

RULES: Mapping[str, RuleText] = {
    **TAKING_PART,
    **BARS,
    **TRADES,
    **QUOTES,
    **DEPTH,
    **COSTS,
    **VENUE,
    **ACTIONS,
    **FORCE,
}

_NUMBER = re.compile(r"[A-Z][0-9]+(?=: )")


def number_in(note: str) -> str:
    """Return the rule a note begins with: ``B7`` of ``B7: the data ended``; else ``""``."""
    found = _NUMBER.match(note)
    return found[0] if found else ""
