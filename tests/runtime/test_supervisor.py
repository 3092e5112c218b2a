"""The supervisor: who is stopped when, and whose failure ends what."""

import asyncio

import pytest

from magents.runtime.supervisor import Supervisor
from tests.builders import simulated


class Diary:
    """Coroutines that write down what happens to them."""

    def __init__(self):
        self.lines = []

    async def live(self, name, goodbye=0.0):
        try:
            await asyncio.sleep(1_000_000)
        finally:
            await asyncio.sleep(goodbye)
            self.lines.append(name)

    async def fail(self, after, error):
        await asyncio.sleep(after)
        raise error

    def failed(self, name, error):
        self.lines.append((name, type(error).__name__))


@simulated
async def test_tasks_stop_last_started_first_each_gone_before_the_next():
    supervisor, diary = Supervisor(), Diary()
    for name, goodbye in (("one", 1), ("two", 5), ("three", 0), ("four", 9)):
        supervisor.start(name, diary.live(name, goodbye))
    await asyncio.sleep(1)
    await supervisor.stop()
    assert diary.lines == ["four", "three", "two", "one"]


@simulated
async def test_a_failing_task_is_reported_and_the_others_go_on():
    supervisor, diary = Supervisor(), Diary()
    supervisor.start("weak", diary.fail(1, ValueError("no")), diary.failed)
    other = supervisor.start("strong", diary.live("strong"))
    await supervisor.watch(asyncio.sleep(100))
    assert diary.lines == [("weak", "ValueError")]
    assert not other.done()
    await supervisor.stop()


@simulated
async def test_the_failure_of_a_critical_task_ends_the_watch_with_its_exception():
    supervisor, diary = Supervisor(), Diary()
    supervisor.start("critical", diary.fail(5, ZeroDivisionError("books")))
    with pytest.raises(ZeroDivisionError, match="books"):
        await supervisor.watch(asyncio.sleep(100))
    assert asyncio.get_running_loop().time() == 5
    await supervisor.stop()


@simulated
async def test_the_failure_of_the_main_task_ends_the_watch_with_its_exception():
    supervisor, diary = Supervisor(), Diary()
    with pytest.raises(KeyError, match="main"):
        await supervisor.watch(diary.fail(3, KeyError("main")))
    await supervisor.stop()


@simulated
async def test_a_task_that_fails_while_it_is_stopped_does_not_keep_the_others_alive():
    supervisor, diary = Supervisor(), Diary()

    async def stumble():
        try:
            await asyncio.sleep(1_000)
        finally:
            raise ValueError("on the way out")

    supervisor.start("first", diary.live("first"))
    supervisor.start("stumbling", stumble())
    await asyncio.sleep(1)
    with pytest.raises(ValueError, match="on the way out"):
        await supervisor.stop()
    assert diary.lines == ["first"]


@simulated
async def test_stop_one_ends_that_task_only():
    supervisor, diary = Supervisor(), Diary()
    one = supervisor.start("one", diary.live("one"))
    two = supervisor.start("two", diary.live("two"))
    await asyncio.sleep(1)
    await supervisor.stop_one(one)
    assert (diary.lines, two.done()) == (["one"], False)
    await supervisor.stop()
    assert diary.lines == ["one", "two"]


@simulated
async def test_attempt_gives_the_answer_of_code_that_works():
    assert Supervisor().attempt("pod", lambda: 42, Diary().failed) == 42


@simulated
async def test_attempt_reports_code_that_raises_and_gives_nothing():
    diary = Diary()
    assert Supervisor().attempt("pod", lambda: 1 / 0, diary.failed) is None
    assert diary.lines == [("pod", "ZeroDivisionError")]


@simulated
async def test_tasks_carry_their_names_for_whoever_asks_who_waits():
    supervisor = Supervisor()
    task = supervisor.start("risk team", Diary().live("x"))
    assert task.get_name() == "risk team"
    await supervisor.stop()
