"""Functions that do trials, for workers to find; what they do stands in the trial's values."""

import os
import signal
from pathlib import Path

from magents.sweep.outcome import Outcome
from magents.sweep.plan import Trial


def trial(number, **values) -> Trial:
    """Return a trial with these values."""
    return Trial(number, number, values, {}, None, None, None, -1, "", f"key {number}")


def plain(one: Trial) -> Outcome:
    """Say who did it, and note it in a file where one is named."""
    _note(one)
    return Outcome(one.key, "ok", figures={"number": one.number}, worker=str(os.getpid()))


def dies(one: Trial) -> Outcome:
    """Die as often as the trial says, then be plain."""
    _note(one)
    done = Path(one.values["log"]).read_text("utf-8").split().count(str(one.number))
    if done <= one.values["deaths"]:
        os.kill(os.getpid(), signal.SIGKILL)
    return plain(one)


def _note(one: Trial) -> None:
    if "log" in one.values:
        with Path(one.values["log"]).open("a", encoding="utf-8") as file:
            file.write(f"{one.number}\n")
