"""Numbers for instruments while rows are read."""

from collections.abc import Collection, Sequence

SKIPPED = -1
"""The number of an instrument that is known but not wanted here; those below are unknown ones."""


class Coder:
    """Numbers the instruments of one panel by column.

    Known instruments of other panels get :data:`SKIPPED`; every other one gets a number below.
    """

    def __init__(self, names: Sequence[str], others: Collection[str] | None) -> None:
        """Take the panel's instruments and the known others (``None``: all others are known)."""
        self.names = tuple(names)
        self.others = others
        self._codes = {name: code for code, name in enumerate(self.names)}
        self._strangers: list[str] = []

    def __call__(self, name: str) -> int:
        """Return the number of an instrument."""
        code = self._codes.get(name)
        if code is None:
            code = self._codes[name] = self._outsider(name)
        return code

    def name(self, code: int) -> str:
        """Return the instrument of a number (not of :data:`SKIPPED`)."""
        return self.names[code] if code >= 0 else self._strangers[SKIPPED - 1 - code]

    def _outsider(self, name: str) -> int:
        if self.others is None or name in self.others:
            return SKIPPED
        self._strangers.append(name)
        return SKIPPED - len(self._strangers)
