"""Rows for tests of the store: columns of made-up segments and locations, whatever they mean to X-Ray."""

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from skylens.store.tables import Table

NOON = 1_782_907_200  # 2026-07-01T12:00:00Z

_SEGMENT = {
    "account": "000000000000", "region": "us-east-1", "trace_ts": NOON, "trace_id": bytes(16), "floating": False,
    "received_at": NOON * 1000 + 123, "parent_id": bytes(8), "is_subsegment": False, "in_progress": False,
    "partial": False, "has_links": False, "start_us": NOON * 1_000_000, "duration_us": 250_000,
    "full_duration_us": 250_000, "name": "checkout", "origin": "", "account_id": "", "fault": False, "error": False,
    "throttle": False, "any_throttle": False, "http_url": "", "http_method": "", "http_status": 0,
    "http_user_agent": "", "http_client_ip": "", "users": [], "annotations": [], "resource_arns": [],
    "instance_ids": [], "availability_zones": [], "sub.id": [], "sub.name": [], "sub.node_name": [],
    "sub.node_type": [], "sub.node_account": [], "sub.duration_us": [], "sub.flags": [], "document": "{}",
}  # fmt: skip


def some_segments(count: int, **columns: Any) -> dict[str, list[Any]]:
    """Return ``count`` segments with ids from 0; a keyword gives one value for all rows, or a list with one for each."""
    return {"id": [i.to_bytes(8, "big") for i in range(count)]} | _columns(count, _SEGMENT, columns)


def some_locations(count: int, **columns: Any) -> dict[str, list[Any]]:
    """Return ``count`` trace locations; keywords as in some_segments."""
    location = {name: _SEGMENT[name] for name in ("account", "region", "trace_id", "trace_ts")}
    return _columns(count, location, columns)


def some_rows(table: Table, count: int, batch: str, number: str, name: str) -> dict[str, list[Any]]:
    """Return rows of any table: ``name`` in the column ``batch``, numbers from 0 in the column ``number``, else nothing."""
    rows = {field.name: [_nothing(field.type)] * count for field in table.schema}
    rows[batch] = [name] * count
    rows[number] = [_numbered(i, table.schema.field(number).type) for i in range(count)]
    return rows


def _nothing(kind: pa.DataType) -> Any:
    if pa.types.is_list(kind):
        return []
    if pa.types.is_fixed_size_binary(kind):
        return bytes(kind.byte_width)
    return "" if pa.types.is_string(kind) or pa.types.is_binary(kind) else NOON if kind == pa.uint32() else 0


def _numbered(i: int, kind: pa.DataType) -> Any:
    if pa.types.is_fixed_size_binary(kind):
        return i.to_bytes(kind.byte_width, "big")
    return i if pa.types.is_integer(kind) else str(i)


def _columns(count: int, row: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, list[Any]]:
    one_each = {name: value for name, value in given.items() if isinstance(value, list) and not _is_array(name)}
    for_all = {name: value for name, value in given.items() if name not in one_each}
    return {name: [value] * count for name, value in (dict(row) | for_all).items()} | one_each


def _is_array(name: str) -> bool:
    return isinstance(_SEGMENT.get(name), list)
