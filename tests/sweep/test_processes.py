"""Workers on this machine: every trial is done once, deaths are survived, all are gone after."""

import os

import pytest

from magents.sweep.processes import Processes
from tests.sweep.stunts import dies, plain, trial

pytestmark = pytest.mark.slow


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_every_trial_is_done_once_by_one_of_the_workers():
    made = list(Processes(plain, 2).work([trial(n) for n in range(20)]))
    assert sorted(each.figures["number"] for each in made) == list(range(20))
    workers = {int(each.worker) for each in made}
    assert 1 <= len(workers) <= 2
    assert os.getpid() not in workers
    assert not any(map(alive, workers))


def test_no_more_workers_are_hired_than_there_are_trials():
    crew = Processes(plain, 50)
    work = crew.work([trial(0), trial(1)])
    next(work)
    assert len(crew._workers) == 2
    work.close()
    assert crew._workers == []


def test_nobody_is_hired_for_nothing():
    assert list(Processes(plain, 2).work([])) == []


def test_a_trial_whose_worker_dies_is_tried_again(tmp_path):
    log = tmp_path / "log"
    log.touch()
    trials = [trial(n, log=str(log), deaths=2 if n == 1 else 0) for n in range(4)]
    made = {each.figures["number"]: each for each in Processes(dies, 2).work(trials)}
    assert sorted(made) == [0, 1, 2, 3]
    assert log.read_text("utf-8").split().count("1") == 4  # two deaths, one success, noted twice


def test_a_trial_that_always_kills_its_worker_fails_and_the_others_go_on(tmp_path):
    log = tmp_path / "log"
    log.touch()
    trials = [trial(n, log=str(log), deaths=99 if n == 0 else 0) for n in range(4)]
    made = {each.key: each for each in Processes(dies, 1).work(trials)}
    assert made["key 0"].state == "failed"
    assert "died 3 times (signal 9)" in made["key 0"].error
    assert [made[f"key {n}"].state for n in (1, 2, 3)] == ["ok", "ok", "ok"]


def test_closing_early_ends_the_workers():
    crew = Processes(plain, 2)
    work = crew.work([trial(n) for n in range(50)])
    next(work)
    workers = [each.process.pid for each in crew._workers]
    work.close()
    assert not any(map(alive, workers))
