"""What the program's exit codes mean."""

from magents.model.errors import UnknownNameError

FAILED = 1
"""The run failed, or an audit found what it looked for."""
USAGE = 2
"""Bad usage, config or data: mend the input."""
NOT_FOUND = 4
"""There is no such run."""
INTERRUPTED = 130
"""Ctrl-C; what was done until then is kept."""


class RunNotFoundError(UnknownNameError):
    """There is no run by that name."""
