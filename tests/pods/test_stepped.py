"""Pods that await nothing but their desk are stepped; others have a task, with the same orders."""

import asyncio

import pytest

from pods.agents.execution import TargetExecution
from pods.base import SignalPod
from pods.strategies.ma import MaConfig, MaPod
from tests.builders import Plan, always_open, feed, trade, walk

DAILY, COINS = walk(60, seed=5, gaps=0.1), always_open(90, seed=6)
CONFIG = MaConfig(2, 5)


class Own(MaPod):
    """Names its execution agent itself, so nobody knows what that awaits."""

    def execution(self):
        return TargetExecution(self.sizing())


class Patient(TargetExecution):
    """Gives up after a while, as asyncio's time-outs do: they belong to a task."""

    def __init__(self, sizing, seen):
        super().__init__(sizing)
        self._seen = seen

    async def act(self, desk, heard, conviction):
        self._seen.append(asyncio.current_task().get_name())
        async with asyncio.timeout(1):
            await super().act(desk, heard, conviction)


class Planned(SignalPod):
    """Buys and sells as planned."""

    def __init__(self, name, failing=None):
        super().__init__(name)
        self._failing = failing

    def agents(self, panel):
        return [Plan({int(ts): float(i % 2) for i, ts in enumerate(DAILY.ts)})]

    def sizing(self):
        return self._failing or super().sizing()


class Late(Planned):
    """The same with an execution agent that asks for its task."""

    def __init__(self, name, seen):
        super().__init__(name)
        self._seen = seen

    def execution(self):
        return Patient(self.sizing(), self._seen)


class Broken:
    """Sizes once, then no more."""

    def __init__(self):
        self.asked = 0

    def units(self, conviction, price, capital):
        self.asked += 1
        if self.asked > 2:
            raise ArithmeticError("no size")
        return capital / 100


def test_which_pods_are_stepped():
    assert MaPod("a", CONFIG).stepped
    assert not Own("a", CONFIG).stepped
    assert not Late("a", []).stepped


@pytest.mark.parametrize("size", [1, 7, None])
def test_stepped_pods_trade_as_pods_with_a_task(size):
    def digest(kind):
        pods = [kind(name, CONFIG) for name in ("a", "b")]
        return trade(pods, feed(DAILY, COINS), block_size=size).result.digest

    assert digest(MaPod) == digest(Own)


def test_an_execution_agent_of_ones_own_has_a_task():
    seen = []
    result = trade([Late("late", seen)], feed(DAILY)).result
    assert set(seen) == {"late"}
    assert len(result.fills) > 10
    assert result.digest == trade([Planned("late")], feed(DAILY)).result.digest


def test_a_stepped_pod_that_raises_is_halted_and_the_others_go_on():
    broken = Planned("broken", Broken())
    result = trade([broken, Planned("other")], feed(DAILY)).result
    assert [(halt.pod, halt.reason) for halt in result.halts] == [
        ("broken", "ArithmeticError: no size")
    ]
    assert {fill.pod for fill in result.fills if fill.ts > result.halts[0].ts + 10**15} == {"other"}
