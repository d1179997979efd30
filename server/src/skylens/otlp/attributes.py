"""Attributes of OpenTelemetry's messages as plain Python values, looked up under their old and new names."""

import base64
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue

Attributes: TypeAlias = Mapping[str, Any]


def plain(attributes: Iterable[KeyValue]) -> dict[str, Any]:
    """Return attributes by key; the last of equal keys wins."""
    return {attribute.key: value(attribute.value) for attribute in attributes}


def value(message: AnyValue) -> Any:
    """Return one value: text, number, truth, list, mapping, or bytes in base64."""
    match message.WhichOneof("value"):
        case None:
            return None
        case "array_value":
            return [value(item) for item in message.array_value.values]
        case "kvlist_value":
            return plain(message.kvlist_value.values)
        case "bytes_value":
            return base64.b64encode(message.bytes_value).decode()
        case kind:
            return getattr(message, kind)


def first(attributes: Attributes, *keys: str) -> Any:
    """Return the value of the first key that is there, newest name first; None where none is.

    >>> first({"http.method": "GET"}, "http.request.method", "http.method")
    'GET'
    """
    return next((attributes[key] for key in keys if attributes.get(key) not in (None, "")), None)


def present(**fields: Any) -> dict[str, Any]:
    """Return the fields that have a value.

    >>> present(a=1, b=None, c={})
    {'a': 1}
    """
    return {key: item for key, item in fields.items() if item is not None and item not in ("", {}, [])}
