"""Who does the trials: anything that takes trials and gives outcomes, in any order."""

from collections.abc import Callable, Generator, Sequence
from typing import Protocol

from magents.sweep.outcome import Outcome
from magents.sweep.plan import Trial

RunTrial = Callable[[Trial], Outcome]
"""A function at the top of a module, so that other processes find it; never raises for a trial."""

ATTEMPTS = 3
"""How often a trial is tried whose worker dies."""


class Crew(Protocol):
    """Workers; the same trials give the same outcomes whoever does them."""

    @property
    def about(self) -> str:
        """Say who works, for the person who waits."""
        ...

    def work(self, trials: Sequence[Trial]) -> Generator[Outcome, None, None]:
        """Yield the outcome of each trial as it comes; closing the iterator stops all work."""
        ...
