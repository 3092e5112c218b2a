"""Where running funds are found: a folder of its owner's alone, with a socket and a card each."""

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import msgspec

from magents.model.errors import UserError

OWNER_ONLY = 0o700
CARD = ".json"
SOCKET = ".sock"


class Card(msgspec.Struct, frozen=True):
    """What a running fund leaves so that it can be found.

    Attributes:
        run: its name. folder: of the run. mode: what it is. pid: its process.
        socket: where it listens. address: over TCP, empty where it does not.
    """

    run: str
    folder: str
    mode: str
    pid: int
    socket: str
    address: str = ""


def places() -> Path:
    """Return the folder of running funds, made where it is missing.

    Raises:
        UserError: it is somebody else's, or others may enter it.
    """
    base = os.environ.get("XDG_RUNTIME_DIR")
    folder = Path(base) / "magents" if base else Path(f"/tmp/magents-{os.getuid()}")  # noqa: S108 - checked below
    folder.mkdir(mode=OWNER_ONLY, parents=True, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise UserError(f"{folder} is not a folder of yours; remove it or set XDG_RUNTIME_DIR")
    if stat.S_IMODE(found.st_mode) & 0o077:
        raise UserError(f"others may enter {folder}; take that away: chmod 700 {folder}")
    return folder


def socket_path(folder: Path, pid: int) -> Path:
    """Return where the fund of a process listens."""
    return folder / f"{pid}{SOCKET}"


def leave_card(folder: Path, card: Card) -> None:
    """Let a running fund be found."""
    path = folder / f"{card.pid}{CARD}"
    new = path.with_suffix(".new")
    new.write_bytes(msgspec.json.encode(card))
    new.replace(path)


def take_card(folder: Path, pid: int) -> None:
    """Let a fund be found no more."""
    for ending in (CARD, SOCKET):
        with suppress(FileNotFoundError):
            (folder / f"{pid}{ending}").unlink()


def cards(folder: Path) -> list[Card]:
    """Return the running funds, the newest last; what dead ones left is cleared away."""
    found = sorted(_alive(folder), key=lambda pair: pair[0])
    return [card for _, card in found]


def card_of(folder: Path, pid: int) -> Card | None:
    """Return the card of a process, ``None`` while there is none."""
    try:
        return msgspec.json.decode((folder / f"{pid}{CARD}").read_bytes(), type=Card)
    except (OSError, msgspec.DecodeError):
        return None


def _alive(folder: Path) -> Iterator[tuple[float, Card]]:
    for path in folder.glob(f"*{CARD}"):
        pid = int(path.stem) if path.stem.isdigit() else 0
        card = card_of(folder, pid)
        if card is None or not _runs(card.pid):
            take_card(folder, pid)
            continue
        with suppress(FileNotFoundError):
            yield path.stat().st_mtime, card


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
