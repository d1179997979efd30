"""What the gateway tells Prometheus."""

from prometheus_client import Counter, Gauge, Histogram

CALLS = Counter("skylens_gateway_calls", "API calls answered.", ["service", "operation", "status"])
CALL_SECONDS = Histogram(
    "skylens_gateway_call_seconds",
    "Duration of an API call from its headers to its answer.",
    ["service", "operation"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
UNIDENTIFIED = Counter("skylens_gateway_unidentified_requests", "Requests that name no service of ours.")
UNATTRIBUTED = Counter(
    "skylens_gateway_unattributed_requests", "Requests refused because they do not prove whose they are.", ["reason"]
)
RUNNING = Gauge("skylens_gateway_running_calls", "Calls whose handler runs or waits for a thread.")
BODY_BYTES = Gauge("skylens_gateway_body_bytes", "Bytes of request bodies held in memory.")
