"""Segment fields: what of a document is kept when it is given out again; everything else has been a producer's leftover.

https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html
"""

from collections.abc import Callable, Mapping
from hashlib import blake2b
from typing import Any, Final, TypeAlias

from skylens.xray.node import SERVICES, resource_of
from skylens.xray.segment import is_traced, seconds
from skylens.xray.trace_id import EntityId

Reader: TypeAlias = Callable[[Any], Any]  # the cleaned value, or None for a value that is dropped


def clean(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the known fields of a segment or subsegment with what they should hold, without its subsegments.

    >>> clean({"id": "00000000000000AA", "name": "a", "start_time": "1.5", "counter": 3, "user": "", "namespace": "local"})
    {'id': '00000000000000aa', 'name': 'a', 'start_time': 1.5}
    """
    cleaned: dict[str, Any] = {}
    for key, value in fields.items():
        reader = _FIELDS.get(key)
        if reader is _text:  # most fields are: their reader is written out here
            if value and type(value) is str:
                cleaned[key] = value
        elif reader is not None and (read := reader(value)) is not None:
            cleaned[key] = read
    if "end_time" in cleaned:
        cleaned.pop("in_progress", None)
    if "traced" in fields and is_traced(fields):
        _mark_traced(cleaned)
    if cleaned.get("namespace") == "aws" and "aws" in cleaned:
        _name_resource(cleaned)
    cause = cleaned.get("cause")
    if isinstance(cause, dict):
        _identify_exceptions(cause, cleaned["id"])
    return cleaned


def derived_id(*parts: str) -> EntityId:
    """Return an id that is always the same for the same parts: of an inferred segment, of an exception without its own.

    >>> derived_id("1-58406520-a006649127e371903a2de979", "00000000000000aa")
    '1614cb154d834307'
    """
    return EntityId(blake2b("/".join(parts).encode(), digest_size=8).hexdigest())


def _mark_traced(cleaned: dict[str, Any]) -> None:
    """Say it where the guide says it: the Node.js SDK writes ``traced`` at the top of the subsegment."""
    http = dict(cleaned.get("http", {}))
    http["request"] = {**http.get("request", {}), "traced": True}
    cleaned["http"] = http


def _name_resource(cleaned: dict[str, Any]) -> None:
    """Add ``resource_names`` as X-Ray does for calls of a table, bucket or function."""
    aws, service = cleaned["aws"], SERVICES.get(cleaned["name"].lower())
    if service is None or "resource_names" in aws or service.resource_key not in _RESOURCE_KEYS:
        return
    resource = resource_of(service, aws)
    if resource:
        cleaned["aws"] = {**aws, "resource_names": [resource]}


_RESOURCE_KEYS: Final = ("table_name", "bucket_name", "function_name")


def _identify_exceptions(cause: dict[str, Any], entity_id: str) -> None:
    for at, exception in enumerate(cause.get("exceptions", ())):
        exception.setdefault("id", derived_id(entity_id, str(at)))


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _lower(value: Any) -> str | None:
    return value.lower() if isinstance(value, str) and value else None


def _flag(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _true(value: Any) -> bool | None:
    return True if value is True else None


def _time(value: Any) -> float | None:
    if isinstance(value, float):
        return value
    try:
        return value if type(value) is int else seconds(value)
    except ValueError:
        return None


def _integer(value: Any) -> int | None:
    """Read a count; clients of the Node.js SDK write content lengths in quotes."""
    if type(value) is int:
        return value
    if isinstance(value, str):
        return int(value) if value.removeprefix("-").isdecimal() else None
    return int(value) if isinstance(value, float) else None


def _mapping(value: Any) -> dict[str, Any] | None:
    return value if isinstance(value, dict) and value else None


def _annotations(value: Any) -> dict[str, Any] | None:
    if not isinstance(value, dict) or not value:
        return None
    return {key: item for key, item in value.items() if isinstance(item, str | int | float)}


def _texts(value: Any) -> list[str] | None:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else None


def _record(readers: Mapping[str, Reader]) -> Reader:
    """Return a reader of objects that keeps the known keys."""

    def read(value: Any) -> dict[str, Any] | None:
        if not isinstance(value, dict):
            return None
        kept = {}
        for key, item in value.items():
            if key in readers and (cleaned := readers[key](item)) is not None:
                kept[key] = cleaned
        return kept

    return read


def _records(readers: Mapping[str, Reader]) -> Reader:
    """Return a reader of lists of objects."""
    read = _record(readers)

    def read_all(value: Any) -> list[dict[str, Any]] | None:
        return [read(item) for item in value if isinstance(item, dict)] if isinstance(value, list) else None

    return read_all


def _namespace(value: Any) -> str | None:
    # the Python SDK writes "local", the collector's exporter ""
    return value if isinstance(value, str) and value in {"aws", "remote"} else None


def _cause(value: Any) -> str | dict[str, Any] | None:
    """Read a cause: the id of an exception recorded elsewhere (the Node.js SDK wraps it in an object), or the exceptions."""
    if isinstance(value, str):
        return _lower(value)
    if isinstance(value, dict) and isinstance(value.get("id"), str) and not value.get("exceptions"):
        return _lower(value["id"])
    return _read_cause(value) or None


_FRAME: Final[Mapping[str, Reader]] = {"path": _text, "line": _integer, "label": _text}
_EXCEPTION: Final[Mapping[str, Reader]] = {
    "id": _lower,
    "message": _text,
    "type": _text,
    "remote": _flag,
    "truncated": _integer,
    "skipped": _integer,
    "cause": _lower,
    "stack": _records(_FRAME),
}
_read_cause: Final = _record({"working_directory": _text, "paths": _texts, "exceptions": _records(_EXCEPTION)})
_SERVICE_KEYS: Final = ("version", "runtime", "runtime_version", "compiler", "compiler_version", "name")
_SQL_KEYS: Final = (
    "connection_string",
    "url",
    "sanitized_query",
    "database_type",
    "database_version",
    "driver_version",
    "user",
    "preparation",
)
_REQUEST: Final[Mapping[str, Reader]] = {
    "method": _text,
    "url": _text,
    "user_agent": _text,
    "client_ip": _text,
    "x_forwarded_for": _flag,
    "traced": _flag,
}

_FIELDS: Final[Mapping[str, Reader]] = {
    "id": _lower,
    "name": _text,
    "start_time": _time,
    "end_time": _time,
    "in_progress": _true,
    "trace_id": _text,
    "parent_id": _lower,
    "type": _text,
    "namespace": _namespace,
    "origin": _text,
    "resource_arn": _text,
    "user": _text,
    "fault": _flag,
    "error": _flag,
    "throttle": _flag,
    "http": _record(
        {"request": _record(_REQUEST), "response": _record({"status": _integer, "content_length": _integer})}
    ),
    "aws": _mapping,
    "cause": _cause,
    "annotations": _annotations,
    "metadata": _mapping,
    "service": _record(dict.fromkeys(_SERVICE_KEYS, _text)),
    "sql": _record(dict.fromkeys(_SQL_KEYS, _text)),
    "links": _records({"trace_id": _text, "id": _lower, "attributes": _mapping}),
    "precursor_ids": _texts,
}
