"""The memory of a sweep: what was done is there after a restart, and one process writes."""

from contextlib import closing

import numpy as np
import pytest

from magents.sweep.outcome import Outcome
from magents.sweep.store import Store, SweepIsBusyError, plan_key

RETURNS = np.array([0.1, -0.2, 0.0])


def made(key, state="ok"):
    ts = np.arange(3, dtype=np.int64).tobytes()
    figures = {"sharpe": 1.5, "cagr": None}
    return Outcome(key, state, "", figures, ts, RETURNS.tobytes(), 0.2, "me")


def opened(folder):
    return closing(Store(folder))


def test_outcomes_come_back_as_they_were(tmp_path):
    with opened(tmp_path) as store:
        store.add(made("a"))
    with opened(tmp_path) as store:
        found, missing = store.outcomes(["a", "b"])
    assert (found, missing) == (made("a"), None)
    np.testing.assert_array_equal(found.track()[1], RETURNS)


def test_failed_trials_are_to_be_tried_again_and_others_are_not(tmp_path):
    with opened(tmp_path) as store:
        for key, state in (("a", "ok"), ("b", "failed"), ("c", "halted")):
            store.add(made(key, state))
        assert store.finished() == {"a", "c"}
        store.add(made("b"))
        assert store.finished() == {"a", "b", "c"}


def test_what_was_added_is_there_without_a_proper_end(tmp_path):
    with opened(tmp_path) as store:
        store.describe("plan", {})
        store.add(made("a"))
        (copy := tmp_path / "copy").mkdir()
        for path in tmp_path.glob("sweep.sqlite*"):
            (copy / path.name).write_bytes(path.read_bytes())
    with opened(copy) as store:
        assert store.finished() == {"a"}
    assert plan_key(copy) == "plan"


def test_two_processes_do_not_work_on_one_sweep(tmp_path):
    with opened(tmp_path), pytest.raises(SweepIsBusyError, match="worked on by another process"):
        Store(tmp_path)
    with opened(tmp_path) as store:
        assert store.finished() == set()


def test_a_folder_without_a_sweep_has_no_plan(tmp_path):
    assert plan_key(tmp_path) is None
    (tmp_path / "sweep.sqlite").write_text("not a database, whatever it is called")
    assert plan_key(tmp_path) is None
