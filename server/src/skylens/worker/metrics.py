"""What the worker tells Prometheus."""

from prometheus_client import Counter, Histogram

JOB_SECONDS = Histogram(
    "skylens_worker_job_seconds",
    "Duration of a job's run that ended well.",
    ["job"],
    buckets=(0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60, 600),
)
FAILED_JOBS = Counter("skylens_worker_failed_jobs", "Runs that ended in an error, which is in the log.", ["job"])
