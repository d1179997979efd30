"""The tables of the control store, one noun per file; importing this package registers all of them."""

from skylens.store.control.schema import (
    access_keys,
    account_retention,
    groups,
    leases,
    sampling_rules,
    sampling_statistics,
    tags,
    telemetry,
)

__all__ = [
    "access_keys",
    "account_retention",
    "groups",
    "leases",
    "sampling_rules",
    "sampling_statistics",
    "tags",
    "telemetry",
]
