"""Segment: one document as it arrives, checked, and turned into a row of the segments table."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from re import compile as pattern
from typing import Any, Final, NamedTuple, TypeAlias

import msgspec

from skylens.config import Limits
from skylens.xray import trace_id
from skylens.xray.annotation import add_tokens
from skylens.xray.node import account_of, call_target

# https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html
_NAME: Final = pattern(r"[\w\s.:/%&#=+\\\-@]{1,200}")
_ENTITY_ID_DIGITS: Final = 16
_ENTITY_ID_BYTES: Final = 8
NO_PARENT: Final = bytes(_ENTITY_ID_BYTES)
_DAY_SECONDS: Final = 86_400
# How far the second inside a trace id may lie from the segment's start and still be believed (see segments.sql).
ID_MAY_PRECEDE_START: Final = _DAY_SECONDS
ID_MAY_FOLLOW_START: Final = 300
# A start outside this window around now is a broken clock or a wrong unit, and would open a partition of its own.
_START_MAY_PRECEDE_NOW: Final = 366 * _DAY_SECONDS
_START_MAY_FOLLOW_NOW: Final = _DAY_SECONDS
# Nesting of the JSON itself. Documents are nested into each other when a trace is put together, and Python's
# recursion limit of 1,000 counts both.
MAX_DEPTH: Final = 256
HIGHEST_STATUS: Final = 65_535
FARTHEST_SECOND: Final = 1e11

FAULT, ERROR, THROTTLE, TRACED, IN_PROGRESS = 1, 2, 4, 8, 16

# The columns of a row, in the order of ``Segment.row``. Account, region and time of arrival are the batch's.
COLUMNS: Final = (
    "trace_ts", "trace_id", "id", "floating", "parent_id", "is_subsegment", "in_progress", "partial", "has_links",
    "start_us", "duration_us", "full_duration_us", "name", "origin", "account_id", "fault", "error", "throttle",
    "any_throttle", "http_url", "http_method", "http_status", "http_user_agent", "http_client_ip", "users",
    "annotations", "resource_arns", "instance_ids", "availability_zones", "sub.id", "sub.name", "sub.node_name",
    "sub.node_type", "sub.node_account", "sub.duration_us", "sub.flags", "document",
)  # fmt: skip


class Segment(msgspec.Struct, frozen=True, gc=False):
    """An accepted document. ``row`` holds its columns; ``floating`` says that its trace id gives no time."""

    trace_id: bytes
    trace_ts: int
    floating: bool
    size_bytes: int
    id: str
    row: tuple[Any, ...]


class Refusal(NamedTuple):
    """A document that is not accepted: an entry of UnprocessedTraceSegments.

    ``oversized`` is the trace of a document that was refused for its size.
    """

    code: str
    message: str
    id: str = ""
    oversized: bytes = b""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one call's documents are held against: the limits in force and the times that make sense now."""

    document_bytes: int
    annotations: int
    earliest_start: float
    latest_start: float

    @classmethod
    def at(cls, now: datetime, limits: Limits) -> "Bounds":
        """Return the bounds for documents that arrive now."""
        seconds = now.timestamp()
        return cls(
            limits.segment_document_bytes,
            limits.indexed_annotations_per_document,
            seconds - _START_MAY_PRECEDE_NOW,
            seconds + _START_MAY_FOLLOW_NOW,
        )


class _Refused(Exception):
    """Why the document at hand is refused; ``in_subsegment`` chooses AWS's wording."""

    def __init__(self, code: str, *, in_subsegment: bool = False) -> None:
        self.code, self.in_subsegment = code, in_subsegment
        super().__init__(code)


def check(document: str | bytes, bounds: Bounds) -> list[Segment | Refusal]:
    """Return what one string of TraceSegmentDocuments holds: one segment or refusal, or one for each of an array's items.

    https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sendingdata.html
    """
    try:
        parsed = _decode(document)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return [_refusal("ParseError")]
    if isinstance(parsed, dict):
        return [check_fields(parsed, document, bounds)]
    if isinstance(parsed, list):
        if not parsed:
            return [_refusal("MissingId")]
        return [_check_item(item, bounds) for item in parsed]
    return [_refusal("ParseError")]


def check_fields(fields: dict[str, Any], document: str | bytes, bounds: Bounds) -> Segment | Refusal:
    """Return the segment of a decoded document, or its refusal; ``document`` is the same in JSON, to be kept."""
    size = len(document) if isinstance(document, bytes) or document.isascii() else len(document.encode())
    if size > bounds.document_bytes:
        refusal = _refusal("InvalidSegment", _shown_id(fields), in_subsegment=fields.get("type") == "subsegment")
        return refusal._replace(oversized=_trace_of(fields))
    try:
        return _segment(fields, document, size, bounds)
    except _Refused as refused:
        return _refusal(refused.code, _shown_id(fields), in_subsegment=refused.in_subsegment)


def trace_too_large(segment: Segment) -> Refusal:
    """Return the refusal of a document that its trace has no room for."""
    message = "Trace Size Exceeded. Reduce the number of segments per trace and the size of your segment documents."
    return Refusal("InvalidSegment", message, segment.id, oversized=segment.trace_id)


def _refusal(code: str, entity_id: str = "", *, in_subsegment: bool = False) -> Refusal:
    if in_subsegment:
        return Refusal(code, f"Invalid subsegment. ErrorCode: {code}, Cause: null", entity_id)
    return Refusal(code, f"Invalid segment. ErrorCode: {code}", entity_id)


def _shown_id(fields: Mapping[str, Any]) -> str:
    entity_id = fields.get("id")
    return entity_id if isinstance(entity_id, str) else "" if entity_id is None else str(entity_id)


def _check_item(item: object, bounds: Bounds) -> Segment | Refusal:
    if not isinstance(item, dict):
        return _refusal("ParseError")
    return check_fields(item, msgspec.json.encode(item).decode(), bounds)


def _decode(document: str | bytes) -> object:
    parsed = msgspec.json.decode(document)
    openings = document.count("{") + document.count("[") if isinstance(document, str) else _openings(document)
    if openings > MAX_DEPTH and _depth(parsed) > MAX_DEPTH:
        raise RecursionError
    return parsed


def _openings(document: bytes) -> int:
    return document.count(b"{") + document.count(b"[")


def _depth(parsed: object) -> int:
    depth, level = 0, [parsed]
    while level:
        depth += 1
        containers: list[Iterable[object]] = [
            node.values() if isinstance(node, dict) else node for node in level if isinstance(node, dict | list)
        ]
        level = [child for children in containers for child in children]
    return depth


def _trace_of(fields: Mapping[str, Any]) -> bytes:
    try:
        return trace_id.to_bytes(fields.get("trace_id"))
    except ValueError:
        return b""


def _segment(fields: dict[str, Any], document: str | bytes, size: int, bounds: Bounds) -> Segment:
    """Check the fields in the order of AWS's refusals and return the row; ``usual_document`` returns the same row."""
    get = fields.get
    entity_id = _entity_id(get("id"), "Id", required=True)
    is_subsegment = get("type") == "subsegment"
    try:
        trace_key = trace_id.to_bytes(get("trace_id"))
    except ValueError:
        raise _Refused("InvalidTraceId", in_subsegment=is_subsegment) from None
    parent_id = _entity_id(get("parent_id"), "ParentId", required=is_subsegment, in_subsegment=is_subsegment)
    name = _name(fields, in_subsegment=is_subsegment)
    start, end = _times(fields, in_subsegment=is_subsegment)
    if not bounds.earliest_start <= start <= bounds.latest_start:
        raise _Refused("InvalidStartTime", in_subsegment=is_subsegment)

    start_us = round(start * 1e6)
    end_us = start_us if end is None else round(end * 1e6)
    second, id_second = int(start), int.from_bytes(trace_key[:4], "big")
    floating = not second - ID_MAY_PRECEDE_START <= id_second <= second + ID_MAY_FOLLOW_START
    trace_ts = second if floating else id_second

    tokens: list[str] = []
    users: list[str] = []
    annotations, user, subsegments = get("annotations"), get("user"), get("subsegments")
    if annotations:
        add_tokens(annotations, tokens)
    if user and type(user) is str:
        users.append(user)
    # a streamed subsegment stands first in its own row: so sub.* holds every call of a trace, however it came
    calls = [fields] if is_subsegment else subsegments
    inside = _inside(calls, tokens, users) if calls else _NOTHING_INSIDE
    if len(tokens) > bounds.annotations:
        tokens = tokens[: bounds.annotations]
    last_us, all_flags = max(end_us, inside[0]), inside[1]
    http, aws, links, throttle = get("http"), get("aws"), get("links"), get("throttle") is True
    origin, resource_arn = get("origin"), get("resource_arn")
    row = (
        trace_ts, trace_key, entity_id, floating, parent_id, is_subsegment, end is None,
        end is None or all_flags & IN_PROGRESS != 0, type(links) is list and bool(links),
        start_us, max(0, end_us - start_us), max(0, last_us - start_us), name, origin if type(origin) is str else "",
        account_of(aws) if type(aws) is dict else "", get("fault") is True, get("error") is True, throttle,
        throttle or all_flags & THROTTLE != 0, *(_http(http) if type(http) is dict else _NO_HTTP), users, tokens,
        *(NO_PLACES if is_subsegment or not (aws or resource_arn) else places(aws, resource_arn)),
        *inside[2:], document,
    )  # fmt: skip
    return Segment(trace_key, trace_ts, floating, size, fields["id"], row)


def _inside(subsegments: object, tokens: list[str], users: list[str]) -> tuple[Any, ...]:
    """Check every embedded subsegment, depth first; return their last end, their flags in one, and their columns.

    Their annotations and users go to the document's, each once.
    """
    if type(subsegments) is not list:
        return _NOTHING_INSIDE
    ids: list[bytes] = []
    names: list[str] = []
    node_names: list[str] = []
    node_types: list[str] = []
    node_accounts: list[str] = []
    durations_us: list[int] = []
    all_flags: list[int] = []
    last_us, any_flags, has_own = 0, 0, False
    pending = subsegments[::-1]
    while pending:
        fields = pending.pop()
        if type(fields) is not dict:
            raise _Refused("InvalidSegment", in_subsegment=True)
        ids.append(_entity_id(fields.get("id"), "Id", required=True, in_subsegment=True))
        names.append(_name(fields, in_subsegment=True))
        start, end = _times(fields, in_subsegment=True)
        start_us = round(start * 1e6)
        end_us = start_us if end is None else round(end * 1e6)
        last_us = max(last_us, end_us)
        durations_us.append(end_us - start_us if end_us > start_us else 0)
        flags = _flags(fields, end)
        any_flags |= flags
        all_flags.append(flags)
        node_name, node_type, node_account = call_target(fields) or _NO_TARGET
        node_names.append(node_name)
        node_types.append(node_type)
        node_accounts.append(node_account)
        if "annotations" in fields or "user" in fields:
            has_own = True
            add_tokens(fields.get("annotations"), tokens)
            user = fields.get("user")
            if user and type(user) is str:
                users.append(user)
        if "subsegments" in fields and type(children := fields["subsegments"]) is list:
            pending += children[::-1]
    if has_own:
        tokens[:] = dict.fromkeys(tokens)
        users[:] = dict.fromkeys(users)
    return last_us, any_flags, ids, names, node_names, node_types, node_accounts, durations_us, all_flags


_NOTHING_INSIDE: Final[tuple[Any, ...]] = (0, 0, [], [], [], [], [], [], [])
_NO_TARGET: Final = ("", "", "")


def _entity_id(raw: object, what: str, *, required: bool, in_subsegment: bool = False) -> bytes:
    # an empty string means absent: the collector's exporter writes all fields
    if raw is None or raw == "":
        if required:
            raise _Refused("Missing" + what, in_subsegment=in_subsegment)
        return NO_PARENT
    try:
        found = bytes.fromhex(raw)  # type: ignore[arg-type]  # what is no string is refused below
    except (TypeError, ValueError):
        found = b""
    # fromhex skips blanks between the digits
    if len(found) != _ENTITY_ID_BYTES or len(raw) != _ENTITY_ID_DIGITS:  # type: ignore[arg-type]
        raise _Refused("Invalid" + what, in_subsegment=in_subsegment)
    return found


@lru_cache(maxsize=8192)
def is_name(name: str) -> bool:
    """Say whether AWS takes this name."""
    return _NAME.fullmatch(name) is not None


def _name(fields: Mapping[str, Any], *, in_subsegment: bool) -> str:
    name = fields.get("name")
    if type(name) is str and is_name(name):
        return name
    raise _Refused("MissingName" if name is None or name == "" else "InvalidName", in_subsegment=in_subsegment)


def _times(fields: Mapping[str, Any], *, in_subsegment: bool) -> tuple[float, float | None]:
    start, end = fields.get("start_time"), fields.get("end_time")
    if type(start) is not float or not -FARTHEST_SECOND < start < FARTHEST_SECOND:
        start = _seconds(start, "StartTime", in_subsegment=in_subsegment)
        if start is None:
            raise _Refused("MissingStartTime", in_subsegment=in_subsegment)
    if type(end) is not float or not -FARTHEST_SECOND < end < FARTHEST_SECOND:
        end = _seconds(end, "EndTime", in_subsegment=in_subsegment)
        if end is None and fields.get("in_progress") is not True:
            raise _Refused("MissingEndTime", in_subsegment=in_subsegment)
    return start, end


def _seconds(value: object, what: str, *, in_subsegment: bool) -> float | None:
    """Read what is no plain float; numbers in quotes are tolerated, an empty string is absent."""
    if value is None or value == "":
        return None
    try:
        number = seconds(value)
    except ValueError:
        raise _Refused("Invalid" + what, in_subsegment=in_subsegment) from None
    return number


def seconds(value: object) -> float:
    """Return a document's time as a number; raise ValueError for what is none.

    >>> seconds(1779384848), seconds("1.7793848e9")
    (1779384848.0, 1779384800.0)
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError(f"no time: {value!r}")  # noqa: TRY004  # one kind of error for every bad time
    try:
        number = float(value)
    except OverflowError:
        raise ValueError("no time: too large") from None
    # beyond the year 5000 nothing fits the columns any more; NaN fails the comparison too
    if not abs(number) < FARTHEST_SECOND:
        raise ValueError(f"no time: {value!r}")
    return number


def is_traced(fields: Mapping[str, Any]) -> bool:
    """Say whether a call's subsegment expects the other side to report itself; the Node.js SDK says so at the top."""
    if fields.get("traced") is True:
        return True
    http = fields.get("http")
    request = http.get("request") if isinstance(http, dict) else None
    return isinstance(request, dict) and request.get("traced") is True


def _flags(fields: Mapping[str, Any], end: float | None) -> int:
    flags = 0 if end is not None else IN_PROGRESS
    if "fault" in fields and fields["fault"] is True:
        flags |= FAULT
    if "error" in fields and fields["error"] is True:
        flags |= ERROR
    if "throttle" in fields and fields["throttle"] is True:
        flags |= THROTTLE
    if ("http" in fields or "traced" in fields) and is_traced(fields):
        flags |= TRACED
    return flags


_NO_HTTP: Final = ("", "", 0, "", "")


def _http(http: Mapping[str, Any]) -> tuple[str, str, int, str, str]:
    """Return URL, method, status, user agent and client address."""
    response = http.get("response")
    status = http_status(response.get("status")) if isinstance(response, dict) else 0
    request = http.get("request")
    if not isinstance(request, dict):
        return "", "", status, "", ""
    get = request.get
    return _text(get("url")), _text(get("method")), status, _text(get("user_agent")), _text(get("client_ip"))


def http_status(status: object) -> int:
    """Return a status as a number, 0 for what is none; some producers put it in quotes.

    >>> http_status(502), http_status("200"), http_status(None)
    (502, 200, 0)
    """
    if isinstance(status, float) and status.is_integer():
        status = int(status)
    if type(status) is int:
        return status if 0 <= status <= HIGHEST_STATUS else 0
    return int(status) if isinstance(status, str) and status.isdecimal() and int(status) <= HIGHEST_STATUS else 0


def _text(value: object) -> str:
    return value if type(value) is str else ""


Places: TypeAlias = tuple[list[str], list[str], list[str]]  # ARNs, instances and availability zones

NO_PLACES: Final[Places] = ([], [], [])


def places(aws: object, resource_arn: object) -> Places:
    """Return the ARNs, instances and availability zones that a segment ran on."""
    arns = [resource_arn] if resource_arn and type(resource_arn) is str else []
    instances: list[str] = []
    zones: list[str] = []
    if type(aws) is dict:
        for key, value in aws.items():
            if type(value) is dict:
                if key in _PLATFORMS:
                    _platform(value, arns, instances, zones)
            elif key[-4:] == "_arn" and value and type(value) is str and value not in arns:
                arns.append(value)
    return arns, instances, zones


_PLATFORMS: Final = ("ec2", "ecs", "eks")


def _platform(block: Mapping[str, Any], arns: list[str], instances: list[str], zones: list[str]) -> None:
    for key, value in block.items():
        if type(value) is not str or not value:
            continue
        if key == "instance_id" and value not in instances:
            instances.append(value)
        elif key == "availability_zone" and value not in zones:
            zones.append(value)
        elif key[-4:] == "_arn" and value not in arns:
            arns.append(value)
