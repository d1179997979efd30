"""CloudTrail's operations, one file per resource noun. Importing this package registers them all."""

from skylens.cloudtrail.operations import (
    audit_events,
    channels,
    event_data_stores,
    event_history,
    event_selectors,
    imports,
    insight_selectors,
    insights,
    public_keys,
    queries,
    resource_policies,
    tags,
    trail_logging,
    trails,
)

__all__ = [
    "audit_events",
    "channels",
    "event_data_stores",
    "event_history",
    "event_selectors",
    "imports",
    "insight_selectors",
    "insights",
    "public_keys",
    "queries",
    "resource_policies",
    "tags",
    "trail_logging",
    "trails",
]
