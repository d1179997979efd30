"""Segment fields: what of a document is kept when it is given out again; everything else has been a producer's leftover.

https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html
"""

from collections.abc import Callable, Mapping
from hashlib import blake2b
from typing import Annotated, Any, Final, TypeAlias, TypedDict

import msgspec

from skylens.xray.node import SERVICES, resource_of
from skylens.xray.segment import is_traced, seconds
from skylens.xray.trace_id import EntityId

Reader: TypeAlias = Callable[[Any], Any]  # the cleaned value, or None for a value that is dropped
Cleaner: TypeAlias = Callable[[dict[str, Any]], dict[str, Any]]


def decode(text: str) -> tuple[dict[str, Any], Cleaner]:
    """Return a document, and the function that cleans it and each of the subsegments inside; it may do so in place.

    Most documents have what they should hold in every field. From those the decoder leaves out what is unknown, in no
    more time than it takes to decode them at all, and there is little left to clean.
    """
    try:
        fields: dict[str, Any] = _TIDY_DOCUMENTS.decode(text)
    except (msgspec.ValidationError, RecursionError):
        return msgspec.json.decode(text), clean
    return fields, _clean_tidy


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
    if "traced" in fields and is_traced(fields):
        _mark_traced(cleaned)
    return _completed(cleaned)


def _clean_tidy(fields: dict[str, Any]) -> dict[str, Any]:
    """Do for a segment or subsegment of a tidy document what ``clean`` does for any."""
    fields.pop("subsegments", None)
    for key in fields.keys() & _NEVER_TIDY:
        value = _FIELDS[key](fields[key])
        if value is None:
            del fields[key]
        else:
            fields[key] = value
    if "traced" in fields:
        traced = is_traced(fields)
        del fields["traced"]
        if traced:
            _mark_traced(fields)
    return _completed(fields)


def _completed(cleaned: dict[str, Any]) -> dict[str, Any]:
    """Return the fields with what follows from them: what is called, ids of exceptions, that something has ended."""
    if "in_progress" in cleaned and "end_time" in cleaned:
        del cleaned["in_progress"]
    if "aws" in cleaned and cleaned.get("namespace") == "aws":
        _name_resource(cleaned)
    if "cause" in cleaned and isinstance(cleaned["cause"], dict):
        _identify_exceptions(cleaned["cause"], cleaned["id"])
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


# What the JSON decoder is told instead of a reader that changes nothing of such a value. Readers that are not here may
# change any value.
_Text = Annotated[str, msgspec.Meta(min_length=1)]
_TIDY: Final[dict[Reader, Any]] = {
    _text: _Text,
    _flag: bool,
    _time: int | float,
    _integer: int,
    _mapping: Annotated[dict[str, Any], msgspec.Meta(min_length=1)],
    _annotations: Annotated[dict[str, str | int | float | bool], msgspec.Meta(min_length=1)],
    _texts: list[str],
}


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

    if _TIDY.keys() >= set(readers.values()):
        _TIDY[read] = _typed({key: _TIDY[reader] for key, reader in readers.items()})
    return read


def _records(readers: Mapping[str, Reader]) -> Reader:
    """Return a reader of lists of objects."""
    read = _record(readers)

    def read_all(value: Any) -> list[dict[str, Any]] | None:
        return [read(item) for item in value if isinstance(item, dict)] if isinstance(value, list) else None

    if read in _TIDY:
        _TIDY[read_all] = list[_TIDY[read]]  # type: ignore[valid-type]  # for the decoder, not for a type checker
    return read_all


def _typed(members: Mapping[str, Any]) -> Any:
    """Return what the decoder takes for an object with these members, each of which may be missing."""
    return TypedDict("_Typed", dict(members), total=False)  # type: ignore[operator]  # the members are those of a table


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

_NEVER_TIDY: Final = frozenset(key for key, reader in _FIELDS.items() if reader not in _TIDY)

_Tidy: Any = _typed(
    {
        **{key: _TIDY.get(reader, Any) for key, reader in _FIELDS.items()},
        "traced": Any,
        "subsegments": list["_Tidy"],  # type: ignore[misc]  # the decoder finds the name in this module
    }
)
_TIDY_DOCUMENTS: Final[msgspec.json.Decoder[dict[str, Any]]] = msgspec.json.Decoder(_Tidy)
