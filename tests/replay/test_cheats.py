"""Planted cheats: each knows the future in another way, and the audit finds every one."""

import numpy as np
import pytest

from magents.audit import lookahead
from magents.cli.running import drive
from magents.config import Lines, Loaded, Settings
from magents.fund import Hire
from magents.model.agents import Opinion
from magents.model.facts import FUNDAMENTALS, FactTable
from magents.model.time import DAY
from pods.base import Pod, SignalPod
from tests.builders import MONDAY, feed, panel, walk

NAMES = ("AAA", "BBB", "CCC")
ROWS = 120


class Agent:
    """An agent that decides from the whole block it is given."""

    name = "cheat"
    inputs = ()

    def evaluate(self, block, news):
        return Opinion(np.nan_to_num(self.judge(block, news)))


class NextClose(Agent):
    """Buys what will have risen by the next close."""

    def judge(self, block, news):
        after = np.vstack([block.close[1:], block.close[-1:]])
        return (after > block.close).astype(float)


class WholeSeries(Agent):
    """Normalises by a mean and a deviation that later prices are part of."""

    def judge(self, block, news):
        mean, deviation = np.nanmean(block.close, axis=0), np.nanstd(block.close, axis=0)
        return (block.close - mean < -0.5 * deviation).astype(float)


class ReportPeriod(Agent):
    """Joins statements by the end of their period instead of the day they were filed."""

    inputs = (FUNDAMENTALS,)

    def judge(self, block, news):
        conviction = np.zeros(block.close.shape)
        statements = news.get(FUNDAMENTALS)
        for row in range(0 if statements is None else len(statements)):
            column = block.panel.instruments.index(statements.instrument[row])
            since = block.ts >= statements.columns["period_end"][row]
            conviction[since, column] = float(statements.columns["eps"][row] > 0)
        return conviction


class Keeper(Agent):
    """Shows its pod the block, future and all."""

    def __init__(self, pod):
        self._pod = pod

    def judge(self, block, news):
        self._pod.block = block
        return np.zeros(block.close.shape)


def of(agent_type):
    """Return a pod driven by one agent."""

    class Driven(SignalPod):
        def agents(self, panel):
            return [agent_type()]

    return Driven


class Peeking(Pod):
    """Has kept the block, and looks into rows that are not known yet."""

    block = None

    def agents(self, panel):
        return [Keeper(self)]

    async def run(self, desk):
        async for bar in desk.bars("AAA"):
            if self.knows(int(self.block.ts.searchsorted(bar.ts))):
                await desk.target("AAA", 10)
            else:
                await desk.target("AAA", 0)


class Base(Peeking):
    """Climbs from a view of the past to the array it is part of."""

    def knows(self, row):
        seen = self.block.close[: row + 1, 0]
        whole = seen
        while whole.base is not None:
            whole = whole.base
        ahead = whole[min(row + 1, len(whole) - 1)][0]
        return ahead > seen[-1]


class DaysHigh(Peeking):
    """At the open already knows how high the day will go."""

    async def run(self, desk):
        while self.block is None:
            await desk.clock.until(desk.clock.now() + DAY)
        for row in range(len(self.block)):
            await desk.clock.until(int(self.block.open_ts[row]))
            rise = self.block.high[row, 0] / self.block.open[row, 0] - 1
            await desk.target("AAA", 10 if rise > 0.01 else 0)


CHEATS = {
    "next close": of(NextClose),
    "whole series": of(WholeSeries),
    "report period": of(ReportPeriod),
    "base of an array": Base,
    "the day's high at its open": DaysHigh,
}


def statements():
    """Return statements that become known forty days after their period ends."""
    known = MONDAY + np.arange(10, ROWS, 12, dtype=np.int64) * DAY
    about = np.array([NAMES[i % 3] for i in range(len(known))], dtype=object)
    columns = {"period_end": known - 40 * DAY, "eps": np.ones(len(known))}
    return {FUNDAMENTALS: FactTable(FUNDAMENTALS, known, about, columns)}


def audit(pod_type):
    data = feed(walk(ROWS, panel(*NAMES), seed=5), facts=statements())
    loaded = Loaded(Settings(), Lines())
    return lookahead(loaded, data, lambda: [Hire(pod_type("suspect"))], drive)


@pytest.mark.parametrize("name", CHEATS)
def test_a_planted_cheat_is_found(name):
    report = audit(CHEATS[name])
    assert not report.clean
    assert {found.pod for found in report.findings} == {"suspect"}


def test_an_agent_that_only_looks_back_is_clean():
    class LastClose(Agent):
        def __init__(self):
            self._before = None

        def judge(self, block, news):
            first = block.close[:1] if self._before is None else self._before
            before = np.vstack([first, block.close[:-1]])
            self._before = block.close[-1:].copy()
            return (block.close > before).astype(float)

    report = audit(of(LastClose))
    assert report.clean
    assert report.decisions > 50
