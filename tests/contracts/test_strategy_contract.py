"""What every strategy must do, on a made market with facts of every kind."""

import asyncio

import numpy as np
import pytest

from feeds.audit import MODES, CutFeed
from magents.fund import Fund, Hire
from magents.model.agents import Opinion
from magents.model.orders import Order
from magents.model.records import Signal
from magents.model.time import Phase
from pods.base import SignalPod
from pods.registry import Registry
from tests.builders import Notebook, feed, run, settings, trade, virtual_clock
from tests.replay.market import flat, market

IDS = Registry.load().ids()
MARKET = market()
ROWS = MARKET._whole["XNYS 1d"].ts
COSTS = {"transaction_cost": 0.001, "slippage_bps": 1.0}


def hired(name):
    return Registry.load().get(name).pod_class(name)


def traded(name, bars=MARKET, **how):
    """Run one strategy alone; a pod that was halted fails the test at once."""
    made = trade([hired(name)], bars, **{**COSTS, **how})
    assert made.result.halts == []
    return made


def decided(name, instant, bars=MARKET):
    """Return what was decided up to an instant."""
    return [each for each in traded(name, bars).decisions() if each.ts <= instant]


@pytest.fixture(params=IDS)
def name(request):
    return request.param


class TestStrategy:
    def test_it_starts_decides_and_trades(self, name):
        made = traded(name)
        assert made.journal.of(Signal)
        assert made.journal.of(Order)
        assert made.result.fills
        assert made.result.stopped == ""

    def test_it_is_quiet_where_nothing_moves_and_nothing_is_known(self, name):
        assert traded(name, flat()).decisions() == []

    def test_it_is_quiet_before_there_is_enough_to_go_by(self, name):
        alone = market(rows=2, facts=False)
        assert traded(name, alone).decisions() == []

    def test_it_does_not_need_facts_to_run(self, name):
        made = traded(name, market(facts=False))
        wanted = {kind for pod in [hired(name)] for kind in inputs(pod)}
        assert bool(made.result.notices) == bool(wanted)

    @pytest.mark.parametrize("size", [1, 7, 100_000])
    def test_its_agents_do_not_depend_on_how_rows_are_cut(self, name, size):
        one, other = traded(name, block_size=size), traded(name)
        assert one.journal.entries == other.journal.entries

    @pytest.mark.parametrize("mode", MODES)
    @pytest.mark.parametrize("row", [20, 90, 180])
    def test_nothing_after_an_instant_changes_what_was_decided_up_to_it(self, name, mode, row):
        instant = int(ROWS[row])
        spoilt = CutFeed(MARKET, instant, mode)
        assert decided(name, instant, spoilt) == decided(name, instant)

    def test_the_same_input_gives_the_same_output(self, name):
        assert traded(name).result.digest == traded(name).result.digest

    def test_it_survives_rows_without_any_bar(self, name):
        made = traded(name, market(gaps=0.6))
        assert all(np.isfinite(made.result.equity.fund))

    def test_it_survives_an_instrument_that_never_trades(self, name):
        assert traded(name, empty_column()).result.stopped == ""

    def test_it_stops_cleanly_in_the_middle(self, name):
        result, left = interrupted(name, int(ROWS[100]))
        assert result.stopped == "interrupted"
        assert result.halts == []
        assert left == []

    def test_every_order_answers_a_signal_that_came_before_it(self, name):
        made = traded(name)
        for order in made.journal.of(Order):
            signal = made.journal.entries[order.signal - 1]
            assert isinstance(signal, Signal)
            assert signal.instrument == order.instrument
            assert signal.ts <= order.ts

    def test_convictions_stay_between_short_and_long(self, name):
        for signal in traded(name).journal.of(Signal):
            assert -1 <= signal.conviction <= 1
            assert signal.conviction != signal.previous


def inputs(pod):
    """Return the kinds of facts a pod's agents want."""
    return [kind for panel in MARKET.panels for agent in pod.agents(panel) for kind in agent.inputs]


def empty_column():
    """Return the market with its first instrument gone."""
    bars = market()._whole["XNYS 1d"]
    tables = {n: getattr(bars, n).copy() for n in ("open", "high", "low", "close", "volume")}
    for table in tables.values():
        table[:, 0] = np.nan
    gone = type(bars)(bars.panel, bars.open_ts, bars.ts, *tables.values())
    return feed(gone, facts=dict(MARKET.facts()))


def interrupted(name, instant):
    """Cancel a run at an instant; return its result and the names of tasks left over."""

    async def main():
        clock, task = virtual_clock(), asyncio.current_task()
        fund = Fund(settings(**COSTS), MARKET, [Hire(hired(name))], clock, Notebook())
        clock.call_at(instant, Phase.TIMER, task.cancel)
        result = await fund.run()
        return result, [each.get_name() for each in asyncio.all_tasks() if each is not task]

    return run(main)


def test_there_are_strategies_to_hold_to_this():
    assert {"ma", "value", "congress", "sentiment"} <= set(IDS)


class Seer(SignalPod):
    """A pod that knows the next close of the block: what the contract is there to find."""

    def agents(self, panel):
        return [Foresight()]


class Foresight:
    name, inputs = "foresight", ()

    def evaluate(self, block, news):
        following = np.vstack([block.close[1:], block.close[-1:]])
        return Opinion(np.sign(np.nan_to_num(following - block.close)))


@pytest.mark.parametrize("mode", MODES)
def test_a_pod_that_sees_the_future_is_found(mode):
    instant = int(ROWS[90])
    honest, spoilt = (
        [each for each in trade([Seer("seer")], bars).decisions() if each.ts <= instant]
        for bars in (MARKET, CutFeed(MARKET, instant, mode))
    )
    assert honest != spoilt


def test_a_pod_that_depends_on_how_rows_are_cut_is_found():
    one, other = (trade([Seer("seer")], MARKET, block_size=size) for size in (7, 512))
    assert one.result.digest != other.result.digest
