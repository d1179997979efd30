"""Usual document: the quick way from a document as SDKs write it to its row, and nothing but that."""

from binascii import unhexlify
from struct import Struct
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import msgspec

from skylens.xray.annotation import add_tokens
from skylens.xray.node import account_of, aws_target
from skylens.xray.segment import (
    ERROR,
    FARTHEST_SECOND,
    FAULT,
    HIGHEST_STATUS,
    ID_MAY_FOLLOW_START,
    ID_MAY_PRECEDE_START,
    IN_PROGRESS,
    MAX_DEPTH,
    NO_PARENT,
    NO_PLACES,
    THROTTLE,
    TRACED,
    Bounds,
    Segment,
    is_name,
    places,
)

# sub.* in the order of segment.COLUMNS: ids, names, names, types and accounts of nodes, durations, flags
_Columns: TypeAlias = tuple[list[bytes], list[str], list[str], list[str], list[str], list[int], list[int]]

_ID_LENGTH: Final = 16
_PARENT_LENGTHS: Final = (_ID_LENGTH, 0)
_TRACE_ID_LENGTH: Final = 35
_FIRST_NUMBER: Final = Struct(">I12x").unpack
# The types of a usual document bound how deep it is nested, so that no brackets need to be counted: a subsegment lies two levels
# below what it is in, and below the innermost there are the fields of free content, inside http.request at most.
_FREE_LEVELS: Final = 6
_LEVELS_BESIDE: Final = 4  # the document, http, request, and the value at the bottom
_MOST_SUBSEGMENTS: Final = (MAX_DEPTH - _FREE_LEVELS - _LEVELS_BESIDE) // 2


def _free(levels: int) -> Any:
    """Return the type of any JSON that is nested no deeper than this."""
    scalar = str | int | float | bool | None
    if not levels:
        return scalar
    inside = _free(levels - 1)
    return scalar | list[inside] | dict[str, inside]  # type: ignore[valid-type]  # a type that is made here


if TYPE_CHECKING:
    _Free: TypeAlias = Any
else:
    _Free = _free(_FREE_LEVELS)


class _Request(msgspec.Struct, gc=False, forbid_unknown_fields=True):
    url: str = ""
    method: str = ""
    user_agent: str = ""
    client_ip: str = ""
    traced: bool = False
    x_forwarded_for: _Free = None


class _Response(msgspec.Struct, gc=False, forbid_unknown_fields=True):
    status: int = 0
    content_length: _Free = None


class _Http(msgspec.Struct, gc=False, forbid_unknown_fields=True):
    request: _Request | None = None
    response: _Response | None = None


class _Entity(msgspec.Struct, kw_only=True, gc=False, forbid_unknown_fields=True):
    """What a segment and an embedded subsegment share.

    Members of no importance here are read all the same: msgspec takes numbers in what it skips that it would not read.
    """

    id: str
    name: str
    start_time: float
    end_time: float | None = None
    in_progress: bool = False
    fault: bool = False
    error: bool = False
    throttle: bool = False
    http: _Http | None = None
    aws: dict[str, _Free] | None = None
    annotations: dict[str, _Free] | None = None
    user: str = ""
    subsegments: "list[_Subsegment]" = []
    metadata: _Free = None
    cause: _Free = None
    precursor_ids: _Free = None


class _Subsegment(_Entity, kw_only=True, gc=False, forbid_unknown_fields=True):
    namespace: str = ""
    sql: dict[str, _Free] | None = None
    traced: bool = False
    type: _Free = None
    trace_id: _Free = None
    parent_id: _Free = None


class _Document(_Entity, kw_only=True, gc=False, forbid_unknown_fields=True):
    trace_id: str
    parent_id: str = ""
    origin: str = ""
    resource_arn: str = ""
    links: list[_Free] = []
    service: _Free = None


_DECODE: Final = msgspec.json.Decoder(_Document).decode


def read_usual(document: str, bounds: Bounds) -> Segment | None:
    """Return what ``segment.check`` returns, in half the time; None for everything that is refused, streamed or unusual."""
    try:
        size = len(document) if document.isascii() else len(document.encode())
        return None if size > bounds.document_bytes else _segment(_DECODE(document), document, size, bounds)
    except (ValueError, RecursionError):  # msgspec's errors, an id that is not hexadecimal, half a surrogate
        return None


def _segment(fields: _Document, document: str, size: int, bounds: Bounds) -> Segment | None:
    entity_text, trace_text, parent_text = fields.id, fields.trace_id, fields.parent_id
    name, start, end = fields.name, fields.start_time, fields.end_time
    if (
        len(entity_text) != _ID_LENGTH
        or len(trace_text) != _TRACE_ID_LENGTH
        or trace_text[:2] != "1-"
        or trace_text[10] != "-"
        or len(parent_text) not in _PARENT_LENGTHS
        or not is_name(name)
        or not bounds.earliest_start <= start <= bounds.latest_start
        or not (fields.in_progress if end is None else -FARTHEST_SECOND < end < FARTHEST_SECOND)
    ):
        return None
    trace_key = unhexlify(trace_text[2:10] + trace_text[11:])
    start_us = round(start * 1e6)
    end_us = last_us = start_us if end is None else round(end * 1e6)
    second = int(start)
    (trace_ts,) = _FIRST_NUMBER(trace_key)
    if floating := not second - ID_MAY_PRECEDE_START <= trace_ts <= second + ID_MAY_FOLLOW_START:
        trace_ts = second

    tokens: list[str] = []
    users = [fields.user] if fields.user else []
    if fields.annotations:
        add_tokens(fields.annotations, tokens)
    flags = 0 if end is not None else IN_PROGRESS
    inside = _NOTHING_INSIDE
    if fields.subsegments:
        inside = ([], [], [], [], [], [], [])
        found = _inside(fields.subsegments, inside, tokens, users)
        if found is None:
            return None
        last_us, flags = max(end_us, found[0]), flags | found[1]
    if len(tokens) > bounds.annotations:
        tokens = tokens[: bounds.annotations]
    http, aws, arn, throttle = fields.http, fields.aws, fields.resource_arn, fields.throttle
    row = (
        trace_ts, trace_key, unhexlify(entity_text), floating, unhexlify(parent_text) or NO_PARENT, False, end is None,
        flags & IN_PROGRESS != 0, fields.links != [],
        start_us, end_us - start_us if end_us > start_us else 0, last_us - start_us if last_us > start_us else 0,
        name, fields.origin, account_of(aws) if aws else "", fields.fault, fields.error, throttle,
        throttle or flags & THROTTLE != 0, *(_http(http) if http else _NO_HTTP), users, tokens,
        *(places(aws, arn) if aws or arn else NO_PLACES), *inside, document,
    )  # fmt: skip
    return Segment(trace_key, trace_ts, floating, size, entity_text, row)


_NO_HTTP: Final = ("", "", 0, "", "")
_NOTHING_INSIDE: Final[_Columns] = ([], [], [], [], [], [], [])


def _http(http: _Http) -> tuple[str, str, int, str, str]:
    request, response = http.request or _NO_REQUEST, http.response
    status = response.status if response and 0 <= response.status <= HIGHEST_STATUS else 0
    return request.url, request.method, status, request.user_agent, request.client_ip


_NO_REQUEST: Final = _Request()


def _inside(
    subsegments: list[_Subsegment], columns: _Columns, tokens: list[str], users: list[str]
) -> tuple[int, int] | None:
    """Add the columns of every subsegment, depth first; return the last end and all flags in one, None for what is unusual."""
    ids, names, node_names, node_types, node_accounts, durations_us, all_flags = columns
    last_us, any_flags, has_own = 0, 0, False
    pending = subsegments[::-1]
    while pending:
        fields = pending.pop()
        entity_text, name, start, end = fields.id, fields.name, fields.start_time, fields.end_time
        if (
            len(entity_text) != _ID_LENGTH
            or not is_name(name)
            or not -FARTHEST_SECOND < start < FARTHEST_SECOND
            or not (fields.in_progress if end is None else -FARTHEST_SECOND < end < FARTHEST_SECOND)
        ):
            return None
        start_us = round(start * 1e6)
        end_us = start_us if end is None else round(end * 1e6)
        last_us = max(last_us, end_us)
        flags = _flags(fields)
        any_flags |= flags
        ids.append(unhexlify(entity_text))
        names.append(name)
        if (namespace := fields.namespace) == "aws":
            name, kind, account = aws_target(name, fields.aws)
        elif namespace == "remote":
            kind = "remote" if fields.sql is None else "Database::SQL"
            account = account_of(fields.aws) if fields.aws else ""
        else:
            name = kind = account = ""
        node_names.append(name)
        node_types.append(kind)
        node_accounts.append(account)
        durations_us.append(end_us - start_us if end_us > start_us else 0)
        all_flags.append(flags)
        if fields.annotations or fields.user:
            has_own = True
            add_tokens(fields.annotations, tokens)
            users += [fields.user] if fields.user else []
        if fields.subsegments:
            pending += fields.subsegments[::-1]
    if len(ids) > _MOST_SUBSEGMENTS:
        return None
    if has_own:
        tokens[:] = dict.fromkeys(tokens)
        users[:] = dict.fromkeys(users)
    return last_us, any_flags


def _flags(fields: _Subsegment) -> int:
    flags = IN_PROGRESS if fields.end_time is None else 0
    if fields.fault:
        flags |= FAULT
    if fields.error:
        flags |= ERROR
    if fields.throttle:
        flags |= THROTTLE
    http = fields.http
    if fields.traced or (http is not None and http.request is not None and http.request.traced):
        flags |= TRACED
    return flags
