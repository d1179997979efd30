"""Shapes of root causes, as ``rootcause.json = #[…]`` gives them: what may stand in one, and what has it."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from skylens.xray.filter_expression.facts import RootCause

_Fields: TypeAlias = Mapping[str, tuple[str, Any]]  # AWS's name → attribute, and the fields or type of its value

_EXCEPTION: Final[_Fields] = {"Name": ("name", str), "Message": ("message", str)}
_ENTITY: Final[_Fields] = {
    "Name": ("name", str),
    "Remote": ("remote", bool),
    "Coverage": ("coverage", float),
    "Exceptions": ("exceptions", _EXCEPTION),
}
_SERVICE: Final[_Fields] = {
    "Name": ("name", str),
    "Names": ("names", [str]),
    "Type": ("type", str),
    "AccountId": ("account_id", str),
    "Inferred": ("inferred", bool),
    "EntityPath": ("entity_path", _ENTITY),
}
_ROOT_CAUSE: Final[_Fields] = {"Services": ("services", _SERVICE), "ClientImpacting": ("client_impacting", bool)}


def check(shape: Any) -> str:
    """Return what is wrong with a shape, ``""`` for nothing: a field that no root cause has would never match.

    >>> check([{"Services": [{"Nmae": "a"}]}])
    "a root cause has no field 'Nmae' there"
    """
    return _check_list(shape, _ROOT_CAUSE)


def matches(shape: str, causes: Sequence[RootCause]) -> bool:
    """Say whether the root causes are exactly those of the shape; fields that it does not give do not matter."""
    return _list_matches(json.loads(shape), causes, _ROOT_CAUSE)


def _check_list(items: Any, fields: _Fields) -> str:
    if not isinstance(items, list):
        return "a list belongs there"
    return next((wrong for item in items if (wrong := _check_object(item, fields))), "")


def _check_object(item: Any, fields: _Fields) -> str:
    if not isinstance(item, dict):
        return "an object belongs there"
    for name, value in item.items():
        if name not in fields:
            return f"a root cause has no field {name!r} there"
        if wrong := _check_value(value, fields[name][1]):
            return wrong if wrong.startswith("a root cause") else f"{name}: {wrong}"
    return ""


def _check_value(value: Any, kind: Any) -> str:
    if isinstance(kind, Mapping):
        return _check_list(value, kind)
    if isinstance(kind, list):
        return (
            ""
            if isinstance(value, list) and all(isinstance(v, kind[0]) for v in value)
            else "a list of texts belongs there"
        )
    accepted = (int, float) if kind is float else kind
    fits = isinstance(value, accepted) and (kind is bool or not isinstance(value, bool))
    return "" if fits else f"{_KINDS[kind]} belongs there"


_KINDS: Final[Mapping[type, str]] = {str: "a text", bool: "true or false", float: "a number"}


def _list_matches(shapes: Sequence[Any], items: Sequence[object], fields: _Fields) -> bool:
    return len(shapes) == len(items) and all(
        _object_matches(shape, item, fields) for shape, item in zip(shapes, items, strict=True)
    )


def _object_matches(shape: Mapping[str, Any], item: object, fields: _Fields) -> bool:
    return all(
        _MATCH[_sort(kind)](value, getattr(item, attribute), kind) for value, (attribute, kind) in _given(shape, fields)
    )


def _given(shape: Mapping[str, Any], fields: _Fields) -> list[tuple[Any, tuple[str, Any]]]:
    return [(value, fields[name]) for name, value in shape.items()]


def _sort(kind: Any) -> str:
    return "objects" if isinstance(kind, Mapping) else "texts" if isinstance(kind, list) else "plain"


_MATCH: Final[Mapping[str, Callable[[Any, Any, Any], bool]]] = {
    "objects": _list_matches,
    "texts": lambda value, found, _: list(value) == list(found),
    "plain": lambda value, found, _: bool(value == found),
}
