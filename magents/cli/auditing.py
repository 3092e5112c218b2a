"""Settings to an audit."""

from collections.abc import Sequence

from magents.audit import MODES, AuditReport
from magents.audit import lookahead as audit
from magents.cli.running import drive, hire, open_feed
from magents.config import Loaded


def lookahead(
    loaded: Loaded, *, instants: Sequence[int] | None = None, modes: Sequence[str] = MODES
) -> AuditReport:
    """Audit the pods that the settings name for look-ahead; see :mod:`magents.audit`.

    Raises:
        UserError: a strategy, an instrument or a data file is wrong.
    """
    feed = open_feed(loaded)
    return audit(loaded, feed, lambda: hire(loaded), drive, instants=instants, modes=modes)
