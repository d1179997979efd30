"""What X-Ray tells Prometheus."""

from prometheus_client import Counter

ACCEPTED_SEGMENTS = Counter("skylens_xray_accepted_segments", "Segment documents that were stored.")
REFUSED_SEGMENTS = Counter(
    "skylens_xray_refused_segments", "Segment documents answered as unprocessed, by error code.", ["code"]
)
DROPPED_DOCUMENTS = Counter(
    "skylens_xray_dropped_documents",
    "What came with PutTraceSegments and has no place here: metrics, and spans that were not sampled.",
    ["reason"],
)
