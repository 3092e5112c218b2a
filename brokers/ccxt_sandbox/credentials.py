"""Keys of test accounts: from the environment, a private file or the system's keyring.

A secret never shows itself: not in a repr, not in a log, not in a traceback.
"""

import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from brokers.ccxt_sandbox.traits import Traits
from magents.model.errors import ConfigError

SERVICE = "magents"
HIDDEN = "[hidden]"
_QUERY = re.compile(r"\?\S+")
_NAMED = re.compile(
    r"(?i)((?:api-?key|secret|signature|sign|passphrase|password|listenKey|authorization"
    r"|x-[a-z-]*(?:key|sign|secret)[a-z-]*|apca-api[a-z-]*)['\"]?\s*[:=]\s*)['\"]?[^\s'\",}&]+"
)


class Secret:
    """A text that is shown to nobody but who asks for it by name."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        """Hide it."""
        self._text = text

    def reveal(self) -> str:
        """Return the text, for the one call that needs it."""
        return self._text

    def __repr__(self) -> str:
        return HIDDEN

    __str__ = __repr__

    def __reduce__(self) -> tuple[type["Secret"], tuple[str]]:
        raise TypeError("a secret is not pickled")


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who we are at a venue; ``source`` says where it was found."""

    venue: str
    secrets: Mapping[str, Secret]
    source: str

    def reveal(self, name: str) -> str:
        """Return one secret, empty where the venue has none of that name."""
        found = self.secrets.get(name)
        return found.reveal() if found is not None else ""

    def redact(self, text: str) -> str:
        """Return a text without anything secret in it, signed addresses included."""
        for secret in self.secrets.values():
            if secret.reveal():
                text = text.replace(secret.reveal(), HIDDEN)
        return _NAMED.sub(rf"\1{HIDDEN}", _QUERY.sub("?" + HIDDEN, text))


def load_credentials(
    traits: Traits, environ: Mapping[str, str], file: Path | None = None
) -> Credentials:
    """Find the keys of a venue: environment first, then the file, then the keyring.

    Args:
        environ: the environment. file: a private file; by default ``~/.config/magents/keys.yaml``.

    Raises:
        ConfigError: there are none, or the file can be read by others.
    """
    found = _from_environment(traits, environ)
    if not found:
        path = file or Path("~/.config/magents/keys.yaml").expanduser()
        found = _from_file(traits, path, wanted=file is not None)
    if not found:
        found = _from_keyring(traits)
    if found is None:
        names = ", ".join(_variable(traits, name) for name in traits.secrets)
        raise ConfigError(
            f"no keys for the {traits.account} of {traits.id}: set {names}, or write them into a "
            "file with mode 600 and name it by --keys; never the keys of a real account"
        )
    return found


def _variable(traits: Traits, name: str) -> str:
    return f"MAGENTS_{traits.id.upper()}_{name.upper()}"


def _from_environment(traits: Traits, environ: Mapping[str, str]) -> Credentials | None:
    values = {name: environ.get(_variable(traits, name), "") for name in traits.secrets}
    if not any(values.values()):
        return None
    return _whole(traits, values, "the environment")


def _from_file(traits: Traits, path: Path, *, wanted: bool) -> Credentials | None:
    import yaml

    try:
        mode = path.stat().st_mode
    except OSError:
        if wanted:
            raise ConfigError(f"--keys: there is no file {path}") from None
        return None
    if stat.S_IMODE(mode) & 0o077:
        raise ConfigError(f"{path} can be read by others: chmod 600 {path}")
    try:
        whole = yaml.safe_load(path.read_text("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError):
        # The error would quote the line, and the line may be a key.
        raise ConfigError(f"{path} is not a YAML file") from None
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}") from None
    section = whole.get(traits.id) if isinstance(whole, dict) else None
    if not isinstance(section, dict):
        if wanted:
            raise ConfigError(f"{path} has no section {traits.id} with key and secret")
        return None
    return _whole(traits, {n: str(section.get(n) or "") for n in traits.secrets}, str(path))


def _from_keyring(traits: Traits) -> Credentials | None:
    try:
        import keyring
        from keyring.errors import KeyringError, NoKeyringError
    except ImportError:
        return None
    try:
        values = {
            name: keyring.get_password(SERVICE, f"{traits.id}:{name}") or ""
            for name in traits.secrets
        }
    except NoKeyringError:
        return None
    except KeyringError as error:
        # Its text is the backend's own, and may quote what it was asked for.
        raise ConfigError(
            f"the system's keyring does not tell the keys of {traits.id}: {type(error).__name__}; "
            "unlock it, or give the keys by the environment or by --keys"
        ) from None
    return _whole(traits, values, "the keyring") if any(values.values()) else None


def _whole(traits: Traits, values: Mapping[str, str], source: str) -> Credentials:
    missing = [name for name, value in values.items() if not value]
    if missing:
        raise ConfigError(f"keys of {traits.id} from {source}: {', '.join(missing)} is missing")
    return Credentials(traits.id, {n: Secret(v) for n, v in values.items()}, source)
