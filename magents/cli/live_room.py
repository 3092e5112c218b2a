"""The control room of a live fund: nobody can hold time, everybody may look, one may command."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any

from magents.cli.control_options import as_arguments, split
from magents.cli.looks import LOOKS, look_of
from magents.cli.running import JOURNAL
from magents.fund import Fund
from magents.runtime.live_loop import LiveLoop

Show = Callable[[Fund, LiveLoop, Callable[[], None]], AbstractContextManager[object]]
"""From a fund, its loop and what ends it to the context in which it can be looked at."""


def unseen(_: Fund, __: LiveLoop, ___: Callable[[], None]) -> AbstractContextManager[object]:
    """Let nobody look."""
    return nullcontext()


def live_room(folder: Path, mode: str, shown: Mapping[str, Any]) -> Show:
    """Return how a live fund is shown, by the flags of its command."""
    if not (shown["serve"] or shown["listen"]):
        return unseen

    @contextmanager
    def show(fund: Fund, loop: LiveLoop, stop: Callable[[], None]) -> Iterator[None]:
        from magents.cli.serving import Stage
        from magents.cli.serving import shown as open_room
        from magents.cli.stretches import recall
        from magents.control.mailbox import Mailbox
        from magents.control.room import Room

        mailbox = Mailbox()
        room = Room(fund, mailbox, folder.name, mode, stop=stop)
        recall(room, None, folder / JOURNAL)

        def alert() -> None:
            with suppress(RuntimeError):  # the loop is closed: nobody answers any more
                loop.call_soon_threadsafe(mailbox.work)

        mailbox.alert = alert
        stage = Stage(
            stem=mode,
            listen=shown["listen"] or "",
            token_file=shown["token_file"],
            tls_cert=shown["tls_cert"],
            tls_key=shown["tls_key"],
        )
        with open_room(mailbox, room, folder, stage, mode):
            yield

    return show


def beside(name: str, config: Path | None, flags: Mapping[str, Any]) -> int | None:
    """Run a live command in a process of its own with the screen here, where that is asked for."""
    if not flags["dashboard"]:
        return None
    from magents.cli.dashboarding import open_beside

    return open_beside(child_of(name, config, flags), look_of(flags))


def child_of(name: str, config: Path | None, flags: Mapping[str, Any]) -> list[str]:
    """Return what the fund's own process is started with: nothing of how its screen looks."""
    shown, given = split(flags)
    ours = {"dashboard", "serve", *LOOKS}
    where = {key: value for key, value in shown.items() if key not in ours}
    return [name, *as_arguments({"config": config, **given, **where})]
