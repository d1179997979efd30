"""What the store tells Prometheus."""

from prometheus_client import Counter, Gauge, Histogram

COMMITTED_ROWS = Counter("skylens_store_committed_rows", "Rows of requests that were committed durably.")
REFUSED_ROWS = Counter("skylens_store_refused_rows", "Rows refused because too many were waiting.")
FAILED_ROWS = Counter("skylens_store_failed_rows", "Rows whose commit failed; their request was told so.")
WAITING_ROWS = Gauge("skylens_store_waiting_rows", "Rows that wait for their commit or are in it.")
COMMIT_SECONDS = Histogram(
    "skylens_store_commit_seconds",
    "Duration of a group commit.",
    buckets=(0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12),
)
READ_SECONDS = Histogram(
    "skylens_store_read_seconds",
    "Duration of a read.",
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30),
)
EXCEEDED_READS = Counter("skylens_store_exceeded_reads", "Reads stopped by their limits.")
EXPIRED_ROWS = Counter("skylens_store_expired_rows", "Rows deleted because their retention ended.", ["table"])
