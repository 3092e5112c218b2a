"""Processes of their own for tests of death: forked from one that has loaded what takes long.

They are real processes with a real exit code, and start in a tenth of the time.
"""

import asyncio
import json
import multiprocessing
import os

from tests.mines import Mines

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.brokers.sandbox.dying", "tests.cli.dying_paper"])


async def lives(work, folder, where, seconds=90):
    """Do work in a process of its own; return its exit code and all that was said."""
    process = FORKS.Process(target=_in_a_process, args=(work, folder, where))
    process.start()
    over = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_reader(process.sentinel, over.set)
    try:
        async with asyncio.timeout(seconds):
            await over.wait()
    finally:
        loop.remove_reader(process.sentinel)
        process.kill()
        process.join()
    code = process.exitcode
    process.close()
    return code, (folder / "said").read_text()


def _in_a_process(work, folder, where):
    said = os.open(folder / "said", os.O_CREAT | os.O_TRUNC | os.O_WRONLY)
    os.dup2(said, 1)
    os.dup2(said, 2)
    mines = Mines(where, folder)
    work(folder, mines)
    (folder / "counted.json").write_text(json.dumps(mines.told()))
