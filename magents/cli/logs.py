"""The log of a run: one JSON object a line, stamped with virtual time only.

Nothing is configured for the whole process: two runs in one process keep two logs.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog
from structlog.tracebacks import ExceptionDictTransformer
from structlog.typing import EventDict, FilteringBoundLogger, Processor

from magents.model.time import iso

_TRACEBACKS = structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False))
"""Without the values of variables, which structlog shows unless told: they may be keys."""


@contextmanager
def open_log(path: Path, level: str, now: Callable[[], int]) -> Iterator[FilteringBoundLogger]:
    """Open a log file for the time of a run.

    Args:
        path: the file; lines are added at its end.
        level: the least severe level that is written: ``debug`` to ``error``.
        now: says the present instant, nanoseconds; the wall clock is never asked.
    """
    with path.open("a", encoding="utf-8", buffering=1) as file:
        logger: FilteringBoundLogger = structlog.wrap_logger(
            structlog.WriteLogger(file),
            processors=_processors(now),
            wrapper_class=structlog.make_filtering_bound_logger(_number(level)),
            context_class=dict,
        )
        yield logger.bind()


def _processors(now: Callable[[], int]) -> list[Processor]:
    def stamp(_logger: object, level: str, event: EventDict) -> EventDict:
        instant = now()
        said = event.pop("event")
        return {"ts": instant, "time": iso(instant), "level": level, "event": said, **event}

    return [
        stamp,
        _TRACEBACKS,
        structlog.processors.JSONRenderer(default=str),
    ]


def _number(level: str) -> int:
    return logging.getLevelNamesMapping()[level.upper()]
