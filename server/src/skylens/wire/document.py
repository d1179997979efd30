"""Documents: trees of dicts, lists and scalars, read into and written from a shape's values.

Each shape is compiled once into a closure; a generic walk costs several times as much per value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias

from cbor2 import undefined

from skylens.wire import validate
from skylens.wire.errors import ErrorAnswer, ModelMisuse, ServiceError
from skylens.wire.scalars import Misfit, Scalar, Scalars, misfit

if TYPE_CHECKING:
    from skylens.wire.models import Operation, Shape

_Made: TypeAlias = dict["Shape", Scalar]
_Build: TypeAlias = Callable[["Shape", Mapping[str, Scalar], _Made], Scalar]
# The lists of one output by their id: their shape, what was written, and the list itself, which keeps the id its own.
_Written: TypeAlias = dict[int, tuple["Shape", list[Any], list[Any]]]
_Writer: TypeAlias = Callable[[Any, _Written], Any]
_MadeWriters: TypeAlias = dict["Shape", _Writer]
_BuildWriter: TypeAlias = Callable[["Shape", Scalars, _MadeWriters], _Writer]


class Written(dict[str, Any]):
    """A structure or map of an output that is spelled as the wire spells it: it is written as it stands, unchecked.

    For what stands in an answer by the thousand. Whoever makes one shows in a test that checking would change nothing.
    """


def malformed(reason: str) -> ServiceError:
    """Return the refusal of a body that cannot be read."""
    return ServiceError("SerializationException", reason, status=400)


def read_input(
    operation: Operation, tree: Any, scalars: Scalars, beside: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return an operation's input from its document, checked against the model; null is an empty document.

    ``beside`` are members that stood outside of the body.
    """
    if operation.input is None:
        return {}
    try:
        value: dict[str, Any] = reader(operation.input, scalars)({} if tree is None else tree) | dict(beside or {})
    except Misfit as wrong:
        raise malformed(str(wrong)) from None
    except RecursionError:
        raise malformed("the document is nested too deeply") from None
    validate.check(operation, value)
    return value


def write_output(shape: Shape, value: Mapping[str, Any], scalars: Scalars) -> dict[str, Any]:
    """Return the document of a structure's value; members that are None are left out."""
    document: dict[str, Any] = _writer(shape, scalars)(value, {})
    return document


def write_error(answer: ErrorAnswer, error: ServiceError, scalars: Scalars) -> dict[str, Any]:
    """Return the document of an error; a message that is empty is left out."""
    document = write_output(answer.shape, error.members, scalars) if answer.shape else dict(error.members)
    if error.message:
        document.update(dict.fromkeys(_message_names(answer), error.message))
    return document


def _message_names(answer: ErrorAnswer) -> list[str]:
    if answer.shape is None:
        return ["message"]
    # CloudTrail's errors declare no members at all and carry "Message"; other clients look for "message".
    return [name for name in answer.shape.members if name.lower() == "message"] or ["Message", "message"]


@cache
def reader(shape: Shape, scalars: Scalars) -> Scalar:
    """Return the function that reads a document into a value of ``shape`` or raises Misfit."""
    return _compile(shape, scalars.readers, {})


@cache
def _writer(shape: Shape, scalars: Scalars) -> _Writer:
    """Return the function that writes a value of ``shape`` into a document or raises ModelMisuse."""
    return _compile_writer(shape, scalars, {})


def _compile(shape: Shape, scalars: Mapping[str, Scalar], made: _Made) -> Scalar:
    if shape.type in scalars:
        return scalars[shape.type]
    if shape not in made:
        # A shape may contain itself; until its function exists a reference to it looks it up late.
        made[shape] = lambda value: made[shape](value)  # noqa: PLW0108 — made[shape] changes on the next line
        made[shape] = _READERS[shape.type](shape, scalars, made)
    return made[shape]


def _structure_reader(shape: Shape, scalars: Mapping[str, Scalar], made: _Made) -> Scalar:
    members = {
        m.wire_name: (name, _compile(m.shape, scalars, made))
        for name, m in shape.members.items()
        if not m.in_query_string
    }
    members |= {alias: members[name] for alias, name in shape.aliases.items()}
    is_union = shape.is_union

    def read(value: Any) -> dict[str, Any]:
        if type(value) is not dict:
            raise misfit(value, "a Structure")
        structure = {}
        key = ""
        try:
            for key, item in value.items():
                if key in members and item is not None and item is not undefined:
                    name, read_member = members[key]
                    structure[name] = read_member(item)
        except Misfit as wrong:
            wrong.at.append(key)
            raise
        if is_union and len(structure) != 1:
            raise Misfit(f"exactly one of {', '.join(members)} must be set, not {len(structure)}")
        return structure

    return read


def _list_reader(shape: Shape, scalars: Mapping[str, Scalar], made: _Made) -> Scalar:
    read_item = _compile(shape.members["member"].shape, scalars, made)
    is_strings = shape.members["member"].shape.type == "string"

    def read(value: Any) -> list[Any]:
        if type(value) is not list:
            raise misfit(value, "a List")
        if is_strings and set(map(type, value)) <= {str}:
            return value
        items: list[Any] = []
        try:
            items.extend(map(read_item, value))
        except Misfit as wrong:
            wrong.at.append(str(len(items)))
            raise
        return items

    return read


def _map_reader(shape: Shape, scalars: Mapping[str, Scalar], made: _Made) -> Scalar:
    read_item = _compile(shape.members["value"].shape, scalars, made)

    def read(value: Any) -> dict[str, Any]:
        if type(value) is not dict:
            raise misfit(value, "a Map")
        items, key = {}, ""
        try:
            for key, item in value.items():
                if type(key) is not str:
                    raise misfit(key, "a String")
                if item is not None and item is not undefined:
                    items[key] = read_item(item)
        except Misfit as wrong:
            wrong.at.append(str(key))
            raise
        return items

    return read


def _compile_writer(shape: Shape, scalars: Scalars, made: _MadeWriters) -> _Writer:
    if shape.type in scalars.writers:
        write_scalar = scalars.writers[shape.type]
        return lambda value, _: write_scalar(value)
    if shape not in made:
        made[shape] = lambda value, written: made[shape](value, written)  # noqa: PLW0108 — the same as in _compile
        made[shape] = _WRITERS[shape.type](shape, scalars, made)
    return made[shape]


def _structure_writer(shape: Shape, scalars: Scalars, made: _MadeWriters) -> _Writer:
    members = {
        name: (m.wire_name, scalars.unchanged.get(m.shape.type), _compile_writer(m.shape, scalars, made))
        for name, m in shape.members.items()
    }
    is_union = shape.is_union

    def write(value: Any, written: _Written) -> dict[str, Any]:
        if type(value) is Written:
            return value
        if type(value) is not dict and not isinstance(value, Mapping):
            raise ModelMisuse(f"{shape.name} is a structure, not {type(value).__name__}")
        document = {}
        name = ""
        try:
            for name, item in value.items():
                wire_name, unchanged, write_member = members[name]
                if type(item) is unchanged:
                    document[wire_name] = item
                elif item is not None:
                    document[wire_name] = write_member(item, written)
        except KeyError:
            if name in members:
                raise
            raise ModelMisuse(f"{shape.name} has no member {name!r}") from None
        except ModelMisuse as wrong:
            wrong.add_note(f"in {shape.name}.{name}")
            raise
        if is_union and len(document) != 1:
            raise ModelMisuse(f"{shape.name} has exactly one member set, not {len(document)}")
        return document

    return write


def _list_writer(shape: Shape, scalars: Scalars, made: _MadeWriters) -> _Writer:
    """Return the function for a list. One of structures that stands in several places of an output is written once."""
    item_shape = shape.members["member"].shape
    write_item = _compile_writer(item_shape, scalars, made)
    unchanged = {scalars.unchanged.get(item_shape.type)}
    is_structures = item_shape.type == "structure"

    def write(value: Any, written: _Written) -> list[Any]:
        if type(value) is not list:
            if isinstance(value, str | bytes | Mapping):
                raise ModelMisuse(f"{shape.name} is a list, not {type(value).__name__}")
            return [write_item(item, written) for item in value]
        if not is_structures:
            return value if set(map(type, value)) == unchanged else [write_item(item, written) for item in value]
        known = written.get(id(value))
        if known is None or known[0] is not shape:
            known = written[id(value)] = shape, [write_item(item, written) for item in value], value
        return known[1]

    return write


def _map_writer(shape: Shape, scalars: Scalars, made: _MadeWriters) -> _Writer:
    write_key = _compile_writer(shape.members["key"].shape, scalars, made)
    write_item = _compile_writer(shape.members["value"].shape, scalars, made)

    def write(value: Any, written: _Written) -> dict[str, Any]:
        if type(value) is Written:
            return value
        if type(value) is not dict and not isinstance(value, Mapping):
            raise ModelMisuse(f"{shape.name} is a map, not {type(value).__name__}")
        return {write_key(key, written): write_item(item, written) for key, item in value.items()}

    return write


_READERS: Mapping[str, _Build] = {"structure": _structure_reader, "list": _list_reader, "map": _map_reader}
_WRITERS: Mapping[str, _BuildWriter] = {"structure": _structure_writer, "list": _list_writer, "map": _map_writer}
