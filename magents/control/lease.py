"""Who holds the controls: one viewer at a time."""

from collections.abc import Callable

from magents.runtime import wall

SILENCE = 15.0
"""Seconds without a word after which a holder's screen is taken for dead."""


class Viewer:
    """A connected viewer.

    Args:
        number: unique. name: as it calls itself. watch: whether it only ever watches.
    """

    def __init__(self, number: int, name: str, *, watch: bool) -> None:
        """Just arrived."""
        self.name = f"{name[:40] or 'viewer'} #{number}"
        self.watch = watch
        self.heard = 0.0


class Lease:
    """The controls.

    Args:
        now: real seconds. silence: how long a holder may say nothing before others may take them.
    """

    def __init__(self, now: Callable[[], float] = wall.monotonic, silence: float = SILENCE) -> None:
        """Nobody holds them."""
        self._now = now
        self._silence = silence
        self.holder: Viewer | None = None

    def heard(self, viewer: Viewer) -> None:
        """Take note that a viewer is alive; the first that may gets the controls."""
        viewer.heard = self._now()
        if self.holder is None and not viewer.watch:
            self.holder = viewer

    def take(self, viewer: Viewer) -> str:
        """Give the controls to a viewer; return why not, empty where it has them now."""
        if viewer.watch:
            return "this screen only watches"
        holder = self.holder
        if holder not in {None, viewer} and holder is not None:
            quiet = self._now() - holder.heard
            if quiet < self._silence:
                return f"{holder.name} has the controls; it can give them back"
        self.holder = viewer
        return ""

    def give(self, viewer: Viewer) -> None:
        """Take the controls back from a viewer that had them."""
        if self.holder is viewer:
            self.holder = None

    def holds(self, viewer: Viewer) -> bool:
        """Return whether a viewer has the controls."""
        return self.holder is viewer
