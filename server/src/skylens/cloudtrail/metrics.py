"""Numbers of the audit trail, for Prometheus."""

from prometheus_client import Counter, Gauge

RECORDED = Counter("skylens_cloudtrail_events_recorded", "Events that are durable in the history.")
WAITING = Gauge("skylens_cloudtrail_events_waiting", "Events that wait for their commit.")
FAILED = Counter("skylens_cloudtrail_failed_commits", "Commits of events that failed; their events wait for the next.")
DELIVERED_FILES = Counter(
    "skylens_cloudtrail_delivered_files", "Log files and digests that trails delivered.", ["kind"]
)
FAILED_DELIVERIES = Counter(
    "skylens_cloudtrail_failed_deliveries",
    "Deliveries of trails that failed and are tried again, but for notifications.",
    ["kind"],
)
RESULT_DELIVERIES = Counter(
    "skylens_cloudtrail_result_deliveries", "Results of Lake's queries, by what became of their delivery.", ["status"]
)
INSIGHTS = Counter("skylens_cloudtrail_insights", "Insights events that were put on record.")
FAILED_INSIGHTS = Counter(
    "skylens_cloudtrail_failed_insights", "Looks for Insights that ended in an error, which is in the log."
)
WEBHOOK_DELIVERED = Counter("skylens_cloudtrail_webhook_delivered", "Events that the webhook's receiver has.")
WEBHOOK_DROPPED = Counter(
    "skylens_cloudtrail_webhook_dropped",
    "Events that the webhook's receiver refused, or that expired before it took them.",
    ["why"],
)
WEBHOOK_FAILED = Counter(
    "skylens_cloudtrail_webhook_failed_tries", "Requests to the webhook's receiver that failed and are made again."
)
REFUSED = Counter("skylens_cloudtrail_refused_calls", "Calls that were refused because they could not be recorded.")
UNRECORDED = Counter(
    "skylens_cloudtrail_unrecorded_refusals",
    "Calls that failed and changed nothing, and whose event found no room to wait while events could not be stored.",
)
AUDIT_EVENTS = Counter(
    "skylens_cloudtrail_audit_events",
    "Applications' own events that came to channels, by what became of them.",
    ["outcome"],
)
IMPORTED = Counter("skylens_cloudtrail_imported_events", "Events that imports stored.")
FAILED_FILES = Counter(
    "skylens_cloudtrail_failed_import_files", "Files of imports that could not be read, or not as a whole."
)
