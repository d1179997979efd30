"""What each operation of X-Ray needs, and how the audit trail files it.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html
https://docs.aws.amazon.com/xray/latest/devguide/xray-api-cloudtrail.html
"""

from __future__ import annotations

from typing import Final

from skylens.registry import Access, declare_access

_TRACE: Final = "AWS::XRay::Trace"

ACCESS: Final = {
    "PutTraceSegments": Access(data_resource=_TRACE),
    "PutTelemetryRecords": Access(data_resource=_TRACE),
    "BatchGetTraces": Access(read_only=True, data_resource=_TRACE),
    "GetTraceSummaries": Access(read_only=True, data_resource=_TRACE),
    "GetTraceGraph": Access(read_only=True, data_resource=_TRACE),
    "GetServiceGraph": Access(read_only=True, data_resource=_TRACE),
    "GetTimeSeriesServiceStatistics": Access(read_only=True, data_resource=_TRACE),
    "GetSamplingTargets": Access(read_only=True, data_resource=_TRACE),
    "GetEncryptionConfig": Access(read_only=True),
    "PutEncryptionConfig": Access(),
    "GetSamplingRules": Access(read_only=True),
    "GetSamplingStatisticSummaries": Access(read_only=True),
    "CreateSamplingRule": Access(),
    "UpdateSamplingRule": Access(),
    "DeleteSamplingRule": Access(),
    "GetGroup": Access(read_only=True),
    "GetGroups": Access(read_only=True),
    "CreateGroup": Access(),
    "UpdateGroup": Access(),
    "DeleteGroup": Access(),
    "TagResource": Access(),
    "UntagResource": Access(),
    "ListTagsForResource": Access(read_only=True),
}
declare_access("xray", ACCESS)
