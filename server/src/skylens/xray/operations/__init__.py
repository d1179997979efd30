"""X-Ray's operations, one file per resource noun. Importing this package registers them all."""

from skylens.xray.operations import encryption, groups, sampling, sampling_rules, service_graph, tags, telemetry, traces

__all__ = ["encryption", "groups", "sampling", "sampling_rules", "service_graph", "tags", "telemetry", "traces"]
