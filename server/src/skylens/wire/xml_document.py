"""XML documents of the query protocol's answers, written from a shape's values."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias
from xml.sax.saxutils import escape

from skylens.wire.errors import ModelMisuse
from skylens.wire.scalars import TEXT

if TYPE_CHECKING:
    from skylens.wire.models import Shape

Writer: TypeAlias = Callable[[str, Any], str]
_Made: TypeAlias = dict["Shape", Writer]

# XML 1.0 has no way to write these, not even escaped: a parser would refuse the whole answer.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


_UNSAFE = re.compile('[&<>"\\x00-\\x08\\x0b-\\x1f\ud800-\udfff\ufffe\uffff]')


def text(value: str) -> str:
    r"""Return text with markup escaped; characters that XML cannot carry become U+FFFD.

    >>> text("a < b & c\x00")
    'a &lt; b &amp; c�'
    """
    if not _UNSAFE.search(value):
        return value
    return escape(_UNWRITABLE.sub("\ufffd", value), {"\r": "&#xD;", '"': "&quot;"})


@cache
def writer(shape: Shape) -> Writer:
    """Return the function that writes a value of ``shape`` as the element of the given name, or raises ModelMisuse."""
    return _compile(shape, {})


def _compile(shape: Shape, made: _Made) -> Writer:
    if shape not in made:
        made[shape] = lambda tag, value: made[shape](tag, value)  # noqa: PLW0108 — made[shape] changes on the next line
        made[shape] = _BUILDERS.get(shape.type, _scalar)(shape, made)
    return made[shape]


def _scalar(shape: Shape, _made: _Made) -> Writer:
    write = TEXT.writers[shape.type]
    return lambda tag, value: f"<{tag}>{text(write(value))}</{tag}>"


def _structure(shape: Shape, made: _Made) -> Writer:
    members = {name: (m.wire_name, _compile(m.shape, made)) for name, m in shape.members.items()}

    def write(tag: str, value: Any) -> str:
        if type(value) is not dict and not isinstance(value, Mapping):
            raise ModelMisuse(f"{shape.name} is a structure, not {type(value).__name__}")
        if unknown := set(value) - set(members):
            raise ModelMisuse(f"{shape.name} has no member {min(unknown)!r}")
        present = [(item, *members[name]) for name, item in value.items() if item is not None]
        if shape.is_union and len(present) != 1:
            raise ModelMisuse(f"{shape.name} has exactly one member set, not {len(present)}")
        return _element(tag, (write_member(wire_name, item) for item, wire_name, write_member in present))

    return write


def _list(shape: Shape, made: _Made) -> Writer:
    member = shape.members["member"]
    wire_name, write_item = member.wire_name, _compile(member.shape, made)

    def write(tag: str, value: Any) -> str:
        if type(value) is not list and isinstance(value, str | bytes | Mapping):
            raise ModelMisuse(f"{shape.name} is a list, not {type(value).__name__}")
        return _element(tag, (write_item(wire_name, item) for item in value))

    return write


def _map(shape: Shape, made: _Made) -> Writer:
    key, value_member = shape.members["key"], shape.members["value"]
    write_key, write_item = _compile(key.shape, made), _compile(value_member.shape, made)

    def write(tag: str, value: Any) -> str:
        if type(value) is not dict and not isinstance(value, Mapping):
            raise ModelMisuse(f"{shape.name} is a map, not {type(value).__name__}")
        entries = ((write_key(key.wire_name, k), write_item(value_member.wire_name, v)) for k, v in value.items())
        return _element(tag, (_element("entry", entry) for entry in entries))

    return write


def _element(tag: str, children: Any) -> str:
    content = "".join(children)
    return f"<{tag}>{content}</{tag}>" if content else f"<{tag}/>"


_BUILDERS: Mapping[str, Callable[[Any, _Made], Writer]] = {"structure": _structure, "list": _list, "map": _map}
