"""One sweep from plan to store: only what is not there yet is done."""

from collections.abc import Callable
from contextlib import closing
from typing import NamedTuple

from magents.sweep.crew import Crew
from magents.sweep.outcome import FAILED, Outcome
from magents.sweep.plan import Plan
from magents.sweep.store import Store


class Standing(NamedTuple):
    """How far a sweep is: trials in all, those that were there, done and failed since."""

    trials: int
    kept: int
    done: int
    failed: int

    @property
    def left(self) -> int:
        """Return how many have no result."""
        return self.trials - self.kept - self.done + self.failed


Told = Callable[[Standing, Outcome], None]


def pursue(plan: Plan, store: Store, crew: Crew, told: Told) -> tuple[Standing, bool]:
    """Do the trials that have no result; return how far it is, and whether Ctrl-C ended it.

    Every outcome is stored before ``told`` hears of it.
    """
    finished = store.finished()
    todo = [trial for trial in plan.trials if trial.key not in finished]
    standing = Standing(len(plan.trials), len(plan.trials) - len(todo), 0, 0)
    if not todo:
        return standing, False
    try:
        with closing(crew.work(todo)) as outcomes:
            for outcome in outcomes:
                store.add(outcome)
                failed = standing.failed + (outcome.state == FAILED)
                standing = standing._replace(done=standing.done + 1, failed=failed)
                told(standing, outcome)
    except KeyboardInterrupt:
        return standing, True
    return standing, False
