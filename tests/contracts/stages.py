"""The venues of the suite: every module in ``venues/`` has one, named ``STAGE``."""

import importlib
import pkgutil
from abc import ABC, abstractmethod
from contextlib import AbstractContextManager
from pathlib import Path


class Stage(AbstractContextManager, ABC):
    """Opens a venue once for many tests, and plays each of them with a rig of its own."""

    @abstractmethod
    def play(self, test, folder):
        """Run a coroutine function of a rig; ``folder`` is the session's."""

    def __exit__(self, *_):
        """Have nothing to close."""


def stages():
    """Return what opens each venue, by name."""
    folder = Path(__file__).parent / "venues"
    names = sorted(found.name for found in pkgutil.iter_modules([str(folder)]))
    return {name: importlib.import_module(f"tests.contracts.venues.{name}").STAGE for name in names}
