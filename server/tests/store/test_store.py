"""Store: what goes in comes out, in order, whole, or not at all."""

from skylens.sql import Sql


def some_segments(count, **columns):
    """Columns of ``count`` segments of one trace second; a keyword gives a column's value for each row."""
    empty = {
        "account": "000000000000", "region": "us-east-1", "trace_ts": 1_782_907_200, "trace_id": bytes(16),
        "floating": False, "received_at": 1_782_907_200_123, "parent_id": bytes(8), "is_subsegment": False,
        "in_progress": False, "partial": False, "has_links": False, "start_us": 1_782_907_200_000_000,
        "duration_us": 250_000, "full_duration_us": 250_000, "name": "checkout", "origin": "", "account_id": "",
        "fault": False, "error": False, "throttle": False, "any_throttle": False, "http_url": "", "http_method": "",
        "http_status": 0, "http_user_agent": "", "http_client_ip": "", "users": [], "annotations": [],
        "resource_arns": [], "instance_ids": [], "availability_zones": [], "sub.id": [], "sub.name": [],
        "sub.node_name": [], "sub.node_type": [], "sub.node_account": [], "sub.duration_us": [], "sub.flags": [],
        "document": "{}",
    }  # fmt: skip
    rows = {name: [value] * count for name, value in (empty | columns).items()}
    return {"id": [i.to_bytes(8, "big") for i in range(count)]} | rows


async def test_appended_rows_are_there_when_append_returns(store):
    await store.append("segments", some_segments(3))
    assert store.read(Sql("SELECT count() FROM segments")) == [(3,)]


async def test_times_and_ids_come_back_as_they_went_in(store):
    await store.append("segments", some_segments(1, trace_id=b"\x00\xff'\\" * 4))
    assert store.read(Sql("SELECT trace_ts, received_at, trace_id FROM segments")) == [
        (1_782_907_200, 1_782_907_200_123, b"\x00\xff'\\" * 4)
    ]
