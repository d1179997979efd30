"""CloudTrail's operations, one file per resource noun. Importing this package registers them all."""

from skylens.cloudtrail.operations import (
    event_data_stores,
    event_history,
    event_selectors,
    public_keys,
    queries,
    tags,
    trail_logging,
    trails,
)

__all__ = [
    "event_data_stores",
    "event_history",
    "event_selectors",
    "public_keys",
    "queries",
    "tags",
    "trail_logging",
    "trails",
]
