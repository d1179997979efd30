"""X-Ray's operations, one file per resource noun. Importing this package registers them all."""

from skylens.xray.operations import (
    encryption,
    groups,
    resource_policies,
    sampling,
    sampling_rules,
    service_graph,
    tags,
    telemetry,
    traces,
)

__all__ = [
    "encryption",
    "groups",
    "resource_policies",
    "sampling",
    "sampling_rules",
    "service_graph",
    "tags",
    "telemetry",
    "traces",
]
