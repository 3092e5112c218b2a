"""Plain values to frozen structs, with errors that say where, what was expected, and what came.

msgspec does the checking; this walks the same types once more to find the words.  A struct may
check itself in ``__post_init__``; where its ``ValueError`` begins with the name of a field, the
error is about that field.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeGuard, TypeVar, get_args, get_origin

import msgspec
from msgspec import inspect as kinds

from magents.config.names import hint, nearest, shown
from magents.config.text import Lines

S = TypeVar("S", bound=msgspec.Struct)
_WHERE = re.compile(r" - at `\$.*`$")


def convert(raw: Mapping[str, Any] | None, type_: type[S], where: str, lines: Lines) -> S:
    """Turn one mapping into a struct of ``type_``.

    Args:
        raw: names to plain values; ``None`` is an empty mapping, as under a key without value.
        type_: a frozen :class:`msgspec.Struct`; its annotations say what is allowed.
        where: the dotted key of the mapping, ``""`` for the whole file.
        lines: says on which line a key stands.

    Raises:
        ConfigError: a key is unknown or missing, or a value is of the wrong type or out of range.
    """
    return _Walk(lines).struct({} if raw is None else raw, type_, where)


def is_struct(type_: object) -> TypeGuard[type[msgspec.Struct]]:
    """Return whether an annotation is a plain struct."""
    return isinstance(type_, type) and issubclass(type_, msgspec.Struct)


class _Walk:
    """One conversion: goes down the types and raises at the first thing that does not fit."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines

    def struct(self, raw: object, type_: type[S], where: str) -> S:
        """Convert one mapping and everything below it."""
        if not isinstance(raw, Mapping):
            raise self._lines.error(where, f"expected a mapping, got {shown(raw)}")
        fields = {field.encode_name: field for field in msgspec.structs.fields(type_)}
        self._known(raw, list(fields), where)
        given = {
            field.name: self.value(raw[name], field.type, _join(where, name))
            for name, field in fields.items()
            if name in raw
        }
        for name, field in fields.items():
            if field.required and name not in raw:
                raise self._lines.error(_join(where, name), "missing, it has no default")
        return self._build(type_, given, where)

    def _known(self, raw: Mapping[str, Any], names: list[str], where: str) -> None:
        for name in raw:
            if name not in names:
                raise self._lines.error(_join(where, name), "unknown key" + hint(name, names))

    def _build(self, type_: type[S], given: Mapping[str, object], where: str) -> S:
        try:
            return type_(**given)
        except (ValueError, TypeError) as error:
            names = {field.name: field.encode_name for field in msgspec.structs.fields(type_)}
            raise self._about(str(error), names, where) from None

    def _about(self, text: str, names: Mapping[str, str], where: str) -> Exception:
        first, _, rest = text.partition(" ")
        if first in names and rest:
            return self._lines.error(_join(where, names[first]), rest)
        return self._lines.error(where, text)

    def value(self, value: object, type_: object, where: str) -> object:
        """Convert one value; structs are walked into, anything else is msgspec's."""
        if is_struct(type_):
            return self.struct({} if value is None else value, type_, where)
        try:
            return msgspec.convert(value, type_)
        except msgspec.ValidationError as error:
            for key, item, item_type in _items(value, type_, where):
                self.value(item, item_type, key)
            raise self._misfit(value, type_, where, str(error)) from None

    def _misfit(self, value: object, type_: object, where: str, said: str) -> Exception:
        info = kinds.type_info(type_)
        wanted = describe(info, bounds=", got `" not in said)
        if not wanted:
            return self._lines.error(where, _WHERE.sub("", said))
        text = f"expected {wanted}, got {shown(value)}"
        near = nearest(value, _choices(info)) if isinstance(value, str) else None
        return self._lines.error(where, f"{text}, did you mean {near}?" if near else text)


def _join(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name


def _items(value: object, type_: object, where: str) -> Iterator[tuple[str, object, object]]:
    """Yield the parts of a list or mapping with their keys and types, to find the bad one."""
    origin, args = get_origin(type_), get_args(type_)
    if origin in {tuple, list} and isinstance(value, (list, tuple)):
        yield from ((f"{where}[{n}]", item, args[0]) for n, item in enumerate(value))
    if origin in {dict, Mapping} and isinstance(value, Mapping):
        yield from ((f"{where}.{name}", item, args[1]) for name, item in value.items())


def _bounds(info: kinds.IntType | kinds.FloatType) -> str:
    bounds = (
        ("above", info.gt),
        ("of at least", info.ge),
        ("below", info.lt),
        ("of at most", info.le),
    )
    return " and ".join(f"{words} {bound:g}" for words, bound in bounds if bound is not None)


def _quoted(values: Iterable[object]) -> str:
    return "one of " + ", ".join(shown(value) for value in values)


_NOUNS: Mapping[type, str] = {
    kinds.BoolType: "true or false",
    kinds.IntType: "a whole number",
    kinds.FloatType: "a number",
    kinds.DecimalType: "a number",
    kinds.StrType: "text",
    kinds.DateType: "a date such as 2014-01-31",
    kinds.ListType: "a list",
    kinds.VarTupleType: "a list",
    kinds.TupleType: "a list",
    kinds.DictType: "a mapping",
    kinds.StructType: "a mapping",
}


def describe(info: kinds.Type, *, bounds: bool = True) -> str:
    """Say in words what a type allows, with or without its bounds; ``""`` where none fit."""
    if isinstance(info, kinds.Metadata):
        said = (info.extra_json_schema or {}).get("description")
        return said or describe(info.type, bounds=bounds)
    if isinstance(info, kinds.UnionType):
        parts = (describe(part, bounds=bounds) for part in info.types)
        return " or ".join(dict.fromkeys(part for part in parts if part))
    if isinstance(info, (kinds.LiteralType, kinds.EnumType)):
        return _quoted(_choices(info))
    noun = _NOUNS.get(type(info), "")
    if bounds and isinstance(info, (kinds.IntType, kinds.FloatType)):
        return f"{noun} {_bounds(info)}".strip()
    return noun


def _choices(info: kinds.Type) -> list[str]:
    if isinstance(info, kinds.LiteralType):
        return [str(value) for value in info.values]
    if isinstance(info, kinds.EnumType):
        return [str(member.value) for member in info.cls]
    return []
