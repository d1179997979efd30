"""Query forms: ``MetricData.member.1.Dimensions.member.1.Name=Host`` and its like, folded into documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import unquote_plus

from skylens.wire.document import malformed
from skylens.wire.scalars import Misfit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from skylens.wire.models import Shape

# A node holds its children by name; text that stands at the node itself is kept under None.
_Node: TypeAlias = "dict[str | None, Any]"
_TEXT = None
_NUMBER_DIGITS = 9


def decode(*forms: bytes | str) -> dict[str, str]:
    """Return the fields of url-encoded forms; a field given twice with different values is refused."""
    fields: dict[str, str] = {}
    for key, value in (pair for form in forms for pair in _pairs(form)):
        if fields.setdefault(key, value) != value:
            raise malformed(f"the parameter {key[:128]!r} is given twice")
    return fields


def _pairs(form: bytes | str) -> Iterable[tuple[str, str]]:
    try:
        text = form.decode() if isinstance(form, bytes) else form
        for field in filter(None, text.split("&")):
            key, _, value = field.partition("=")
            yield unquote_plus(key, errors="strict"), unquote_plus(value, errors="strict")
    except UnicodeDecodeError as wrong:
        raise malformed(f"the form is not UTF-8: {wrong.reason} (byte {wrong.start})") from None


def fold(fields: dict[str, str], shape: Shape) -> dict[str, Any]:
    """Return the document that the fields spell for a structure; all scalars are still text."""
    root: _Node = {}
    for key, value in fields.items():
        node = root
        for part in key.split("."):
            node = node.setdefault(part, {})
        node[_TEXT] = value
    document: dict[str, Any] = _structure(root, shape)
    return document


def _unfold(node: _Node, shape: Shape) -> Any:
    match shape.type:
        case "structure":
            return _structure(node, shape)
        case "list":
            return _list(node, shape)
        case "map":
            return _map(node, shape)
    if set(node) != {_TEXT}:
        raise Misfit("Start of structure or map found where not expected.")
    return node[_TEXT]


def _structure(node: _Node, shape: Shape) -> dict[str, Any]:
    _refuse_text(node)
    members = {m.wire_name: m.shape for m in shape.members.values()}
    return {
        name: _within(name, child, members[name])
        for name, child in node.items()
        if name is not None and name in members
    }


def _within(name: str, node: _Node, shape: Shape) -> Any:
    try:
        return _unfold(node, shape)
    except Misfit as wrong:
        wrong.at.append(name)
        raise


def _list(node: _Node, shape: Shape) -> list[Any]:
    member = shape.members["member"]
    return [_within(number, child, member.shape) for number, child in _numbered(node, member.wire_name)]


def _map(node: _Node, shape: Shape) -> dict[str, Any]:
    key, value = shape.members["key"], shape.members["value"]
    entries = {}
    for number, child in _numbered(node, "entry"):
        if key.wire_name not in child:
            raise Misfit(f"entry {number} of a map has no {key.wire_name}")
        name = _within(key.wire_name, child[key.wire_name], key.shape)
        entries[name] = _within(value.wire_name, child.get(value.wire_name, {}), value.shape)
    return entries


def _numbered(node: _Node, container: str) -> list[tuple[str, _Node]]:
    """Return the elements of a list in the order of their numbers; ``X=`` is an empty list."""
    _refuse_text(node)
    elements: _Node = node.get(container, {})
    if set(node) - {container, _TEXT} or not all(map(_is_number, elements)):
        raise Misfit(f"a list is spelt {container}.1, {container}.2, ...")
    return sorted(((str(number), child) for number, child in elements.items()), key=lambda element: int(element[0]))


def _is_number(name: str | None) -> bool:
    return name is not None and name.isascii() and name.isdigit() and len(name) <= _NUMBER_DIGITS


def _refuse_text(node: _Node) -> None:
    if node.get(_TEXT):
        raise Misfit(f"{node[_TEXT][:64]!r} found where a structure, map or list was expected")
