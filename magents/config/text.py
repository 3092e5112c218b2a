"""YAML and JSON to plain values, remembering on which line every key stands.

JSON is YAML enough, so there is one way in.  Scalars follow YAML 1.2: ``ON``, ``NO`` and ``Y``
stay the text a ticker is, ``1e6`` is a number and dates stay text until a setting wants a date.
"""

import math
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from magents.model.errors import ConfigError

_INT = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_WORDS: Mapping[str, bool | None] = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}
_PLAIN_TAG = "tag:yaml.org,2002:"


class Lines:
    """Where every setting came from: ``run.yaml:3`` for a key, or the flag that gave it."""

    def __init__(self, source: str = "", places: Mapping[str, str] | None = None) -> None:
        """Know ``places`` by dotted key; ``source`` is the file, for keys nowhere in it."""
        self._source = source
        self._places = dict(places or {})

    def at(self, key: str) -> str:
        """Return the place of a dotted key, or of the nearest key around it."""
        while key:
            if key in self._places:
                return self._places[key]
            key = key.rpartition(".")[0]
        return self._source

    def given(self, key: str) -> bool:
        """Return whether a dotted key itself was given, by a file or a flag."""
        return key in self._places

    def error(self, key: str, text: str) -> ConfigError:
        """Return the error about a key: place, key (a flag names its own), and what is wrong."""
        place = self.at(key)
        shown = "" if place.startswith("--") else key
        return ConfigError(": ".join(part for part in (place, shown, text) if part))

    def with_places(self, places: Mapping[str, str]) -> "Lines":
        """Return a copy that knows more places, or better ones."""
        return Lines(self._source, {**self._places, **places})


def scalar(text: str) -> bool | int | float | str | None:
    """Read a bare word as YAML 1.2 does; what is not a number or a known word is text."""
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text):
        return int(text)
    number = float(text) if _FLOAT.fullmatch(text) else math.inf
    return number if math.isfinite(number) else text


def read(path: Path) -> tuple[dict[str, Any], Lines]:
    """Read a YAML or JSON file that holds one mapping.

    Raises:
        ConfigError: the file is missing, not text, not YAML, or has a key twice.
    """
    return parse(_text(path), str(path))


def parse(text: str, source: str) -> tuple[dict[str, Any], Lines]:
    """Read YAML or JSON text; ``source`` is what errors call it.

    Raises:
        ConfigError: the text is not YAML, not a mapping, or has a key twice.
    """
    node = _compose(text, source)
    builder = _Builder(source)
    value = None if node is None else builder.value(node, "")
    if value is None:
        return {}, Lines(source)
    if not isinstance(value, dict):
        msg = f"{source}: expected a mapping of sections such as global and strategies"
        raise ConfigError(msg)
    return value, Lines(source, builder.places)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        msg = f"{path}: there is no such file"
    except UnicodeDecodeError:
        msg = f"{path}: not a text file in UTF-8"
    except OSError as error:
        msg = f"{path}: cannot be read: {error.strerror}"
    raise ConfigError(msg)


def _compose(text: str, source: str) -> yaml.Node | None:
    try:
        node: yaml.Node | None = yaml.compose(text, Loader=yaml.BaseLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"{source}:{mark.line + 1}" if mark else source
        msg = f"{place}: not YAML: {error.problem or error.context}"
        raise ConfigError(msg) from None
    except yaml.YAMLError as error:
        msg = f"{source}: not YAML: {error}"
        raise ConfigError(msg) from None
    return node


def _paired(text: str) -> str:
    """Join the halves of characters that JSON writes as two escapes."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


class _Builder:
    """Turns nodes into plain values and notes the line of every key."""

    def __init__(self, source: str) -> None:
        self.places: dict[str, str] = {}
        self._source = source
        self._open: set[int] = set()

    def value(self, node: yaml.Node, key: str) -> object:
        """Return the plain value of a node; ``key`` is its dotted key."""
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node)
        if id(node) in self._open:
            raise self._wrong(node, key, "refers to itself")
        self._open.add(id(node))
        value = (
            self._mapping(node, key)
            if isinstance(node, yaml.MappingNode)
            else self._list(node, key)
        )
        self._open.discard(id(node))
        return value

    def _scalar(self, node: yaml.ScalarNode) -> bool | int | float | str | None:
        text: str = node.value
        if node.style is None and node.tag.startswith(_PLAIN_TAG):
            return scalar(text)
        return _paired(text) if node.style == '"' else text

    def _list(self, node: yaml.Node, key: str) -> list[object]:
        return [self._item(child, f"{key}[{index}]") for index, child in enumerate(node.value)]

    def _item(self, node: yaml.Node, key: str) -> object:
        self._note(node, key)
        return self.value(node, key)

    def _mapping(self, node: yaml.MappingNode, key: str) -> dict[str, object]:
        built: dict[str, object] = {}
        for name, dotted, child in self._entries(node, key):
            if name in built:
                raise self._wrong(child, dotted, f"given twice, first at {self.places[dotted]}")
            self.places[dotted] = self._place(child[0])
            built[name] = self.value(child[1], dotted)
        return built

    def _entries(
        self, node: yaml.MappingNode, key: str
    ) -> Iterator[tuple[str, str, tuple[yaml.Node, yaml.Node]]]:
        for name_node, child in node.value:
            if not isinstance(name_node, yaml.ScalarNode):
                raise self._wrong(name_node, key, "a key must be a name")
            name = _paired(name_node.value)
            yield name, f"{key}.{name}" if key else name, (name_node, child)

    def _note(self, node: yaml.Node, key: str) -> None:
        self.places[key] = self._place(node)

    def _place(self, node: yaml.Node) -> str:
        return f"{self._source}:{node.start_mark.line + 1}"

    def _wrong(
        self, node: yaml.Node | tuple[yaml.Node, yaml.Node], key: str, text: str
    ) -> ConfigError:
        first = node[0] if isinstance(node, tuple) else node
        return ConfigError(": ".join(part for part in (self._place(first), key, text) if part))
