"""Telemetry records: what an X-Ray daemon tells of its own work, once a minute."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from skylens.registry import Call, Input, Output, operation
from skylens.xray import telemetry
from skylens.xray.errors import InvalidRequest

if TYPE_CHECKING:
    from collections.abc import Mapping

_COUNTS: Final = {
    "SegmentsReceivedCount": "segments_received",
    "SegmentsSentCount": "segments_sent",
    "SegmentsSpilloverCount": "segments_spillover",
    "SegmentsRejectedCount": "segments_rejected",
}
_ERRORS: Final = {
    "TimeoutCount": "timeouts",
    "ConnectionRefusedCount": "connections_refused",
    "HTTPCode4XXCount": "http_4xx",
    "HTTPCode5XXCount": "http_5xx",
    "UnknownHostCount": "unknown_hosts",
    "OtherCount": "other_errors",
}


@operation("xray", "PutTelemetryRecords")
def put_telemetry_records(call: Call, request: Input) -> Output:
    """Add the records to the daemon's counters, which /metrics shows.

    https://docs.aws.amazon.com/xray/latest/api/API_PutTelemetryRecords.html
    """
    records = request["TelemetryRecords"]
    if not records:
        return {}
    counts: dict[str, int] = {}
    for record in records:
        for name, count in _counted(record):
            counts[name] = counts.get(name, 0) + count
    daemon = telemetry.Daemon(
        request.get("Hostname", ""), request.get("EC2InstanceId", ""), request.get("ResourceARN", "")
    )
    newest = max(record["Timestamp"] for record in records)
    with call.control.begin() as connection:
        telemetry.add(connection, call.caller, daemon, counts, (newest, call.now))
    return {}


def _counted(record: Mapping[str, Any]) -> list[tuple[str, int]]:
    errors = record.get("BackendConnectionErrors", {})
    counted = [(theirs, ours, record.get(theirs, 0)) for theirs, ours in _COUNTS.items()]
    counted += [(theirs, ours, errors.get(theirs, 0)) for theirs, ours in _ERRORS.items()]
    for theirs, _ours, count in counted:
        if count < 0:
            raise InvalidRequest(f"{theirs} cannot be negative: {count}")
    return [(ours, count) for _theirs, ours, count in counted]
