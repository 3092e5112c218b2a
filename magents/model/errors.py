"""One tree of errors, sorted by what the reader should do next.

``UserError`` and below: mend the input (exit code 2, nothing is lost).
``Retry``: the world is busy or away, wait and try again.
``BrokenPromiseError``: our bug or a broken resource, give up loudly.

A venue's refusal of an order is an event (:class:`magents.model.records.OrderEvent`), never an
exception.
"""


class MagentsError(Exception):
    """Root of every error raised on purpose by magents."""


class UserError(MagentsError):
    """The input is wrong and its giver can mend it; the text is one clear sentence."""


class ConfigError(UserError):
    """A setting is unknown, mistyped or impossible; names the file, line and key."""


class DataError(UserError):
    """A data file or row is wrong; names the file and line."""


class UnknownNameError(UserError):
    """A strategy, instrument or run by that name is not known; suggests the nearest."""


class Retry(MagentsError):  # noqa: N818 - reads as what to do
    """The world is away for the moment: wait and try again."""


class BrokenPromiseError(MagentsError):
    """Something that can never happen did: stop and report it."""


class InvalidTransitionError(BrokenPromiseError):
    """An order was asked to make a move that is not in the state table."""


class StuckError(BrokenPromiseError):
    """Virtual time cannot move: nothing is ready and no timer is set."""


class InboxFullError(BrokenPromiseError):
    """An inbox that may not drop was full; its owner does not read it."""
