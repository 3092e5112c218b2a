"""What this machine keeps of an account: a lock, the latch of the kill switch, who runs on it."""

import fcntl
import hashlib
import mmap
import os
from collections.abc import Mapping
from pathlib import Path

import msgspec

from magents.model.errors import UserError

LATCH_SIZE = 256
ARMED = b"armed "
PULLED = b"PULLED "


class AccountBusyError(UserError):
    """Another process trades this account."""


class Owner(msgspec.Struct, frozen=True):
    """Who trades an account; written into the run's folder too, for the kill switch.

    Attributes:
        venue: its id. folder: of the account. run: folder of the run. pid: process.
        symbols: what is traded. keys: the file the keys came from, empty for another place.
        demo: where ``magents demo-exchange`` says how it is reached, empty for the venue itself.
    """

    venue: str
    folder: str
    run: str
    pid: int
    symbols: tuple[str, ...]
    keys: str = ""
    demo: str = ""


def account_folder(venue: str, key: str, environ: Mapping[str, str], demo: str = "") -> Path:
    """Return the folder of an account, made private; its name tells nothing of the key."""
    base = environ.get("XDG_STATE_HOME") or str(Path("~/.local/state").expanduser())
    name = hashlib.blake2b(f"{venue}:{key}:{demo}".encode(), digest_size=6).hexdigest()
    folder = Path(base) / "magents" / "accounts" / f"{venue}-{name}"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


class AccountLock:
    """Held by the one process that trades an account; the system lets go when the process dies.

    Attributes:
        before: who signed it last, empty for nobody.
    """

    def __init__(self, folder: Path) -> None:
        """Take the lock.

        Raises:
            AccountBusyError: another process has it.
        """
        self._path = folder / "lock"
        self._file = self._path.open("a+")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._file.seek(0)
            who = self._file.read().strip() or "another process"
            self._file.close()
            raise AccountBusyError(
                f"this account is traded by {who}; one process an account, stop that one first"
            ) from None
        self._file.seek(0)
        self.before = self._file.read().strip()

    def sign(self, who: str) -> None:
        """Say who holds it."""
        self._file.truncate(0)
        self._file.write(f"{who}\n")
        self._file.flush()

    def release(self) -> None:
        """Let go."""
        self._file.close()


class Latch:
    """The kill switch of an account: a few bytes shared by all processes, there before a crash.

    The file has its full size from the start, so pulling it needs no room on the disk; it is
    mapped, so looking costs no system call and sees what another process wrote at once.
    """

    def __init__(self, folder: Path) -> None:
        """Open the latch, armed where there was none."""
        path = folder / "latch"
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if os.fstat(handle).st_size < LATCH_SIZE:
                os.pwrite(handle, ARMED.ljust(LATCH_SIZE), 0)
                os.fsync(handle)
            self._map = mmap.mmap(handle, LATCH_SIZE)
        finally:
            os.close(handle)

    @property
    def pulled(self) -> str:
        """Return who pulled it, empty while nobody did."""
        if self._map[0] != PULLED[0]:
            return ""
        return self._map[len(PULLED) : LATCH_SIZE].decode(errors="replace").strip() or "somebody"

    def pull(self, by: str) -> None:
        """Pull it; it stays pulled. Pulling again changes nothing."""
        if not self.pulled:
            text = PULLED + by.encode()[: LATCH_SIZE - len(PULLED)]
            self._map[1:LATCH_SIZE] = text.ljust(LATCH_SIZE)[1:]
            self._map[0] = text[0]
        self._map.flush()

    def clear(self) -> None:
        """Arm it again; only a human asks for this."""
        self._map[0:LATCH_SIZE] = ARMED.ljust(LATCH_SIZE)
        self._map.flush()

    def close(self) -> None:
        """Let go of the file."""
        self._map.close()
