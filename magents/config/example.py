"""A config file with every setting, its default and what it means, made from the structs."""

import inspect
import json
import re
import textwrap
from collections.abc import Iterator, Mapping
from decimal import Decimal

import msgspec

from magents.config.convert import is_struct
from magents.config.settings import Settings
from magents.config.text import scalar

_HEAD = """\
# Settings of a magents run. Every value here is the default; delete what you do not change.
# A flag goes before this file: magents backtest --config THIS_FILE --seed 11
"""
_STRATEGIES = """\
# The pods: a name, and the settings of its strategy. `magents strategies` lists them all.
# Any pod may also have
#   strategy: the id of what it runs, or path/to/file.py:Class (its name says it if left out)
#   capital: its fraction of the initial capital, such as 0.25 (an equal share if left out)
strategies:
"""
_WIDTH = 96
_REQUIRED = "REQUIRED"


def example(strategies: Mapping[str, type[msgspec.Struct]]) -> str:
    """Return the text of a config file; YAML that loads to the defaults.

    Args:
        strategies: pods to put in, by strategy id, with the types of their settings.
    """
    sections = [
        "\n".join(_section(field.encode_name, field.type))
        for field in msgspec.structs.fields(Settings)
        if is_struct(field.type)
    ]
    pods = _STRATEGIES + "\n".join(
        line for name, type_ in strategies.items() for line in _pod(name, type_)
    )
    return "\n\n".join([_HEAD.rstrip(), *sections, pods]) + "\n"


def meanings(type_: type[msgspec.Struct]) -> dict[str, str]:
    """Return what each field means, from the ``Attributes`` of the docstring.

    A line may explain several: ``entry: score to buy at. exit: score to sell at.``
    """
    text = " ".join(_attributes(type_))
    names = "|".join(field.name for field in msgspec.structs.fields(type_))
    parts = re.split(rf"(?:^|(?<=[.;] ))({names}): ", text)[1:]
    return {name: said.strip() for name, said in zip(parts[::2], parts[1::2], strict=True)}


def _attributes(type_: type[msgspec.Struct]) -> Iterator[str]:
    """Yield the lines of the docstring's ``Attributes`` section, without indentation."""
    lines = iter(inspect.cleandoc(type_.__doc__ or "").splitlines())
    for line in lines:
        if line == "Attributes:":
            break
    for line in lines:
        if line and not line.startswith(" "):
            break
        yield line.strip()


def default_of(field: msgspec.structs.FieldInfo) -> object:
    """Return a field's default; the word ``REQUIRED`` where it has none."""
    if field.default_factory is not msgspec.NODEFAULT:
        return field.default_factory()
    return _REQUIRED if field.default is msgspec.NODEFAULT else field.default


def _section(name: str, type_: type[msgspec.Struct]) -> Iterator[str]:
    yield f"# {_first(type_)}"
    yield f"{name}:"
    yield from _settings(type_, "  ")


def _pod(name: str, type_: type[msgspec.Struct]) -> Iterator[str]:
    yield f"  {name}:"
    yield from _settings(type_, "    ")


def _settings(type_: type[msgspec.Struct], indent: str) -> Iterator[str]:
    meaning = meanings(type_)
    for field in msgspec.structs.fields(type_):
        if is_struct(field.type):
            yield from _comment(_first(field.type), indent)
            yield f"{indent}{field.encode_name}:"
            yield from _settings(field.type, indent + "  ")
            continue
        yield from _comment(meaning.get(field.name, ""), indent)
        line = f"{field.encode_name}: {_plain(default_of(field))}"
        yield f"{indent}# {line}" if field.required else f"{indent}{line}"


def _comment(text: str, indent: str) -> list[str]:
    start = f"{indent}# "
    return textwrap.wrap(
        text[:1].upper() + text[1:], _WIDTH, initial_indent=start, subsequent_indent=start
    )


def _first(type_: type[msgspec.Struct]) -> str:
    return inspect.cleandoc(type_.__doc__ or "").split("\n\n")[0].replace("\n", " ")


def _plain(value: object) -> str:
    """Write a default as YAML; what YAML takes for a text, or a decimal, needs no quotes."""
    built = msgspec.to_builtins(value)
    if isinstance(built, str) and re.fullmatch(r"[A-Za-z0-9./-]+", built):
        return built if isinstance(value, Decimal) or scalar(built) == built else f'"{built}"'
    return json.dumps(built)
