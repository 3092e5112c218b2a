"""Starts the loop: settings to a fund, a fund to a result. Nobody else starts one."""

import asyncio
import gc
from contextlib import ExitStack
from pathlib import Path

from feeds.history import HistoryFeed
from magents.config import Loaded, PodSettings, convert, pace, pods
from magents.fund import Fund, Hire, OnProgress
from magents.journal.writing import MemoryJournal, SqliteJournal
from magents.model.errors import UnknownNameError
from magents.model.ports import Feed, Log
from magents.model.results import RunResult
from magents.runtime.clock import VirtualClock
from magents.runtime.loop import VirtualLoop
from pods.registry import Registry

JOURNAL = "journal.sqlite"
LOG = "log.jsonl"


def run(
    loaded: Loaded,
    *,
    run_dir: Path | None = None,
    progress: OnProgress | None = None,
    feed: Feed | None = None,
) -> RunResult:
    """Replay history as the settings say.

    Args:
        loaded: checked settings.
        run_dir: takes journal and log; without it both are only in memory.
        progress: told at each block of bars.
        feed: where data come from; without it the data the settings name are opened.

    Returns:
        The result; after Ctrl-C what was done until then, with ``stopped`` set.

    Raises:
        UserError: a strategy, an instrument or a data file is wrong.
    """
    hires = hire(loaded)
    feed = open_feed(loaded) if feed is None else feed
    loop = VirtualLoop(speed=pace(loaded.settings.run.speed))
    clock = VirtualClock(loop)
    with ExitStack() as stack:
        log: Log | None = None
        if run_dir is not None:
            from magents.cli.logs import open_log

            level = loaded.settings.run.log_level
            log = stack.enter_context(open_log(run_dir / LOG, level, loop.now))
        journal = SqliteJournal(run_dir / JOURNAL) if run_dir is not None else MemoryJournal()
        stack.callback(journal.close)
        name = run_dir.name if run_dir is not None else ""
        fund = Fund(
            loaded.settings, feed, hires, clock, journal, log=log, progress=progress, run_id=name
        )
        return drive(loop, fund)


def drive(loop: VirtualLoop, fund: Fund) -> RunResult:
    """Run a fund on a loop to its end, and close the loop.

    What was there before the run is not looked through for garbage during it: modules and data
    are a hundred thousand objects, and one look costs as much as a hundred orders.
    """
    gc.freeze()
    try:
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            return runner.run(fund.run())
    finally:
        gc.unfreeze()


def hire(loaded: Loaded) -> list[Hire]:
    """Return the pods that the settings name, each with its checked config.

    Raises:
        UserError: a strategy is unknown or one of its settings is wrong.
    """
    registry = Registry.load()
    return [_hire(registry, each, loaded) for each in pods(loaded)]


def open_feed(loaded: Loaded) -> HistoryFeed:
    """Return the feed that the settings name.

    Raises:
        UserError: there are no such data.
    """
    data, fractional = loaded.settings.data, loaded.settings.global_.fractional
    return HistoryFeed(
        Path(data.dir) if data.dir is not None else None,
        instruments=data.instruments or None,
        start=data.start,
        end=data.end,
        calendar=data.calendar,
        bar=data.bar,
        timestamp=data.timestamp,
        on_bad_row=data.on_bad_row,
        fractional=fractional,
    )


def _hire(registry: Registry, wanted: PodSettings, loaded: Loaded) -> Hire:
    try:
        strategy = registry.get(wanted.strategy)
    except UnknownNameError as error:
        raise loaded.lines.error(wanted.where, str(error)) from error
    config = convert(wanted.options, strategy.config_type, wanted.where, loaded.lines)
    return Hire(strategy.pod_class(wanted.name, config), wanted.capital)
