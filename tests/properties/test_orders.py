"""Random orders of several pods through the whole fund: what must hold whatever they do."""

from collections import Counter
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from magents.model.orders import Order, OrderState
from magents.model.records import Fill, OrderEvent, Verdict
from tests.builders import Script, always_open, feed, trade, walk

DAILY, COINS = walk(8, seed=5, gaps=0.1), always_open(40, seed=6)
NAMES = ("AAA", "BBB", "BTC/USDT")
LIMITS = {"initial_capital": 30_000, "max_single_name": 0.3, "max_orders_per_minute": 3}
INSTANTS = sorted({*DAILY.ts.tolist(), *COINS.ts.tolist()[::3]})

ERRANDS = st.lists(
    st.tuples(
        st.sampled_from(INSTANTS),
        st.sampled_from(["buy", "sell", "target", "cancel"]),
        st.sampled_from(NAMES),
        st.integers(1, 60),
        st.sampled_from([{}, {"limit": 99}, {"limit": 103}, {"stop": 101}, {"stop": 97}]),
    ),
    max_size=12,
).map(lambda made: sorted(made, key=lambda errand: errand[0]))


def busy(errands):
    """Return a script that does errands; a cancel is of the pod's oldest open order."""

    async def script(desk):
        for when, what, name, quantity, how in errands:
            await desk.clock.until(when)
            if what == "cancel":
                if desk.orders:
                    await desk.cancel(desk.orders[0].order.id)
            else:
                await getattr(desk, what)(name, quantity, **how)

    return script


def traded(plans, **how):
    pods = [Script(name, busy(errands)) for name, errands in zip("abc", plans, strict=False)]
    return trade(pods, feed(DAILY, COINS), **{**LIMITS, **how})


PLANS = st.lists(ERRANDS, min_size=1, max_size=3)


@given(PLANS)
def test_every_order_gets_one_verdict_with_all_checks_unless_it_was_cancelled_before(plans):
    journal = traded(plans).journal
    judged = Counter(verdict.order for verdict in journal.of(Verdict))
    unsent = {e.order for e in journal.of(OrderEvent) if e.note == "before it was sent"}
    for order in journal.of(Order):
        assert judged[order.id] == 1 or (order.id in unsent and judged[order.id] == 0)
    assert len({len(verdict.checks) for verdict in journal.of(Verdict)}) <= 1


@given(PLANS)
def test_nothing_reaches_the_broker_without_a_verdict_that_accepts_it(plans):
    accepted = set()
    for entry in traded(plans).journal.entries:
        if isinstance(entry, Verdict) and entry.accepted:
            assert all(check.ok for check in entry.checks)
            accepted.add(entry.order)
        elif isinstance(entry, Fill) or (
            isinstance(entry, OrderEvent) and entry.note != "before it was sent"
        ):
            assert entry.order in accepted


@given(PLANS)
def test_every_accepted_order_comes_to_one_end(plans):
    run = traded(plans)
    ends = {"cancelled", "expired", "fill", "rejected"}
    for verdict in run.journal.of(Verdict):
        states = run.states(verdict.order)
        if verdict.accepted:
            assert states[-1] in ends
            assert not ends & set(states[:-1])
        else:
            assert states == []
    assert sum(run.result.orders.values()) == len(run.journal.of(Order))


@given(PLANS)
def test_the_result_is_what_the_fills_made_of_the_capital(plans):
    run = traded(plans, transaction_cost=0.002, slippage_bps=3.0)
    result, marks = run.result, {}
    for bars in (DAILY, COINS):
        for column, name in enumerate(bars.panel.instruments):
            closes = bars.close[:, column]
            marks[name] = Decimal(str(closes[closes == closes][-1]))  # noqa: PLR0124 - not NaN
    cash, units = Decimal(30_000), Counter()
    for fill in result.fills:
        cash -= fill.quantity * fill.price + fill.commission
        units[fill.instrument] += fill.quantity
    value = cash + sum(units[name] * marks[name] for name in units)
    assert abs(result.final_equity - value) < Decimal("0.00001")
    assert abs(float(value) - result.equity.fund[-1]) < 1e-6


@given(PLANS)
def test_exposure_limits_hold_at_every_fill_priced_at_the_decision(plans):
    """No approved order alone may take more of one name than the limit allows."""
    for verdict in traded(plans).journal.of(Verdict):
        for check in verdict.checks:
            assert check.ok == (check.value <= check.limit)


@settings(max_examples=25)
@given(PLANS, st.sampled_from([1, 3, 7]))
def test_what_comes_of_random_orders_does_not_depend_on_the_block_size(plans, size):
    one, other = traded(plans, block_size=size), traded(plans)
    assert one.journal.entries == other.journal.entries
    assert one.result.digest == other.result.digest


@settings(max_examples=25)
@given(PLANS)
def test_a_pod_is_not_touched_by_the_order_in_which_pods_are_listed(plans):
    pods = [Script(name, busy(errands)) for name, errands in zip("abc", plans, strict=False)]
    one, other = (
        trade(order, feed(DAILY, COINS), **LIMITS) for order in (pods, list(reversed(pods)))
    )
    assert one.journal.entries == other.journal.entries


def test_the_errands_do_reach_every_outcome():
    """Guards the properties above: among such orders every end there is does occur."""
    first, last = INSTANTS[8], INSTANTS[-2]
    plan = [
        (first, "buy", "AAA", 10, {}),
        (first, "buy", "AAA", 60_000, {}),
        (first, "buy", "AAA", 1, {"limit": 95}),
        (last, "cancel", "AAA", 1, {}),
        (last, "buy", "BBB", 1, {"limit": 90}),
    ]
    counts = traded([plan], price_collar=9.0).result.orders
    ends = [OrderState.CANCELLED, OrderState.EXPIRED, OrderState.FILLED, OrderState.REFUSED]
    assert sorted(counts) == sorted(end.value for end in ends)
