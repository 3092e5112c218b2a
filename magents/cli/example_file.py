"""The config file that ``magents init`` writes."""

from collections.abc import Sequence
from pathlib import Path

from magents.config.example import example
from magents.model.errors import ConfigError
from pods.registry import Registry


def text(strategies: Sequence[str]) -> str:
    """Return the file's text, with the settings of these strategies."""
    registry = Registry.load()
    found = {name: registry.get(name) for name in strategies}
    return example({name: strategy.config_type for name, strategy in found.items()})


def write(path: Path, content: str, *, force: bool) -> None:
    """Write the file; one that is there already is written over only by force.

    Raises:
        ConfigError: the file is there, or cannot be written.
    """
    try:
        with path.open("w" if force else "x", encoding="utf-8") as file:
            file.write(content)
    except FileExistsError:
        msg = f"{path} is there already; --force writes over it"
        raise ConfigError(msg) from None
    except OSError as error:
        msg = f"{path} cannot be written: {error.strerror}"
        raise ConfigError(msg) from None
